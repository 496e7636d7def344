//! A question of its own means after another one what it means alone.

use super::outcome::{Names, Talk};
use relais_testkit::{demo, sandbox::demo_sandbox};
use serde_json::json;

/// Each question is asked after so many others.
const BEFORE: usize = 1;
/// No multiple of the number of articles, so that each follows others.
const STRIDE: usize = 7;

#[tokio::test]
async fn a_question_of_the_knowledge_base_is_answered_alike_whatever_was_asked_before() {
    let sandbox = demo_sandbox();
    let document = demo::document();
    let names = Names::of(&document);
    let articles = &document.knowledge.articles;
    let mut next = 0_u32;
    let mut talk = || {
        next += 1;
        Talk { sandbox: &sandbox, phone: format!("+3363998{next:04}") }
    };
    let reset = json!({ "demo": "maison-lumiere", "at": "2027-05-03T10:00:00+02:00" });
    sandbox.call("reset", reset).await.unwrap();
    let (mut asked, mut changed) = (0, Vec::new());
    for (at, article) in articles.iter().enumerate() {
        let own = article.q.values().chain(article.also.values().flatten());
        for (n, question) in own.enumerate() {
            if !talk().outcome(&names, &[question]).await.contains(&article.id) {
                continue;
            }
            for k in 0..BEFORE {
                let before = &articles[(at + (n + k) * STRIDE + 1) % articles.len()];
                // After advice a yes or a no is awaited.
                let is_over = before.id != article.id && before.then.is_none();
                let Some(title) = before.q.get("fr").filter(|_| is_over) else { continue };
                let talk = talk();
                talk.says(title).await;
                asked += 1;
                let came = talk.outcome(&names, &[question]).await;
                if !came.contains(&article.id) {
                    changed.push(format!("{title} | {question} | {} -> {came:?}", article.id));
                }
            }
        }
    }
    println!("{} of {asked} changed\n{}", changed.len(), changed.join("\n"));
    assert!(asked > 500 && changed.is_empty());
}
