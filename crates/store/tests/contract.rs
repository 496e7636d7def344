//! What every store must do, run on each of them.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

#[path = "contract/build.rs"]
mod build;
#[path = "contract/log.rs"]
mod log;
#[path = "contract/open.rs"]
mod open;

/// Lists the contract once; each name becomes a test on every store.
macro_rules! contract {
    ($($module:ident :: $name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    crate::$module::$name(crate::open::sqlite()).await;
                }
            )+
        }
    };
}

contract! {
    log::a_unit_is_read_as_it_was_written,
    log::a_stale_guard_is_a_conflict_and_writes_nothing,
    log::an_append_without_its_guard_is_refused,
}
