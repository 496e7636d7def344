//! The quick checks: format, lints, dependency rules, and the house rules that a compiler does
//! not know.

use crate::deps;
use crate::invariants;
use crate::sh::{Result, cargo, command, output, root, step};
use std::fs;

/// Longest file of non-test code. From 400 lines on a file asks to be split; here it is refused.
const MAX_LINES: usize = 600;

pub(crate) fn everything() -> Result {
    step("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    step("lints", &mut cargo(&lints))?;
    deps::check()?;
    println!("✓ dependency rules and licences");
    house_rules()?;
    println!("✓ house rules");
    invariants::check()?;
    println!("✓ the table of invariants names what exists");
    Ok(())
}

/// Kinds of files that are read.
const TEXT: [&str; 12] =
    ["rs", "ts", "tsx", "css", "md", "toml", "yaml", "yml", "json", "mjs", "sh", "html"];

fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, end)| end)
}

/// Files that git knows or would add.
fn tracked() -> Result<Vec<String>> {
    let listed =
        output(&mut command("git", ["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

fn house_rules() -> Result {
    let mut wrong = Vec::new();
    for file in tracked()? {
        let is_rust = extension(&file) == "rs";
        let is_text = TEXT.contains(&extension(&file));
        if !is_text || file == "xtask/src/check.rs" {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(why) = machine_path(line) {
                wrong.push(format!("{file}:{}: {why}", number + 1));
            }
            if is_rust && (line.contains("#[allow(") || line.contains("#![allow(")) {
                wrong.push(format!("{file}:{}: use #[expect(…, reason)]", number + 1));
            }
        }
        if is_rust && !is_test(&file) && code_lines(&text) > MAX_LINES {
            wrong.push(format!("{file}: {} lines of code; split it by meaning", code_lines(&text)));
        }
        if is_rust && file.ends_with("src/lib.rs") && !text.contains("#![forbid(unsafe_code)]") {
            wrong.push(format!("{file}: forbid unsafe code"));
        }
        if file == "web/package-lock.json" && text.contains("\"resolved\"") {
            wrong.push(format!("{file}: names download addresses"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("house rules:\n  {}", wrong.join("\n  "))) }
}

/// A path or host of one machine has no place in the project.
fn machine_path(line: &str) -> Option<&'static str> {
    let homes = ["/root/", "/home/runner", "/work/", "/Users/"];
    homes.iter().any(|h| line.contains(h)).then_some("names a folder of one machine")
}

fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.ends_with("/tests.rs") || file.contains("fixtures")
}

/// Lines before the first test module; tables of data count like code.
fn code_lines(text: &str) -> usize {
    text.lines().take_while(|l| l.trim() != "#[cfg(test)]").filter(|l| !l.trim().is_empty()).count()
}
