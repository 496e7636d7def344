use super::*;
use std::net::Ipv4Addr;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

fn local() -> Egress {
    Egress::new(EgressConfig { allow_loopback: true, ..EgressConfig::default() }).unwrap()
}

/// Serves each connection with `answer`, after reading the head of its request.
async fn server<F, Fut>(answer: F) -> u16
where
    F: Fn(TcpStream, String) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut head = vec![0; 16 * 1024];
                let n = stream.read(&mut head).await.unwrap_or(0);
                answer(stream, String::from_utf8_lossy(&head[..n]).into_owned()).await;
            });
        }
    });
    port
}

fn get(port: u16, path: &str) -> Call {
    Call::new(Method::GET, format!("http://127.0.0.1:{port}{path}")).within(Duration::from_secs(2))
}

#[tokio::test]
async fn a_name_that_leads_inside_is_denied_after_resolution() {
    let names = ["rebind.example", "mixed.example"];
    let hosts = BTreeMap::from([
        (names[0].to_owned(), vec![IpAddr::from([169, 254, 169, 254])]),
        (
            names[1].to_owned(),
            vec!["::ffff:10.0.0.1".parse().unwrap(), IpAddr::from([127, 0, 0, 1])],
        ),
    ]);
    let egress = Egress::new(EgressConfig { hosts, ..EgressConfig::default() }).unwrap();
    for name in names {
        let call = Call::new(Method::POST, format!("https://{name}/")).body("text/plain", "x");
        assert_eq!(egress.call(call).await.unwrap_err(), Failure::Denied, "{name}");
    }
    let denied = Failure::Denied.to_string();
    assert_eq!(denied, "destination not allowed", "the error tells nothing about the inside");
}

#[tokio::test]
async fn plain_text_to_a_public_name_is_denied_even_in_test_mode() {
    let hosts = BTreeMap::from([("public.example".to_owned(), vec![IpAddr::from([8, 8, 8, 8])])]);
    let config = EgressConfig { hosts, allow_loopback: true, ..EgressConfig::default() };
    let call = Call::new(Method::GET, "http://public.example/");
    assert_eq!(Egress::new(config).unwrap().call(call).await.unwrap_err(), Failure::Denied);
}

#[tokio::test]
async fn an_allow_listed_network_is_reached_by_name() {
    let port = server(|mut s, _| async move {
        let _ = s.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\nok").await;
    })
    .await;
    let hosts = BTreeMap::from([("crm.example".to_owned(), vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])]);
    let config = EgressConfig {
        hosts,
        allow_subnets: vec!["127.0.0.0/8".parse().unwrap()],
        allow_ports: vec![port],
        ..EgressConfig::default()
    };
    let egress = Egress::new(config.clone()).unwrap();
    let call = Call::new(Method::GET, format!("http://crm.example:{port}/"));
    assert_eq!(egress.call(call.clone()).await.unwrap().body, b"ok");
    let closed = Egress::new(EgressConfig { allow_ports: vec![], ..config }).unwrap();
    assert_eq!(closed.call(call).await.unwrap_err(), Failure::Denied);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let port = server(|mut s, head| async move {
        let answer =
            if head.starts_with("GET /next") { "200 X" } else { "302 X\r\nlocation: /next" };
        let _ =
            s.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await;
    })
    .await;
    assert_eq!(local().call(get(port, "/first")).await.unwrap().status, 302);
}

#[tokio::test]
async fn the_body_is_capped_while_reading() {
    let port = server(|mut s, _| async move {
        let _ = s.write_all(b"HTTP/1.1 200 X\r\n\r\n").await;
        let chunk = vec![b'x'; 64 * 1024];
        while s.write_all(&chunk).await.is_ok() {}
    })
    .await;
    let reply = local().call(get(port, "/").cap(100_000)).await.unwrap();
    assert_eq!(reply.cut, Some(Cut::TooLarge));
    assert!(reply.body.len() <= 100_000);
}

#[tokio::test]
async fn a_slow_body_ends_at_the_total_deadline() {
    let port = server(|mut s, _| async move {
        let _ = s.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 1000\r\n\r\n").await;
        while s.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    // A thousand of these bytes take twenty seconds.
    let reply = local().call(get(port, "/").within(Duration::from_millis(300))).await.unwrap();
    assert_eq!(reply.cut, Some(Cut::Deadline));
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_cut() {
    let port = server(|mut s, _| async move {
        let _ = s.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\nabc").await;
    })
    .await;
    let reply = local().call(get(port, "/")).await.unwrap();
    assert_eq!((reply.cut, reply.body), (Some(Cut::ConnectionLost), b"abc".to_vec()));
}

fn post(url: String) -> Call {
    Call::new(Method::POST, url).body("text/plain", "hello").within(Duration::from_millis(1_500))
}

#[tokio::test]
async fn before_the_first_byte_it_is_not_sent_after_it_unknown() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let refused = local().call(post(format!("http://127.0.0.1:{closed}/"))).await;
    assert!(matches!(refused, Err(Failure::NotSent(_))), "{refused:?}");
    let silent = server(|s, _| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(s);
    })
    .await;
    let hanging = local().call(post(format!("http://127.0.0.1:{silent}/"))).await;
    assert!(matches!(hanging, Err(Failure::Unknown(_))), "{hanging:?}");
    let rude = server(|s, _| async move { drop(s) }).await;
    let cut = local().call(post(format!("http://127.0.0.1:{rude}/"))).await;
    assert!(matches!(cut, Err(Failure::Unknown(_))), "{cut:?}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_not_sent() {
    let call = post("https://no-such-host.invalid/".to_owned()).within(Duration::from_secs(8));
    let result = local().call(call).await;
    assert!(matches!(result, Err(Failure::NotSent(_))), "{result:?}");
}

#[tokio::test]
async fn a_tls_handshake_that_never_ends_is_not_sent() {
    // The connection opens, the handshake hangs: the deadline passes with nothing written.
    let port = server(|s, _| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(s);
    })
    .await;
    let result = local().call(post(format!("https://127.0.0.1:{port}/"))).await;
    assert!(matches!(result, Err(Failure::NotSent(_))), "{result:?}");
}

#[tokio::test]
async fn a_kept_alive_connection_the_server_closed_is_replaced_silently() {
    // Each connection answers once and then closes without announcing it.
    let port = server(|mut s, _| async move {
        let _ = s.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let egress = local();
    for _ in 0..5 {
        let reply = egress.call(post(format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(reply.unwrap().status, 200);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

mod tls;
