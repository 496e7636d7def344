use super::*;
use crate::http::Cut;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: body.into(), cut: None }
}

fn error(code: i64) -> String {
    format!(
        r#"{{"error":{{"message":"(#{code}) x","code":{code},"error_data":{{"details":"d"}}}}}}"#
    )
}

fn judge(status: u16, body: &str) -> SendOutcome {
    outcome(&Ok(reply(status, body)))
}

const OK: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+33639980012","wa_id":"33639980012","user_id":"FR.71"}],"messages":[{"id":"wamid.OUT10","message_status":"accepted"}]}"#;

#[test]
fn an_accepted_send_yields_its_id_and_teaches_the_identity() {
    assert_eq!(judge(200, OK), SendOutcome::Accepted { provider_id: "wamid.OUT10".into() });
    let accepted = accepted(&reply(200, OK)).unwrap();
    assert_eq!(accepted.recipient.phone.as_deref(), Some("+33639980012"));
    assert_eq!(accepted.recipient.bsuid.as_deref(), Some("FR.71"));
    assert!(!accepted.held);
}

#[test]
fn a_success_that_names_no_message_is_unknown() {
    for body in [
        "",
        "{}",
        "<html>ok</html>",
        r#"{"messages":[]}"#,
        r#"{"messages":[{"id":""}]}"#,
        &OK[..60],
    ] {
        assert!(matches!(judge(200, body), SendOutcome::Unknown { .. }), "{body}");
    }
}

#[test]
fn errors_map_by_code_before_status() {
    assert!(matches!(judge(400, &error(131_056)), SendOutcome::Retry { code: Some(131_056), .. }));
    assert!(matches!(judge(429, &error(130_429)), SendOutcome::Retry { code: Some(130_429), .. }));
    assert!(matches!(
        judge(400, &error(131_047)),
        SendOutcome::Refused { code: Some(131_047), .. }
    ));
    assert!(matches!(judge(401, &error(190)), SendOutcome::ChannelDown { code: Some(190), .. }));
    assert!(matches!(judge(500, &error(131_000)), SendOutcome::Unknown { .. }));
    assert!(matches!(judge(503, "<html>"), SendOutcome::Unknown { .. }));
    assert!(matches!(judge(404, "<html>"), SendOutcome::Refused { code: None, .. }));
    assert!(matches!(judge(302, ""), SendOutcome::Retry { .. }));
}

#[test]
fn failures_without_an_answer_depend_on_what_was_written() {
    let outcome = |failure| outcome(&Err(failure));
    assert!(matches!(outcome(Failure::NotSent("dns".into())), SendOutcome::Retry { .. }));
    assert!(matches!(outcome(Failure::Unknown("reset".into())), SendOutcome::Unknown { .. }));
    assert!(matches!(outcome(Failure::Denied), SendOutcome::ChannelDown { .. }));
}

#[test]
fn a_refusal_whose_reason_was_cut_off_is_tried_again() {
    let mut cut = reply(400, &error(131_047)[..20]);
    cut.cut = Some(Cut::ConnectionLost);
    assert!(matches!(outcome(&Ok(cut)), SendOutcome::Retry { .. }));
}

#[test]
fn the_wait_the_provider_asks_for_is_honoured_within_reason() {
    let with = |name: &'static str, value: &'static str| {
        let mut reply = reply(429, &error(80_007));
        let name = HeaderName::from_static(name);
        reply.headers.insert(name, HeaderValue::from_static(value));
        match outcome(&Ok(reply)) {
            SendOutcome::Retry { after, .. } => after.as_secs(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(with("retry-after", "120"), 120);
    assert_eq!(with("retry-after", "1"), 60);
    assert_eq!(with("retry-after", "99999999"), 3600);
    assert_eq!(with("retry-after", "soon"), 60);
    let usage = r#"{"9":[{"type":"messages","estimated_time_to_regain_access":5}]}"#;
    assert_eq!(with("x-business-use-case-usage", usage), 300);
    assert_eq!(with("x-business-use-case-usage", "[]"), 60);
}
