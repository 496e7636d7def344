//! Edges: that they lead somewhere, that every port is used, that nothing turns in circles or
//! cannot be reached, and that a person can be.

use super::{Findings, Nodes, at};
use crate::flow::{Answer, Document as Flow, Kind, MAX_STEPS};
use crate::why::Why;
use crate::workspace::Document;
use std::collections::{BTreeMap, BTreeSet};

/// More bubbles in a row than this are a nuisance, and each one costs.
const BUBBLES: usize = 3;

pub(super) fn check(document: &Document, nodes: &Nodes<'_>, found: &mut Findings) {
    let flow = &document.flow;
    entries(document, nodes, found);
    let mut ports = BTreeSet::new();
    for edge in &flow.edges {
        for end in [&edge.from, &edge.to] {
            if !nodes.contains_key(end.as_str()) {
                let told = "an edge names this node, and it does not exist";
                found.error(at(end), Why::unknown(told));
            }
        }
        if !ports.insert((edge.from.as_str(), edge.port.as_str())) {
            let told = format!("two edges leave port `{}`", edge.port);
            found.error(at(&edge.from), Why::new("taken", told));
        }
    }
    for (id, kind) in nodes {
        for port in required_ports(kind) {
            if !ports.contains(&(*id, port)) {
                let told = format!("port `{port}` leads nowhere");
                found.error(at(id), Why::new("dead_end", told));
            }
        }
        let target = match kind {
            Kind::Jump { to } => Some(to),
            Kind::SubFlow { start } => Some(start),
            _ => None,
        };
        if let Some(target) = target.filter(|t| !nodes.contains_key(t.as_str())) {
            found.error(at(id), Why::unknown(format!("there is no node `{target}`")));
        }
    }
    let graph = Graph { nodes, flow };
    people(document, &graph, found);
    for id in nodes.keys().filter(|id| graph.comes_back(id)) {
        let told = "this node can come back to itself without waiting for the customer";
        found.error(at(id), Why::new("circle", told));
    }
    let reached = graph.reach(document);
    for id in nodes.keys().filter(|id| !reached.contains(**id)) {
        found.error(at(id), Why::new("unreachable", "nothing leads to this node"));
    }
    for id in nodes.keys() {
        let bubbles = graph.bubbles(id, MAX_STEPS, &mut BTreeMap::new());
        if bubbles > BUBBLES && graph.is_start(id, document) {
            let told = format!("sends {bubbles} messages in a row");
            found.warning(at(id), Why::too_many(BUBBLES).told(told));
        }
    }
}

fn entries(document: &Document, nodes: &Nodes<'_>, found: &mut Findings) {
    let entries = &document.flow.entries;
    let named = [
        ("start", Some(&entries.start)),
        ("track", entries.track.as_ref()),
        ("order", entries.order.as_ref()),
        ("topics", entries.topics.as_ref()),
        ("out_of_scope", entries.out_of_scope.as_ref()),
    ];
    for (name, id) in named {
        if let Some(id) = id.filter(|id| !nodes.contains_key(id.as_str())) {
            let why = Why::unknown(format!("there is no node `{id}`"));
            found.error(format!("flow.entries.{name}"), why);
        }
    }
    for article in &document.knowledge.articles {
        if let Some(then) = article.then.as_ref().filter(|n| !nodes.contains_key(n.as_str())) {
            let why = Why::unknown(format!("there is no node `{then}`"));
            found.error(format!("knowledge.{}", article.id), why);
        }
    }
}

/// WhatsApp demands a way to a person from every automated talk.
fn people(document: &Document, graph: &Graph<'_>, found: &mut Findings) {
    let is_person = |id: &str| matches!(graph.nodes.get(id), Some(Kind::Escalate { .. }));
    if !graph.nodes.keys().any(|id| is_person(id)) {
        let told = "no node leads to a person; WhatsApp demands a human path";
        found.error("flow", Why::new("no_person", told));
        return;
    }
    let start = document.flow.entries.start.as_str();
    if graph.nodes.contains_key(start) && !graph.from([start]).iter().any(|id| is_person(id)) {
        found.error(at(start), Why::new("no_person", "a person cannot be reached from here"));
    }
}

