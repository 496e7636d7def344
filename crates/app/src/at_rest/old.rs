//! What was kept before encryption at rest was switched on: its words in the index, and its files.
//! Each conversation is a step of its own, so that it may be cut off and begun again.

use crate::engine::state_of;
use crate::media::to_forget;
use crate::plan::words_of;
use crate::port::store::{Committed, MediaRow, Result, StoreError, Write};
use crate::service::Service;
use relais_core::id::ConversationId;

/// Conversations listed at a time.
const AT_ONCE: i64 = 500;

/// How many were changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedAnew {
    pub conversations: usize,
    pub files: usize,
}

impl Service {
    /// Puts the words of all conversations into the index anew, as it is written now, and seals
    /// their files.
    pub async fn seal_old(&self) -> Result<SealedAnew> {
        let (mut done, mut after) = (SealedAnew::default(), None);
        loop {
            let ids = self.store().conversation_ids(after, AT_ONCE).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            for id in ids {
                self.index_anew(id).await?;
                done.conversations += 1;
                for media in self.store().media_of(id).await? {
                    done.files += usize::from(self.seal_file(&media).await?);
                }
            }
        }
        self.forget_files().await?;
        Ok(done)
    }

    async fn index_anew(&self, id: ConversationId) -> Result<()> {
        let Some(row) = self.store().conversation(id).await? else { return Ok(()) };
        let state = state_of(&row)?;
        let again = |(stored, event): (crate::port::store::EventRow, _)| {
            let folded = words_of(&event, &state)?;
            Some(Write::SearchAgain { conversation: id, position: stored.position, folded })
        };
        let unit: Vec<Write> = self.log(id).await?.into_iter().filter_map(again).collect();
        self.store().commit(unit).await.map(|_| ())
    }

    /// Says whether it was not sealed yet.
    async fn seal_file(&self, media: &MediaRow) -> Result<bool> {
        let (Some(folder), Some(hash)) = (self.folder(), &media.hash) else { return Ok(false) };
        let sealed = folder.seal_old(hash, self.random().name()).await;
        let sealed = sealed.map_err(|error| StoreError::Unavailable(format!("a file: {error}")))?;
        let Some(kept) = sealed else { return Ok(false) };
        let unit = vec![
            Write::MediaMoved { from: hash.clone(), to: kept.hash.clone() },
            to_forget(hash.clone(), self.clock().now()),
        ];
        if self.store().commit(unit).await? == Committed::Done {
            return Ok(true);
        }
        // Erased meanwhile.
        self.forget_file(&folder, &kept.hash).await?;
        Ok(false)
    }
}
