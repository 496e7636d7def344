//! Which date is a holiday.

use super::hours::{Holiday, HolidayRule};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Western (Gregorian) Easter Sunday of a year.
pub fn easter(year: i16) -> Date {
    // Anonymous Gregorian computus (Meeus, Jones, Butcher).
    let y = i32::from(year);
    let golden = y.rem_euclid(19);
    let (century, in_century) = (y.div_euclid(100), y.rem_euclid(100));
    let skipped = century - century.div_euclid(4);
    let lunar = (8 * century + 13).div_euclid(25);
    let epact = (19 * golden + skipped - lunar + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * in_century.div_euclid(4)
        - epact
        - in_century.rem_euclid(4))
    .rem_euclid(7);
    let correction = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days = epact + weekday - 7 * correction + 114;
    let (month, day) = (days.div_euclid(31), days.rem_euclid(31) + 1);
    Date::new(year, month as i8, day as i8).expect("the computus gives 22 March to 25 April")
}

/// The holidays of a calendar, ready for asking.
#[derive(Clone, Debug, Default)]
pub(super) struct Holidays {
    yearly: BTreeMap<(i8, i8), String>,
    easter: BTreeMap<i64, String>,
    once: BTreeMap<Date, String>,
}

impl Holidays {
    pub(super) fn new(list: &[Holiday]) -> Self {
        let mut holidays = Self::default();
        for Holiday { rule, name } in list {
            let name = name.clone();
            match *rule {
                HolidayRule::Yearly { month, day } => holidays.yearly.insert((month, day), name),
                HolidayRule::Easter { offset_days } => {
                    holidays.easter.insert(i64::from(offset_days), name)
                }
                HolidayRule::Once(day) => holidays.once.insert(day.0, name),
            };
        }
        holidays
    }

    /// Name of the holiday that falls on a date.
    pub(super) fn on(&self, date: Date) -> Option<&str> {
        let fixed = self.once.get(&date).or_else(|| self.yearly.get(&(date.month(), date.day())));
        fixed.or_else(|| self.by_easter(date)).map(String::as_str)
    }

    fn by_easter(&self, date: Date) -> Option<&String> {
        if self.easter.is_empty() {
            return None;
        }
        // An offset may reach into the neighbouring year.
        let years = [date.year(), date.year() - 1, date.year() + 1];
        years.into_iter().filter(|y| (1..=9999).contains(y)).find_map(|year| {
            let days = date.duration_since(easter(year)).as_hours().div_euclid(24);
            self.easter.get(&days)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    #[test]
    fn easter_falls_where_the_published_tables_say() {
        for (year, month, day) in [
            (1583, 4, 10),
            (1818, 3, 22),
            (1943, 4, 25),
            (1954, 4, 18),
            (1961, 4, 2),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2029, 4, 1),
            (2030, 4, 21),
            (2038, 4, 25),
            (2049, 4, 18),
            (2285, 3, 22),
        ] {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april_in_every_year() {
        for year in 1..=9999 {
            let sunday = easter(year);
            assert_eq!(sunday.weekday(), Weekday::Sunday, "{year}");
            assert!(date(year, 3, 22) <= sunday && sunday <= date(year, 4, 25), "{year}");
        }
    }

    fn french() -> Holidays {
        let text = r#"[{"date":"01-01","name":"Jour de l'an"},{"easter":1,"name":"Lundi de Pâques"},
            {"date":"05-01","name":"Fête du Travail"},{"easter":39,"name":"Ascension"},
            {"easter":50,"name":"Lundi de Pentecôte"},{"date":"2027-05-03","name":"Inventaire"},
            {"date":"02-29","name":"Jour bissextile"}]"#;
        Holidays::new(&serde_json::from_str::<Vec<Holiday>>(text).unwrap())
    }

    #[test]
    fn movable_holidays_follow_easter() {
        let h = french();
        assert_eq!(h.on(date(2027, 3, 29)), Some("Lundi de Pâques"));
        assert_eq!(h.on(date(2027, 5, 6)), Some("Ascension"));
        assert_eq!(h.on(date(2027, 5, 17)), Some("Lundi de Pentecôte"));
        assert_eq!(h.on(date(2026, 4, 6)), Some("Lundi de Pâques"));
        assert_eq!(h.on(date(2026, 3, 29)), None);
    }

    #[test]
    fn a_dated_holiday_holds_once_and_a_yearly_one_every_year() {
        let h = french();
        assert_eq!(h.on(date(2027, 5, 3)), Some("Inventaire"));
        assert_eq!(h.on(date(2028, 5, 3)), None);
        assert_eq!(h.on(date(2031, 5, 1)), Some("Fête du Travail"));
        assert_eq!(h.on(date(2028, 2, 29)), Some("Jour bissextile"));
        assert_eq!(h.on(date(2027, 3, 1)), None);
    }

    #[test]
    fn an_offset_may_cross_the_year() {
        let list = r#"[{"easter":-100,"name":"before"}]"#;
        let h = Holidays::new(&serde_json::from_str::<Vec<Holiday>>(list).unwrap());
        // Easter 2027 is 28 March; a hundred days earlier it is still 2026.
        assert_eq!(h.on(date(2026, 12, 18)), Some("before"));
    }
}
