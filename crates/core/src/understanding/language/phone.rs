//! The main language of a phone number's country.

use super::Lang;

const DE: Lang = Lang::of(b"de");
const IT: Lang = Lang::of(b"it");
const NL: Lang = Lang::of(b"nl");
const RU: Lang = Lang::of(b"ru");

/// Country code → main language; the longest code that fits wins.
const CODES: &[(&str, Lang)] = &[
    // French
    ("33", Lang::FR),
    ("262", Lang::FR),
    ("590", Lang::FR),
    ("594", Lang::FR),
    ("596", Lang::FR),
    ("687", Lang::FR),
    ("689", Lang::FR),
    ("377", Lang::FR),
    ("32", Lang::FR),
    ("352", Lang::FR),
    ("221", Lang::FR),
    ("223", Lang::FR),
    ("224", Lang::FR),
    ("225", Lang::FR),
    ("226", Lang::FR),
    ("227", Lang::FR),
    ("228", Lang::FR),
    ("229", Lang::FR),
    ("235", Lang::FR),
    ("236", Lang::FR),
    ("237", Lang::FR),
    ("241", Lang::FR),
    ("242", Lang::FR),
    ("243", Lang::FR),
    ("253", Lang::FR),
    ("257", Lang::FR),
    ("261", Lang::FR),
    ("509", Lang::FR),
    // English
    ("1", Lang::EN),
    ("44", Lang::EN),
    ("353", Lang::EN),
    ("61", Lang::EN),
    ("64", Lang::EN),
    ("27", Lang::EN),
    ("220", Lang::EN),
    ("231", Lang::EN),
    ("232", Lang::EN),
    ("233", Lang::EN),
    ("234", Lang::EN),
    ("254", Lang::EN),
    ("255", Lang::EN),
    ("256", Lang::EN),
    ("260", Lang::EN),
    ("263", Lang::EN),
    ("264", Lang::EN),
    ("265", Lang::EN),
    ("266", Lang::EN),
    ("267", Lang::EN),
    ("268", Lang::EN),
    ("230", Lang::EN),
    ("250", Lang::EN),
    ("350", Lang::EN),
    ("356", Lang::EN),
    ("501", Lang::EN),
    ("592", Lang::EN),
    ("65", Lang::EN),
    ("63", Lang::EN),
    ("675", Lang::EN),
    ("679", Lang::EN),
    // Spanish
    ("34", Lang::ES),
    ("51", Lang::ES),
    ("52", Lang::ES),
    ("53", Lang::ES),
    ("54", Lang::ES),
    ("56", Lang::ES),
    ("57", Lang::ES),
    ("58", Lang::ES),
    ("502", Lang::ES),
    ("503", Lang::ES),
    ("504", Lang::ES),
    ("505", Lang::ES),
    ("506", Lang::ES),
    ("507", Lang::ES),
    ("591", Lang::ES),
    ("593", Lang::ES),
    ("595", Lang::ES),
    ("598", Lang::ES),
    ("240", Lang::ES),
    ("376", Lang::ES),
    ("1787", Lang::ES),
    ("1939", Lang::ES),
    ("1809", Lang::ES),
    ("1829", Lang::ES),
    ("1849", Lang::ES),
    // Portuguese
    ("351", Lang::PT),
    ("55", Lang::PT),
    ("244", Lang::PT),
    ("258", Lang::PT),
    ("238", Lang::PT),
    ("239", Lang::PT),
    ("245", Lang::PT),
    // Arabic
    ("20", Lang::AR),
    ("212", Lang::AR),
    ("213", Lang::AR),
    ("216", Lang::AR),
    ("218", Lang::AR),
    ("222", Lang::AR),
    ("249", Lang::AR),
    ("961", Lang::AR),
    ("962", Lang::AR),
    ("963", Lang::AR),
    ("964", Lang::AR),
    ("965", Lang::AR),
    ("966", Lang::AR),
    ("967", Lang::AR),
    ("968", Lang::AR),
    ("970", Lang::AR),
    ("971", Lang::AR),
    ("973", Lang::AR),
    ("974", Lang::AR),
    ("269", Lang::AR),
    // Hindi
    ("91", Lang::HI),
    // Others
    ("49", DE),
    ("43", DE),
    ("41", DE),
    ("423", DE),
    ("39", IT),
    ("378", IT),
    ("31", NL),
    ("597", NL),
    ("599", NL),
    ("297", NL),
    ("7", RU),
    ("375", RU),
    ("996", RU),
    ("30", Lang::of(b"el")),
    ("357", Lang::of(b"el")),
    ("36", Lang::of(b"hu")),
    ("40", Lang::of(b"ro")),
    ("373", Lang::of(b"ro")),
    ("45", Lang::of(b"da")),
    ("46", Lang::of(b"sv")),
    ("47", Lang::of(b"no")),
    ("48", Lang::of(b"pl")),
    ("354", Lang::of(b"is")),
    ("355", Lang::of(b"sq")),
    ("358", Lang::of(b"fi")),
    ("359", Lang::of(b"bg")),
    ("370", Lang::of(b"lt")),
    ("371", Lang::of(b"lv")),
    ("372", Lang::of(b"et")),
    ("374", Lang::of(b"hy")),
    ("380", Lang::of(b"uk")),
    ("381", Lang::of(b"sr")),
    ("382", Lang::of(b"sr")),
    ("383", Lang::of(b"sq")),
    ("385", Lang::of(b"hr")),
    ("386", Lang::of(b"sl")),
    ("387", Lang::of(b"bs")),
    ("389", Lang::of(b"mk")),
    ("420", Lang::of(b"cs")),
    ("421", Lang::of(b"sk")),
    ("90", Lang::of(b"tr")),
    ("972", Lang::of(b"he")),
    ("98", Lang::of(b"fa")),
    ("93", Lang::of(b"fa")),
    ("92", Lang::of(b"ur")),
    ("880", Lang::of(b"bn")),
    ("977", Lang::of(b"ne")),
    ("94", Lang::of(b"si")),
    ("95", Lang::of(b"my")),
    ("66", Lang::of(b"th")),
    ("84", Lang::of(b"vi")),
    ("855", Lang::of(b"km")),
    ("856", Lang::of(b"lo")),
    ("60", Lang::of(b"ms")),
    ("673", Lang::of(b"ms")),
    ("62", Lang::of(b"id")),
    ("81", Lang::of(b"ja")),
    ("82", Lang::of(b"ko")),
    ("850", Lang::of(b"ko")),
    ("86", Lang::of(b"zh")),
    ("852", Lang::of(b"zh")),
    ("853", Lang::of(b"zh")),
    ("886", Lang::of(b"zh")),
    ("976", Lang::of(b"mn")),
    ("994", Lang::of(b"az")),
    ("995", Lang::of(b"ka")),
    ("998", Lang::of(b"uz")),
    ("992", Lang::of(b"tg")),
    ("993", Lang::of(b"tk")),
    ("251", Lang::of(b"am")),
    ("252", Lang::of(b"so")),
];

