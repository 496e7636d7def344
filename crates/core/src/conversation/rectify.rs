//! What people put right about a contact reaches the talk that goes on.

use super::event::{AgentRef, Event, Rectified};
use super::turn::Turn;

impl Turn<'_> {
    /// Takes over what people say of the contact. Says whether anything of it is new.
    pub(super) fn rectify(
        &mut self,
        by: Option<&AgentRef>,
        rectified: &Rectified,
        is_restricted: bool,
    ) -> bool {
        let known = self.state.rectified.clone().unwrap_or_default();
        if (known.name == rectified.name && known.language == rectified.language)
            && self.state.is_restricted == is_restricted
        {
            return false;
        }
        let (by, content) = (by.cloned(), Some(rectified.clone()));
        self.emit(Event::ContactRectified { by, is_restricted, content });
        true
    }
}
