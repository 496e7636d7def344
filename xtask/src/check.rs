//! The quick checks: format, lints, dependency rules, and the house rules that a compiler does
//! not know.

use crate::deps;
use crate::invariants;
use crate::sh::{Result, cargo, command, output, root, step};
use std::fs;

/// Longest file of non-test code. From 400 lines on a file asks to be split; here it is refused.
const MAX_LINES: usize = 500;

pub(crate) fn everything() -> Result {
    format()?;
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    step("lints", &mut cargo(&lints))?;
    rules()
}

pub(crate) fn format() -> Result {
    step("format", &mut cargo(&["fmt", "--all", "--check"]))
}

/// What neither formatter nor compiler knows.
pub(crate) fn rules() -> Result {
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
    let places = machine_places();
    for file in tracked()? {
        let is_rust = extension(&file) == "rs";
        let is_text = TEXT.contains(&extension(&file));
        if !is_text || file == "xtask/src/check.rs" {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|p| line.contains(p)) {
                wrong.push(format!("{file}:{}: names a folder of one machine", number + 1));
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

/// Folders that only exist on somebody's machine: homes, and where this checkout lies.
fn machine_places() -> Vec<String> {
    // Folders of every system may be named, also when a checkout lies in one.
    const EVERYWHERE: [&str; 11] =
        ["bin", "dev", "etc", "lib", "opt", "proc", "run", "sys", "tmp", "usr", "var"];
    let homes = ["root/", "home/runner", "Users/"].map(|below| format!("/{below}"));
    let top = root().components().nth(1).map(|c| c.as_os_str().to_string_lossy().into_owned());
    let checkout = top.filter(|t| !EVERYWHERE.contains(&t.as_str())).map(|t| format!("/{t}/"));
    homes.into_iter().chain(checkout).collect()
}

fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.ends_with("/tests.rs") || file.contains("fixtures")
}

/// Lines before the first test module; tables of data count like code.
fn code_lines(text: &str) -> usize {
    text.lines().take_while(|l| l.trim() != "#[cfg(test)]").filter(|l| !l.trim().is_empty()).count()
}
