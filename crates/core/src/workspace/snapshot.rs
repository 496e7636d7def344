//! A published workspace, made ready for deciding: calendars, lexicon, answer matcher and flow
//! graph are built once when files are loaded or saved.

use super::titles::Titles;
use super::{Article, Document, Macro, Order, PerLanguage, Rung, SensitiveRule, Team, Template};
use crate::attendance::Attendance;
use crate::calendar::Calendar;
use crate::flow::Graph;
use crate::understanding::answers::{self, Finder, FinderEntry, Matcher};
use crate::understanding::parse::{OrderPattern, names_order_number};
use crate::understanding::signals::Lexicon;
use crate::understanding::text::Text;
use crate::understanding::vectors::Vectors;
use crate::why::Why;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the engine reads of a workspace.
#[derive(Debug)]
pub struct Snapshot {
    pub document: Document,
    /// Version this snapshot was published as.
    pub version: i64,
    pub graph: Graph,
    pub titles: Titles,
    pub lexicon: Lexicon,
    pub matcher: Arc<Matcher>,
    pub finder: Finder,
    /// Sentence vectors that the matcher has beside its own.
    pub vectors: Option<Arc<Vectors>>,
    pub orders: OrderPattern,
    /// Articles that ask for an order number, as "my parcel is late" does.
    pub asks_number: BTreeSet<String>,
    calendar: Calendar,
    team_calendars: BTreeMap<String, Calendar>,
    switched_off: BTreeSet<String>,
}

/// Why files cannot be used.
#[derive(Debug)]
pub struct Invalid {
    /// Where, as a path of keys.
    pub at: String,
    pub why: Why,
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}

impl std::error::Error for Invalid {}

impl Invalid {
    fn new(at: impl Into<String>, why: Why) -> Self {
        Self { at: at.into(), why }
    }
}

impl Snapshot {
    /// Builds the snapshot or says what is wrong with the files.
    pub fn new(document: Document, version: i64) -> Result<Self, Vec<Invalid>> {
        Self::with_vectors(document, version, None)
    }

    /// With sentence vectors beside, where an operator provides them.
    pub fn with_vectors(
        document: Document,
        version: i64,
        vectors: Option<Arc<Vectors>>,
    ) -> Result<Self, Vec<Invalid>> {
        let learn = |document: &Document| {
            let matcher = Matcher::train_with(&learnt(document), vectors.as_ref());
            Arc::new(matcher.at_most(document.knowledge.most_wrong))
        };
        Self::build(document, version, vectors.clone(), learn)
    }

    /// Another version beside one that is built: where both have the same knowledge, nothing is
    /// learnt again.
    pub fn beside(built: &Self, document: Document, version: i64) -> Result<Self, Vec<Invalid>> {
        if document.knowledge != built.document.knowledge {
            return Self::with_vectors(document, version, built.vectors.clone());
        }
        let known = |_: &Document| Arc::clone(&built.matcher);
        Self::build(document, version, built.vectors.clone(), known)
    }

    fn build(
        document: Document,
        version: i64,
        vectors: Option<Arc<Vectors>>,
        matcher: impl FnOnce(&Document) -> Arc<Matcher>,
    ) -> Result<Self, Vec<Invalid>> {
        let mut errors = Vec::new();
        let zone = document.workspace.time_zone.clone();
        let calendar = Calendar::new(&document.hours, &zone)
            .map_err(|e| {
                errors.push(Invalid::new("hours", Why::new("hours", e.to_string())));
            })
            .ok();
        let mut team_calendars = BTreeMap::new();
        for team in &document.teams {
            let Some(hours) = &team.hours else { continue };
            match Calendar::new(hours, &zone) {
                Ok(calendar) => {
                    team_calendars.insert(team.key.clone(), calendar);
                }
                Err(e) => {
                    let at = format!("teams.{}.hours", team.key);
                    errors.push(Invalid::new(at, Why::new("hours", e.to_string())));
                }
            }
        }
        errors.extend(references(&document));
        errors.extend(
            crate::flow::lint::check(&document)
                .into_iter()
                .filter(|f| f.is_error)
                .map(|f| Invalid::new(f.at, f.why)),
        );
        let (Some(calendar), true) = (calendar, errors.is_empty()) else { return Err(errors) };
        let finder: Vec<FinderEntry> = document
            .knowledge
            .finder
            .iter()
            .map(|e| FinderEntry {
                rooms: e.rooms.clone(),
                model: e.model.clone(),
                price: e.price.clone(),
            })
            .collect();
        let graph = Graph::new(&document.flow);
        Ok(Self {
            titles: Titles::new(&document, &graph),
            graph,
            lexicon: Lexicon::new(&document.triggers.keywords, &document.triggers.sentiment.words)
                .with_people(document.agents.iter().map(|a| a.name.as_str()))
                .with_calm(&calm(&document)),
            matcher: matcher(&document),
            vectors,
            finder: Finder::new(&finder),
            orders: OrderPattern {
                prefix: document.orders.prefix.clone(),
                digits: document.orders.digits as usize,
            },
            asks_number: asking_number(&document),
            calendar,
            team_calendars,
            switched_off: document.workspace.switched_off.iter().cloned().collect(),
            document,
            version,
        })
    }

