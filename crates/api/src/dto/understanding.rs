use relais_app::corrections;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How surely questions are answered, and how well that works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Understanding {
    /// Version this is about.
    pub version: i64,
    /// At most so many of a hundred answers may be wrong.
    pub most_wrong: u8,
    /// Nothing when the articles have too few ways to ask.
    #[schema(required)]
    pub estimate: Option<Estimate>,
    /// What was learnt from corrections.
    pub learnt: Vec<Learnt>,
}

/// A sentence that people put right, and what it does no longer.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Learnt {
    pub said: String,
    /// It is not answered by this article.
    #[schema(required)]
    pub article: Option<String>,
    /// It is no alarm of this rule: `keyword`, `sentiment`, `sensitive:refund`.
    #[schema(required)]
    pub rule: Option<String>,
}

impl Learnt {
    /// Nothing where it names an article and a rule, or neither.
    pub(crate) fn into_one(self) -> Option<corrections::Learnt> {
        let said = self.said;
        match (self.article, self.rule) {
            (Some(article), None) => Some(corrections::Learnt::NoAnswer { said, article }),
            (None, Some(rule)) => Some(corrections::Learnt::NoAlarm { said, rule }),
            _ => None,
        }
    }
}

impl From<corrections::Learnt> for Learnt {
    fn from(learnt: corrections::Learnt) -> Self {
        match learnt {
            corrections::Learnt::NoAnswer { said, article } => {
                Self { said, article: Some(article), rule: None }
            }
            corrections::Learnt::NoAlarm { said, rule } => {
                Self { said, article: None, rule: Some(rule) }
            }
        }
    }
}

/// Some ways to ask were held back, the others learnt, and the held-back ones judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Estimate {
    pub held_back: u32,
    pub right: u32,
    pub wrong: u32,
    /// Asked back, with the right article among those offered.
    pub asked_back: u32,
    /// The wrong ones.
    pub mistakes: Vec<Mistake>,
}

/// A way to ask for one article that was answered with another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Mistake {
    pub asked: String,
    pub meant: String,
    pub given: String,
}

impl From<corrections::Understanding> for Understanding {
    fn from(u: corrections::Understanding) -> Self {
        let estimate = u.estimate.map(|e| Estimate {
            held_back: e.held_back,
            right: e.right,
            wrong: e.wrong,
            asked_back: e.asked_back,
            mistakes: e
                .mistakes
                .into_iter()
                .map(|m| Mistake { asked: m.asked, meant: m.meant, given: m.given })
                .collect(),
        });
        let learnt = u.learnt.into_iter().map(Into::into).collect();
        Self { version: u.version, most_wrong: u.most_wrong, estimate, learnt }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnderstandingInput {
    /// At most so many of a hundred answers may be wrong: 1 to 50.
    pub most_wrong: u8,
}

/// A question, and which article answers it or does not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionCorrection {
    /// The question as the customer wrote it.
    pub asked: String,
    /// The article that was given and does not answer.
    #[serde(default)]
    pub wrong: Option<String>,
    /// The article that answers.
    #[serde(default)]
    pub right: Option<String>,
}

/// A sentence that is no alarm.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FalseAlarm {
    /// The sentence as the customer wrote it.
    pub said: String,
    /// `keyword`, `sentiment`, or a topic: `sensitive:refund`.
    pub rule: String,
}
