//! Texts shared by several codes: what happened, and what to do about it.

pub(super) const TOKEN_FR: [&str; 2] = [
    "L'accès à WhatsApp est refusé : le jeton est invalide ou a expiré.",
    "Créez un jeton d'utilisateur système et enregistrez-le dans le canal ; les messages en attente partiront.",
];
pub(super) const TOKEN_EN: [&str; 2] = [
    "WhatsApp refuses access: the token is invalid or has expired.",
    "Create a system user token and save it in the channel; waiting messages will then leave.",
];
pub(super) const SCOPE_FR: [&str; 2] = [
    "Le jeton n'a pas le droit d'envoyer avec ce numéro.",
    "Donnez à l'utilisateur système le compte WhatsApp et les droits whatsapp_business_messaging et _management.",
];
pub(super) const SCOPE_EN: [&str; 2] = [
    "The token may not send with this number.",
    "Assign the WhatsApp account to the system user, with whatsapp_business_messaging and _management.",
];
pub(super) const PARAM_FR: [&str; 2] = [
    "WhatsApp a refusé la forme du message.",
    "C'est un défaut du message ou du parcours : le détail technique nomme le champ.",
];
pub(super) const PARAM_EN: [&str; 2] = [
    "WhatsApp refused the form of the message.",
    "A defect of the message or the flow: the technical details name the field.",
];
pub(super) const SLOW_FR: [&str; 2] =
    ["WhatsApp demande de ralentir.", "Rien à faire : Relais réessaie plus lentement."];
pub(super) const SLOW_EN: [&str; 2] =
    ["WhatsApp asks to slow down.", "Nothing to do: Relais tries again more slowly."];
pub(super) const META_FR: [&str; 2] = [
    "WhatsApp a un problème passager.",
    "Relais attend un accusé avant toute nouvelle tentative, pour ne pas envoyer deux fois.",
];
pub(super) const META_EN: [&str; 2] = [
    "WhatsApp has a passing problem.",
    "Relais waits for a report before trying again, so as not to send twice.",
];
pub(super) const LOCKED_FR: [&str; 2] = [
    "Meta a restreint ou verrouillé le compte.",
    "Ouvrez l'état du compte dans Meta Business Suite et faites appel.",
];
pub(super) const LOCKED_EN: [&str; 2] = [
    "Meta restricted or locked the account.",
    "Open the account status in Meta Business Suite and appeal.",
];
pub(super) const BILLING_FR: [&str; 2] = [
    "Le moyen de paiement du compte WhatsApp pose problème.",
    "Vérifiez la facturation dans Meta Business Suite, puis renvoyez.",
];
pub(super) const BILLING_EN: [&str; 2] = [
    "The WhatsApp account has a payment problem.",
    "Check billing in Meta Business Suite, then resend.",
];
pub(super) const NUMBER_FR: [&str; 2] = [
    "Le numéro n'est pas enregistré, ou son nom n'est pas encore approuvé.",
    "Terminez l'inscription du numéro dans les réglages du canal.",
];
pub(super) const NUMBER_EN: [&str; 2] = [
    "The number is not registered, or its display name is not approved yet.",
    "Finish registering the number in the channel settings.",
];
pub(super) const PIN_FR: [&str; 2] = [
    "Le code de vérification en deux étapes est faux ou bloqué.",
    "Saisissez le bon code, ou attendez la fin du blocage.",
];
pub(super) const PIN_EN: [&str; 2] =
    ["The two-step PIN is wrong or locked.", "Enter the right PIN, or wait for the lock to end."];
pub(super) const PARAMS_FR: [&str; 2] = [
    "Les valeurs ne correspondent pas au modèle approuvé.",
    "Corrigez les variables du modèle dans le parcours ou le message.",
];
pub(super) const PARAMS_EN: [&str; 2] = [
    "The values do not fit the approved template.",
    "Correct the template's variables in the flow or message.",
];
pub(super) const PAUSED_FR: [&str; 2] = [
    "Ce modèle est suspendu ou désactivé par Meta.",
    "Choisissez un autre modèle ; corrigez celui-ci avant de le réactiver.",
];
pub(super) const PAUSED_EN: [&str; 2] = [
    "Meta paused or disabled this template.",
    "Pick another template; correct this one before using it again.",
];
pub(super) const CONTENT_FR: [&str; 2] = [
    "Meta refuse le contenu de ce modèle.",
    "Raccourcissez ou reformulez le modèle, puis soumettez-le à nouveau.",
];
pub(super) const CONTENT_EN: [&str; 2] = [
    "Meta refuses the content of this template.",
    "Shorten or reword the template, then submit it again.",
];
pub(super) const FLOW_FR: [&str; 2] = [
    "Le formulaire WhatsApp est bloqué ou limité.",
    "Utilisez des boutons ou des questions à la place, le temps de le corriger.",
];
pub(super) const FLOW_EN: [&str; 2] = [
    "The WhatsApp form is blocked or throttled.",
    "Use buttons or questions instead while it is being fixed.",
];
pub(super) const MM_FR: [&str; 2] = [
    "Ce message marketing n'est pas accepté par WhatsApp.",
    "Vérifiez l'inscription du compte aux messages marketing.",
];
pub(super) const MM_EN: [&str; 2] = [
    "WhatsApp does not accept this marketing message.",
    "Check the account's enrolment for marketing messages.",
];
pub(super) const GROUP_FR: [&str; 2] =
    ["L'opération sur le groupe a été refusée.", "Les groupes ne sont pas pris en charge."];
pub(super) const GROUP_EN: [&str; 2] =
    ["The group operation was refused.", "Groups are not supported."];
pub(super) const SIDE_FR: [&str; 2] =
    ["L'opération a été refusée par WhatsApp.", "Le détail technique donne la raison."];
pub(super) const SIDE_EN: [&str; 2] =
    ["WhatsApp refused the operation.", "The technical details give the reason."];
