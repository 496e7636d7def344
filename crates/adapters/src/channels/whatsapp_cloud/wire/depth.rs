//! Nesting limit, checked before any parser sees the body: raw slices are skipped over without
//! one.

/// Deepest nesting any known webhook comes near is 15.
const LIMIT: usize = 64;

/// Is the body nested deeper than any real one?
pub(crate) fn too_deep(body: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > LIMIT {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn only_real_nesting_counts() {
        assert!(too_deep(&"[".repeat(100_000)));
        assert!(too_deep(&r#"{"a":"#.repeat(65)));
        assert!(!too_deep(&"[]".repeat(1_000)));
        assert!(!too_deep(&format!("\"{}\"", "[".repeat(1_000))));
        assert!(!too_deep(&format!("\"\\\"{}\"", "{".repeat(1_000))));
    }
}
