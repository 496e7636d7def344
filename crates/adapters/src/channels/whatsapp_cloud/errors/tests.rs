use super::*;

fn verdict(code: i64, origin: Origin) -> Verdict {
    let error = ApiError { code: Some(code), ..ApiError::default() };
    classify(&error, Some(400), origin)
}

#[test]
fn limits_are_retried() {
    for code in [4, 80_007, 130_429, 613, 131_056, 134_101] {
        for origin in [Origin::Answer, Origin::Status] {
            assert!(
                matches!(verdict(code, origin).class, Class::Retry { .. }),
                "{code} {origin:?}"
            );
        }
    }
}

#[test]
fn token_permission_and_account_errors_stop_the_channel() {
    for code in [0, 190, 3, 10, 200, 250, 299, 131_005, 368, 131_031, 133_010, 131_045, 131_037] {
        assert_eq!(verdict(code, Origin::Answer).class, Class::ChannelDown, "{code}");
    }
}

#[test]
fn trouble_at_meta_is_unknown_in_an_answer_and_certain_in_a_status() {
    for code in [1, 2, 131_000, 131_016, 131_057, 133_004, 2_494_100] {
        assert_eq!(verdict(code, Origin::Answer).class, Class::Unknown, "{code}");
        assert!(matches!(verdict(code, Origin::Status).class, Class::Retry { .. }), "{code}");
    }
}

#[test]
fn refusals_are_refused_and_say_what_to_do() {
    let cases = [
        (33, Advice::ReportBug),
        (100, Advice::ReportBug),
        (131_008, Advice::ReportBug),
        (131_009, Advice::ReportBug),
        (131_021, Advice::ReportBug),
        (135_000, Advice::ReportBug),
        (131_026, Advice::MarkUnreachable),
        (131_030, Advice::FinishOnboarding),
        (131_042, Advice::FixBilling),
        (131_044, Advice::FixBilling),
        (131_047, Advice::UseTemplate),
        (131_048, Advice::PauseMarketing),
        (131_049, Advice::PauseMarketing),
        (131_050, Advice::RecordOptOut),
        (131_051, Advice::ReportBug),
        (131_052, Advice::ConvertMedia),
        (131_053, Advice::ConvertMedia),
        (131_062, Advice::AskForPhone),
        (131_064, Advice::FixTemplate),
        (131_070, Advice::OwnedElsewhere),
        (132_000, Advice::FixTemplate),
        (132_001, Advice::FixTemplate),
        (132_015, Advice::FixTemplate),
        (132_016, Advice::FixTemplate),
        (132_069, Advice::FixTemplate),
        (134_100, Advice::Nothing),
        (134_102, Advice::Nothing),
        (130_403, Advice::Unblock),
        (130_472, Advice::Nothing),
        (130_497, Advice::Nothing),
        (133_005, Advice::FinishOnboarding),
        (133_016, Advice::FinishOnboarding),
        (137_000, Advice::VerifyCustomer),
        (138_006, Advice::Nothing),
        (139_100, Advice::Nothing),
        (147_003, Advice::Nothing),
        (2_388_299, Advice::FixTemplate),
        (2_494_191, Advice::OwnedElsewhere),
        (131_055, Advice::Nothing),
    ];
    for (code, advice) in cases {
        let v = verdict(code, Origin::Answer);
        assert_eq!((v.class, v.advice), (Class::Refused, advice), "{code}");
    }
}

#[test]
fn every_text_exists_in_both_languages() {
    for code in (0..300).chain(80_000..81_000).chain(130_000..148_000).chain([2_388_001, 2_494_100])
    {
        let Some(entry) = table::find(code) else { continue };
        let t = &entry.text;
        for text in [t.fr, t.en, t.remedy_fr, t.remedy_en] {
            assert!(text.ends_with('.'), "{code}: {text:?}");
        }
        assert_ne!(t.fr, t.en, "{code}");
    }
}

#[test]
fn a_transient_refusal_is_retried_but_a_transient_doubt_stays_a_doubt() {
    let transient = |code| ApiError { code: Some(code), transient: true, ..ApiError::default() };
    let class = |code| classify(&transient(code), Some(400), Origin::Answer).class;
    assert!(matches!(class(131_009), Class::Retry { .. }));
    assert!(matches!(class(987_654), Class::Retry { .. }));
    assert_eq!(class(2), Class::Unknown);
    assert_eq!(class(190), Class::ChannelDown);
}

#[test]
fn an_unlisted_code_is_judged_by_the_http_status() {
    let error = ApiError { code: Some(987_654), ..ApiError::default() };
    let class = |status| classify(&error, status, Origin::Answer).class;
    assert_eq!(class(Some(400)), Class::Refused);
    assert_eq!(class(Some(401)), Class::ChannelDown);
    assert!(matches!(class(Some(429)), Class::Retry { .. }));
    assert_eq!(class(Some(500)), Class::Unknown);
    assert_eq!(class(Some(200)), Class::Unknown);
    assert_eq!(classify(&error, None, Origin::Status).class, Class::Refused);
}

#[test]
fn pages_of_proxies_are_judged_by_status() {
    assert!(matches!(classify_status(302).class, Class::Retry { .. }));
    assert!(matches!(classify_status(429).class, Class::Retry { .. }));
    assert_eq!(classify_status(401).class, Class::ChannelDown);
    assert_eq!(classify_status(404).class, Class::Refused);
    for unsure in [408, 500, 502, 503, 504, 100, 204, 600] {
        assert_eq!(classify_status(unsure).class, Class::Unknown, "{unsure}");
    }
}
