//! What was seen of a channel's webhooks: so that whoever sets a connection up knows how far they
//! are. Written down once a minute at most: webhooks come by the thousand.

use crate::port::store::{EntryRow, Result, Store, Write};
use parking_lot::Mutex;
use relais_core::id::ChannelId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const KIND: &str = "hook";
const EVERY: Span = Span::minutes(1);

/// Something worth knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// The provider's handshake, with our token.
    Verified,
    WrongToken,
    WrongSignature,
    Message,
    /// On a message of ours.
    Report,
}

/// When each was seen last, µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Seen {
    pub verified: Option<i64>,
    pub wrong_token: Option<i64>,
    pub wrong_signature: Option<i64>,
    pub message: Option<i64>,
    pub report: Option<i64>,
}

/// What this process wrote down last.
#[derive(Debug, Default)]
pub struct Watch(Mutex<BTreeMap<(ChannelId, Sight), Timestamp>>);

impl Watch {
    /// Is this news, or known since a moment ago?
    pub fn is_news(&self, channel: ChannelId, sight: Sight, now: Timestamp) -> bool {
        let mut seen = self.0.lock();
        let is_news = seen.get(&(channel, sight)).is_none_or(|at| now.since(*at) >= EVERY);
        if is_news {
            seen.insert((channel, sight), now);
        }
        is_news
    }
}

/// Of two that are written at once one may be lost; the next minute brings another.
pub async fn note(
    store: &dyn Store,
    channel: ChannelId,
    sight: Sight,
    now: Timestamp,
) -> Result<()> {
    let mut all = seen(store, channel).await?;
    let place = match sight {
        Sight::Verified => &mut all.verified,
        Sight::WrongToken => &mut all.wrong_token,
        Sight::WrongSignature => &mut all.wrong_signature,
        Sight::Message => &mut all.message,
        Sight::Report => &mut all.report,
    };
    *place = Some(now.as_micros());
    let row = EntryRow {
        kind: KIND.to_owned(),
        id: channel.to_string(),
        data: serde_json::to_string(&all).expect("five numbers are plain data"),
        at: now,
    };
    store.commit(vec![Write::PutEntry(row)]).await.map(|_| ())
}

pub async fn seen(store: &dyn Store, channel: ChannelId) -> Result<Seen> {
    let row = store.entry(KIND, &channel.to_string()).await?;
    Ok(row.and_then(|row| serde_json::from_str(&row.data).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_news_once_a_minute() {
        let (watch, now) = (Watch::default(), Timestamp::from_micros(0));
        let (one, other) = (ChannelId::new(now, [1; 10]), ChannelId::new(now, [2; 10]));
        assert!(watch.is_news(one, Sight::Message, now));
        assert!(!watch.is_news(one, Sight::Message, now + Span::secs(59)));
        assert!(watch.is_news(one, Sight::Report, now));
        assert!(watch.is_news(other, Sight::Message, now));
        assert!(watch.is_news(one, Sight::Message, now + Span::secs(61)));
    }
}
