//! What a form's screen asks, sealed by the provider and written by whoever has the form.

use super::{SENTENCES, Target, look};
use crate::Dice;
use relais_adapters::channels::whatsapp_cloud::{CloudDoor, FormKey};
use relais_adapters::secret::Secret;
use relais_app::port::form::{Asked, FormDoor as _, FormError, Reply};
use relais_sim::form::{open, seal_bytes};
use relais_sim::graph::webhook::signature;
use std::sync::OnceLock;

const SECRET: &str = "an app secret";

pub(super) struct Form;

struct Number {
    door: CloudDoor,
    public: String,
}

fn number() -> &'static Number {
    static NUMBER: OnceLock<Number> = OnceLock::new();
    NUMBER.get_or_init(|| {
        let key = FormKey::generate().expect("a key");
        let public = key.public().to_owned();
        let door = CloudDoor { app_secrets: vec![Secret::new(SECRET)], keys: vec![key] };
        Number { door, public }
    })
}

impl Target for Form {
    fn name(&self) -> &'static str {
        "form"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let action = dice.word(&["ping", "INIT", "BACK", "data_exchange", "dance"]);
        let token = dice.word(&["7|form|details|m", "unused", "|", "7|form|", ""]);
        let words = serde_json::Value::from(dice.word(SENTENCES));
        format!(
            r#"{{"version":"3.0","action":"{action}","screen":"A","flow_token":"{token}","data":{{"a":{words},"b":[1,true,null],"c":{{}}}}}}"#
        )
        .into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &["\"error\":", "\"data\":", "flow_token", "null", "[", "{", "\\ud800", "1e999", "\"BACK\""]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let Number { door, public } = number();
        let body = seal_bytes(public, input);
        match door.open(&body, Some(signature(SECRET, &body).as_bytes())) {
            Ok((asked, reply)) => {
                let told = reply(&answer(&asked));
                assert!(open(&told).is_some(), "the provider cannot open the reply");
                match asked {
                    Asked::Ping => look("ping"),
                    Asked::Fault { .. } => look("fault"),
                    Asked::Screen { screen, .. } => look(("screen", screen.is_some())),
                    Asked::Filled { fields, .. } => look(("filled", fields.len())),
                }
            }
            Err(FormError::Malformed) => look(("malformed", input.len().min(60))),
            Err(refused) => panic!("signed and sealed for us, and {refused:?}"),
        }
    }
}

fn answer(asked: &Asked) -> Reply {
    match asked {
        Asked::Ping => Reply::Present,
        Asked::Fault { .. } => Reply::Noted,
        Asked::Screen { screen, .. } => {
            Reply::Show { screen: screen.clone().unwrap_or_default(), error: None }
        }
        Asked::Filled { token, fields, .. } => {
            Reply::Done { token: token.clone(), fields: fields.clone() }
        }
    }
}
