//! What a person, or a build server, reads of a run.

use super::Played;
use std::fmt::Write as _;

/// Lines of the talk shown above a failure.
const SHOWN: usize = 24;

/// A failed scenario as the talk it was, with what was expected where it went wrong.
pub fn failure(played: &Played) -> String {
    let mut out = String::new();
    let Some(failure) = &played.outcome.failure else { return out };
    let _ = writeln!(out, "✗ {} · {}", played.title(), played.name);
    let chat = &played.outcome.chat;
    let skipped = chat.len().saturating_sub(SHOWN);
    if skipped > 0 {
        let _ = writeln!(out, "    … {skipped} lines before");
    }
    for line in &chat[skipped..] {
        let _ = writeln!(out, "    {line}");
    }
    let _ = writeln!(out, "  step at {}:{}", played.file, failure.line);
    for difference in &failure.differences {
        let _ = writeln!(out, "    {}", difference.at);
        let _ = writeln!(out, "      expected  {}", difference.expected);
        let _ = writeln!(out, "      actual    {}", difference.actual);
    }
    out
}

/// The run as JUnit XML.
pub fn junit(all: &[Played]) -> String {
    let failures = all.iter().filter(|p| p.outcome.failure.is_some()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuite name=\"scenarios\" tests=\"{}\" failures=\"{failures}\">\n",
        all.len()
    );
    for played in all {
        let _ = write!(
            out,
            "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
            escaped(&played.title()),
            escaped(&played.name),
            played.seconds
        );
        if played.outcome.failure.is_some() {
            let _ = write!(
                out,
                ">\n    <failure>{}</failure>\n  </testcase>\n",
                escaped(&failure(played))
            );
        } else {
            out.push_str("/>\n");
        }
    }
    out.push_str("</testsuite>\n");
    out
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::super::matching::Difference;
    use super::super::play::{Failure, Outcome};
    use super::*;

    fn played(failure: Option<Failure>) -> Played {
        let chat = vec!["claire › <bonjour>".to_owned()];
        Played {
            file: "menu.yaml".into(),
            name: "the \"menu\" opens".into(),
            variant: Some("mock".into()),
            seconds: 0.25,
            outcome: Outcome { chat, failure, ..Outcome::default() },
        }
    }

    fn wrong() -> Failure {
        let at = "state".to_owned();
        let difference = Difference { at, expected: "bot".into(), actual: "queued".into() };
        Failure { line: 7, differences: vec![difference] }
    }

    #[test]
    fn a_failure_reads_like_the_talk_it_was() {
        let text = failure(&played(Some(wrong())));
        assert!(text.starts_with("✗ menu.yaml [mock] · the \"menu\" opens"));
        assert!(text.contains("claire › <bonjour>") && text.contains("menu.yaml:7"));
        assert!(text.contains("expected  bot") && text.contains("actual    queued"));
    }

    #[test]
    fn junit_counts_and_escapes() {
        let xml = junit(&[played(None), played(Some(wrong()))]);
        assert!(xml.contains("tests=\"2\" failures=\"1\""));
        assert!(xml.contains("name=\"the &quot;menu&quot; opens\""));
        assert!(xml.contains("&lt;bonjour&gt;") && !xml.contains("<bonjour>"));
    }
}
