use super::*;

const TEXT: &str = "Bonjour {name}, {order:votre commande} part le {day}. {name} ?";

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn filling(known: &[(&str, &str)], given: &[(&str, &str)]) -> Filling {
    Filling { known: map(known), given: map(given) }
}

#[test]
fn what_is_given_goes_before_what_is_known_and_a_dash_stands_for_the_rest() {
    let known = [("name", "Claire"), ("order", "ML-1")];
    let (body, params) = filled(TEXT, &filling(&known, &[]));
    assert_eq!(body, "Bonjour Claire, ML-1 part le —. Claire ?");
    assert_eq!(params, ["Claire", "ML-1", "—", "Claire"]);
    let (body, params) = filled(TEXT, &filling(&known, &[("day", " lundi "), ("order", "ML-2")]));
    assert_eq!(body, "Bonjour Claire, ML-2 part le lundi. Claire ?");
    assert_eq!(params, ["Claire", "ML-2", "lundi", "Claire"]);
}

#[test]
fn each_place_is_told_once_with_what_will_stand_there() {
    let told = places(TEXT, &filling(&[("name", "Claire")], &[]).by("Nadia Roy"));
    let told: Vec<_> = told.iter().map(|p| (p.name.as_str(), p.value.as_deref())).collect();
    assert_eq!(told, [("name", Some("Claire")), ("order", Some("votre commande")), ("day", None)]);
    let differs =
        places("{order:la vôtre} {order:votre commande} {day} {day:lundi}", &filling(&[], &[]));
    assert!(differs.iter().all(|place| place.value.is_none()), "{differs:?}");
    let agent = places("{agent}", &Filling::default().by("Nadia Roy"));
    assert_eq!(agent[0].value.as_deref(), Some("Nadia"));
}

#[test]
fn a_value_is_data_and_what_is_known_goes_on_one_line() {
    let (body, _) = filled("{a} {b}", &filling(&[("b", "1 rue X\n75001\tParis")], &[("a", "{b}")]));
    assert_eq!(body, "{b} 1 rue X 75001 Paris");
}

#[test]
fn what_the_provider_would_refuse_is_refused() {
    let long = "é".repeat(VALUE);
    for fits in ["lundi", "a   b", &long, " {day} ", "٣ مارس"] {
        assert_eq!(must_fit(TEXT, &map(&[("day", fits)])), Ok(()), "{fits:?}");
    }
    let longer = format!("{long}é");
    for (value, why) in [
        ("", ValueError::Empty),
        (" \n", ValueError::Empty),
        (longer.as_str(), ValueError::TooLong),
        ("a\nb", ValueError::Layout),
        ("a\n", ValueError::Layout),
        ("a\u{2028}b", ValueError::Layout),
        ("a\tb", ValueError::Layout),
        ("a    b", ValueError::Layout),
    ] {
        let refused = must_fit(TEXT, &map(&[("day", value)]));
        assert_eq!(
            refused,
            Err(TemplateError::Value { place: "day".to_owned(), why }),
            "{value:?}"
        );
    }
    let other = must_fit(TEXT, &map(&[("amount", "3")]));
    let why = ValueError::NoPlace;
    assert_eq!(other, Err(TemplateError::Value { place: "amount".to_owned(), why }));
}
