//! What options and themes are called, folded once, for customers who type a title instead of
//! tapping it.

use super::{Document, PerLanguage};
use crate::flow::{Graph, Kind};
use crate::understanding::text::fold;
use std::collections::BTreeMap;

/// The title, folded, and the key of what it is the title of.
type Title = (String, String);

#[derive(Debug)]
pub struct Titles {
    options: BTreeMap<String, Vec<Title>>,
    themes: Vec<Title>,
}

impl Titles {
    pub(super) fn new(document: &Document, graph: &Graph) -> Self {
        let menus = graph.nodes().filter_map(|(node, kind)| match kind {
            Kind::Menu { options, .. } => {
                let titles = options.iter().flat_map(|o| folded(&o.title, &o.key));
                Some((node.to_owned(), titles.collect()))
            }
            _ => None,
        });
        let themes = document.knowledge.themes.iter();
        Self {
            options: menus.collect(),
            themes: themes.flat_map(|t| folded(&t.title, &t.key)).collect(),
        }
    }

    /// The option of a menu with that folded title.
    pub fn option(&self, menu: &str, title: &str) -> Option<&str> {
        find(self.options.get(menu)?, title)
    }

    /// The theme of questions with that folded title.
    pub fn theme(&self, title: &str) -> Option<&str> {
        find(&self.themes, title)
    }
}

fn folded<'a>(title: &'a PerLanguage<String>, key: &'a str) -> impl Iterator<Item = Title> + 'a {
    title.values().map(move |t| (fold(t), key.to_owned()))
}

fn find<'a>(titles: &'a [Title], title: &str) -> Option<&'a str> {
    titles.iter().find(|(t, _)| t == title).map(|(_, key)| key.as_str())
}
