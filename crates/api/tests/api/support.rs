//! One instance inside the test: the real router, service and store, a clock turned by hand, and a
//! provider that takes everything.

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use relais_adapters::channels::whatsapp_cloud::{CloudDoor, CloudHook, FormKey};
use relais_adapters::oidc::OpenId;
use relais_adapters::secret::Secret;
use relais_api::metrics::Metrics;
use relais_api::{
    App, ChannelChange, Channels, ConnectError, NewWhatsAppChannel, NotifierConfig, NotifierError,
    NotifierKind, NotifierState, Notifiers, Settings, UiFile, router,
};
use relais_app::accounts::vault::Vault;
use relais_app::accounts::{Accounts, Limits};
use relais_app::clock::{SystemRandom, VirtualClock};
use relais_app::hooks_seen::Watch;
use relais_app::model::Models;
use relais_app::pace::Unpaced;
use relais_app::port::channel::{Channel, Finding, Send, SendOutcome};
use relais_app::port::form::FormDoor;
use relais_app::port::hook::Hook;
use relais_app::port::outside::{Answered, Outside};
use relais_app::port::store::{ChannelRow, StoreError, VersionRow};
use relais_app::presence::Presence;
use relais_app::service::{CoreMachine, Nodes, Parts, Patience, Service};
use relais_app::webhooks::Integrations;
use relais_core::id::{ChannelId, WorkspaceId};
use relais_core::time::{Span, Timestamp};
use relais_sim::graph::webhook::{Batch, inbound_text, signature};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::{broadcast, watch};
use tower::ServiceExt as _;

/// The account behind it.
pub const WABA: &str = "900000000000001";
pub const NUMBER: &str = "800000000000002";
pub const APP_SECRET: &str = "an app secret";
pub const VERIFY_TOKEN: &str = "a verify token";
pub const PASSWORD: &str = "une phrase assez longue";
const HOST: &str = "relais.test";

/// A Tuesday morning in Paris, everybody at work.
pub fn morning() -> Timestamp {
    "2027-03-02T10:00:00+01:00".parse().unwrap()
}

/// Takes every message.
#[derive(Debug, Default)]
pub struct Provider {
    pub sent: Mutex<Vec<Send>>,
}

#[async_trait]
impl Channel for Provider {
    async fn send(&self, send: Send) -> SendOutcome {
        let mut sent = self.sent.lock().unwrap();
        sent.push(send);
        SendOutcome::Accepted { provider_id: format!("wamid.OUT{}", sent.len()) }
    }

    async fn mark_read(&self, _number: &str, _id: &str, _typing: bool) {}
}

/// The live channel, one without a secret, and the simulator.
#[derive(Debug)]
struct TestChannels {
    hooks: BTreeMap<ChannelId, Arc<dyn Hook>>,
    doors: BTreeMap<ChannelId, Arc<dyn FormDoor>>,
    simulator: (ChannelId, String),
    service: Arc<Service>,
}

#[async_trait]
impl Channels for TestChannels {
    fn hook(&self, id: ChannelId) -> Option<Arc<dyn Hook>> {
        self.hooks.get(&id).cloned()
    }

    fn form_door(&self, id: ChannelId) -> Option<Arc<dyn FormDoor>> {
        self.doors.get(&id).cloned()
    }

    async fn new_form_key(&self, id: ChannelId) -> Result<(), ConnectError> {
        self.doors.contains_key(&id).then_some(()).ok_or(ConnectError::NotFound)
    }

    fn simulator(&self) -> Option<(ChannelId, String)> {
        Some(self.simulator.clone())
    }

    async fn connect(&self, new: NewWhatsAppChannel) -> Result<ChannelRow, ConnectError> {
        let row = row(fresh(9), "whatsapp_cloud", &new.phone_number_id);
        self.service
            .connect(row.clone(), Arc::new(Provider::default()))
            .await
            .map_err(ConnectError::Store)?;
        Ok(row)
    }

    async fn renew(&self, id: ChannelId, _: ChannelChange) -> Result<ChannelRow, ConnectError> {
        let _ = id;
        Err(ConnectError::NotFound)
    }

    async fn examine(&self, id: ChannelId) -> Result<Vec<Finding>, ConnectError> {
        let is_known = self.hooks.contains_key(&id);
        is_known.then(|| vec![Finding::good("token", "")]).ok_or(ConnectError::NotFound)
    }
}

