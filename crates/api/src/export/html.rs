//! A person as a page that anybody can read, without a script and without anything loaded.

use super::{Page, Stop};
use crate::dto::contact::{ContactDetail, RectifiedFact};
use crate::dto::event::Event;
use relais_app::port::store::ConversationRow;
use relais_core::time::Timestamp;
use std::fmt::Write as _;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;\
padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:start;vertical-align:top;\
padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd}td:first-child{white-space:nowrap;\
color:#555}h2{margin-top:2rem}";

/// Says why the words of a conversation cannot be read, and what to do about it.
const HIDDEN: &str = "<p>What was said is hidden: no reason was given for reading this conversation. \
Give one there, then export within half an hour.</p>";

#[derive(Debug)]
pub(super) struct Html {
    /// They lie beside the page.
    pub(super) has_files: bool,
}

impl Page for Html {
    fn head(&mut self, contact: &ContactDetail, now: Timestamp) -> Result<String, Stop> {
        let mut out = String::new();
        let exported = now.to_string();
        let title = escaped(contact.name.as_deref().unwrap_or("?"));
        let by = |by: &str, at: &str| format!("by {by}, {at}");
        let put_right = |fact: &RectifiedFact| {
            let told = fact.told.as_deref().map(|told| format!("; without it: {told}"));
            by(&fact.by, &fact.at) + &told.unwrap_or_default()
        };
        let facts = &contact.rectified;
        let name = facts.name.as_ref().map(put_right);
        let language = facts.language.as_ref().map(put_right);
        let restricted = facts.restricted.as_ref().map(|mark| by(&mark.by, &mark.at));
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><h1>{title}</h1><table>",
        );
        for (name, value) in [
            ("id", Some(contact.id.as_str())),
            ("phone", contact.phone.as_deref()),
            ("language", contact.language.as_deref()),
            ("segment", contact.segment.as_deref()),
            ("opted out", contact.is_opted_out.then_some("yes")),
            ("restricted", restricted.as_deref()),
            ("name put right", name.as_deref()),
            ("language put right", language.as_deref()),
            ("first seen", Some(contact.created_at.as_str())),
            ("exported", Some(exported.as_str())),
        ] {
            if let Some(value) = value {
                let value = escaped(value);
                let _ = write!(out, "<tr><td>{name}</td><td dir=\"auto\">{value}</td></tr>");
            }
        }
        out.push_str("</table>");
        Ok(out)
    }

    fn talk(&mut self, row: &ConversationRow, is_masked: bool) -> String {
        let hidden = if is_masked { HIDDEN } else { "" };
        format!(
            "<h2>#{} · {}</h2>{hidden}<table><tr><th>when</th><th>who</th><th>what</th></tr>",
            row.number,
            escaped(&row.opened_at.to_string())
        )
    }

    fn event(&mut self, event: &Event) -> Result<String, Stop> {
        let Some(what) = said(event) else { return Ok(String::new()) };
        let who = event.author.clone().unwrap_or_else(|| format!("{:?}", event.by).to_lowercase());
        let (at, who, what) = (escaped(&event.at), escaped(&who), escaped(&what));
        let file = self.file(event).unwrap_or_default();
        Ok(format!("<tr><td>{at}</td><td>{who}</td><td dir=\"auto\">{what}{file}</td></tr>"))
    }

    fn talk_end(&mut self) -> &'static str {
        "</table>"
    }

    fn end(&mut self) -> &'static str {
        "</body></html>"
    }
}

impl Html {
    fn file(&self, event: &Event) -> Option<String> {
        let media = event.message.as_ref()?.media.as_ref()?;
        let path = media.url.as_deref().filter(|_| self.has_files)?;
        let path = escaped(path);
        Some(format!(" <a href=\"{path}\">{path}</a>"))
    }
}

/// Words, files and what became of the conversation; not the workings of the engine.
fn said(event: &Event) -> Option<String> {
    if let Some(note) = &event.note {
        return Some(format!("[note] {note}"));
    }
    if let Some(message) = &event.message {
        let file = message.media.as_ref().map(|media| {
            format!("[{}] ", media.filename.as_deref().unwrap_or(media.kind.as_str()))
        });
        let text = message.text.as_deref().unwrap_or_default();
        return Some(format!("{}{text}", file.unwrap_or_default()));
    }
    let change = event.change.as_ref()?;
    let json = serde_json::to_string(change).unwrap_or_default();
    Some(format!("[{}] {json}", event.kind))
}

/// What a customer wrote is text, whatever it looks like (S12).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_of_a_customer_is_only_text() {
        assert_eq!(super::escaped("<b a='x\">&"), "&lt;b a=&#39;x&quot;&gt;&amp;");
    }
}
