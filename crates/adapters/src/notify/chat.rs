//! Chat rooms by a webhook address: Slack, and Teams by its Workflows.

use super::Words;
use async_trait::async_trait;
use relais_app::port::helpers::{HelperError, Notice, Sink};
use relais_app::port::outside::Outside;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which shape a room wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Slack,
    Teams,
}

/// A room that is told.
#[derive(Debug)]
pub struct ChatSink {
    pub outside: Arc<dyn Outside>,
    pub room: Room,
    pub url: String,
    /// Where browsers find this instance; empty if nobody said.
    pub base_url: String,
}

impl ChatSink {
    /// Tells the room; the error is in its own words.
    pub async fn say(&self, words: &Words) -> Result<String, HelperError> {
        let body = body(self.room, words).to_string();
        let answered = self.outside.post(&self.url, &[], body).await.map_err(HelperError)?;
        let said = format!("{} {}", answered.status, answered.said.trim());
        if answered.is_fine() { Ok(said) } else { Err(HelperError(said)) }
    }
}

#[async_trait]
impl Sink for ChatSink {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        let words = Words::of(&notice.payload, &self.base_url);
        let words = words.ok_or_else(|| HelperError("unreadable notice".to_owned()))?;
        self.say(&words).await.map(|_| ())
    }
}

fn body(room: Room, words: &Words) -> Value {
    match room {
        Room::Slack => {
            let mut lines = vec![format!("*{}*", slack(&words.title))];
            lines.extend(words.lines.iter().map(|line| slack(line)));
            lines.extend(words.link.iter().cloned());
            json!({ "text": lines.join("\n") })
        }
        Room::Teams => {
            let block = |text: &str, bold: bool| {
                json!({ "type": "TextBlock", "text": text, "wrap": true,
                    "weight": if bold { "Bolder" } else { "Default" } })
            };
            let mut blocks = vec![block(&words.title, true)];
            blocks.extend(words.lines.iter().map(|line| block(line, false)));
            let actions: Vec<Value> = words
                .link
                .iter()
                .map(|url| json!({ "type": "Action.OpenUrl", "title": "Relais", "url": url }))
                .collect();
            json!({
                "type": "message",
                "attachments": [{
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": {
                        "type": "AdaptiveCard", "version": "1.4", "body": blocks, "actions": actions,
                    },
                }],
            })
        }
    }
}

/// Slack reads three characters as its own.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use relais_app::port::outside::Answered;

    #[derive(Debug)]
    struct Answers(u16, Mutex<Vec<String>>);

    #[async_trait]
    impl Outside for Answers {
        async fn post(
            &self,
            _: &str,
            _: &[(&'static str, String)],
            body: String,
        ) -> Result<Answered, String> {
            self.1.lock().push(body);
            Ok(Answered { status: self.0, said: "channel_not_found".to_owned() })
        }
    }

    fn notice() -> Notice {
        let payload = r#"{"conversation": "1", "number": 7, "team": "<!channel> & co"}"#;
        let text = |text: &str| text.to_owned();
        Notice {
            key: text("k"),
            channel: text("slack"),
            team: text("t"),
            is_copy: false,
            payload: text(payload),
        }
    }

    #[tokio::test]
    async fn a_room_is_told_in_its_shape_and_nobody_is_shouted_at() {
        for (room, must) in [(Room::Slack, "&lt;!channel&gt;"), (Room::Teams, "AdaptiveCard")] {
            let outside = Arc::new(Answers(200, Mutex::default()));
            let url = "https://hooks.example/x".to_owned();
            let sink = ChatSink { outside: outside.clone(), room, url, base_url: String::new() };
            sink.deliver(&notice()).await.unwrap();
            let said = outside.1.lock().join("");
            assert!(said.contains(must), "{said}");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_rooms_own_words() {
        let outside = Arc::new(Answers(404, Mutex::default()));
        let sink = ChatSink {
            outside,
            room: Room::Slack,
            url: "https://hooks.example/x".to_owned(),
            base_url: String::new(),
        };
        let refused = sink.deliver(&notice()).await.unwrap_err();
        assert_eq!(refused.0, "404 channel_not_found");
    }
}
