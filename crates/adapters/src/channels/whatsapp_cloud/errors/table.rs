//! Error codes of the Cloud API (reference §11), one line of meaning each.

use super::Advice::{
    self, AskForPhone, ConvertMedia, FinishOnboarding, FixBilling, FixTemplate, FixToken,
    MarkUnreachable, Nothing, OwnedElsewhere, PauseMarketing, Reconcile, RecordOptOut, ReportBug,
    SlowDown, Unblock, UseTemplate, VerifyCustomer,
};
use super::texts::{
    BILLING_EN, BILLING_FR, CONTENT_EN, CONTENT_FR, FLOW_EN, FLOW_FR, GROUP_EN, GROUP_FR,
    LOCKED_EN, LOCKED_FR, META_EN, META_FR, MM_EN, MM_FR, NUMBER_EN, NUMBER_FR, PARAM_EN, PARAM_FR,
    PARAMS_EN, PARAMS_FR, PAUSED_EN, PAUSED_FR, PIN_EN, PIN_FR, SCOPE_EN, SCOPE_FR, SIDE_EN,
    SIDE_FR, SLOW_EN, SLOW_FR, TOKEN_EN, TOKEN_FR,
};
use super::{Class, Text};
use Kind::{Down, Refused, Retry, Unknown};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Seconds.
    Retry(u64),
    Refused,
    Unknown,
    Down,
}

#[derive(Debug)]
pub(super) struct Entry {
    from: i64,
    to: i64,
    kind: Kind,
    pub(super) advice: Advice,
    pub(super) text: Text,
}

pub(super) const RETRY_SOON: Class = Class::Retry { after: Duration::from_secs(30) };

impl Entry {
    pub(super) fn class(&self) -> Class {
        match self.kind {
            Kind::Retry(secs) => Class::Retry { after: Duration::from_secs(secs) },
            Kind::Refused => Class::Refused,
            Kind::Unknown => Class::Unknown,
            Kind::Down => Class::ChannelDown,
        }
    }
}

/// Exact codes stand before the ranges that contain them.
pub(super) fn find(code: i64) -> Option<&'static Entry> {
    TABLE.iter().find(|e| (e.from..=e.to).contains(&code))
}

pub(super) fn find_or_unlisted(code: i64) -> &'static Entry {
    static NONE: Entry = Entry { from: 0, to: 0, kind: Refused, advice: Nothing, text: UNLISTED };
    find(code).unwrap_or(&NONE)
}

pub(super) static UNLISTED: Text = Text {
    fr: "WhatsApp a signalé une erreur que Relais ne connaît pas.",
    en: "WhatsApp reported an error Relais does not know.",
    remedy_fr: "Regardez le détail technique ; réessayez à la main si le message est important.",
    remedy_en: "See the technical details; resend by hand if the message matters.",
};

pub(super) static NOT_META: Text = Text {
    fr: "La réponse ne vient pas de WhatsApp.",
    en: "The answer does not come from WhatsApp.",
    remedy_fr: "Vérifiez l'adresse de l'API et le proxy du réseau.",
    remedy_en: "Check the API address and the network's proxy.",
};

