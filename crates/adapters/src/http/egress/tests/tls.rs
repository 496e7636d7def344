//! Certificates are always verified (T35).

use super::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server whose certificate is for `host`, signed by `issuer` or by itself.
async fn secure_server(host: &str, issuer: Option<&Authority>, expired: bool) -> u16 {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    if expired {
        (params.not_before, params.not_after) =
            (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    }
    let cert = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\nok").await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

async fn ask(root: &Authority, port: u16) -> Result<Reply, Failure> {
    let config = EgressConfig {
        allow_subnets: vec!["127.0.0.0/8".parse().unwrap()],
        allow_ports: vec![port],
        extra_roots: vec![root.pem().into_bytes()],
        hosts: BTreeMap::from([("api.example".to_owned(), vec![IpAddr::from([127, 0, 0, 1])])]),
        ..EgressConfig::default()
    };
    let call = post(format!("https://api.example:{port}/")).within(Duration::from_secs(3));
    Egress::new(config).unwrap().call(call).await
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_for_the_right_name_is_accepted() {
    let root = authority();
    let port = secure_server("api.example", Some(&root), false).await;
    assert_eq!(ask(&root, port).await.unwrap().body, b"ok");
}

#[tokio::test]
async fn any_other_certificate_is_refused_before_a_byte_is_sent() {
    let root = authority();
    let stranger = authority();
    for (what, port) in [
        ("expired", secure_server("api.example", Some(&root), true).await),
        ("wrong host", secure_server("other.example", Some(&root), false).await),
        ("self-signed", secure_server("api.example", None, false).await),
        ("unknown authority", secure_server("api.example", Some(&stranger), false).await),
    ] {
        let result = ask(&root, port).await;
        assert!(matches!(result, Err(Failure::NotSent(_))), "{what}: {result:?}");
    }
}
