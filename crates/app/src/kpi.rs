//! Figures of a period, from the facts each conversation keeps. Sample history is never counted.

use crate::engine::state_of;
use crate::port::store::Result;
use crate::service::Service;
use relais_core::conversation::State;
use relais_core::kpi::{Figures, figures};
use relais_core::time::Timestamp;

impl Service {
    /// Conversations whose first customer message falls in the period: start included, end not.
    pub async fn kpi(&self, from: Timestamp, to: Timestamp) -> Result<Figures> {
        let rows = self.store().opened_between(from, to).await?;
        let states: Vec<State> = rows.iter().map(state_of).collect::<Result<_>>()?;
        Ok(figures(&states))
    }
}
