//! The connectors that need no network: orders and customer records out of the workspace's files.
//! Dates may be written `D-4`: days relative to the day the files were loaded.

use jiff::civil::Date;
use relais_core::conversation::state::Profile;
use relais_core::workspace::{Document, Order};

/// An order by its number.
pub fn order(document: &Document, number: &str, day: Date) -> Option<Order> {
    let found = document.orders.table.iter().find(|o| o.order == number)?;
    Some(dated(found, day))
}

/// What the files know of a phone number: the segment, and its orders, newest first.
pub fn profile(document: &Document, phone: &str, day: Date) -> Option<Profile> {
    let mut orders: Vec<Order> =
        document.orders.table.iter().filter(|o| o.phone == phone).map(|o| dated(o, day)).collect();
    orders.sort_by(|a, b| (&b.placed, &b.order).cmp(&(&a.placed, &a.order)));
    let contact = document.contacts.iter().find(|c| c.phone == phone);
    if contact.is_none() && orders.is_empty() {
        return None;
    }
    let name = contact.map(|c| &c.name).or(orders.first().map(|o| &o.name));
    Some(Profile {
        name: name.cloned(),
        phone: Some(phone.to_owned()),
        segment: contact.map(|c| c.segment.clone()),
        language: contact.and_then(|c| c.language.clone()),
        opted_out: false,
        orders,
    })
}

fn dated(order: &Order, day: Date) -> Order {
    let mut order = order.clone();
    order.placed = date(&order.placed, day);
    order.eta = order.eta.map(|eta| date(&eta, day));
    order.note = order.note.map(|note| dates_in(&note, day));
    order
}

/// A whole value: `D`, `D+1`, `D-4`, or anything else as it stands.
fn date(value: &str, day: Date) -> String {
    if value == "D" { day.to_string() } else { relative(value, day).unwrap_or(value.to_owned()) }
}

/// Relative dates among other words; a bare `D` may be a word and stays.
fn dates_in(note: &str, day: Date) -> String {
    let words = note.split(' ').map(|word| {
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        match relative(bare, day) {
            Some(date) => format!("{date}{}", &word[bare.len()..]),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn relative(word: &str, day: Date) -> Option<String> {
    let offset = word.strip_prefix('D')?;
    if !offset.starts_with(['+', '-']) {
        return None;
    }
    let days: i64 = offset.parse().ok()?;
    let span = jiff::Span::new().try_days(days).ok()?;
    day.checked_add(span).ok().map(|d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_follow_the_day_of_loading() {
        let day = jiff::civil::date(2027, 3, 1);
        assert_eq!(date("D", day), "2027-03-01");
        assert_eq!(date("D-1", day), "2027-02-28");
        assert_eq!(date("2026-12-24", day), "2026-12-24");
        assert_eq!(
            dates_in("return received D-1, being checked", day),
            "return received 2027-02-28, being checked"
        );
        assert_eq!(dates_in("vitamin D stays", day), "vitamin D stays");
    }
}
