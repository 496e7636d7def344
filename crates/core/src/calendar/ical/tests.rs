use super::*;
use jiff::civil::date;

const TODAY: Date = date(2027, 3, 1);

fn calendar(events: &[&str]) -> String {
    let event = |e: &&str| format!("BEGIN:VEVENT\r\n{e}\r\nEND:VEVENT\r\n");
    let events = events.iter().map(event).collect::<Vec<_>>().concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

/// Closures as `from to name`, holidays as `month-day name`.
fn told(days: &DaysOff) -> Vec<String> {
    let yearly = days.holidays.iter().map(|one| match one.rule {
        HolidayRule::Yearly { month, day } => format!("{month:02}-{day:02} {}", one.name),
        HolidayRule::Easter { .. } | HolidayRule::Once(_) => panic!("no file says so"),
    });
    let closures = days.closures.iter().map(|c| format!("{} {} {}", c.from, c.to, c.name));
    yearly.chain(closures).collect()
}

fn read_one(event: &str) -> DaysOff {
    read(&calendar(&[event]), TODAY).unwrap()
}

fn why(event: &str) -> Option<Why> {
    let days = read_one(event);
    assert_eq!(told(&days), Vec::<String>::new(), "{event}");
    days.left_out.first().map(|one| one.why)
}

#[test]
fn whole_days_close_from_the_first_to_the_last() {
    for (event, expected) in [
        (
            "DTSTART;VALUE=DATE:20270801\nDTEND;VALUE=DATE:20270816\nSUMMARY:Été",
            "2027-08-01 2027-08-15 Été",
        ),
        ("DTSTART;VALUE=DATE:20271224\nSUMMARY:Veille", "2027-12-24 2027-12-24 Veille"),
        ("DTSTART:20271224\nDURATION:P3D\nSUMMARY:Trois", "2027-12-24 2027-12-26 Trois"),
        ("DTSTART:20271224\nDURATION:P2W\nSUMMARY:Deux", "2027-12-24 2028-01-06 Deux"),
        (
            "DTSTART;TZID=\"Paris: x\":20270514T000000\nDTEND;TZID=Paris:20270515T000000\nSUMMARY:Pont",
            "2027-05-14 2027-05-14 Pont",
        ),
        // An end that is not after its beginning is the beginning.
        ("DTSTART:20270514\nDTEND:20270514\nSUMMARY:Jour", "2027-05-14 2027-05-14 Jour"),
        ("DTSTART:20270514\nDTEND:20270101\nSUMMARY:Jour", "2027-05-14 2027-05-14 Jour"),
        // What has begun closes what is left of it.
        ("DTSTART:20270220\nDTEND:20270308\nSUMMARY:Hiver", "2027-03-01 2027-03-07 Hiver"),
    ] {
        assert_eq!(told(&read_one(event)), [expected], "{event}");
    }
}

#[test]
fn what_closes_no_whole_day_is_left_out_with_its_reason() {
    for (event, expected) in [
        ("DTSTART:20270105T090000Z\nDTEND:20270105T100000Z", Why::Appointment),
        ("DTSTART:20270514T000000Z\nDTEND:20270515T000000Z", Why::Appointment),
        ("DTSTART:20270514T000000", Why::Appointment),
        ("DTSTART:20270514\nDTEND:20270515T120000", Why::Appointment),
        ("DTSTART:20260101", Why::Past),
        ("DTSTART:20260101\nRRULE:FREQ=YEARLY;UNTIL=20270201", Why::Past),
        ("DTSTART:20270514\nSTATUS:CANCELLED", Why::Cancelled),
        ("SUMMARY:nothing", Why::Dates),
        ("DTSTART:20270231", Why::Dates),
        ("DTSTART:demain", Why::Dates),
        ("DTSTART:20270514\nEXDATE:x", Why::Dates),
        ("DTSTART:20270514\nRRULE:FREQ=HOURLY", Why::Repetition),
        ("DTSTART:20270514\nRRULE:FREQ=YEARLY;BYWEEKNO=20", Why::Repetition),
        ("DTSTART:20270514\nRRULE:FREQ=YEARLY;BYDAY=20MO", Why::Repetition),
        ("DTSTART:20270514\nRRULE:INTERVAL=2", Why::Repetition),
    ] {
        assert_eq!(why(event), Some(expected), "{event}");
    }
}

#[test]
fn the_same_date_every_year_is_a_holiday() {
    for (rule, expected) in [
        ("FREQ=YEARLY", "11-11 Armistice"),
        ("FREQ=YEARLY;INTERVAL=1;WKST=MO", "11-11 Armistice"),
        ("freq=yearly;bymonth=11;bymonthday=11", "11-11 Armistice"),
    ] {
        let event = format!("DTSTART;VALUE=DATE:19181111\nSUMMARY:Armistice\nRRULE:{rule}");
        assert_eq!(told(&read_one(&event)), [expected], "{rule}");
    }
    let leap = "DTSTART:20240229\nSUMMARY:Bissextile\nRRULE:FREQ=YEARLY";
    assert_eq!(told(&read_one(leap)), ["02-29 Bissextile"]);
}

#[test]
fn what_comes_back_otherwise_is_worked_out_for_five_years() {
    let starts = |event: &str| {
        let days = read_one(event);
        assert!(days.holidays.is_empty(), "{event}");
        days.closures.iter().map(|c| c.from.to_string()).collect::<Vec<_>>()
    };
    // The last Monday in May, the fourth Thursday in November, the Monday before 25 May.
    assert_eq!(
        starts("DTSTART:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"),
        ["2027-05-31", "2028-05-29", "2029-05-28", "2030-05-27", "2031-05-26"],
    );
    assert_eq!(
        starts("DTSTART:20201126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=9"),
        ["2027-11-25", "2028-11-23"],
    );
    assert_eq!(
        starts(
            "DTSTART:20270524\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=MO;BYMONTHDAY=18,19,20,21,22,23,24;UNTIL=20290101T000000Z"
        ),
        ["2027-05-24", "2028-05-22"],
    );
    assert_eq!(starts("DTSTART:20260501\nRRULE:FREQ=YEARLY;INTERVAL=3"), ["2029-05-01"]);
    assert_eq!(
        starts("DTSTART:20270131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4"),
        ["2027-03-31", "2027-04-30"],
    );
    assert_eq!(
        starts("DTSTART:20270301\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4"),
        ["2027-03-01", "2027-03-03", "2027-03-15", "2027-03-17"],
    );
    assert_eq!(
        starts("DTSTART:20270308\nRRULE:FREQ=DAILY;INTERVAL=10;UNTIL=20270330"),
        ["2027-03-08", "2027-03-18", "2027-03-28"],
    );
    // Several days every year keep their length.
    let week = read_one("DTSTART:20201224\nDTEND:20210102\nRRULE:FREQ=YEARLY\nSUMMARY:Fêtes");
    assert_eq!(week.closures.len(), 5);
    assert_eq!(told(&week)[0], "2027-12-24 2028-01-01 Fêtes");
}

#[test]
fn single_dates_are_added_taken_away_and_moved() {
    let events = [
        "UID:a\nDTSTART:20250614\nRRULE:FREQ=YEARLY;COUNT=5\nEXDATE;VALUE=DATE:20280614\nRDATE;VALUE=DATE:20270704\nSUMMARY:Fête",
        "UID:a\nRECURRENCE-ID:20270614\nDTSTART:20270615\nSUMMARY:Fête reportée",
    ];
    assert_eq!(
        told(&read(&calendar(&events), TODAY).unwrap()),
        [
            "2027-06-15 2027-06-15 Fête reportée",
            "2027-07-04 2027-07-04 Fête",
            "2029-06-14 2029-06-14 Fête"
        ],
    );
}

#[test]
fn an_alarm_and_a_time_zone_say_nothing_of_the_event() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\n\
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\n\
        DTSTART:20270514\nSUMMARY:Pont\nBEGIN:VALARM\nSUMMARY:Rappel\nDURATION:PT15M\n\
        END:VALARM\nEND:VEVENT\nEND:VCALENDAR";
    let days = read(text, TODAY).unwrap();
    assert_eq!(told(&days), ["2027-05-14 2027-05-14 Pont"]);
    assert_eq!(days.left_out, []);
}

