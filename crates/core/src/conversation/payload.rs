//! What a pressed button or list row means: the id we gave it says the node and the option, whatever
//! was asked since.

use crate::flow::form;

/// The meaning of a button or row of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Payload {
    Option {
        node: String,
        key: String,
    },
    Theme(String),
    Article(String),
    Finder,
    Room(usize),
    Menu,
    /// A form; what was filled in comes with it.
    Form {
        node: String,
    },
}

impl Payload {
    /// The id sent to the provider; the flow version comes first.
    pub fn encode(&self, version: i64) -> String {
        match self {
            Self::Option { node, key } => format!("{version}|option|{node}|{key}"),
            Self::Theme(key) => format!("{version}|theme|{key}"),
            Self::Article(id) => format!("{version}|article|{id}"),
            Self::Finder => format!("{version}|finder"),
            Self::Room(index) => format!("{version}|room|{index}"),
            Self::Menu => format!("{version}|menu"),
            Self::Form { node } => form::payload(version, node),
        }
    }

    /// Reads an id of any version; nothing when it is not one of ours.
    pub fn parse(id: &str) -> Option<Self> {
        let (version, rest) = id.split_once('|')?;
        version.parse::<i64>().ok()?;
        let (kind, argument) = rest.split_once('|').unwrap_or((rest, ""));
        match kind {
            "option" => {
                let (node, key) = argument.split_once('|')?;
                Some(Self::Option { node: node.to_owned(), key: key.to_owned() })
            }
            "theme" => Some(Self::Theme(argument.to_owned())),
            "article" => Some(Self::Article(argument.to_owned())),
            "finder" => Some(Self::Finder),
            "room" => argument.parse().ok().map(Self::Room),
            "menu" => Some(Self::Menu),
            "form" => Some(Self::Form { node: argument.to_owned() }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_what_it_meant() {
        let all = [
            Payload::Option { node: "menu".into(), key: "track".into() },
            Payload::Theme("retours".into()),
            Payload::Article("FAQ-01".into()),
            Payload::Finder,
            Payload::Room(3),
            Payload::Menu,
            Payload::Form { node: "details".into() },
        ];
        for payload in all {
            assert_eq!(Payload::parse(&payload.encode(7)), Some(payload));
        }
    }

    #[test]
    fn a_foreign_id_means_nothing() {
        for id in ["", "menu", "x|menu", "1|option|menu", "1|room|x", "1|what|ever"] {
            assert_eq!(Payload::parse(id), None, "{id}");
        }
    }
}
