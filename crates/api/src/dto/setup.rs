use super::event::{RuleTrace, quote};
use relais_app::trial::{Outcome, Trial};
use relais_core::flow::{self, Kind};
use relais_core::workspace::{Document, PerLanguage, Triggers};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The conversation as a graph.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Flow {
    /// Version it was published as.
    pub version: i64,
    pub name: String,
    pub entries: Vec<FlowEntry>,
    pub nodes: Vec<FlowNode>,
    pub edges: Vec<FlowEdge>,
}

/// Where the always-on lane enters the graph.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowEntry {
    /// `start`, `track`, `order`, `topics` or `out_of_scope`.
    pub name: &'static str,
    pub node: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowNode {
    pub id: String,
    /// As in the flow's file: `say`, `menu`, `ask`, `escalate`…
    pub kind: String,
    /// What it says, per language; empty where it says nothing.
    pub text: BTreeMap<String, String>,
    pub options: Vec<FlowOption>,
    /// What it is about: the answer it waits for, a reason, an article, a tag.
    #[schema(required)]
    pub detail: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowOption {
    pub port: String,
    pub digit: u32,
    pub title: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowEdge {
    pub from: String,
    pub port: String,
    pub to: String,
}

impl Flow {
    pub(crate) fn new(document: &Document, version: i64) -> Self {
        let flow = &document.flow;
        let e = &flow.entries;
        let entry =
            |name, node: Option<&String>| node.map(|node| FlowEntry { name, node: node.clone() });
        let entries = [
            entry("start", Some(&e.start)),
            entry("track", e.track.as_ref()),
            entry("order", e.order.as_ref()),
            entry("topics", e.topics.as_ref()),
            entry("out_of_scope", e.out_of_scope.as_ref()),
        ];
        let edge = |e: &flow::Edge| FlowEdge {
            from: e.from.clone(),
            port: e.port.clone(),
            to: e.to.clone(),
        };
        Self {
            version,
            name: flow.name.clone(),
            entries: entries.into_iter().flatten().collect(),
            nodes: flow.nodes.iter().map(|n| node(n, &document.texts)).collect(),
            edges: flow.edges.iter().map(edge).collect(),
        }
    }
}

fn node(node: &flow::Node, texts: &BTreeMap<String, PerLanguage<String>>) -> FlowNode {
    let options = match &node.kind {
        Kind::Menu { options, .. } => options.as_slice(),
        _ => &[],
    };
    let option = |o: &flow::MenuOption| FlowOption {
        port: o.key.clone(),
        digit: o.digit,
        title: o.title.clone(),
    };
    FlowNode {
        id: node.id.clone(),
        kind: word(&node.kind),
        text: node.kind.text_key().and_then(|key| texts.get(key)).cloned().unwrap_or_default(),
        options: options.iter().map(option).collect(),
        detail: detail(&node.kind),
    }
}

/// The kind's name in the files.
fn word(kind: &Kind) -> String {
    let json = serde_json::to_value(kind).unwrap_or_default();
    json.get("kind").and_then(|k| k.as_str()).unwrap_or_default().to_owned()
}

fn detail(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Ask { answer, .. } => serde_json::to_value(answer).ok()?.as_str().map(str::to_owned),
        Kind::Knowledge { article } => Some(article.clone()),
        Kind::Set { variable, .. } => Some(variable.clone()),
        Kind::Tag { tag } => Some(tag.clone()),
        Kind::Form { form, .. } => Some(form.clone()),
        Kind::Escalate { reason, .. } => Some(reason.as_str().to_owned()),
        Kind::Wait { seconds } => Some(seconds.to_string()),
        Kind::CheckPostcode { attempts } => Some(attempts.to_string()),
        Kind::Jump { to } => Some(to.clone()),
        Kind::SubFlow { start } => Some(start.clone()),
        Kind::SayMedia { .. }
        | Kind::Say { .. }
        | Kind::Menu { .. }
        | Kind::LookupOrder {}
        | Kind::OrderByPhone {}
        | Kind::Topics { .. }
        | Kind::Finder { .. }
        | Kind::Condition { .. }
        | Kind::Hours {}
        | Kind::Language {}
        | Kind::Segment {}
        | Kind::OfferEmail { .. }
        | Kind::Csat { .. }
        | Kind::End {} => None,
    }
}

/// When the assistant hands over, and to whom.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriggerRules {
    pub version: i64,
    /// Words that ask for a person, per language.
    pub keywords: BTreeMap<String, Vec<String>>,
    /// Words of anger, per language.
    pub anger: BTreeMap<String, Vec<String>>,
    /// Messages in a row that were not understood.
    pub failure_limit: u32,
    pub vip_failure_limit: u32,
    pub vip_segment: String,
    pub vip_team: String,
    pub default_team: String,
    pub sensitive: Vec<SensitiveTopic>,
    pub routing: Vec<TopicRoute>,
    /// Rules that are switched off.
    pub switched_off: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SensitiveTopic {
    pub topic: String,
    pub team: String,
    pub priority: String,
    /// A text goes out at once, before anything else.
    pub is_emergency: bool,
    #[schema(required)]
    pub tag: Option<String>,
    #[schema(required)]
    pub cc: Option<String>,
}

/// A topic that only chooses the team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TopicRoute {
    pub topic: String,
    pub team: String,
}