const fn row(
    (from, to): (i64, i64),
    kind: Kind,
    advice: Advice,
    [fr, remedy_fr]: [&'static str; 2],
    [en, remedy_en]: [&'static str; 2],
) -> Entry {
    Entry { from, to, kind, advice, text: Text { fr, en, remedy_fr, remedy_en } }
}

const fn one(code: i64) -> (i64, i64) {
    (code, code)
}

static TABLE: [Entry; 72] = [
    row(one(0), Down, FixToken, TOKEN_FR, TOKEN_EN),
    row(one(190), Down, FixToken, TOKEN_FR, TOKEN_EN),
    row(one(3), Down, FixToken, SCOPE_FR, SCOPE_EN),
    row(one(10), Down, FixToken, SCOPE_FR, SCOPE_EN),
    row((200, 299), Down, FixToken, SCOPE_FR, SCOPE_EN),
    row(one(131_005), Down, FixToken, SCOPE_FR, SCOPE_EN),
    row(one(33), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row(one(100), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row((131_008, 131_009), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row(one(135_000), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row(one(131_021), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row(one(4), Retry(60), SlowDown, SLOW_FR, SLOW_EN),
    row(one(80_007), Retry(60), SlowDown, SLOW_FR, SLOW_EN),
    row(one(613), Retry(60), SlowDown, SLOW_FR, SLOW_EN),
    row(one(130_429), Retry(1), SlowDown, SLOW_FR, SLOW_EN),
    row(
        one(131_056),
        Retry(1),
        SlowDown,
        ["Trop de messages à la suite vers cette personne.", SLOW_FR[1]],
        ["Too many messages in a row to this person.", SLOW_EN[1]],
    ),
    row(
        one(131_048),
        Refused,
        PauseMarketing,
        [
            "WhatsApp limite ce numéro : trop de personnes l'ont bloqué ou signalé.",
            "Suspendez les envois à votre initiative et vérifiez la note de qualité.",
        ],
        [
            "WhatsApp limits this number: too many people blocked or reported it.",
            "Pause sends you initiate and check the quality rating.",
        ],
    ),
    row(
        one(131_064),
        Refused,
        FixTemplate,
        ["Envois limités : des modèles sont mal classés.", "Corrigez la catégorie des modèles."],
        ["Sends are limited: templates are in the wrong category.", "Correct their categories."],
    ),
    row((1, 2), Unknown, Reconcile, META_FR, META_EN),
    row(one(131_000), Unknown, Reconcile, META_FR, META_EN),
    row(one(131_016), Unknown, Reconcile, META_FR, META_EN),
    row(one(131_057), Unknown, Reconcile, META_FR, META_EN),
    row(one(133_004), Unknown, Reconcile, META_FR, META_EN),
    row(one(2_494_100), Unknown, Reconcile, META_FR, META_EN),
    row(one(368), Down, FinishOnboarding, LOCKED_FR, LOCKED_EN),
    row(one(131_031), Down, FinishOnboarding, LOCKED_FR, LOCKED_EN),
    row(
        one(130_497),
        Refused,
        Nothing,
        [
            "Ce compte ne peut pas écrire dans le pays de cette personne.",
            "Utilisez un autre canal.",
        ],
        ["This account may not write to this person's country.", "Use another channel."],
    ),
    row(
        one(131_026),
        Refused,
        MarkUnreachable,
        [
            "Message non distribuable : la personne n'a pas WhatsApp, une version trop ancienne, ou a bloqué le numéro.",
            "Contactez-la par un autre canal.",
        ],
        [
            "Undeliverable: the person has no WhatsApp, too old a version, or blocked the number.",
            "Use another channel.",
        ],
    ),
    row(
        one(131_030),
        Refused,
        FinishOnboarding,
        [
            "Numéro de test : cette personne n'est pas dans la liste autorisée.",
            "Ajoutez-la dans l'app Meta, ou utilisez un vrai numéro.",
        ],
        [
            "Test number: this person is not on its allow-list.",
            "Add them in the Meta app, or use a real number.",
        ],
    ),
    row(one(131_042), Refused, FixBilling, BILLING_FR, BILLING_EN),
    row(one(131_044), Refused, FixBilling, BILLING_FR, BILLING_EN),
    row(one(131_045), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(133_000), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(133_006), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(133_010), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(133_015), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(131_037), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(136_024), Down, FinishOnboarding, NUMBER_FR, NUMBER_EN),
    row(one(133_005), Refused, FinishOnboarding, PIN_FR, PIN_EN),
    row((133_008, 133_009), Refused, FinishOnboarding, PIN_FR, PIN_EN),
    row(
        one(133_016),
        Refused,
        FinishOnboarding,
        ["Trop d'inscriptions de ce numéro.", "Attendez 72 heures."],
        ["Too many registrations of this number.", "Wait 72 hours."],
    ),
    row(
        one(131_047),
        Refused,
        UseTemplate,
        [
            "Plus de 24 heures depuis le dernier message de la personne.",
            "Envoyez un modèle approuvé ; sa réponse rouvrira la conversation.",
        ],
        [
            "More than 24 hours since the person last wrote.",
            "Send an approved template; their answer reopens the conversation.",
        ],
    ),
    row(
        one(131_049),
        Refused,
        PauseMarketing,
        [
            "WhatsApp limite les messages marketing vers cette personne.",
            "Ne renvoyez pas avant 24 heures.",
        ],
        ["WhatsApp limits marketing messages to this person.", "Do not resend within 24 hours."],
    ),
    row(
        one(131_050),
        Refused,
        RecordOptOut,
        ["La personne ne veut plus de messages marketing.", "Respectez son choix."],
        ["The person stopped marketing messages.", "Respect their choice."],
    ),
    row(
        one(130_472),
        Refused,
        Nothing,
        ["La personne fait partie d'un essai de Meta : message non distribué.", "Autre canal."],
        ["The person is in an experiment of Meta: not delivered.", "Use another channel."],
    ),
    row(
        one(130_403),
        Refused,
        Unblock,
        ["Cette personne est bloquée par votre entreprise.", "Débloquez-la d'abord."],
        ["Your business blocked this person.", "Unblock them first."],
    ),
    row(one(131_051), Refused, ReportBug, PARAM_FR, PARAM_EN),
    row(
        one(131_052),
        Refused,
        ConvertMedia,
        ["Le fichier reçu n'a pas pu être récupéré.", "Demandez à la personne de le renvoyer."],
        ["The received file could not be fetched.", "Ask the person to send it again."],
    ),
    row(
        one(131_053),
        Refused,
        ConvertMedia,
        ["WhatsApp refuse ce fichier (format ou taille).", "Convertissez-le puis renvoyez-le."],
        ["WhatsApp refuses this file (format or size).", "Convert it and send it again."],
    ),
    row(
        one(131_062),
        Refused,
        AskForPhone,
        [
            "Ce type de message exige le numéro de téléphone de la personne.",
            "Demandez-lui de partager son numéro.",
        ],
        ["This kind of message needs the person's phone number.", "Ask them to share it."],
    ),
    row(
        one(131_070),
        Refused,
        OwnedElsewhere,
        [
            "Un autre répondeur (agent de Meta ou partenaire) tient cette conversation.",
            "Reprenez-la, ou envoyez un modèle approuvé.",
        ],
        [
            "Another responder (Meta's agent or a partner) holds this conversation.",
            "Take it over, or send an approved template.",
        ],
    ),
    row(one(134_101), Retry(600), Nothing, MM_FR, MM_EN),
    row(one(131_055), Refused, Nothing, MM_FR, MM_EN),
    row(one(131_061), Refused, Nothing, MM_FR, MM_EN),
    row(one(131_063), Refused, Nothing, MM_FR, MM_EN),
    row(one(131_065), Refused, Nothing, MM_FR, MM_EN),
    row((134_100, 134_102), Refused, Nothing, MM_FR, MM_EN),
    row(one(132_000), Refused, FixTemplate, PARAMS_FR, PARAMS_EN),
    row(one(132_012), Refused, FixTemplate, PARAMS_FR, PARAMS_EN),
    row(one(132_018), Refused, FixTemplate, PARAMS_FR, PARAMS_EN),
    row(
        one(132_001),
        Refused,
        FixTemplate,
        [
            "Ce modèle n'existe pas dans cette langue, ou n'est pas approuvé.",
            "Choisissez une langue approuvée du modèle.",
        ],
        [
            "This template does not exist in this language, or is not approved.",
            "Pick one of its approved languages.",
        ],
    ),
    row(one(132_005), Refused, FixTemplate, CONTENT_FR, CONTENT_EN),
    row((132_007, 132_008), Refused, FixTemplate, CONTENT_FR, CONTENT_EN),
    row((132_015, 132_016), Refused, FixTemplate, PAUSED_FR, PAUSED_EN),
    row((132_068, 132_069), Refused, FixTemplate, FLOW_FR, FLOW_EN),
    row(
        one(137_000),
        Refused,
        VerifyCustomer,
        [
            "L'identité WhatsApp de la personne a changé.",
            "Vérifiez par un autre moyen qu'il s'agit bien d'elle.",
        ],
        ["The person's WhatsApp identity changed.", "Check by other means that it is still them."],
    ),
    row((138_000, 138_038), Refused, Nothing, SIDE_FR, SIDE_EN),
    row((139_000, 139_103), Refused, Nothing, SIDE_FR, SIDE_EN),
    row((147_001, 147_005), Refused, Nothing, SIDE_FR, SIDE_EN),
    row((131_201, 131_215), Refused, Nothing, GROUP_FR, GROUP_EN),
    row((2_388_000, 2_388_999), Refused, FixTemplate, CONTENT_FR, CONTENT_EN),
    row((2_494_191, 2_494_191), Refused, OwnedElsewhere, SIDE_FR, SIDE_EN),
];