/// Places that remember what they were told.
#[derive(Debug, Default)]
struct TestNotifiers(Mutex<BTreeMap<&'static str, NotifierState>>);

#[async_trait]
impl Notifiers for TestNotifiers {
    async fn state(&self, kind: NotifierKind) -> Result<NotifierState, StoreError> {
        Ok(self.0.lock().unwrap().get(kind.as_str()).cloned().unwrap_or_default())
    }

    async fn set(
        &self,
        kind: NotifierKind,
        config: Option<NotifierConfig>,
    ) -> Result<(), NotifierError> {
        let state = NotifierState { shown: config.map(|_| "there".to_owned()), tested: None };
        self.0.lock().unwrap().insert(kind.as_str(), state);
        Ok(())
    }

    async fn test(
        &self,
        kind: NotifierKind,
        _asked_by: &str,
    ) -> Result<Result<String, String>, NotifierError> {
        match self.0.lock().unwrap().get(kind.as_str()).and_then(|s| s.shown.clone()) {
            Some(_) => Ok(Err("404 channel_not_found".to_owned())),
            None => Err(NotifierError::NotSet),
        }
    }

    async fn push_key(&self) -> Result<Option<String>, StoreError> {
        let is_on = self.state(NotifierKind::Push).await?.shown.is_some();
        Ok(is_on.then(|| "BPub".to_owned()))
    }

    async fn keep_test(&self, kind: NotifierKind, test: &str) -> Result<(), StoreError> {
        if let Some(state) = self.0.lock().unwrap().get_mut(kind.as_str()) {
            state.tested = Some(test.to_owned());
        }
        Ok(())
    }
}

/// Headers and body of a post.
pub type Told = (Vec<(&'static str, String)>, String);

/// An address outside that remembers what it was told, and answers as it is bidden.
#[derive(Debug)]
pub struct Receiver {
    pub status: Mutex<u16>,
    pub told: Mutex<Vec<Told>>,
}

#[async_trait]
impl Outside for Receiver {
    async fn post(
        &self,
        _url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answered, String> {
        self.told.lock().unwrap().push((headers.to_vec(), body));
        Ok(Answered { status: *self.status.lock().unwrap(), said: "noted".to_owned() })
    }
}

fn fresh(n: u8) -> ChannelId {
    ChannelId::new(morning(), [n; 10])
}

fn row(id: ChannelId, kind: &str, number: &str) -> ChannelRow {
    ChannelRow {
        id,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        business_number: number.to_owned(),
        config: "{}".to_owned(),
        paused_reason: None,
        created_at: morning(),
    }
}

pub struct TestApp {
    pub router: Router,
    pub service: Arc<Service>,
    pub accounts: Arc<Accounts>,
    pub clock: Arc<VirtualClock>,
    pub models: Arc<Models>,
    pub provider: Arc<Provider>,
    pub receiver: Arc<Receiver>,
    pub channel: ChannelId,
    pub simulator: ChannelId,
    /// A channel whose secret was never entered.
    pub bare_channel: ChannelId,
    pub form_key: FormKey,
    pub stop: watch::Sender<bool>,
    folder: Arc<tempfile::TempDir>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::in_folder(settings, Arc::new(tempfile::tempdir().unwrap()), 1).await
    }

    /// Another workspace in the same database.
    pub async fn neighbour(&self) -> Self {
        Self::in_folder(Settings::default(), Arc::clone(&self.folder), 2).await
    }

    async fn in_folder(settings: Settings, folder: Arc<tempfile::TempDir>, n: u8) -> Self {
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let workspace = WorkspaceId::new(morning(), [n; 10]);
        let options = relais_store::Options::throw_away();
        let store = relais_store::open(&url, workspace, options).await.unwrap();
        let clock = Arc::new(VirtualClock::new(morning()));
        let parts = Parts {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock) as _,
            random: Arc::new(SystemRandom),
            pacer: Arc::new(Unpaced),
            machine: Arc::new(CoreMachine),
            patience: Patience::Real,
            nodes: Nodes::One,
        };
        let snapshot = relais_testkit::demo::snapshot();
        let first = VersionRow {
            version: snapshot.version,
            published_at: morning(),
            document: serde_json::to_string(&snapshot.document).unwrap(),
            comment: "first version".to_owned(),
        };
        store.put_version(first).await.unwrap();
        let service = Service::start(parts, snapshot).await.unwrap();
        let provider = Arc::new(Provider::default());
        let (channel, bare_channel, simulator) = (fresh(2), fresh(3), fresh(4));
        let live = row(channel, "whatsapp_cloud", NUMBER);
        service.connect(live, Arc::clone(&provider) as _).await.unwrap();
        let phones = row(simulator, "simulator", "simulator");
        service.connect(phones, Arc::clone(&provider) as _).await.unwrap();
        let hook = |secrets: Vec<Secret>| -> Arc<dyn Hook> {
            Arc::new(CloudHook {
                app_secrets: secrets,
                verify_token: Secret::new(VERIFY_TOKEN),
                number: NUMBER.to_owned(),
                account: Some(WABA.to_owned()),
            })
        };
        let door = Arc::new(CloudDoor {
            app_secrets: vec![Secret::new(APP_SECRET)],
            keys: vec![form_key()],
        });
        let channels = TestChannels {
            hooks: BTreeMap::from([
                (channel, hook(vec![Secret::new(APP_SECRET)])),
                (bare_channel, hook(Vec::new())),
            ]),
            doors: BTreeMap::from([(channel, door as Arc<dyn FormDoor>)]),
            simulator: (simulator, "simulator".to_owned()),
            service: Arc::clone(&service),
        };
        let accounts = Accounts::new(store, Arc::clone(&clock) as _, Arc::new(SystemRandom));
        let accounts = Arc::new(accounts.sealed_by(Vault::new(&[5; 32])).identified_by(identity()));
        let receiver = Arc::new(Receiver { status: Mutex::new(204), told: Mutex::default() });
        let vault = Vault::new(&[6; 32]);
        let integrations = Integrations { outside: Arc::clone(&receiver) as _, vault };
        service.reach_outside(integrations).await.unwrap();
        let maker = relais_adapters::llm::Models::new(&[], true).unwrap();
        let vault = || Ok(Vault::new(&[7; 32]));
        let models = Arc::new(Models::new(Arc::clone(&service), Arc::new(maker), Box::new(vault)));
        let (stop, stopping) = watch::channel(false);
        let app = Arc::new(App {
            service: Arc::clone(&service),
            accounts: Arc::clone(&accounts),
            channels: Arc::new(channels),
            models: Arc::clone(&models),
            notifiers: Arc::new(TestNotifiers::default()),
            watch: Watch::default(),
            sandbox: None,
            ui,
            settings,
            metrics: Arc::new(Metrics::default()),
            stop: stopping,
            changed: broadcast::channel(16).0,
            presence: Presence::default(),
            lost: watch::channel(false).0,
            limits: Limits::default(),
        });
        let router = router(app);
        Self {
            router,
            service,
            accounts,
            clock,
            models,
            provider,
            receiver,
            channel,
            simulator,
            bare_channel,
            form_key: form_key(),
            stop,
            folder,
        }
    }

    pub fn anonymous(&self) -> Client {
        Client { router: self.router.clone(), cookie: None, token: None }
    }

    /// The owner, by the claim link.
    pub async fn owner(&self) -> Client {
        let token = self.accounts.new_claim_token().await.unwrap().unwrap();
        let claim = json!({"token": token, "login": "camille@example.test",
            "name": "Camille Roy", "password": PASSWORD});
        let answer = self.anonymous().post("/api/v1/claim", &claim).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.anonymous().with(answer.cookie().unwrap())
    }

    /// Somebody with a role, made by the owner.
    pub async fn person(&self, owner: &Client, name: &str, role: &str) -> Client {
        let login = format!("{}@example.test", name.to_lowercase().replace(' ', "."));
        let new = json!({"login": login, "name": name, "role": role, "password": PASSWORD});
        let answer = owner.post("/api/v1/users", &new).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        self.sign_in(&login, PASSWORD).await
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Client {
        let input = json!({"login": login, "password": password});
        let answer = self.anonymous().post("/api/v1/session", &input).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.anonymous().with(answer.cookie().unwrap())
    }

    pub fn hook_path(&self) -> String {
        format!("/hooks/whatsapp/{}", self.channel)
    }

    /// A signed webhook with one text.
    pub async fn customer_writes(&self, from: &str, wamid: &str, text: &str) -> StatusCode {
        self.deliver(text_body(from, wamid, text, self.now())).await
    }

    /// A signed webhook.
    pub async fn deliver(&self, body: Vec<u8>) -> StatusCode {
        let signed = signature(APP_SECRET, &body);
        self.hook(&self.hook_path(), body, Some(&signed)).await.status
    }

    pub async fn hook(&self, path: &str, body: Vec<u8>, signature: Option<&str>) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        self.anonymous().send(request.body(Body::from(body)).unwrap()).await
    }

    pub fn now(&self) -> Timestamp {
        use relais_app::clock::Clock as _;
        self.clock.now()
    }

    /// Turns the clock far enough for bursts, and does everything that is to be done.
    pub async fn settle(&self) {
        for _ in 0..8 {
            while self.service.step().await.unwrap() {}
            self.clock.move_to(self.now() + Span::secs(1));
        }
        while self.service.step().await.unwrap() {}
    }

    /// The only conversation there is.
    pub async fn conversation(&self, client: &Client) -> Value {
        let list = client.get("/api/v1/conversations").await;
        assert_eq!(list.status, StatusCode::OK, "{}", list.body);
        let items = list.body["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), 1, "{items:?}");
        items[0].clone()
    }

    /// What was sent to customers.
    pub fn sent(&self) -> Vec<String> {
        let sent = self.provider.sent.lock().unwrap();
        sent.iter().map(|s| s.content.text().to_owned()).collect()
    }
}

/// A customer of the demo.
pub const CLAIRE: &str = "33639980101";

/// Claire waits for a person; the owner, an agent and the conversation.
pub async fn waiting() -> (TestApp, Client, Client, String) {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    app.customer_writes(CLAIRE, "wamid.1", "je veux un agent").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    (app, owner, nadia, id)
}

/// Somebody does something with a conversation.
pub async fn act(client: &Client, id: &str, body: Value) -> Answer {
    client.post(&format!("/api/v1/conversations/{id}/actions"), &body).await
}

/// A conversation as somebody sees it.
pub async fn detail(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/conversations/{id}")).await.body
}

pub fn text_body(from: &str, wamid: &str, text: &str, at: Timestamp) -> Vec<u8> {
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(from, "Claire Dubois", None);
    batch.message(&inbound_text(from, wamid, u64::try_from(at.as_secs()).unwrap(), text));
    batch.body()
}

/// Made once: a key takes a while.
fn form_key() -> FormKey {
    static KEPT: OnceLock<String> = OnceLock::new();
    let kept = KEPT.get_or_init(|| FormKey::generate().unwrap().kept().expose().to_owned());
    FormKey::read(kept).unwrap()
}

/// Made once: it reads the machine's certificates.
fn identity() -> Arc<OpenId> {
    static CLIENT: OnceLock<Arc<OpenId>> = OnceLock::new();
    Arc::clone(CLIENT.get_or_init(|| Arc::new(OpenId::new(&[], true).unwrap())))
}

fn ui(path: &str) -> Option<UiFile> {
    let file = |content_type, is_immutable, identity| UiFile {
        content_type,
        is_immutable,
        identity,
        brotli: Some(b"packed"),
    };
    match path {
        "index.html" => Some(file("text/html; charset=utf-8", false, b"<!doctype html>")),
        "assets/app-12345678.js" => Some(file("text/javascript", true, b"1")),
        _ => None,
    }
}

/// A browser of ours: same origin, JSON, a cookie.
#[derive(Clone)]
pub struct Client {
    router: Router,
    pub cookie: Option<String>,
    token: Option<String>,
}

impl Client {
    /// A program with an API token.
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(format!("Bearer {token}"));
        self
    }

    pub fn with(mut self, cookie: String) -> Self {
        self.cookie = Some(cookie);
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body, &[]).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.json("PUT", path, body, &[]).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.json("PATCH", path, body, &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.json("DELETE", path, &Value::Null, &[]).await
    }

    pub async fn json(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self
            .request(method, path)
            .header("content-type", "application/json")
            .header("origin", format!("http://{HOST}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header("host", HOST);
        match (&self.token, &self.cookie) {
            (Some(token), _) => request.header("authorization", token),
            (None, Some(cookie)) => request.header("cookie", cookie),
            (None, None) => request,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let raw = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&raw).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body, raw }
    }

    /// The beginning of an answer, whose body may have no end.
    pub async fn open(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The status and the problem's word, without waiting for the end of a body.
    pub async fn try_it(&self, method: &str, path: &str, body: &Value) -> (StatusCode, String) {
        let request = self
            .request(method, path)
            .header("content-type", "application/json")
            .header("origin", format!("http://{HOST}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.open(request).await;
        let status = response.status();
        if status.is_success() {
            return (status, String::new());
        }
        let raw = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&raw).unwrap_or(Value::Null);
        let slug = body["type"].as_str().and_then(|t| t.rsplit('/').next()).unwrap_or_default();
        (status, slug.to_owned())
    }

    /// Opens the live stream; its body is read frame by frame.
    pub async fn stream(&self) -> Body {
        let request = self.request("GET", "/api/v1/stream").body(Body::empty()).unwrap();
        let response = self.open(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub raw: Bytes,
}

impl Answer {
    /// Last part of the problem's type.
    pub fn slug(&self) -> &str {
        self.body["type"].as_str().and_then(|t| t.rsplit('/').next()).unwrap_or_default()
    }

    pub fn cookie(&self) -> Option<String> {
        let value = self.headers.get(header::SET_COOKIE)?.to_str().ok()?;
        value.split(';').next().map(str::to_owned)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}
