//! Mail over SMTP: to whoever is named for a delicate topic, and to agents who want it.

use super::Words;
use crate::http::address::is_global_unicast;
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use relais_app::hex;
use relais_app::port::helpers::{HelperError, Notice, Sink, Summary};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);
/// People told by one notice.
const MOST: usize = 50;

/// How the connection is kept from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte (port 465).
    Tls,
    /// After a greeting in clear (port 587); nothing is sent without it.
    StartTls,
    /// Not at all: a relay on this machine or in the same private network.
    None,
}

/// A mail server.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password: String,
    /// `Relais <support@example.com>`.
    pub from: String,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("host", &self.host).finish_non_exhaustive()
    }
}

/// Who reads the mail of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readership {
    pub addresses: Vec<String>,
    /// Some who would are in their quiet hours.
    pub are_some_quiet: bool,
}

/// Who reads the mail of a team, a role or an agent.
#[async_trait]
pub trait Directory: std::fmt::Debug + Send + Sync {
    /// `minds_quiet`: without those who are in their quiet hours.
    async fn readership(&self, whom: &str, minds_quiet: bool) -> Readership;
    /// The address of one agent; nothing where they have none.
    async fn address_of(&self, agent: &str) -> Option<String>;
}

/// Mail to people.
#[derive(Debug)]
pub struct EmailSink {
    server: Server,
    directory: Arc<dyn Directory>,
    base_url: String,
}

impl EmailSink {
    pub fn new(server: Server, directory: Arc<dyn Directory>, base_url: String) -> Self {
        Self { server, directory, base_url }
    }

    /// Sends one mail to each; the error is in the server's words.
    pub async fn say(&self, to: &[String], words: &Words) -> Result<String, HelperError> {
        self.send(to, words, None).await
    }

    /// A mail that is sent again has the same `id`: whoever has it already can tell.
    async fn send(
        &self,
        to: &[String],
        words: &Words,
        id: Option<&str>,
    ) -> Result<String, HelperError> {
        let failed = |error: &dyn std::fmt::Display| HelperError(error.to_string());
        let from: Mailbox = self.server.from.parse().map_err(|e| failed(&e))?;
        let transport = self.transport().await?;
        let mut text = words.lines.join("\n");
        if let Some(link) = &words.link {
            text = format!("{text}\n\n{link}\n");
        }
        let mut said = String::new();
        for address in to.iter().take(MOST) {
            let to: Mailbox = address.parse().map_err(|e| failed(&e))?;
            let mail = Message::builder()
                .from(from.clone())
                .to(to)
                .subject(&words.title)
                .message_id(id.map(str::to_owned))
                .body(text.clone())
                .map_err(|e| failed(&e))?;
            let answer = transport.send(mail).await.map_err(|e| failed(&e))?;
            said = answer.message().collect::<Vec<_>>().join(" ");
        }
        Ok(said)
    }

    /// To the very address that was checked. Its own machine and network may be an operator's mail
    /// server; addresses of no server at all are refused (S4).
    async fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, HelperError> {
        let Server { host, port, user, password, .. } = &self.server;
        let failed = |error: &dyn std::fmt::Display| HelperError(error.to_string());
        let resolved = tokio::net::lookup_host((host.as_str(), *port)).await;
        let mut addresses = resolved.map_err(|e| failed(&e))?.map(|address| address.ip());
        let address = addresses.find(|ip| may_be_a_mail_server(*ip));
        let address = address.ok_or_else(|| failed(&"no mail server can be at this address"))?;
        // The certificate is that of the name, not of the address.
        let tls = || TlsParameters::new(host.clone()).map_err(|e| failed(&e));
        let tls = match self.server.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string());
        let mut builder = builder.tls(tls).port(*port).timeout(Some(TIMEOUT));
        if !user.is_empty() {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(builder.build())
    }
}

/// The public internet, this machine and private networks; not what clouds answer their machines at.
fn may_be_a_mail_server(ip: IpAddr) -> bool {
    let is_own = match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback(),
    };
    is_own || is_global_unicast(ip)
}

