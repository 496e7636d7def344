//! The rules of the machine that can be switched off by name (`workspace.switched_off`).

/// A rule by its stable name, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: &'static str,
    pub does: &'static str,
}

/// Every rule. Switching one off must turn a scenario red.
pub const RULES: &[Rule] = &[
    rule("keyword", "a typed request for a person is a hand-off"),
    rule("manual", "the menu's choice of a person, or a flow node, is a hand-off"),
    rule("sensitive", "a delicate topic is a hand-off; danger comes first"),
    rule("sentiment", "anger is a hand-off"),
    rule("vip", "VIP contacts: failure limit, team, priority, texts"),
    rule("failures", "too many messages not understood are a hand-off"),
    rule("out_of_scope", "a question outside the knowledge base is offered to a person"),
    rule("hours", "opening hours: deferred queue, after-hours text, opening and closing"),
    rule("faq", "questions are answered from the knowledge base"),
    rule("follow_up", "a short message that leans on the answer before is read after it"),
    rule("finder", "a request for advice that names a room gets a model"),
    rule("burst", "what would be a failure waits for the rest of the burst"),
    rule("menu_words", "`menu` returns to the main menu, also from the queue"),
    rule("digits", "digits mean what the last prompt said"),
    rule("tracking", "an order number or a wish to track goes straight to the order"),
    rule("privacy", "an order of another phone needs its postcode"),
    rule("opt_out", "stop words end promotional messages"),
    rule("identity", "asked whether it is a robot, the bot says so"),
    rule("refusal", "who does not want a person is not handed over"),
    rule("thanks", "thanks are answered, not counted as a failure"),
    rule("greeting", "a greeting shows the menu, and is not a failure"),
    rule("language", "the language is chosen message by message"),
    rule("csat", "a rating is asked after the end and understood"),
    rule("voice", "voice messages are transcribed or politely refused"),
    rule("media", "files are acknowledged"),
    rule("prompt_repeat", "an interrupted question is asked again"),
    rule("reassure", "who waits is reassured, at most once per ten minutes"),
    rule("loop_guard", "a talk that turns in circles goes to people"),
    rule("idle_close", "a forgotten talk with the bot is closed after a day"),
];

const fn rule(name: &'static str, does: &'static str) -> Rule {
    Rule { name, does }
}

/// Texts the engine itself sends, beside those that flow nodes name.
pub mod texts {
    pub const FALLBACK_1: &str = "fallback_1";
    pub const FALLBACK_2: &str = "fallback_2";
    pub const FALLBACK_FINAL: &str = "fallback_final";
    pub const HANDOFF: &str = "handoff";
    pub const NO_AGENT: &str = "no_agent";
    pub const AFTER_HOURS: &str = "after_hours";
    pub const QUEUE_REASSURE: &str = "queue_reassure";

    /// Without these a customer could meet silence on the way to a person: a workspace that lacks
    /// one in an enabled language cannot be published.
    pub const REQUIRED: &[&str] = &[HANDOFF, AFTER_HOURS, NO_AGENT, FALLBACK_FINAL, FALLBACK_1];

    /// Used when present; where one is missing the engine says the next best thing.
    pub const OPTIONAL: &[&str] = &[
        FALLBACK_2,
        QUEUE_REASSURE,
        "after_hours_vip",
        "again",
        "bot_identity",
        "clarify",
        "csat_ask",
        "csat_thanks",
        "finder_answer",
        "finder_title",
        "goodbye",
        "list_button",
        "media_ack",
        "not_supported_language",
        "opt_out_ack",
        "order_status",
        "order_unchanged",
        "order_unchanged_offer",
        "request_kept",
        "step_end",
        "take_your_time",
        "topic_questions",
        "voice_no_transcript",
        "without_person",
    ];
}
