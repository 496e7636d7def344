use super::*;
use crate::http::{Egress, EgressConfig};
use jsonwebtoken::{DecodingKey, Validation};
use parking_lot::Mutex;
use relais_core::time::Timestamp;
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn now() -> Timestamp {
    Timestamp::from_secs(1_800_000_000)
}

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }
}

#[derive(Default)]
struct Known(Mutex<Vec<Device>>);

#[async_trait]
impl Devices for Known {
    async fn of(&self, _: &str) -> Vec<Device> {
        self.0.lock().clone()
    }

    async fn forget(&self, id: &str) {
        self.0.lock().retain(|device| device.id != id);
    }
}

/// A vendor on this machine: answers each request with the next status, and remembers them.
async fn vendor(statuses: &'static [u16]) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = tokio::spawn(async move {
        let mut heard = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            heard.push(String::from_utf8(request).unwrap());
            let answer =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heard
    });
    (url, heard)
}

fn loopback() -> Egress {
    Egress::new(EgressConfig { allow_loopback: true, ..EgressConfig::default() }).unwrap()
}

fn sink(urls: &[String]) -> (PushSink, Arc<Known>) {
    let devices = urls
        .iter()
        .enumerate()
        .map(|(n, url)| Device { id: n.to_string(), endpoint: format!("{url}/push/secret-{n}") });
    let known = Arc::new(Known(Mutex::new(devices.collect())));
    let sink = PushSink {
        outside: Arc::new(loopback()),
        devices: Arc::clone(&known) as Arc<dyn Devices>,
        clock: Arc::new(Still),
        key: VapidKey::fresh().unwrap(),
        subject: "https://relais.example".to_owned(),
    };
    (sink, known)
}

fn notice() -> Notice {
    Notice {
        key: "k".to_owned(),
        channel: "push".to_owned(),
        team: "general".to_owned(),
        is_copy: false,
        payload: json!({ "name": "Claire Dubois", "summary": "carte débitée" }).to_string(),
    }
}

fn headers(request: &str) -> BTreeMap<String, String> {
    let lines = request.lines().skip(1).filter_map(|line| line.split_once(": "));
    lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
}

#[tokio::test]
async fn a_device_is_woken_with_a_signature_and_nothing_else() {
    let (url, heard) = vendor(&[201]).await;
    let (sink, _) = sink(std::slice::from_ref(&url));
    sink.deliver(&notice()).await.unwrap();
    let request = heard.await.unwrap().remove(0);
    assert!(request.starts_with("POST /push/secret-0 HTTP/1.1\r\n"), "{request}");
    assert!(!request.contains("Claire") && !request.contains("carte"), "{request}");
    let headers = headers(&request);
    assert_eq!(headers["ttl"], "600");
    assert_eq!(headers["content-length"], "0");
    let (token, key) = headers["authorization"]
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(", k="))
        .unwrap();
    assert_eq!(key, sink.key.public());
    let public = URL_SAFE_NO_PAD.decode(key).unwrap();
    assert_eq!((public.len(), public[0]), (65, 4), "a point that is not compressed");
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[&url]);
    let said = jsonwebtoken::decode::<serde_json::Value>(
        token,
        &DecodingKey::from_ec_der(&public),
        &validation,
    );
    let claims = said.unwrap().claims;
    assert_eq!(claims["sub"], "https://relais.example");
    assert_eq!(claims["exp"], (now() + TOKEN_LASTS).as_secs());
}

#[tokio::test]
async fn a_device_that_is_no_more_is_forgotten_and_the_others_hear_it() {
    let (url, heard) = vendor(&[410, 201]).await;
    let (sink, known) = sink(&[url.clone(), url]);
    sink.deliver(&notice()).await.unwrap();
    assert_eq!(heard.await.unwrap().len(), 2);
    let left: Vec<String> = known.0.lock().iter().map(|device| device.id.clone()).collect();
    assert_eq!(left, ["1"]);
}

#[tokio::test]
async fn it_is_tried_again_only_where_nobody_heard_it() {
    let (url, heard) = vendor(&[500, 201, 429]).await;
    let (sink, _) = sink(&[url.clone(), url]);
    sink.deliver(&notice()).await.unwrap();
    let one = [sink.devices.of("general").await.remove(0)];
    assert_eq!(sink.wake(&one).await.unwrap_err().0, "answered 429");
    heard.await.unwrap();
}

#[tokio::test]
async fn nobody_with_a_device_is_no_trouble() {
    let (sink, _) = sink(&[]);
    assert_eq!(sink.wake(&[]).await.unwrap(), 0);
}

#[test]
fn a_key_is_read_as_it_was_written() {
    let key = VapidKey::fresh().unwrap();
    assert_eq!(VapidKey::read(&key.text()).unwrap().public(), key.public());
    assert!(VapidKey::read("bm9uc2Vuc2U").is_none());
    assert_eq!(format!("{key:?}"), "VapidKey(…)");
}

#[test]
fn the_origin_is_the_address_without_its_path() {
    assert_eq!(origin("https://push.example:8443/a/b?c"), Some("https://push.example:8443"));
    assert_eq!(origin("push.example/a"), None);
    assert_eq!(origin("https:///a"), None);
}
