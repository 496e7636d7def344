//! An answer that the provider refuses for good: the customer does not wait for nothing.

use relais_app::port::channel::SendOutcome;
use relais_core::message::Delivery;
use relais_core::time::Span;
use relais_testkit::TestApp;

const CLAIRE: &str = "+33639980101";

fn refused() -> SendOutcome {
    SendOutcome::Refused { code: Some(131_009), reason: "parameter".to_owned() }
}

#[tokio::test]
async fn an_answer_that_is_refused_for_good_brings_a_person() {
    let app = TestApp::open().await;
    app.channel.will([refused()]);
    app.says(CLAIRE, "bonjour").await;
    let row = app.row(CLAIRE).await;
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("queued", Some("failures")));
    assert_eq!(app.channel.sent().len(), 2, "the customer is told: {:?}", app.channel.sent());
    app.check().await;
}

#[tokio::test]
async fn one_whose_every_answer_is_refused_waits_in_the_queue_once() {
    let app = TestApp::open().await;
    app.channel.will([refused(), refused(), refused()]);
    app.says(CLAIRE, "bonjour").await;
    app.advance(Span::minutes(5)).await;
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    assert_eq!(app.channel.sent().len(), 2, "nothing more is tried by itself");
    assert_eq!(app.store().notifications(0, 10).await.unwrap().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn a_failure_told_of_later_brings_a_person_unless_the_customer_went_on() {
    for (goes_on, status) in [(false, "queued"), (true, "bot")] {
        let app = TestApp::open().await;
        app.says(CLAIRE, "bonjour").await;
        app.advance(Span::secs(5)).await;
        if goes_on {
            app.says(CLAIRE, "menu").await;
        }
        app.deliver(vec![app.report("wamid.1", None, Delivery::Failed)]).await;
        assert_eq!(app.row(CLAIRE).await.status, status, "went on: {goes_on}");
        app.check().await;
    }
}