fn required_ports(kind: &Kind) -> Vec<&str> {
    match kind {
        Kind::Menu { options, .. } => options.iter().map(|o| o.key.as_str()).collect(),
        Kind::Ask { answer: Answer::YesNo | Answer::Solved, .. } => vec!["yes", "no"],
        Kind::Ask { .. } | Kind::Form { .. } => vec!["ok"],
        Kind::LookupOrder {} => vec!["shown", "postcode", "not_found", "failed"],
        Kind::CheckPostcode { .. } => vec!["ok", "wrong", "locked"],
        Kind::OrderByPhone {} => vec!["shown", "none"],
        Kind::Condition { .. } => vec!["true", "false"],
        Kind::Hours {} => vec!["open", "closed"],
        Kind::Language {} | Kind::Segment {} => vec!["other"],
        Kind::Say { .. }
        | Kind::SayMedia { .. }
        | Kind::Finder { .. }
        | Kind::Knowledge { .. }
        | Kind::Set { .. }
        | Kind::Tag { .. }
        | Kind::Wait { .. }
        | Kind::OfferEmail { .. }
        | Kind::Csat { .. }
        | Kind::SubFlow { .. } => vec!["next"],
        Kind::Topics { .. } | Kind::Escalate { .. } | Kind::Jump { .. } | Kind::End {} => {
            Vec::new()
        }
    }
}

struct Graph<'a> {
    nodes: &'a Nodes<'a>,
    flow: &'a Flow,
}

impl<'a> Graph<'a> {
    /// Where a node can lead, over whatever port.
    fn next(&self, id: &str) -> Vec<&'a str> {
        let aside = match self.nodes.get(id) {
            Some(Kind::Jump { to }) => Some(to.as_str()),
            Some(Kind::SubFlow { start }) => Some(start.as_str()),
            _ => None,
        };
        let edges = self.flow.edges.iter().filter(|e| e.from == id).map(|e| e.to.as_str());
        edges.chain(aside).collect()
    }

    /// The node ends a walk: it waits for the customer, for time, or for people.
    fn stops(&self, id: &str) -> bool {
        matches!(
            self.nodes.get(id),
            None | Some(
                Kind::Menu { .. }
                    | Kind::Ask { .. }
                    | Kind::Form { .. }
                    | Kind::Topics { .. }
                    | Kind::Finder { .. }
                    | Kind::Csat { .. }
                    | Kind::Escalate { .. }
                    | Kind::Wait { .. }
                    | Kind::End {}
            )
        )
    }

    fn comes_back(&self, start: &str) -> bool {
        let walk = |id: &str| if self.stops(id) { Vec::new() } else { self.next(id) };
        let (mut seen, mut open) = (BTreeSet::new(), walk(start));
        while let Some(id) = open.pop() {
            if id == start {
                return true;
            }
            if seen.insert(id) {
                open.extend(walk(id));
            }
        }
        false
    }

    /// Everything that can be reached from these nodes.
    fn from<'b>(&self, starts: impl IntoIterator<Item = &'b str>) -> BTreeSet<String> {
        let mut open: Vec<String> = starts.into_iter().map(str::to_owned).collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if seen.insert(id.clone()) {
                open.extend(self.next(&id).into_iter().map(str::to_owned));
            }
        }
        seen
    }

    /// What a talk can come to: from the entries, from articles, and the finder from its theme.
    fn reach(&self, document: &Document) -> BTreeSet<String> {
        let roots = self.roots(document);
        self.from(roots.iter().map(String::as_str))
    }

    fn roots(&self, document: &Document) -> BTreeSet<String> {
        let entries = &document.flow.entries;
        let named = [&entries.track, &entries.order, &entries.topics, &entries.out_of_scope];
        let mut roots: BTreeSet<String> = named.into_iter().flatten().cloned().collect();
        roots.insert(entries.start.clone());
        roots.extend(document.knowledge.articles.iter().filter_map(|a| a.then.clone()));
        let finders = self.nodes.iter().filter(|(_, k)| matches!(k, Kind::Finder { .. }));
        roots.extend(finders.map(|(id, _)| (*id).to_owned()));
        roots
    }

    /// A walk can begin here: an entry, or what follows a stop.
    fn is_start(&self, id: &str, document: &Document) -> bool {
        self.roots(document).contains(id)
            || self.flow.edges.iter().any(|e| e.to == id && self.stops(&e.from))
    }

    /// Most messages sent from here until the walk stops.
    fn bubbles(&self, id: &str, steps: usize, known: &mut BTreeMap<String, usize>) -> usize {
        let Some(kind) = self.nodes.get(id) else { return 0 };
        if let Some(known) = known.get(id) {
            return *known;
        }
        // Stands in for a circle, which is an error of its own.
        known.insert(id.to_owned(), 0);
        let own = usize::from(matches!(
            kind,
            Kind::Say { .. }
                | Kind::SayMedia { .. }
                | Kind::Menu { .. }
                | Kind::Ask { .. }
                | Kind::Topics { .. }
                | Kind::Finder { .. }
                | Kind::Knowledge { .. }
                | Kind::OfferEmail { .. }
                | Kind::Csat { .. }
                | Kind::Escalate { .. }
        ));
        let rest = if self.stops(id) || steps == 0 {
            0
        } else {
            let next = self.next(id);
            next.into_iter().map(|n| self.bubbles(n, steps - 1, known)).max().unwrap_or(0)
        };
        known.insert(id.to_owned(), own + rest);
        own + rest
    }
}
