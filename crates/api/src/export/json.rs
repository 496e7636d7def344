//! A person as data: what the API shows of them, with the log of each conversation.

use super::{Page, Stop};
use crate::dto::contact::ContactDetail;
use crate::dto::event::Event;
use relais_app::port::store::ConversationRow;
use relais_core::time::Timestamp;

#[derive(Debug, Default)]
pub(super) struct Json {
    talks: usize,
    events: usize,
}

impl Page for Json {
    fn head(&mut self, contact: &ContactDetail, _now: Timestamp) -> Result<String, Stop> {
        let mut head = serde_json::to_string(contact)?;
        // The object goes on with the logs.
        head.pop();
        head.push_str(",\"logs\":[");
        Ok(head)
    }

    fn talk(&mut self, row: &ConversationRow, is_masked: bool) -> String {
        let comma = if self.talks == 0 { "" } else { "," };
        self.talks += 1;
        self.events = 0;
        let (number, opened_at) = (row.number, row.opened_at);
        format!(
            "{comma}\n{{\"number\":{number},\"opened_at\":\"{opened_at}\",\
             \"is_masked\":{is_masked},\"events\":["
        )
    }

    fn event(&mut self, event: &Event) -> Result<String, Stop> {
        let comma = if self.events == 0 { "" } else { "," };
        self.events += 1;
        Ok(format!("{comma}\n{}", serde_json::to_string(event)?))
    }

    fn talk_end(&mut self) -> &'static str {
        "]}"
    }

    fn end(&mut self) -> &'static str {
        "]}\n"
    }
}