    /// The calendar a team keeps.
    pub fn calendar(&self, team: &str) -> &Calendar {
        self.team_calendars.get(team).unwrap_or(&self.calendar)
    }

    pub fn team(&self, key: &str) -> Option<&Team> {
        self.document.teams.iter().find(|t| t.key == key)
    }

    pub fn article(&self, id: &str) -> Option<&Article> {
        self.document.knowledge.articles.iter().find(|a| a.id == id)
    }

    pub fn sensitive(&self, topic: &str) -> Option<&SensitiveRule> {
        self.document.triggers.sensitive.iter().find(|r| r.topic == topic)
    }

    /// The team that handles a topic.
    pub fn team_of_topic(&self, topic: &str) -> Option<&str> {
        let sensitive = self.sensitive(topic).map(|r| r.team.as_str());
        sensitive.or_else(|| {
            let rule = self.document.triggers.routing.iter().find(|r| r.topic == topic);
            rule.map(|r| r.team.as_str())
        })
    }

    /// The rule of the always-on lane is on.
    pub fn is_on(&self, rule: &str) -> bool {
        !self.switched_off.contains(rule)
    }

    /// A system text in a language, else in the fall-back, else in any language.
    pub fn text(&self, key: &str, language: &str) -> Option<&str> {
        self.document.texts.get(key).and_then(|t| self.pick(t, language))
    }

    /// The best of a text's languages for a customer.
    pub fn pick<'a>(&self, of: &'a PerLanguage<String>, language: &str) -> Option<&'a str> {
        of.get(language)
            .or_else(|| of.get(&self.document.workspace.fallback_language))
            .or_else(|| of.get(&self.document.workspace.default_language))
            .or_else(|| of.values().next())
            .map(String::as_str)
    }

    /// A template, and which of its languages a customer gets: theirs, else the fall-back.
    pub fn template<'s>(
        &'s self,
        name: &str,
        language: &'s str,
    ) -> Option<(&'s Template, &'s str)> {
        let template = self.document.templates.iter().find(|t| t.name == name)?;
        let has_it = template.body.contains_key(language);
        let fallback = &self.document.workspace.fallback_language;
        Some((template, if has_it { language } else { fallback }))
    }

    pub fn is_spoken(&self, language: &str) -> bool {
        self.document.workspace.languages.iter().any(|l| l == language)
    }

    /// An order of the table connector.
    pub fn order(&self, number: &str) -> Option<&Order> {
        self.document.orders.table.iter().find(|o| o.order == number)
    }
}

/// What people marked as false alarms, without the topics that nothing may silence.
fn calm(document: &Document) -> BTreeMap<String, Vec<String>> {
    let danger = |rule: &str| {
        let topic = rule.strip_prefix("sensitive:");
        let of = |t: &str| document.triggers.sensitive.iter().find(|r| r.topic == t);
        topic.and_then(of).is_some_and(|r| r.first.is_some())
    };
    let all = document.triggers.calm.iter().filter(|(rule, _)| !danger(rule));
    all.map(|(rule, sentences)| (rule.clone(), sentences.clone())).collect()
}

/// Articles whose answer asks for an order number, in whichever language.
fn asking_number(document: &Document) -> BTreeSet<String> {
    let asks = |a: &&Article| a.a.values().any(|said| names_order_number(&Text::new(said)));
    document.knowledge.articles.iter().filter(asks).map(|a| a.id.clone()).collect()
}

/// The articles as the matcher learns them.
pub fn learnt(document: &Document) -> Vec<answers::Article> {
    document.knowledge.articles.iter().map(article).collect()
}

fn article(a: &Article) -> answers::Article {
    let mut questions: BTreeMap<String, Vec<String>> =
        a.q.iter().map(|(l, q)| (l.clone(), vec![q.clone()])).collect();
    for (language, more) in &a.also {
        questions.entry(language.clone()).or_default().extend(more.iter().cloned());
    }
    answers::Article {
        id: a.id.clone(),
        theme: a.theme.clone(),
        questions,
        not: a.not.clone(),
        answers: a.a.clone(),
    }
}