#[async_trait]
impl Sink for EmailSink {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        let words = Words::of(&notice.payload, &self.base_url);
        let words = words.ok_or_else(|| HelperError("unreadable notice".to_owned()))?;
        let Readership { addresses: to, are_some_quiet } =
            self.directory.readership(&notice.team, !notice.is_copy).await;
        if to.is_empty() && are_some_quiet {
            // Left alone as they asked: those who are not are told by the next rung of a ladder.
            return Ok(());
        }
        if to.is_empty() {
            // Tried again: somebody may be named meanwhile. Given up, it is seen.
            return Err(HelperError(format!("nobody reads the mail of `{}`", notice.team)));
        }
        self.say(&to, &words).await.map(|_| ())
    }

    async fn summarise(&self, summary: &Summary) -> Result<(), HelperError> {
        // Whoever signs in by a name without an address has chosen it in vain; no second try helps.
        let Some(to) = self.directory.address_of(&summary.agent).await else { return Ok(()) };
        let id = format!("<{}@relais.invalid>", hex::encode(&Sha256::digest(&summary.key)));
        self.send(&[to], &Words::summary(summary, &self.base_url), Some(&id)).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_sim::mail::MailServer;

    /// Everybody reads the mail of everybody, but the one of the night watch is quiet.
    #[derive(Debug)]
    struct Readers(Vec<String>);

    #[async_trait]
    impl Directory for Readers {
        async fn readership(&self, _: &str, minds_quiet: bool) -> Readership {
            let is_quiet = |address: &String| minds_quiet && address.starts_with("quiet@");
            let addresses = self.0.iter().filter(|address| !is_quiet(address)).cloned().collect();
            Readership { addresses, are_some_quiet: self.0.iter().any(is_quiet) }
        }

        async fn address_of(&self, agent: &str) -> Option<String> {
            Some(format!("{agent}@example.test")).filter(|_| agent == "nadia")
        }
    }

    fn sink(port: u16, readers: &[&str]) -> EmailSink {
        let server = Server {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::None,
            user: String::new(),
            password: String::new(),
            from: "Relais <relais@example.test>".to_owned(),
        };
        let readers = Readers(readers.iter().map(|r| (*r).to_owned()).collect());
        EmailSink::new(server, Arc::new(readers), "https://r.example".to_owned())
    }

    fn notice() -> Notice {
        let payload = r#"{"conversation": "0189", "number": 42, "team": "general",
            "topic": "privacy", "name": "Claire", "summary": "effacez mes données"}"#;
        let text = |text: &str| text.to_owned();
        Notice {
            key: text("k"),
            channel: text("email"),
            team: text("dpo"),
            is_copy: false,
            payload: text(payload),
        }
    }

    #[tokio::test]
    async fn whoever_is_named_gets_a_mail_without_the_customers_words() {
        let server = MailServer::start().await.unwrap();
        let (port, mails) = (server.port, &server.mails);
        sink(port, &["dpo@example.test"]).deliver(&notice()).await.unwrap();
        let mails = mails.lock().clone();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("RCPT TO:<dpo@example.test>"), "{}", mails[0]);
        assert!(mails[0].contains("https://r.example/inbox/0189"), "{}", mails[0]);
        assert!(!mails[0].contains("Claire") && !mails[0].contains("effacez"), "{}", mails[0]);
    }

    #[tokio::test]
    async fn what_fails_is_told_in_the_servers_words() {
        let server = MailServer::start().await.unwrap();
        let (port, mails) = (server.port, &server.mails);
        let refused = sink(port, &["refused@example.test"]).deliver(&notice()).await.unwrap_err();
        assert!(refused.0.contains("no such mailbox"), "{refused}");
        let nobody = sink(port, &[]).deliver(&notice()).await.unwrap_err();
        assert!(nobody.0.contains("nobody reads"), "{nobody}");
        assert!(mails.lock().is_empty());
    }

    #[tokio::test]
    async fn quiet_hours_keep_calls_back_and_no_copy_for_the_record() {
        let server = MailServer::start().await.unwrap();
        let (port, mails) = (server.port, &server.mails);
        let some = sink(port, &["quiet@example.test", "awake@example.test"]);
        some.deliver(&notice()).await.unwrap();
        let told = mails.lock().clone();
        assert_eq!(told.len(), 1, "whoever is not quiet");
        assert!(told[0].contains("RCPT TO:<awake@example.test>"), "{}", told[0]);
        let only = sink(port, &["quiet@example.test"]);
        only.deliver(&notice()).await.unwrap();
        assert_eq!(mails.lock().len(), 1, "nobody, and that is no failure");
        only.deliver(&Notice { is_copy: true, ..notice() }).await.unwrap();
        assert!(mails.lock()[1].contains("RCPT TO:<quiet@example.test>"));
    }

    #[tokio::test]
    async fn a_summary_is_numbers_and_the_same_mail_when_it_is_sent_again() {
        let server = MailServer::start().await.unwrap();
        let (port, mails) = (server.port, &server.mails);
        let sink = sink(port, &[]);
        let summary = Summary {
            key: "digest/nadia/2027-05-03T08:00:00Z".to_owned(),
            agent: "nadia".to_owned(),
            language: "fr".to_owned(),
            unanswered: 2,
            queued: 7,
            ..Summary::default()
        };
        sink.summarise(&summary).await.unwrap();
        sink.summarise(&summary).await.unwrap();
        let other = Summary { agent: "hugo".to_owned(), ..summary };
        sink.summarise(&other).await.unwrap();
        let mails = mails.lock().clone();
        assert_eq!(mails.len(), 2, "Hugo has no address");
        assert!(mails[0].contains("RCPT TO:<nadia@example.test>"), "{}", mails[0]);
        assert!(mails[0].contains("https://r.example/inbox"), "{}", mails[0]);
        let id = |mail: &str| {
            let line = mail.lines().find(|line| line.starts_with("Message-ID:")).unwrap();
            line.to_owned()
        };
        assert_eq!(id(&mails[0]), id(&mails[1]));
        assert!(!id(&mails[0]).contains("nadia"));
    }

    #[tokio::test]
    async fn what_is_no_mail_server_is_not_connected_to() {
        for host in ["169.254.169.254", "0.0.0.0", "224.0.0.1", "168.63.129.16", "fe80::1"] {
            let mut sink = sink(25, &[]);
            host.clone_into(&mut sink.server.host);
            let refused = sink.say(&["x@example.test".to_owned()], &Words::test("")).await;
            assert!(refused.unwrap_err().0.contains("no mail server"), "{host}");
        }
    }

    #[tokio::test]
    async fn without_the_encryption_asked_for_nothing_is_sent() {
        let server = MailServer::start().await.unwrap();
        let (port, mails) = (server.port, &server.mails);
        let mut sink = sink(port, &["dpo@example.test"]);
        sink.server.security = Security::StartTls;
        assert!(sink.deliver(&notice()).await.is_err(), "the server offers none");
        assert!(mails.lock().is_empty());
    }
}
