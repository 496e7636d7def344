//! Who wrote: phone numbers and business-scoped user ids, wherever the provider puts them.

use super::IdentityChange;
use crate::channels::whatsapp_cloud::wire::View;
use relais_core::message::Sender;
use std::collections::BTreeMap;

/// `FR.7102938475610293847`, or `FR.ENT.…` for a parent id.
pub(in super::super) fn is_bsuid(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// E.164 with `+`, from digits written with or without it.
pub(in super::super) fn phone(text: &str) -> Option<String> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plausible.then(|| format!("+{digits}"))
}

fn phone_at(view: View<'_>) -> Option<String> {
    phone(&view.word()?)
}

fn bsuid_at(view: View<'_>) -> Option<String> {
    view.word().map(|t| t.trim().to_owned()).filter(|t| is_bsuid(t))
}

/// The `contacts[]` beside a list of messages, found by address.
#[derive(Debug, Default)]
pub(in super::super) struct Contacts {
    list: Vec<Contact>,
    by_bsuid: BTreeMap<String, usize>,
    by_phone: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Contact {
    phone: Option<String>,
    bsuid: Option<String>,
    name: Option<String>,
    username: Option<String>,
}

impl Contacts {
    pub(in super::super) fn add(&mut self, view: View<'_>) {
        let profile = view.at("profile");
        let username = profile.at("username").word();
        let contact = Contact {
            phone: phone_at(view.at("wa_id")),
            bsuid: bsuid_at(view.at("user_id")),
            name: profile.at("name").word(),
            username: username
                .map(|name| name.trim().trim_start_matches('@').to_owned())
                .filter(|name| !name.is_empty()),
        };
        let index = self.list.len();
        if let Some(bsuid) = &contact.bsuid {
            self.by_bsuid.entry(bsuid.clone()).or_insert(index);
        }
        if let Some(phone) = &contact.phone {
            self.by_phone.entry(phone.clone()).or_insert(index);
        }
        self.list.push(contact);
    }

    fn of(&self, sender: &Sender, alone: bool) -> Option<&Contact> {
        // A known id is stronger than a number: numbers are recycled.
        let contradicts = |c: &&Contact| match (&sender.bsuid, &c.bsuid) {
            (Some(ours), Some(theirs)) => ours != theirs,
            _ => false,
        };
        let index = |map: &BTreeMap<String, usize>, key: &Option<String>| {
            key.as_ref().and_then(|key| map.get(key)).and_then(|at| self.list.get(*at))
        };
        index(&self.by_bsuid, &sender.bsuid)
            .or_else(|| index(&self.by_phone, &sender.phone).filter(|c| !contradicts(c)))
            .or_else(|| match self.list.as_slice() {
                // One message and one contact belong together unless their ids say otherwise.
                [only] if alone => Some(only).filter(|c| !contradicts(c)),
                _ => None,
            })
    }
}

/// The sender of a message, completed from the contacts beside it.
pub(super) fn sender(message: View<'_>, contacts: &Contacts, alone: bool) -> Sender {
    let from = message.at("from");
    let mut sender = Sender {
        phone: phone_at(from),
        bsuid: bsuid_at(message.at("from_user_id")).or_else(|| bsuid_at(from)),
        ..Sender::default()
    };
    if let Some(contact) = contacts.of(&sender, alone) {
        sender.name.clone_from(&contact.name);
        sender.username.clone_from(&contact.username);
        sender.bsuid = sender.bsuid.or_else(|| contact.bsuid.clone());
        // `wa_id` may differ from `from` (Brazil, Mexico): `from` is the number to answer.
        sender.phone = sender.phone.or_else(|| contact.phone.clone());
    }
    sender
}

/// What a `system` message says about the person's addresses.
pub(super) fn change(message: View<'_>, system: View<'_>) -> Option<IdentityChange> {
    let kind = system.at("type").word()?;
    if !kind.contains("changed_number") && !kind.contains("changed_user_id") {
        return None;
    }
    let new = Sender {
        phone: phone_at(system.at("wa_id")).or_else(|| phone_at(system.at("new_wa_id"))),
        bsuid: bsuid_at(system.at("user_id")),
        ..Sender::default()
    };
    let from = message.at("from");
    // With a hidden number the old id stands in the sentence for people, and only there.
    let told = || {
        let body = system.at("body").text()?;
        let mut words = body.split_whitespace().map(|w| w.trim_end_matches(['.', ',']));
        words.find(|w| is_bsuid(w) && Some(*w) != new.bsuid.as_deref()).map(str::to_owned)
    };
    let old = Sender {
        phone: phone_at(from).or_else(|| phone_at(system.at("customer"))),
        bsuid: bsuid_at(message.at("from_user_id"))
            .or_else(|| bsuid_at(from))
            .filter(|id| Some(id) != new.bsuid.as_ref())
            .or_else(told),
        ..Sender::default()
    };
    let says_something = new.phone.is_some() || new.bsuid.is_some();
    says_something.then_some(IdentityChange { old, new })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_scoped_ids_are_told_from_numbers_and_names() {
        for id in ["FR.7102938475610293847", "US.a1B2", "DE.ENT.42"] {
            assert!(is_bsuid(id), "{id}");
        }
        let long = format!("FR.{}", "1".repeat(129));
        for no in ["", "33639980012", "fr.1", "FR.", "FRA.1", "F.1", "FR.1-2", "FR.ENT.", &long] {
            assert!(!is_bsuid(no), "{no}");
        }
    }

    #[test]
    fn numbers_become_e164() {
        assert_eq!(phone("33639980012").as_deref(), Some("+33639980012"));
        assert_eq!(phone("+33 6 39-98 (00) 12").as_deref(), Some("+33639980012"));
        for no in ["", "+", "1234", "1234567890123456", "FR.71", "33a", "٣٣٦٣٩٩٨٠٠١٢"] {
            assert_eq!(phone(no), None, "{no}");
        }
    }
}
