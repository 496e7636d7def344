//! Tasks of a run, polled in an order the dice choose. Every call of the store and of the provider
//! yields before and after it acts, so that anything may happen in between, also a crash.

use relais_app::dice::Dice;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// Lets everybody else have a turn.
pub(super) fn turn() -> Turn {
    Turn(false)
}

#[derive(Debug)]
pub(super) struct Turn(bool);

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Runs what does not wait for other tasks to its end; the world stands still meanwhile.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    struct Thaw(Thread);
    impl Wake for Thaw {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Thaw(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[derive(Debug)]
struct Flag {
    is_ready: AtomicBool,
    /// Who waits for a disk, which is not in the hands of the dice.
    thread: Thread,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.is_ready.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

struct Task {
    name: String,
    flag: Arc<Flag>,
    /// Works with files: what it waits for outside a turn is a disk.
    waits_for_disk: bool,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// All that a process has under way.
#[derive(Default)]
pub(super) struct Tasks(Vec<Task>);

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|t| &t.name)).finish()
    }
}

impl Tasks {
    pub(super) fn start(
        &mut self,
        name: impl Into<String>,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        self.add(name.into(), false, Box::pin(future));
    }

    pub(super) fn start_on_disk(
        &mut self,
        name: impl Into<String>,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        self.add(name.into(), true, Box::pin(future));
    }

    fn add(
        &mut self,
        name: String,
        waits_for_disk: bool,
        future: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) {
        let flag = Arc::new(Flag { is_ready: AtomicBool::new(true), thread: thread::current() });
        self.0.push(Task { name, flag, waits_for_disk, future });
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|t| t.name == name).count()
    }

    /// The process dies.
    pub(super) fn kill(&mut self) {
        self.0.clear();
    }

    /// Lets one task go on; says whether any could.
    pub(super) fn poll(&mut self, dice: &mut Dice) -> bool {
        let ready: Vec<usize> = (0..self.0.len()).filter(|i| self.0[*i].is_ready()).collect();
        let Some(place) = dice.pick(&ready).copied() else { return false };
        if self.0[place].go_on() {
            drop(self.0.remove(place));
        }
        true
    }
}

impl Task {
    fn is_ready(&self) -> bool {
        self.flag.is_ready.load(Ordering::Acquire)
    }

    /// Says whether it ended.
    fn go_on(&mut self) -> bool {
        let waker = Waker::from(Arc::clone(&self.flag));
        let mut context = Context::from_waker(&waker);
        loop {
            self.flag.is_ready.store(false, Ordering::Release);
            match self.future.as_mut().poll(&mut context) {
                Poll::Ready(()) => return true,
                Poll::Pending if self.is_ready() || !self.waits_for_disk => return false,
                Poll::Pending => {
                    while !self.is_ready() {
                        thread::park();
                    }
                }
            }
        }
    }
}
