use super::*;
use relais_app::accounts::{NewUser, Role, UserChange};
use relais_app::telling::Telling;
use relais_core::calendar::{Period, Weekday};
use relais_testkit::TestApp;

#[test]
fn the_address_of_a_room_is_never_shown() {
    let room = NotifierConfig::Room { url: "https://hooks.slack.com/services/T0/B0/xyz".into() };
    assert_eq!(shown(&room), "hooks.slack.com");
    assert_eq!(format!("{room:?}"), "NotifierConfig(…)");
}

/// The shop, where everybody of a name has an account and a phone.
async fn with_phones(names: &[&str]) -> (TestApp, Readers, BTreeMap<String, UserId>) {
    let app = TestApp::open().await;
    let clock = Arc::clone(app.service().clock());
    let accounts = Arc::new(Accounts::new(app.store().clone(), clock, Arc::new(SystemRandom)));
    let document = &app.service().snapshot().document;
    let mut users = BTreeMap::new();
    for name in names {
        let new = NewUser {
            login: format!("{name}@example.test"),
            name: (*name).to_owned(),
            password: None,
            role: Role::Agent,
        };
        let user = accounts.create(new, &document.agents).await.unwrap();
        let agent = accounts.agent_of(&user).await.unwrap();
        let endpoint = format!("https://push.example.test/{name}");
        accounts.add_device(user.id, &endpoint, Some(&agent.key)).await.unwrap();
        users.insert((*name).to_owned(), user.id);
    }
    let readers = Readers { service: Arc::downgrade(app.service()), accounts };
    (app, readers, users)
}

async fn woken(readers: &Readers, whom: &str) -> Vec<String> {
    let devices = readers.of(whom).await.into_iter();
    let mut names: Vec<_> =
        devices.map(|device| device.endpoint.rsplit('/').next().unwrap().to_owned()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn no_device_of_an_agent_is_woken_in_their_quiet_hours() {
    let (app, readers, users) = with_phones(&["nadia", "hugo", "someone-else"]).await;
    // The team both are in, by the files of the shop.
    let agents = app.service().snapshot().document.agents.clone();
    let teams = |key: &str| agents.iter().find(|agent| agent.key == key).unwrap().teams.clone();
    let team = teams("nadia").into_iter().find(|team| teams("hugo").contains(team)).unwrap();
    assert_eq!(woken(&readers, &team).await, ["hugo", "nadia"]);

    let always = Weekday::ALL.map(|day| (day, vec![Period::WHOLE_DAY]));
    let quiet = Telling { quiet: BTreeMap::from(always), ..Telling::default() };
    app.service().set_telling("nadia", quiet).await.unwrap();
    assert_eq!(woken(&readers, &team).await, ["hugo"]);
    app.service().set_telling("nadia", Telling::default()).await.unwrap();
    assert_eq!(woken(&readers, &team).await, ["hugo", "nadia"]);

    let left = UserChange { is_disabled: Some(true), ..UserChange::default() };
    readers.accounts.change(users["hugo"], left).await.unwrap();
    assert_eq!(woken(&readers, &team).await, ["nadia"]);
}

#[tokio::test]
async fn a_digest_goes_to_the_agents_own_address_and_to_nobody_who_left() {
    let (_app, readers, users) = with_phones(&["nadia", "hugo"]).await;
    assert_eq!(readers.address_of("nadia").await.as_deref(), Some("nadia@example.test"));
    assert_eq!(readers.address_of("hugo").await.as_deref(), Some("hugo@example.test"));
    assert_eq!(readers.address_of("nobody").await, None);
    let left = UserChange { is_disabled: Some(true), ..UserChange::default() };
    readers.accounts.change(users["nadia"], left).await.unwrap();
    assert_eq!(readers.address_of("nadia").await, None);
}
