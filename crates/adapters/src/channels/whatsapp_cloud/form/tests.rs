use super::*;
use relais_sim::form;

const SECRET: &str = "app-secret";

/// What the provider posts, and its signature.
fn knock(public: &str, asked: &Value) -> (Vec<u8>, String) {
    let body = form::seal(public, asked);
    let signature = signature::sign(&Secret::new(SECRET), &body);
    (body, signature)
}

fn opened(reply: &str) -> Value {
    form::open(reply).expect("sealed for them")
}

fn door(keys: Vec<FormKey>) -> CloudDoor {
    CloudDoor { app_secrets: vec![Secret::new(SECRET)], keys }
}

fn asked(door: &CloudDoor, public: &str, asked: &Value) -> Result<(Asked, Seal), FormError> {
    let (body, signature) = knock(public, asked);
    door.open(&body, Some(signature.as_bytes()))
}

#[test]
fn what_was_sealed_for_us_is_opened_and_the_reply_for_them() {
    let key = FormKey::generate().expect("a key");
    let again = FormKey::read(key.kept().expose()).expect("as it was kept");
    assert_eq!(again.public(), key.public());
    let public = key.public().to_owned();
    let door = door(vec![again]);
    let ping = json!({"version": "3.0", "action": "ping"});
    let (ping, seal) = asked(&door, &public, &ping).expect("open");
    assert_eq!(ping, Asked::Ping);
    assert_eq!(opened(&seal(&Reply::Present)), json!({"data": {"status": "active"}}));
    let filled = json!({"version": "3.0", "action": "data_exchange", "screen": "DETAILS",
        "flow_token": "7|form|details|m", "data": {"mail": "a@b.fr", "sizes": ["S", "M"], "n": 3}});
    let (filled, seal) = asked(&door, &public, &filled).expect("open");
    let fields = [("mail", "a@b.fr"), ("n", "3"), ("sizes", "S, M")];
    let fields: BTreeMap<String, String> =
        fields.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let token = "7|form|details|m".to_owned();
    assert_eq!(
        filled,
        Asked::Filled { screen: "DETAILS".into(), token: token.clone(), fields: fields.clone() }
    );
    let done = opened(&seal(&Reply::Done { token, fields }));
    assert_eq!(done["screen"], "SUCCESS");
    let params = &done["data"]["extension_message_response"]["params"];
    assert_eq!((&params["flow_token"], &params["n"]), (&json!("7|form|details|m"), &json!("3")));
}

#[test]
fn a_fault_they_tell_of_is_read_as_one() {
    let key = FormKey::generate().expect("a key");
    let public = key.public().to_owned();
    let told = json!({"version": "3.0", "action": "INIT", "flow_token": "x",
        "data": {"error": "INVALID_SCREEN", "error_message": "no such screen"}});
    let (fault, seal) = asked(&door(vec![key]), &public, &told).expect("open");
    assert_eq!(fault, Asked::Fault { reason: "INVALID_SCREEN".into() });
    assert_eq!(opened(&seal(&Reply::Noted)), json!({"data": {"acknowledged": true}}));
}

#[test]
fn unsigned_foreign_and_broken_exchanges_are_told_apart() {
    let (ours, other) = (FormKey::generate().expect("a key"), FormKey::generate().expect("a key"));
    let (public, foreign) = (ours.public().to_owned(), other.public().to_owned());
    let door = door(vec![ours]);
    let ping = json!({"action": "ping"});
    let refused = |result: Result<(Asked, Seal), FormError>| result.map(|(asked, _)| asked);
    assert_eq!(refused(asked(&door, &foreign, &ping)), Err(FormError::Sealed));
    let (body, signature) = knock(&public, &ping);
    assert_eq!(refused(door.open(&body, None)), Err(FormError::Unsigned));
    assert_eq!(
        refused(door.open(&body[1..], Some(signature.as_bytes()))),
        Err(FormError::Unsigned)
    );
    let sign = |body: &[u8]| signature::sign(&Secret::new(SECRET), body);
    for broken in ["", "{}", r#"{"encrypted_aes_key":1}"#] {
        let signature = sign(broken.as_bytes());
        let result = door.open(broken.as_bytes(), Some(signature.as_bytes()));
        assert_eq!(refused(result), Err(FormError::Malformed), "{broken}");
    }
    let unknown = json!({"action": "dance"});
    assert_eq!(refused(asked(&door, &public, &unknown)), Err(FormError::Malformed));
}

#[test]
fn the_key_before_opens_until_the_new_one_is_known() {
    let (before, new) = (FormKey::generate().expect("a key"), FormKey::generate().expect("a key"));
    let public = before.public().to_owned();
    let door = door(vec![new, before]);
    assert!(asked(&door, &public, &json!({"action": "ping"})).is_ok());
}

#[test]
fn a_filled_form_is_ours_only_with_our_token() {
    let (payload, fields) = filled(r#"{"flow_token":"7|form|details|m","mail":"a@b.fr"}"#);
    assert_eq!(payload.as_deref(), Some("7|form|details"));
    assert_eq!(fields.len(), 1);
    assert_eq!(filled(r#"{"flow_token":"unused","score":"4"}"#).0, None);
    assert_eq!(filled("[1,2]"), (None, BTreeMap::new()));
    assert_eq!(filled("no json"), (None, BTreeMap::new()));
}
