//! The committed description of the API is the one this program serves.

const COMMITTED: &str = include_str!("../../../../docs/openapi.json");

#[test]
fn the_committed_description_is_current() {
    let served = relais_api::openapi().to_pretty_json().unwrap();
    assert!(
        COMMITTED.trim_end() == served.trim_end(),
        "write it again: cargo run -p relais -- openapi > docs/openapi.json"
    );
}

#[test]
fn the_names_the_web_app_uses_exist() {
    let document = serde_json::to_value(relais_api::openapi()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in [
        "Problem",
        "Instance",
        "User",
        "Session",
        "Team",
        "Availability",
        "Agent",
        "Status",
        "Person",
        "ConversationLine",
        "Evidence",
        "Handoff",
        "Conversation",
        "Delivery",
        "Button",
        "Message",
        "Quote",
        "RuleTrace",
        "Trace",
        "Event",
        "Action",
        "Count",
        "Template",
        "Snippet",
        "Persona",
        "SimulatorMessage",
    ] {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
}
