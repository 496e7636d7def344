//! `{name}` and `{name:what stands there otherwise}` in the texts of a workspace.

/// What stands in a pair of braces. Whether a name is one is for whoever fills it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder<'t> {
    /// With its braces.
    pub whole: &'t str,
    pub name: &'t str,
    pub default: Option<&'t str>,
}

/// The text before the first placeholder, the placeholder, and the text behind it.
pub fn first(text: &str) -> Option<(&str, Placeholder<'_>, &str)> {
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    let inside = &text[open + 1..close];
    let (name, default) = inside.split_once(':').map_or((inside, None), |(n, d)| (n, Some(d)));
    let placeholder = Placeholder { whole: &text[open..=close], name, default };
    Some((&text[..open], placeholder, &text[close + 1..]))
}

/// All of a text, in their order.
pub fn all(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, placeholder, after) = first(rest)?;
        rest = after;
        Some(placeholder)
    })
}
