//! A file as it is read: sealed or not, its content comes front to back.

use crate::at_rest::Ring;
use crate::at_rest::file::{Chunks, HEAD, SEALED};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, ReadBuf};

/// The content of a stored file.
#[derive(Debug)]
pub struct Opened {
    file: File,
    opening: Option<Opening>,
}

#[derive(Debug)]
struct Opening {
    chunks: Chunks,
    /// Sealed bytes that were not read yet.
    left: u64,
    sealed: Vec<u8>,
    plain: Vec<u8>,
    /// Of `plain`.
    given: usize,
}

impl Opened {
    pub(super) async fn new(mut file: File, ring: Option<&Ring>) -> io::Result<Self> {
        let Some(ring) = ring else { return Ok(Self { file, opening: None }) };
        let mut head = Vec::with_capacity(HEAD);
        (&mut file).take(HEAD as u64).read_to_end(&mut head).await?;
        let Some(chunks) = ring.open_file(&head) else {
            file.rewind().await?;
            return Ok(Self { file, opening: None });
        };
        let left = file.metadata().await?.len().saturating_sub(HEAD as u64);
        if left == 0 {
            // Even an empty file has a last chunk.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (sealed, plain) = (Vec::with_capacity(SEALED), Vec::new());
        Ok(Self { file, opening: Some(Opening { chunks, left, sealed, plain, given: 0 }) })
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.opening.is_some()
    }
}

impl AsyncRead for Opened {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { file, opening } = self.get_mut();
        let Some(opening) = opening else { return Pin::new(file).poll_read(cx, into) };
        while opening.given == opening.plain.len() {
            if opening.left == 0 {
                return Poll::Ready(Ok(()));
            }
            ready!(opening.poll_chunk(file, cx))?;
        }
        let rest = &opening.plain[opening.given..];
        let rest = &rest[..rest.len().min(into.remaining())];
        into.put_slice(rest);
        opening.given += rest.len();
        Poll::Ready(Ok(()))
    }
}

impl Opening {
    /// Reads and opens the next chunk.
    fn poll_chunk(&mut self, file: &mut File, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let whole = usize::try_from(self.left).unwrap_or(SEALED).min(SEALED);
        let mut have = self.sealed.len();
        self.sealed.resize(whole, 0);
        while have < whole {
            let mut room = ReadBuf::new(&mut self.sealed[have..]);
            let read = match Pin::new(&mut *file).poll_read(cx, &mut room) {
                Poll::Ready(Ok(())) => room.filled().len(),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.sealed.truncate(have);
                    return Poll::Pending;
                }
            };
            if read == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            have += read;
        }
        self.left -= whole as u64;
        let open = self.chunks.open(&self.sealed, self.left == 0);
        self.plain = open.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.given = 0;
        self.sealed.clear();
        Poll::Ready(Ok(()))
    }
}
