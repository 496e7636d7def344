//! Questions the knowledge base could not answer.

use crate::port::store::Result;
use crate::service::Service;
use relais_core::kpi::gaps::{Gap, grouped};
use relais_core::time::Timestamp;

impl Service {
    /// Gaps of a period, most frequent first.
    pub async fn gaps(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Gap>> {
        let mut asked = self.store().gaps_between(from, to).await?;
        asked.sort_by_key(|(_, at)| *at);
        Ok(grouped(asked.into_iter().map(|(question, _)| question)))
    }
}
