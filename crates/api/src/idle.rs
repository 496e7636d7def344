//! Connections that wait for a request, and which of them must go when there is no room.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// Everybody who asks for nothing at the moment, the longest waiting first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Idle(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    since: BTreeMap<u64, Arc<Seat>>,
}

/// The place of one connection.
#[derive(Debug)]
pub(crate) struct Seat {
    idle: Idle,
    leave: Notify,
    /// Under what it waits; none while it is served.
    number: Mutex<Option<u64>>,
}

/// A connection as long as it lasts.
#[derive(Debug)]
pub(crate) struct Connected(pub(crate) Arc<Seat>);

/// The connection is served as long as this lives.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Seat>);

impl Idle {
    /// A new connection, which has not asked for anything yet.
    pub(crate) fn sit(&self) -> Connected {
        let (idle, leave, number) = (self.clone(), Notify::new(), Mutex::new(None));
        let seat = Arc::new(Seat { idle, leave, number });
        seat.wait();
        Connected(seat)
    }

    /// Sends the longest waiting away; false when everybody is served.
    pub(crate) fn make_room(&self) -> bool {
        let first = self.0.lock().since.pop_first();
        first.is_some_and(|(_, seat)| {
            seat.leave.notify_one();
            true
        })
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().since.len()
    }
}

impl Seat {
    /// Served from now on.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.forget();
        Busy(Arc::clone(self))
    }

    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    fn wait(self: &Arc<Self>) {
        let mut waiting = self.idle.0.lock();
        let number = waiting.next;
        waiting.next += 1;
        waiting.since.insert(number, Arc::clone(self));
        *self.number.lock() = Some(number);
    }

    fn forget(&self) {
        let number = self.number.lock().take();
        if let Some(number) = number {
            self.idle.0.lock().since.remove(&number);
        }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.forget();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn the_longest_waiting_makes_room_and_nobody_who_is_served() {
        let idle = Idle::default();
        let [first, second, third] = [(); 3].map(|()| idle.sit());
        let busy = first.0.busy();
        assert!(idle.make_room());
        let asked = |one: &Connected| one.0.asked_to_leave().now_or_never().is_some();
        assert_eq!([asked(&first), asked(&second), asked(&third)], [false, true, false]);
        drop(busy);
        assert!(idle.make_room());
        assert_eq!([asked(&first), asked(&third)], [false, true], "who was served waits anew");
        drop(first);
        assert_eq!(idle.len(), 0, "who is gone waits no more");
        assert!(!idle.make_room());
    }
}
