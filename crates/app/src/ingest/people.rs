//! Who an object is from: addresses of a person, and the order kept for each.

use crate::arrival::{Arrival, Item};
use crate::port::store::{ContactRow, Identity, Write};
use crate::rectify;
use relais_core::id::ContactId;
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use std::collections::BTreeMap;

/// Objects of one person, or of one sent message, with their places in the delivery.
pub(super) fn lanes(arrivals: &[Arrival]) -> Vec<Vec<usize>> {
    let mut lanes: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (place, arrival) in arrivals.iter().enumerate() {
        let names: Vec<String> = match &arrival.item {
            Item::Message(inbound) => names(&inbound.sender),
            Item::Echo { to, .. } => names(to),
            Item::Past { with, .. } => names(with),
            Item::Moved { old, new, .. } => {
                let mut both = names(old);
                both.extend(names(new));
                both
            }
            Item::Status(report) => vec![format!("sent:{}", report.provider_id)],
            Item::Template(_) | Item::Notice { .. } | Item::Unknown { .. } => {
                vec![format!("alone:{place}")]
            }
        };
        let found = names.iter().find_map(|n| known.get(n).copied());
        let lane = found.unwrap_or_else(|| {
            lanes.push(Vec::new());
            lanes.len() - 1
        });
        lanes[lane].push(place);
        known.extend(names.into_iter().map(|n| (n, lane)));
    }
    lanes
}

fn names(sender: &Sender) -> Vec<String> {
    let bsuid = sender.bsuid.iter().map(|id| format!("bsuid:{id}"));
    bsuid.chain(sender.phone.iter().map(|p| format!("phone:{p}"))).collect()
}

pub(super) fn identities(sender: &Sender) -> Vec<Identity> {
    let bsuid = sender.bsuid.iter().map(|v| Identity { kind: "bsuid", value: v.clone() });
    let phone = sender.phone.iter().map(|v| Identity { kind: "phone", value: v.clone() });
    bsuid.chain(phone).collect()
}

pub(super) fn stranger(id: ContactId, sender: &Sender, now: Timestamp) -> ContactRow {
    ContactRow {
        id,
        name: sender.name.clone(),
        phone: sender.phone.clone(),
        bsuid: sender.bsuid.clone(),
        language: None,
        attributes: "{}".to_owned(),
        is_opted_out: false,
        created_at: now,
        rectified: "{}".to_owned(),
        is_restricted: false,
        revision: 0,
    }
}

/// The contact with what this message tells of the person; writes it where it is new.
pub(super) fn named(contact: &ContactRow, sender: &Sender, writes: &mut Vec<Write>) -> ContactRow {
    let mut after = contact.clone();
    for identity in identities(sender) {
        let known = match identity.kind {
            "phone" => &mut after.phone,
            _ => &mut after.bsuid,
        };
        if known.as_ref() != Some(&identity.value) {
            *known = Some(identity.value.clone());
            writes.push(Write::AddIdentity { contact: contact.id, identity });
        }
    }
    if let Some(name) = &sender.name {
        rectify::told(&mut after, name);
    }
    if after != *contact {
        writes.push(Write::UpdateContact(after.clone()));
    }
    after
}

/// The addresses tell nothing about the contact that was not known.
pub(super) fn is_known(contact: &ContactRow, sender: &Sender) -> bool {
    let knows = |of: &Option<String>, told: &Option<String>| told.is_none() || of == told;
    knows(&contact.bsuid, &sender.bsuid) && knows(&contact.phone, &sender.phone)
}

/// The same person, the same number: by what is always there first.
pub(super) fn fingerprint(sender: &Sender) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    sender.phone.as_ref().or(sender.bsuid.as_ref()).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_core::message::{Content, Inbound};

    fn from(phone: Option<&str>, bsuid: Option<&str>) -> Arrival {
        let sender = Sender {
            phone: phone.map(str::to_owned),
            bsuid: bsuid.map(str::to_owned),
            ..Sender::default()
        };
        let inbound = Inbound {
            provider_id: "x".to_owned(),
            business_number: "1".to_owned(),
            sender,
            sent_at: Timestamp::from_secs(0),
            content: Content::Text { body: "x".to_owned() },
            quotes: None,
        };
        Arrival {
            receipt: "x".to_owned(),
            business_number: "1".to_owned(),
            raw: "{}".to_owned(),
            item: Item::Message(Box::new(inbound)),
        }
    }

    #[test]
    fn one_person_is_one_lane_under_any_address() {
        let arrivals = [
            from(Some("+1"), None),
            from(Some("+2"), None),
            from(Some("+1"), Some("A")),
            from(None, Some("A")),
        ];
        assert_eq!(lanes(&arrivals), [vec![0, 2, 3], vec![1]]);
    }
}
