//! What fails five times, and what comes after it is mended (R11).

use crate::{CLAIRE, events};
use relais_app::service::{Machine, Received};
use relais_core::conversation::{Command, Event, State};
use relais_core::time::Span;
use relais_sim::faulty::Before;
use relais_testkit::TestApp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const THOMAS: &str = "+33639980102";

/// An engine that cannot bear Claire's timers, or a word, until it is mended.
#[derive(Clone, Debug, Default)]
struct Faulty {
    is_mended: Arc<AtomicBool>,
    ticks: Arc<AtomicU32>,
}

impl Faulty {
    fn machine(&self) -> impl Machine + 'static {
        let faulty = self.clone();
        Before(move |state: Option<&State>, command: &Command| faulty.bear(state, command))
    }

    fn bear(&self, state: Option<&State>, command: &Command) {
        if self.is_mended.load(Ordering::Relaxed) {
            return;
        }
        let phone = state.and_then(|s| s.phone.as_deref());
        match command {
            Command::Tick if phone == Some(CLAIRE) => {
                self.ticks.fetch_add(1, Ordering::Relaxed);
                panic!("a timer nobody can bear");
            }
            Command::Receive { inbound, .. } if inbound.content.words() == Some("poison") => {
                panic!("a word nobody can bear")
            }
            _ => {}
        }
    }
}

fn quarantined(log: &[Event]) -> usize {
    log.iter().filter(|e| matches!(e, Event::Quarantined { .. })).count()
}

#[tokio::test]
async fn a_timer_that_always_fails_is_left_alone_and_delays_nobody() {
    let faulty = Faulty::default();
    let app = TestApp::build().machine(faulty.machine()).open().await;
    faulty.is_mended.store(true, Ordering::Relaxed);
    app.says(CLAIRE, "bonjour").await;
    app.says(THOMAS, "bonjour").await;
    faulty.is_mended.store(false, Ordering::Relaxed);
    // A talk that nobody goes on with is closed after a day, by a timer.
    app.advance(Span::hours(25)).await;
    assert_eq!(faulty.ticks.load(Ordering::Relaxed), 5);
    assert_eq!(app.row(THOMAS).await.status, "resolved", "others advance");
    assert_eq!(quarantined(&events(&app, CLAIRE).await), 1);
    assert_eq!(app.row(CLAIRE).await.status, "queued", "people take over");
    assert_eq!(app.row(CLAIRE).await.attempts, 5);
    app.advance(Span::hours(2)).await;
    assert_eq!(faulty.ticks.load(Ordering::Relaxed), 5, "and it is not asked again");

    // After a fix it goes on.
    faulty.is_mended.store(true, Ordering::Relaxed);
    assert_eq!(app.store().release_stuck().await.unwrap(), 1);
    assert_eq!(app.store().release_stuck().await.unwrap(), 0);
    app.advance(Span::minutes(1)).await;
    assert_eq!(app.row(CLAIRE).await.attempts, 0);
    app.check_log().await;
}

#[tokio::test]
async fn a_message_in_quarantine_is_taken_in_once_it_can_be() {
    let faulty = Faulty::default();
    let app = TestApp::build().machine(faulty.machine()).open().await;
    let poison = app.text(CLAIRE, "poison");
    assert_eq!(app.deliver(vec![poison.clone()]).await, [Received::Quarantined]);
    let heard = |log: &[Event]| {
        let is_it = |e: &&Event| {
            matches!(e, Event::MessageReceived { content: Some(inbound), .. }
            if inbound.content.words() == Some("poison"))
        };
        log.iter().filter(is_it).count()
    };
    assert_eq!(heard(&events(&app, CLAIRE).await), 0);
    // Not mended yet: it stays where it is.
    let service = app.service();
    let again = service.replay(app.channel_id(), &poison).await.unwrap();
    assert_eq!(again, Received::Quarantined);

    faulty.is_mended.store(true, Ordering::Relaxed);
    let replayed = service.replay(app.channel_id(), &poison).await.unwrap();
    assert_eq!(replayed, Received::Decided);
    let twice = service.replay(app.channel_id(), &poison).await.unwrap();
    assert_eq!(twice, Received::Duplicate);
    assert_eq!(app.deliver(vec![poison.clone()]).await, [Received::Duplicate]);
    assert_eq!(heard(&events(&app, CLAIRE).await), 1);
    let receipt = app.store().receipt(app.channel_id(), &poison.receipt).await.unwrap().unwrap();
    assert_eq!(receipt.outcome, "processed");
    app.check_log().await;
}
