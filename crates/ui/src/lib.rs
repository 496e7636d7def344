//! The web app, embedded. Knows nothing of HTTP but the type of a file.
#![forbid(unsafe_code)]

/// One embedded file.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Without a leading slash.
    pub path: &'static str,
    pub identity: &'static [u8],
    /// Where compression pays.
    pub brotli: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

static PLACEHOLDER: File =
    File { path: "index.html", identity: include_bytes!("placeholder.html"), brotli: None };

impl File {
    pub fn content_type(&self) -> &'static str {
        match self.path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "json" | "map" => "application/json",
            "webmanifest" => "application/manifest+json",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Its name holds a hash of its content, as the bundler writes it: `assets/name-HASH.ext`.
    pub fn is_immutable(&self) -> bool {
        self.path.strip_prefix("assets/").is_some_and(|name| {
            let stem = name.split('.').next().unwrap_or_default();
            stem.len() > 9 && stem.as_bytes()[stem.len() - 9] == b'-'
        })
    }
}

/// A file by its path; the placeholder stands in for the page of an app that was not built.
pub fn file(path: &str) -> Option<&'static File> {
    let found = FILES.binary_search_by(|f| f.path.cmp(path)).ok().map(|i| &FILES[i]);
    found.or_else(|| (path == "index.html").then_some(&PLACEHOLDER))
}

/// The web app is in this program.
pub fn is_built() -> bool {
    !FILES.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &'static str) -> File {
        File { path, identity: b"", brotli: None }
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(at("assets/index-BKcDQ9x_.js").is_immutable());
        assert!(at("assets/inbox-B-x3k2Pq.css").is_immutable());
        assert!(!at("index.html").is_immutable());
        assert!(!at("assets/logo.svg").is_immutable());
        assert!(!at("favicon-abcdefgh.svg").is_immutable());
    }

    #[test]
    fn a_missing_file_is_missing_and_the_page_is_always_there() {
        assert!(file("assets/nothing-12345678.js").is_none());
        assert!(file("../Cargo.toml").is_none());
        assert!(file("index.html").is_some());
    }

    #[test]
    fn embedded_files_are_sorted_for_the_search() {
        assert!(FILES.is_sorted_by(|a, b| a.path < b.path));
        assert!(FILES.iter().all(|f| file(f.path).is_some()));
    }
}
