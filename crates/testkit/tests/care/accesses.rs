//! Who looked at whom is written down, in a chain that shows what was taken from it.

use crate::{CLAIRE, agent};
use futures_util::future::join_all;
use relais_app::accesses::Access;
use relais_app::audit::Verdict;
use relais_app::erase::Erased;
use relais_app::port::store::{AccessOf, Write};
use relais_app::retention::Rules;
use relais_core::conversation::command::Act;
use relais_core::time::Span;
use relais_testkit::TestApp;

const DAY: i64 = 24;

async fn verdict(app: &TestApp) -> Verdict {
    app.service().verify_accesses(i64::MAX).await.unwrap()
}

async fn named(app: &TestApp, act: &str) -> usize {
    app.store().audit_of_act(act, 9).await.unwrap().len()
}

/// Twice a day, the last look being half a day ago.
async fn looks(app: &TestApp, count: usize) {
    app.says(CLAIRE, "bonjour").await;
    let row = app.row(CLAIRE).await;
    for _ in 0..count {
        app.service().accessed("nadia", row.contact, Access::Read(row.id)).await.unwrap();
        app.clock.set(app.now() + Span::hours(12));
    }
    let rules = Rules { accesses: Some(90), ..Rules::default() };
    app.service().set_retention_rules(&rules).await.unwrap();
}

#[tokio::test]
async fn old_lines_go_once_a_day_and_the_chain_of_the_others_holds() {
    let app = TestApp::open().await;
    looks(&app, 4).await;
    app.service().prune(app.now()).await.unwrap();
    assert_eq!(verdict(&app).await, Verdict::Whole { lines: 4 }, "none is old");
    let counts =
        async || (named(&app, "accesses.oldest").await, named(&app, "accesses.newest").await);
    assert_eq!(counts().await, (0, 1));

    // Two are too old by now; the second stays, for the chain.
    app.clock.set(app.now() + Span::hours(88 * DAY + 13));
    for _ in 0..2 {
        app.service().prune(app.now()).await.unwrap();
    }
    assert_eq!(verdict(&app).await, Verdict::Whole { lines: 3 });
    assert_eq!(counts().await, (1, 1), "nothing new to name");
    app.clock.set(app.now() + Span::hours(12));
    app.service().prune(app.now()).await.unwrap();
    assert_eq!((verdict(&app).await, counts().await), (Verdict::Whole { lines: 3 }, (1, 1)));
    app.clock.set(app.now() + Span::hours(12));
    app.service().prune(app.now()).await.unwrap();
    assert_eq!((verdict(&app).await, counts().await), (Verdict::Whole { lines: 1 }, (2, 1)));
}

#[tokio::test]
async fn who_takes_lines_away_is_found_out() {
    let app = TestApp::open().await;
    looks(&app, 4).await;
    app.service().prune(app.now()).await.unwrap();
    app.store().prune_accesses(2, 10).await.unwrap();
    assert_eq!(verdict(&app).await, Verdict::Broken { seq: 2 }, "the beginning");
    let some = app.service().verify_accesses(2).await.unwrap();
    assert_eq!(some, Verdict::Whole { lines: 2 }, "only the newest were asked for");
    app.store().prune_accesses(5, 10).await.unwrap();
    assert_eq!(verdict(&app).await, Verdict::Broken { seq: 1 }, "all, and the audit log knows one");
}

#[tokio::test]
async fn lines_of_many_at_once_follow_each_other_and_a_forged_one_is_found() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "bonjour").await;
    let row = app.row(CLAIRE).await;
    let other = app.another().await;
    // Each twice at once, as the two requests of a page are.
    let looks = (0..400).map(|n| {
        let service = if n % 2 == 0 { app.service() } else { &other };
        let who = format!("agent{}", n % 200);
        async move { service.accessed(&who, row.contact, Access::Read(row.id)).await.unwrap() }
    });
    join_all(looks).await;
    assert_eq!(verdict(&app).await, Verdict::Whole { lines: 200 });
    let mut forged = app.store().access_head().await.unwrap().unwrap();
    forged.seq += 1;
    forged.who = "nobody".into();
    app.store().commit(vec![Write::Access(forged)]).await.unwrap();
    assert_eq!(verdict(&app).await, Verdict::Broken { seq: 201 });
}

#[tokio::test]
async fn a_person_erased_leaves_who_saw_them_and_nothing_of_theirs() {
    let app = TestApp::open().await;
    app.says(CLAIRE, "je veux parler à un agent").await;
    let row = app.row(CLAIRE).await;
    app.service().accessed("nadia", row.contact, Access::Open).await.unwrap();
    app.service().act(&agent("nadia"), row.id, Act::resolve()).await.unwrap();
    app.run_jobs().await;
    let erased = app.service().erase(row.contact, "camille").await.unwrap();
    assert_eq!(erased, Erased::Done { conversations: 1 });
    let of = AccessOf::Contact(row.contact);
    let lines = app.store().accesses_before(&of, i64::MAX, 9).await.unwrap();
    let told: Vec<_> = lines.iter().map(|line| (&*line.who, &*line.act)).collect();
    assert_eq!(told, [("camille", "erase"), ("nadia", "open")]);
    assert!(!format!("{lines:?}").contains(&CLAIRE[1..]));
    assert_eq!(verdict(&app).await, Verdict::Whole { lines: 2 }, "ids alone are chained");
}

#[tokio::test]
async fn rules_from_before_the_log_keep_it_for_a_year_and_nothing_is_for_ever() {
    let app = TestApp::open().await;
    let of = async |json: &str| {
        app.store().put_setting("retention", Some(json)).await.unwrap();
        app.service().retention_rules().await.unwrap().accesses
    };
    let rules = r#""messages":90,"files":null,"contacts":null,"raw":30,"quarantine":null"#;
    assert_eq!(of(&format!("{{{rules}}}")).await, Some(365));
    assert_eq!(of(&format!("{{{rules},\"accesses\":null}}")).await, None);
}