impl TriggerRules {
    pub(crate) fn new(document: &Document, version: i64) -> Self {
        let Triggers {
            keywords,
            failure_limit,
            vip_failure_limit,
            vip_segment,
            vip_team,
            default_team,
            sentiment,
            sensitive,
            routing,
            calm: _,
        } = document.triggers.clone();
        let topic = |rule: relais_core::workspace::SensitiveRule| SensitiveTopic {
            topic: rule.topic,
            team: rule.team,
            priority: serde_json::to_value(rule.priority)
                .ok()
                .and_then(|p| p.as_str().map(str::to_owned))
                .unwrap_or_default(),
            is_emergency: rule.first.is_some(),
            tag: rule.tag,
            cc: rule.cc,
        };
        Self {
            version,
            keywords,
            anger: sentiment.words,
            failure_limit,
            vip_failure_limit,
            vip_segment,
            vip_team,
            default_team,
            sensitive: sensitive.into_iter().map(topic).collect(),
            routing: routing
                .into_iter()
                .map(|r| TopicRoute { topic: r.topic, team: r.team })
                .collect(),
            switched_off: document.workspace.switched_off.clone(),
        }
    }
}

/// What a sentence would set off as a customer's first message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriggerMatches {
    /// In the order in which rules are read.
    pub rules: Vec<RuleTrace>,
    /// `handoff`, `answer`, `clarify`, `out_of_scope`, `flow` (a greeting, a choice, an order
    /// number) or `noise`.
    pub outcome: &'static str,
    /// The rule that hands over.
    #[schema(required)]
    pub winner: Option<String>,
    #[schema(required)]
    pub team: Option<String>,
    #[schema(required)]
    pub priority: Option<String>,
    /// The article that answers.
    #[schema(required)]
    pub article: Option<String>,
}

impl TriggerMatches {
    pub(crate) fn new(sentence: &str, trial: Trial) -> Self {
        let rules = trial.rules.into_iter().map(|rule| RuleTrace {
            rule: rule.rule,
            score: rule.score,
            threshold: rule.threshold,
            fired: rule.fired,
            quotes: rule.quotes.iter().filter_map(|q| quote(sentence, q.start, q.end)).collect(),
        });
        let mut matches = Self {
            rules: rules.collect(),
            outcome: "noise",
            winner: None,
            team: None,
            priority: None,
            article: None,
        };
        match trial.outcome {
            Outcome::HandsOver { rule, team, priority } => {
                matches.outcome = "handoff";
                matches.winner = Some(rule);
                matches.team = Some(team);
                matches.priority = Some(priority.as_str().to_owned());
            }
            Outcome::Answers { article } => {
                matches.outcome = "answer";
                matches.article = Some(article);
            }
            Outcome::AsksWhich => matches.outcome = "clarify",
            Outcome::OutOfScope => matches.outcome = "out_of_scope",
            Outcome::FollowsFlow => matches.outcome = "flow",
            Outcome::NotUnderstood => {}
        }
        matches
    }
}
