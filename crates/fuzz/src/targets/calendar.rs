//! Calendar files with days off.

use super::{Target, kind_of, look};
use crate::Dice;
use jiff::civil::{Date, date};
use relais_core::calendar::ical::read;
use relais_core::calendar::{Calendar, Hours};

const TODAY: Date = date(2027, 3, 1);

pub(super) struct DaysOff;

impl Target for DaysOff {
    fn name(&self) -> &'static str {
        "calendar"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let mut text = "BEGIN:VCALENDAR\r\n".to_owned();
        for _ in 0..=dice.below(4) {
            text += "BEGIN:VEVENT\r\n";
            for _ in 0..=dice.below(6) {
                let line = dice.word(self.words());
                text += &line;
                text += &dice.word(&["\r\n", "\n", "\r\n ", ""]);
            }
            text += "\r\nEND:VEVENT\r\n";
        }
        text += "END:VCALENDAR\r\n";
        text.into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &[
            "DTSTART;VALUE=DATE:20270801",
            "DTSTART:20240229",
            "DTSTART:00010101",
            "DTSTART:99981231",
            "DTSTART;TZID=\"a:b;c\":20270514T000000",
            "DTSTART:20270514T090000Z",
            "DTEND:20270816",
            "DTEND:20270515T000000",
            "DURATION:P10000W",
            "DURATION:P1D",
            "RRULE:FREQ=YEARLY",
            "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=-31,31;INTERVAL=1000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,SU;COUNT=10000",
            "RRULE:FREQ=DAILY;UNTIL=20280101T000000Z",
            ";COUNT=3",
            ";INTERVAL=2",
            "EXDATE:20270801,20280801",
            "RDATE:20270704",
            "RECURRENCE-ID:20270801",
            "UID:a",
            "SUMMARY:Congés\\, été\\n",
            "STATUS:CANCELLED",
            "BEGIN:VALARM",
            "END:VALARM",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let text = String::from_utf8_lossy(input);
        let found = match read(&text, TODAY) {
            Ok(found) => found,
            Err(error) => return look(kind_of(&error.to_string())),
        };
        assert!(found.closures.len() <= 500, "more days off than are allowed");
        assert!(found.closures.iter().all(|c| TODAY <= c.from.0), "a day that is over");
        let shape = (
            found.holidays.len().min(3),
            found.closures.len().min(8),
            found.left_out.iter().map(|one| one.why as u8).collect::<Vec<_>>(),
        );
        // What was found can be kept as it is.
        let (holidays, closures) = (found.holidays, found.closures);
        let hours = Hours { holidays, closures, ..Hours::always() };
        assert!(Calendar::new(&hours, "Europe/Paris").is_ok(), "no hours can be made of it");
        let kept = serde_json::to_string(&hours).expect("hours can be written");
        let again: Hours = serde_json::from_str(&kept).expect("hours can be read again");
        assert_eq!(again, hours, "kept and read again, it differs");
        look(shape)
    }
}
