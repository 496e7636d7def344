//! A question of its own means after another one what it means alone.

use relais_core::understanding::answers::Verdict;
use relais_core::understanding::text::Text;
use relais_testkit::demo;

#[test]
fn no_question_that_the_base_lists_is_read_after_another() {
    let snapshot = demo::snapshot();
    let articles = &demo::document().knowledge.articles;
    let (mut asked, mut taken) = (0_u32, Vec::new());
    for article in articles {
        let questions = article.q.values().chain(article.also.values().flatten());
        for question in questions {
            let text = Text::new(question);
            let judged = snapshot.matcher.judge(&text, None);
            asked += u32::from(matches!(judged.verdict, Verdict::Answer(_)));
            for before in articles.iter().filter(|before| before.id != article.id) {
                let title = &before.q["fr"];
                let leaning = snapshot.matcher.leaning(&text, None, title);
                if !leaning.leans || leaning.yields_to(&judged) {
                    continue;
                }
                let other = leaning.answer.filter(|a| a.id != article.id);
                taken.extend(other.map(|a| format!("{question} ({title}) -> {}", a.id)));
            }
        }
    }
    assert!(asked > 200 && taken.is_empty(), "{asked} {}", taken.join("\n"));
}
