//! What is played: every kind of turn, by customers and by agents.

/// Something that happens, at the moment the one before it ended.
pub(super) enum Step {
    /// Texts of one burst, a second apart at most.
    Says(&'static [&'static str]),
    /// A burst that is still open when the next step comes.
    Begins(&'static str),
    /// Presses the button or row of this title.
    Presses(&'static str),
    Sends(Media),
    /// The last message is edited, or deleted.
    Edits(&'static str),
    Revokes,
    Reacts(&'static str),
    Agent(&'static str, Act),
    /// So many seconds pass.
    Waits(i64),
}

pub(super) enum Media {
    Image(Option<&'static str>),
    Document,
    Voice,
    Sticker,
    Location,
}

pub(super) enum Act {
    Take,
    Reply(&'static str),
    Note(&'static str),
    Transfer(&'static str),
    ReturnToBot,
    Resolve,
}

pub(super) struct Conversation {
    pub name: &'static str,
    pub phone: &'static str,
    /// What its log must hold, so that an empty one proves nothing.
    pub reaches: &'static str,
    /// The phone of the simulator can send all of it.
    pub on_phone: bool,
    pub steps: &'static [Step],
}

use Act::{Note, Reply, Resolve, ReturnToBot, Take, Transfer};
use Step::{Agent, Begins, Edits, Presses, Reacts, Revokes, Says, Sends, Waits};

pub(super) const CONVERSATIONS: &[Conversation] = &[
    Conversation {
        name: "menu, wrong digit and way back",
        phone: "+33600000101",
        reaches: "kind=\"message_sent\"",
        on_phone: true,
        steps: &[Says(&["Bonjour !"]), Says(&["٢"]), Says(&["9"]), Says(&["menu"]), Says(&["1"])],
    },
    Conversation {
        name: "orders: one's own, a stranger's with its postcode, one that does not exist",
        phone: "+33639980101",
        reaches: "kind=\"orders_found\"",
        on_phone: true,
        steps: &[
            Says(&["où en est ma commande ml 2041 ?"]),
            Says(&["et ML-2043"]),
            Says(&["13001"]),
            Says(&["13002"]),
            Says(&["ML-9999"]),
        ],
    },
    Conversation {
        name: "questions in two languages, and one nobody can answer",
        phone: "+33600000103",
        reaches: "kind=\"question_unanswered\"",
        on_phone: true,
        steps: &[
            Says(&["combien coûte la livraison ?"]),
            Says(&["how long is the warranty?"]),
            Says(&["vendez-vous des canapés ?"]),
            Says(&["non"]),
        ],
    },
    Conversation {
        name: "hand-off, agent's work, rating and comment",
        phone: "+33639980107",
        reaches: "kind=\"rated\"",
        on_phone: true,
        steps: &[
            Says(&["j'ai été débitée deux fois pour ML-2047 !"]),
            Says(&["vous êtes là ?"]),
            Agent("ines", Take),
            Agent("ines", Note("deux captures")),
            Agent("ines", Reply("Bonjour Sandrine, j'annule le second débit.")),
            Says(&["merci"]),
            Agent("ines", Resolve),
            Says(&["5 très rapide"]),
            Says(&["merci beaucoup"]),
            Waits(3_600),
            Says(&["bonjour"]),
        ],
    },
    Conversation {
        name: "transfer, return to the bot, a second hand-off",
        phone: "+447700900104",
        reaches: "kind=\"transferred\"",
        on_phone: true,
        steps: &[
            Says(&["I need to speak to someone"]),
            Agent("nadia", Take),
            Agent("nadia", Transfer("technical")),
            Agent("priya", Reply("Hello James, did you try another bulb?")),
            Agent("priya", ReturnToBot),
            Says(&["my lamp keeps flickering"]),
            Says(&["no, still the same"]),
            Says(&["menu"]),
        ],
    },
    Conversation {
        name: "bursts, files and noise",
        phone: "+33600000106",
        reaches: "kind=\"escalated\"",
        on_phone: true,
        steps: &[
            Says(&["je", "voudrais savoir", "le prix de la livraison"]),
            Sends(Media::Image(None)),
            Sends(Media::Image(Some("ma lampe est arrivée cassée"))),
            Sends(Media::Document),
            Sends(Media::Sticker),
            Sends(Media::Voice),
            Sends(Media::Location),
            Begins("asdfgh"),
            Says(&["qsdf qsdf", "hmm"]),
            Says(&["qwert zxcv"]),
            Says(&["blop blop"]),
        ],
    },
    Conversation {
        name: "buttons and list rows, also of older messages",
        phone: "+33639980103",
        reaches: "kind=\"escalated\"",
        on_phone: true,
        steps: &[
            Says(&["salut"]),
            Presses("FAQ"),
            Presses("Livraison"),
            Presses("Suivre ma commande"),
            Says(&["2043"]),
            Presses("Parler à un agent"),
            Says(&["allô ?"]),
        ],
    },
    Conversation {
        name: "edits, deletions and reactions",
        phone: "+33600000108",
        reaches: "type=\"edit\"",
        on_phone: false,
        steps: &[
            Says(&["bonjour"]),
            Reacts("👍"),
            Begins("asdfgh"),
            Edits("suivre ma commande"),
            Waits(10),
            Begins("qsdf qsdf"),
            Revokes,
            Waits(10),
            Says(&["vous livrez en Belgique ?"]),
            Edits("agent"),
        ],
    },
    Conversation {
        name: "danger, and anger of a customer who is not to be lost",
        phone: "+33639980108",
        reaches: "\"urgent\"",
        on_phone: true,
        steps: &[
            Says(&["Bonjour"]),
            Says(&["C'EST INADMISSIBLE !!"]),
            Says(&["il y a de la fumée qui sort du plafonnier"]),
            Agent("yann", Take),
            Agent("yann", Resolve),
            Says(&["2"]),
        ],
    },
];
