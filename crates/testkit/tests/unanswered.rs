//! An answer that the provider refuses for good: the customer does not wait for nothing.

use relais_app::port::channel::SendOutcome;
use relais_core::flow::form::Field;
use relais_core::flow::{Answer, Edge, Kind, Node};
use relais_core::message::Delivery;
use relais_core::time::Span;
use relais_core::workspace::Document;
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

/// The demo, where tracking asks by a form that has a question for each field.
async fn with_form(asks: bool) -> TestApp {
    let field = |name: &str, answer, ask: &str, is_optional| Field {
        name: name.to_owned(),
        answer,
        ask: asks.then(|| ask.to_owned()),
        variable: None,
        is_optional,
    };
    let fields = vec![
        field("order", Answer::OrderNumber, "ask_order", false),
        field("mail", Answer::Email, "ask_mail", false),
        field("words", Answer::Text, "ask_words", true),
    ];
    let change = |document: &mut Document| {
        for (key, text) in [("ask_mail", "Votre adresse e-mail ?"), ("ask_words", "Autre chose ?")]
        {
            document.texts.insert(key.to_owned(), [("fr".to_owned(), text.to_owned())].into());
        }
        document.flow.nodes.push(Node {
            id: "which".to_owned(),
            kind: Kind::Form {
                text: "ask_order".to_owned(),
                button: [("fr".to_owned(), "Ouvrir".to_owned())].into(),
                form: "1234567890".to_owned(),
                screen: "ORDER".to_owned(),
                fields,
            },
        });
        let (from, to) = ("which".to_owned(), "lookup".to_owned());
        document.flow.edges.push(Edge { from, port: "ok".to_owned(), to });
        document.flow.entries.track = Some("which".to_owned());
    };
    TestApp::build().document(change).open().await
}

/// Meta blocks a form of bad quality, and throttles it before: at once, or in a later report.
#[tokio::test]
async fn a_form_that_is_blocked_is_asked_for_in_writing() {
    for code in [132_068, 132_069] {
        let app = with_form(true).await;
        let reason = "flow is blocked".to_owned();
        app.channel.will([SendOutcome::Refused { code: Some(code), reason }]);
        app.says(CLAIRE, "où est ma commande ?").await;
        let asked = |app: &TestApp| app.channel.texts().last().unwrap().clone();
        assert_eq!(app.row(CLAIRE).await.status, "bot", "nobody has to come");
        assert_eq!(app.channel.sent().len(), 2, "{:?}", app.channel.texts());
        app.says(CLAIRE, "bonjour, je crois que c'est ML-2041").await;
        assert_eq!(asked(&app), "Votre adresse e-mail ?");
        app.says(CLAIRE, "claire arobase").await;
        assert!(asked(&app).starts_with("Désolé"), "{:?}", app.channel.texts());
        app.says(CLAIRE, "claire@example.test").await;
        assert_eq!(asked(&app), "Autre chose ?");
        app.says(CLAIRE, "non").await;
        assert!(asked(&app).contains("ML-2041"), "on as the form would: {:?}", app.channel.texts());
        let kept = app.state(CLAIRE).await.variables;
        assert_eq!(kept.get("which.mail").map(String::as_str), Some("claire@example.test"));
        assert_eq!(app.row(CLAIRE).await.status, "bot");
        app.check().await;
    }
}

#[tokio::test]
async fn a_form_reported_as_blocked_later_is_asked_for_unless_the_customer_went_on() {
    for goes_on in [false, true] {
        let app = with_form(true).await;
        app.says(CLAIRE, "où est ma commande ?").await;
        if goes_on {
            app.says(CLAIRE, "menu").await;
        }
        let sent = app.channel.sent().len();
        app.deliver(vec![app.report("wamid.1", None, Delivery::Failed)]).await;
        let more = app.channel.sent().len() - sent;
        assert_eq!((more, app.row(CLAIRE).await.status.as_str()), (usize::from(!goes_on), "bot"));
        app.check().await;
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_asked_for_brings_a_person() {
    let blocked =
        || SendOutcome::Refused { code: Some(132_068), reason: "flow is blocked".to_owned() };
    // Its fields have no question.
    let app = with_form(false).await;
    app.channel.will([blocked()]);
    app.says(CLAIRE, "où est ma commande ?").await;
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    app.check().await;

    // The question does not arrive either.
    let app = with_form(true).await;
    app.channel.will([blocked(), refused()]);
    app.says(CLAIRE, "où est ma commande ?").await;
    let row = app.row(CLAIRE).await;
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("queued", Some("failures")));
    app.check().await;

    // A person is asked for in place of an answer.
    let app = with_form(true).await;
    app.channel.will([blocked()]);
    app.says(CLAIRE, "où est ma commande ?").await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    assert_eq!(app.row(CLAIRE).await.status, "queued");
    app.check().await;
}