/// Macros that cannot be called up, do nothing, or want two things at once.
fn macros(all: &[Macro]) -> Vec<Invalid> {
    const TAGS: usize = 10;
    const SNOOZE_HOURS: u32 = 24 * 90;
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    for one in all {
        let is_plain = |c: char| c.is_alphanumeric() || c == '-';
        let does_nothing =
            Macro { name: one.name.clone(), shortcut: one.shortcut.clone(), ..Macro::default() };
        let is_empty = |text: &String| text.trim().is_empty();
        let reasons = [
            (one.name.trim().is_empty(), "", Why::missing().told("has no name")),
            (
                one.shortcut.is_empty() || !one.shortcut.chars().all(is_plain),
                "",
                Why::new("characters", "a shortcut is made of letters, digits and dashes"),
            ),
            (
                !seen.insert(one.shortcut.clone()),
                "",
                Why::new("taken", "another one has the same shortcut"),
            ),
            (*one == does_nothing, "", Why::new("idle", "does nothing")),
            (
                one.reply.values().chain(&one.note).any(is_empty),
                ".text",
                Why::missing().told("has an empty text"),
            ),
            (
                one.tags.len() > TAGS,
                ".tags",
                Why::too_many(TAGS).told(format!("has more than {TAGS} tags")),
            ),
            (
                one.team.is_some() && one.agent.is_some(),
                "",
                Why::new("conflict", "goes to a team and to a person"),
            ),
            (
                one.snooze_hours.is_some() && one.resolve.is_some(),
                "",
                Why::new("conflict", "is put aside and closed"),
            ),
            (
                one.snooze_hours.is_some_and(|h| h > SNOOZE_HOURS),
                ".snooze_hours",
                Why::range(1, SNOOZE_HOURS.into()).told("is put aside for over 90 days"),
            ),
        ];
        for (_, part, why) in reasons.into_iter().filter(|(is_wrong, ..)| *is_wrong) {
            errors.push(Invalid::new(format!("macros.{}{part}", one.shortcut), why));
        }
    }
    errors
}

/// A call to nobody, or one that comes when everybody has gone home.
fn ladders(d: &Document) -> Vec<Invalid> {
    const A_DAY: u32 = 24 * 60;
    let is_somebody = |whom: &str| whom == Rung::TEAM || d.agents.iter().any(|a| a.is_called(whom));
    let mut errors = Vec::new();
    for team in &d.teams {
        for rung in &team.ladder {
            let at = format!("teams.{}.ladder", team.key);
            if !is_somebody(&rung.tell) {
                let reason = format!("nobody is or has the role of `{}`", rung.tell);
                errors.push(Invalid::new(at.clone(), Why::unknown(reason)));
            }
            if !(1..=A_DAY).contains(&rung.after_minutes) {
                let reason = format!("a call comes after 1 to {A_DAY} minutes");
                errors.push(Invalid::new(at, Why::range(1, A_DAY.into()).told(reason)));
            }
        }
    }
    errors
}

/// Longer would take somebody out for good.
fn attendance(rules: &Attendance) -> Vec<Invalid> {
    let limits = [
        ("away_after_minutes", rules.away_after_minutes, Attendance::MOST_MINUTES),
        ("wrap_up_seconds", rules.wrap_up_seconds, Attendance::MOST_SECONDS),
    ];
    let wrong = limits.into_iter().filter(|(_, value, most)| value > most);
    let invalid = wrong.map(|(name, _, most)| {
        let why = Why::range(0, most.into()).told(format!("must be from 0 (never) to {most}"));
        Invalid::new(format!("workspace.attendance.{name}"), why)
    });
    invalid.collect()
}

/// References between files that lead nowhere.
fn references(d: &Document) -> Vec<Invalid> {
    let mut errors = Vec::new();
    let teams: BTreeSet<&str> = d.teams.iter().map(|t| t.key.as_str()).collect();
    let mut team = |at: String, key: &str| {
        if !teams.contains(key) {
            errors.push(Invalid::new(at, Why::unknown(format!("there is no team `{key}`"))));
        }
    };
    team("triggers.default_team".into(), &d.triggers.default_team);
    team("triggers.vip_team".into(), &d.triggers.vip_team);
    for rule in &d.triggers.sensitive {
        team(format!("triggers.sensitive.{}", rule.topic), &rule.team);
    }
    for rule in &d.triggers.routing {
        team(format!("triggers.routing.{}", rule.topic), &rule.team);
    }
    for agent in &d.agents {
        for key in &agent.teams {
            team(format!("agents.{}", agent.key), key);
        }
    }
    for one in &d.macros {
        if let Some(key) = &one.team {
            team(format!("macros.{}", one.shortcut), key);
        }
    }
    errors.extend(macros(&d.macros));
    errors.extend(ladders(d));
    if d.workspace.format != 1 {
        let why = Why::new("format", "only format 1 is known");
        errors.push(Invalid::new("workspace.format", why));
    }
    if !d.workspace.languages.contains(&d.workspace.default_language) {
        let why = Why::new("choice", "is not one of workspace.languages");
        errors.push(Invalid::new("workspace.default_language", why));
    }
    errors.extend(attendance(&d.workspace.attendance));
    let themes: BTreeSet<&str> = d.knowledge.themes.iter().map(|t| t.key.as_str()).collect();
    for a in &d.knowledge.articles {
        if !themes.contains(a.theme.as_str()) {
            let why = Why::unknown(format!("there is no theme `{}`", a.theme));
            errors.push(Invalid::new(format!("knowledge.{}", a.id), why));
        }
    }
    errors
}
