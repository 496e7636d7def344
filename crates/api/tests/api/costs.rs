//! What messages cost, counted in the provider's words.

use crate::support::{Client, NUMBER, TestApp};
use axum::http::StatusCode;
use relais_core::time::Span;
use relais_sim::graph::webhook::{Batch, Report};
use serde_json::{Value, json};

const CLAIRE: &str = "33639980101";
const PATH: &str = "/api/v1/figures/costs";

/// One message of ours, reported with the fake's price: service, billed.
async fn one_priced(app: &TestApp, owner: &Client, wamid: &str) -> usize {
    app.customer_writes(CLAIRE, wamid, "bonjour").await;
    app.settle().await;
    let id = app.conversation(owner).await["id"].as_str().unwrap().parse().unwrap();
    let rows = app.service.store().outbox_of_conversation(id).await.unwrap();
    let at = u64::try_from(app.now().as_secs()).unwrap();
    let mut batch = Batch::for_number(NUMBER);
    for row in &rows {
        let id = row.id.to_string();
        let sent = row.provider_id.as_deref().unwrap();
        for status in [Report::Sent, Report::Delivered, Report::Read] {
            batch.status(sent, status, at, CLAIRE, Some(&id));
        }
    }
    assert_eq!(app.deliver(batch.body()).await, StatusCode::OK);
    rows.len()
}

#[tokio::test]
async fn messages_are_counted_once_by_month_and_are_money_only_with_rates() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let sent = one_priced(&app, &owner, "wamid.1").await;
    let told = owner.get(&format!("{PATH}?months=2")).await.body;
    let line = json!({"category": "service", "kind": "regular", "model": "PMP",
        "is_billable": true, "count": sent, "amount_micros": null});
    let this = json!({"month": "2027-03", "lines": [line], "amount_micros": null});
    let before = json!({"month": "2027-02", "lines": [], "amount_micros": null});
    assert_eq!(told, json!({"months": [this, before], "rates": null}));

    let rates = json!({"rates": {"currency": "EUR", "micros": {"service": 4_000}}});
    let kept = owner.put(&format!("{PATH}/rates"), &rates).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert_eq!(kept.body["months"][0]["amount_micros"], json!(4_000 * sent));
    assert_eq!(owner.get(PATH).await.body["rates"]["currency"], "EUR");
    for (pointer, bad) in [
        ("/rates/currency", json!({"currency": "euro", "micros": {}})),
        ("/rates/micros", json!({"currency": "EUR", "micros": {"service": -1}})),
        ("/rates/micros", json!({"currency": "EUR", "micros": {"A b": 1}})),
    ] {
        let refused = owner.put(&format!("{PATH}/rates"), &json!({"rates": bad})).await;
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let none = owner.put(&format!("{PATH}/rates"), &json!({"rates": null})).await;
    assert_eq!(none.body["rates"], Value::Null);

    // Half a year later the month is closed, and says the same once more.
    app.clock.move_to(app.now() + Span::hours(24 * 100));
    for _ in 0..2 {
        let months = app.service.costs(6).await.unwrap();
        let march = months.iter().find(|month| month.first.to_string() == "2027-03-01").unwrap();
        let counts: Vec<i64> = march.lines.iter().map(|line| line.count).collect();
        assert_eq!(counts, [i64::try_from(sent).unwrap()]);
    }
    let kept = app.service.store().entry("cost.month", "2027-03").await.unwrap();
    assert!(kept.is_some(), "it is not counted anew");
}