#[test]
fn an_event_says_where_it_stands_in_the_file() {
    let days = read(&calendar(&["DTSTART:20270514", "SUMMARY:Sans date"]), TODAY).unwrap();
    let expected = LeftOut { line: 6, name: "Sans date".to_owned(), why: Why::Dates };
    assert_eq!(days.left_out, [expected]);
}

#[test]
fn many_left_out_are_counted_and_not_all_named() {
    let days = read(&calendar(&["DTSTART:20200101"; 60]), TODAY).unwrap();
    assert_eq!((days.left_out.len(), days.more_left_out), (MOST_NAMED, 10));
}

#[test]
fn a_bad_file_says_what_is_wrong() {
    let long = "x".repeat(MOST_BYTES + 1);
    let endless = "DTSTART:20270101\nRRULE:FREQ=DAILY";
    let slow = vec!["DTSTART:00010101\nRRULE:FREQ=DAILY;COUNT=10000"; 150];
    for (text, expected) in [
        ("", IcalError::NotACalendar),
        ("PK\u{3}\u{4}", IcalError::NotACalendar),
        ("<html>a: b</html>", IcalError::NotACalendar),
        ("BEGIN:VCARD\nEND:VCARD", IcalError::NotACalendar),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101", IcalError::CutOff),
        ("BEGIN:VCALENDAR\nEND:VEVENT", IcalError::Broken { line: 2 }),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR", IcalError::Broken { line: 3 }),
        (&"BEGIN:VCALENDAR\n".repeat(9), IcalError::Broken { line: 9 }),
        (&calendar(&[endless]), IcalError::TooMany),
        (&calendar(&slow), IcalError::TooMany),
        (&long, IcalError::TooLong),
    ] {
        assert_eq!(read(text, TODAY), Err(expected), "{text:.60}");
    }
}

#[test]
fn two_calendars_in_one_file_are_both_read() {
    let text = calendar(&["DTSTART:20270514"]) + &calendar(&["DTSTART:20270515"]);
    assert_eq!(read(&text, TODAY).unwrap().closures.len(), 2);
}
