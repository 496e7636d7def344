//! A mail server on this machine that takes everything from everybody but `refused@…`.

use parking_lot::Mutex;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

#[derive(Debug)]
pub struct MailServer {
    pub port: u16,
    /// Each with the commands before it, as the lines came.
    pub mails: Arc<Mutex<Vec<String>>>,
    listening: JoinHandle<()>,
}

impl MailServer {
    /// # Errors
    /// When it may not listen on this machine.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&mails);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&taken)));
            }
        });
        Ok(Self { port, mails, listening })
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn converse(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 fake ESMTP\r\n").await?;
    let (mut mail, mut is_body) = (String::new(), false);
    while let Some(line) = lines.next_line().await? {
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
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
