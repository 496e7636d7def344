//! The same input gives the same log, whichever way it comes in: the sandbox, the phone of the
//! simulator, or signed webhooks (each delivered twice). Ids, the channel and what only a provider
//! tells are mapped; times are not, since all clocks show the same.

mod conversations;
mod log;
mod ways;

use conversations::CONVERSATIONS;
use log::{Entry, difference, mapped};
use ways::{Hook, Phone, SandboxWay, Way};

#[tokio::test]
async fn the_simulator_and_signed_webhooks_give_the_same_log() {
    let mut sandbox = SandboxWay::start().await;
    let mut hook = Hook::start().await;
    let mut phone = Phone::start().await;
    for conversation in CONVERSATIONS {
        let mut ways: Vec<(&str, &mut dyn Way)> = vec![("webhooks", &mut hook)];
        if conversation.on_phone {
            ways.push(("phone", &mut phone));
        }
        for step in conversation.steps {
            sandbox.step(conversation.phone, step).await;
            for (_, way) in &mut ways {
                way.step(conversation.phone, step).await;
                way.move_to(sandbox.now()).await;
            }
        }
        let expected = mapped(sandbox.service(), conversation.phone).await;
        let reaches = |e: &Entry| e.fields.iter().any(|f| f.ends_with(conversation.reaches));
        assert!(expected.iter().any(reaches), "{}: {expected:#?}", conversation.name);
        for (name, way) in ways {
            let actual = mapped(way.service(), conversation.phone).await;
            if let Some(difference) = difference(&expected, &actual) {
                panic!("{}: sandbox (-) and {name} (+) differ\n{difference}", conversation.name);
            }
        }
        phone.move_to(sandbox.now()).await;
    }
}

#[test]
fn a_difference_is_shown_with_what_stands_before_it() {
    let entry = |head: &str, fields: &[&str]| Entry {
        head: head.to_owned(),
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
    };
    let log = |score: &str| {
        [entry("1 a", &[]), entry("2 b", &[]), entry("3 c", &[]), entry("4 d", &["x=1", score])]
    };
    let expected = log("score=2");
    assert_eq!(difference(&expected, &log("score=2")), None);
    let shown = difference(&expected, &log("score=3")).unwrap();
    assert_eq!(shown, "  2 b\n  3 c\n- 4 d\n-   score=2\n+ 4 d\n+   score=3");
    let shorter = difference(&expected, &expected[..3]).unwrap();
    assert_eq!(shorter, "  2 b\n  3 c\n- 4 d\n-   x=1\n-   score=2");
}
