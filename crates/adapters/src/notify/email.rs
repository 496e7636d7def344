//! Mail over SMTP: to whoever is named for a delicate topic, and to agents who want it.

use super::Words;
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use relais_app::port::helpers::{HelperError, Notice, Sink};
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
        let failed = |error: &dyn std::fmt::Display| HelperError(error.to_string());
        let from: Mailbox = self.server.from.parse().map_err(|e| failed(&e))?;
        let transport = self.transport()?;
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
                .body(text.clone())
                .map_err(|e| failed(&e))?;
            let answer = transport.send(mail).await.map_err(|e| failed(&e))?;
            said = answer.message().collect::<Vec<_>>().join(" ");
        }
        Ok(said)
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, HelperError> {
        let Server { host, port, user, password, .. } = &self.server;
        let failed = |error: lettre::transport::smtp::Error| HelperError(error.to_string());
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let mut builder = match self.server.security {
            Security::Tls => Transport::relay(host).map_err(failed)?,
            Security::StartTls => Transport::starttls_relay(host).map_err(failed)?,
            Security::None => Transport::builder_dangerous(host.as_str()),
        };
        builder = builder.port(*port).timeout(Some(TIMEOUT));
        if !user.is_empty() {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(builder.build())
    }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    /// A mail server that takes everything from everybody but `refused@…`.
    async fn server() -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken = Arc::clone(&taken);
                tokio::spawn(async move {
                    let (read, mut write) = stream.into_split();
                    let mut lines = BufReader::new(read).lines();
                    write.write_all(b"220 fake ESMTP\r\n").await.unwrap();
                    let (mut mail, mut is_body) = (String::new(), false);
                    while let Ok(Some(line)) = lines.next_line().await {
                        mail.push_str(&line);
                        mail.push('\n');
                        let answer = if is_body {
                            if line != "." {
                                continue;
                            }
                            is_body = false;
                            taken.lock().push(std::mem::take(&mut mail));
                            "250 taken\r\n"
                        } else if line.starts_with("EHLO") {
                            "250 fake\r\n"
                        } else if line.contains("refused@") {
                            "550 5.1.1 no such mailbox\r\n"
                        } else if line == "DATA" {
                            is_body = true;
                            "354 go on\r\n"
                        } else if line == "QUIT" {
                            "221 bye\r\n"
                        } else {
                            "250 ok\r\n"
                        };
                        if write.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        (port, mails)
    }

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
        let (port, mails) = server().await;
        sink(port, &["dpo@example.test"]).deliver(&notice()).await.unwrap();
        let mails = mails.lock().clone();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("RCPT TO:<dpo@example.test>"), "{}", mails[0]);
        assert!(mails[0].contains("https://r.example/inbox/0189"), "{}", mails[0]);
        assert!(!mails[0].contains("Claire") && !mails[0].contains("effacez"), "{}", mails[0]);
    }

    #[tokio::test]
    async fn what_fails_is_told_in_the_servers_words() {
        let (port, mails) = server().await;
        let refused = sink(port, &["refused@example.test"]).deliver(&notice()).await.unwrap_err();
        assert!(refused.0.contains("no such mailbox"), "{refused}");
        let nobody = sink(port, &[]).deliver(&notice()).await.unwrap_err();
        assert!(nobody.0.contains("nobody reads"), "{nobody}");
        assert!(mails.lock().is_empty());
    }

    #[tokio::test]
    async fn quiet_hours_keep_calls_back_and_no_copy_for_the_record() {
        let (port, mails) = server().await;
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
    async fn without_the_encryption_asked_for_nothing_is_sent() {
        let (port, mails) = server().await;
        let mut sink = sink(port, &["dpo@example.test"]);
        sink.server.security = Security::StartTls;
        assert!(sink.deliver(&notice()).await.is_err(), "the server offers none");
        assert!(mails.lock().is_empty());
    }
}