/// The main language of the number's country, for numbers like `+33639980101`; the plus sign,
/// a leading `00` and spaces are optional.
pub fn of_phone(e164: &str) -> Option<Lang> {
    let digits: String = e164.chars().filter(char::is_ascii_digit).take(20).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    if digits.len() < 5 {
        return None;
    }
    (1..=4).rev().find_map(|n| {
        let code = digits.get(..n)?;
        CODES.iter().find(|(c, _)| *c == code).map(|(_, lang)| *lang)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_code_gives_its_main_language() {
        for (number, want) in [
            ("+33639980101", Some("fr")),
            ("33639980101", Some("fr")),
            ("+447700900104", Some("en")),
            ("+12025550123", Some("en")),
            ("+17875550123", Some("es")),
            ("+34600000105", Some("es")),
            ("+5215550000000", Some("es")),
            ("+351900000110", Some("pt")),
            ("+5511900000000", Some("pt")),
            ("+212600000000", Some("ar")),
            ("+966500000000", Some("ar")),
            ("+20100000000", Some("ar")),
            ("+919000000000", Some("hi")),
            ("+4915100000000", Some("de")),
            ("+81900000000", Some("ja")),
            ("0049 151 00000", Some("de")),
            ("+7 900 000 00 00", Some("ru")),
            ("+2217700000", Some("fr")),
            ("+999123456", None),
            ("", None),
            ("3", None),
            ("bonjour", None),
        ] {
            assert_eq!(
                of_phone(number).map(|l| l.as_str().to_owned()).as_deref(),
                want,
                "{number}"
            );
        }
    }

    #[test]
    fn no_code_is_listed_twice() {
        for (i, (code, _)) in CODES.iter().enumerate() {
            assert!(!CODES[..i].iter().any(|(c, _)| c == code), "{code}");
        }
    }
}
