//! The few words of a notice.

use relais_app::port::helpers::Summary;
use serde::Deserialize;

/// What a notice says, read from its payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    pub title: String,
    pub lines: Vec<String>,
    /// The conversation, where the address of the instance is known.
    pub link: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    conversation: String,
    number: i64,
    team: String,
    #[serde(default)]
    priority: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    topic: Option<String>,
}

impl Words {
    /// From the payload of a notice; nothing for one that cannot be read.
    pub fn of(payload: &str, base_url: &str) -> Option<Self> {
        let payload: Payload = serde_json::from_str(payload).ok()?;
        let urgent = if payload.priority.as_deref() == Some("urgent") { "URGENT · " } else { "" };
        let named =
            |name: &str, value: Option<String>| value.map(|value| format!("{name}: {value}"));
        let lines = [named("reason", payload.reason), named("topic", payload.topic)];
        let link = (!base_url.is_empty())
            .then(|| format!("{}/inbox/{}", base_url.trim_end_matches('/'), payload.conversation));
        Some(Self {
            title: format!("{urgent}#{} → {}", payload.number, payload.team),
            lines: lines.into_iter().flatten().collect(),
            link,
        })
    }

    /// How much waits for somebody.
    pub fn summary(summary: &Summary, base_url: &str) -> Self {
        let is_french = summary.language == "fr";
        let say = |fr: &str, en: &str| (if is_french { fr } else { en }).to_owned();
        let numbers = [
            (summary.unanswered, say("attendent votre réponse", "wait for your answer")),
            (summary.at_risk, say("en retard ou bientôt", "late or soon to be")),
            (summary.mentions, say("où une note vous appelle", "in which a note calls you")),
            (summary.queued, say("attendent vos équipes", "wait for your teams")),
        ];
        let told = numbers.into_iter().filter(|(count, _)| *count > 0);
        let base_url = base_url.trim_end_matches('/');
        Self {
            title: say("Relais : ce qui vous attend", "Relais: what waits for you"),
            lines: told.map(|(count, what)| format!("{count} {what}")).collect(),
            link: (!base_url.is_empty()).then(|| format!("{base_url}/inbox")),
        }
    }

    /// For "send test".
    pub fn test(base_url: &str) -> Self {
        Self {
            title: "Relais: test".to_owned(),
            lines: vec!["It works. Hand-offs will be told here.".to_owned()],
            link: (!base_url.is_empty()).then(|| base_url.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = r#"{"conversation": "0189", "number": 42, "team": "general",
        "priority": "urgent", "reason": "keyword", "topic": null,
        "name": "Claire Dubois", "summary": "elle est furieuse"}"#;

    #[test]
    fn a_summary_names_what_there_is_in_the_language_of_the_workspace() {
        let some = Summary { unanswered: 2, queued: 1, ..Summary::default() };
        let words = Words::summary(&some, "https://r.example/");
        assert_eq!(words.lines, ["2 wait for your answer", "1 wait for your teams"]);
        assert_eq!(words.link.as_deref(), Some("https://r.example/inbox"));
        let french = Words::summary(&Summary { language: "fr".to_owned(), ..some }, "");
        assert_eq!((french.lines[0].as_str(), french.link), ("2 attendent votre réponse", None));
    }

    #[test]
    fn a_notice_names_the_case_and_nothing_a_customer_said() {
        let words = Words::of(PAYLOAD, "https://r.example/").unwrap();
        assert_eq!(words.title, "URGENT · #42 → general");
        assert_eq!(words.link.as_deref(), Some("https://r.example/inbox/0189"));
        let all = format!("{words:?}");
        assert!(!all.contains("Claire") && !all.contains("furieuse"), "{all}");
        assert_eq!(Words::of("{}", ""), None);
    }
}
