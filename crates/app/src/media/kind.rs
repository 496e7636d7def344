//! What a file is, by its own bytes, and whether a page may show it. Names and announced types
//! count for nothing (S12).

/// How a file is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub mime: &'static str,
    /// May stand inside a page; everything else is only ever saved.
    pub is_inline: bool,
}

/// Bytes that tell: a JPEG names its size behind its previews.
pub const HEAD: usize = 128 * 1024;

/// A picture with more pixels would fill the browser's memory.
const MOST_PIXELS: u64 = 50_000_000;

/// The kind of a file that begins like this.
pub fn of(head: &[u8]) -> Kind {
    let saved = |mime| Kind { mime, is_inline: false };
    let shown = |mime| Kind { mime, is_inline: true };
    let picture = |mime, size: Option<(u32, u32)>| Kind {
        mime,
        is_inline: size.is_some_and(|(w, h)| u64::from(w) * u64::from(h) <= MOST_PIXELS),
    };
    if head.starts_with(b"\xff\xd8\xff") {
        return picture("image/jpeg", jpeg(head));
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return picture("image/png", pair(head, 16, be32));
    }
    if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        return picture("image/gif", pair(head, 6, le16));
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return picture("image/webp", webp(head));
    }
    if head.get(4..8) == Some(b"ftyp") {
        return match head.get(8..11) {
            Some(b"M4A") => shown("audio/mp4"),
            Some(b"3gp") => shown("video/3gpp"),
            _ => shown("video/mp4"),
        };
    }
    if head.starts_with(b"OggS") {
        return shown("audio/ogg");
    }
    if head.starts_with(b"ID3") || matches!(head, [0xff, 0xfb | 0xf3 | 0xf2, ..]) {
        return shown("audio/mpeg");
    }
    if matches!(head, [0xff, 0xf1 | 0xf9, ..]) {
        return shown("audio/aac");
    }
    if head.starts_with(b"#!AMR") {
        return saved("audio/amr");
    }
    if head.starts_with(b"%PDF-") {
        return saved("application/pdf");
    }
    saved("application/octet-stream")
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = bytes.get(at..at + 3)?.try_into().ok()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// Two numbers in a row: width and height.
fn pair(bytes: &[u8], at: usize, read: fn(&[u8], usize) -> Option<u32>) -> Option<(u32, u32)> {
    let step = if read(&[0, 0], 0).is_some() { 2 } else { 4 };
    Some((read(bytes, at)?, read(bytes, at + step)?))
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8X" => Some((le24(head, 24)? + 1, le24(head, 27)? + 1)),
        b"VP8 " => Some((le16(head, 26)? & 0x3fff, le16(head, 28)? & 0x3fff)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(head.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}

/// Walks the segments to the one that holds the size.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while *head.get(at + 1)? == 0xff {
            at += 1;
        }
        if *head.get(at)? != 0xff {
            return None;
        }
        let marker = *head.get(at + 1)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some((be16(head, at + 7)?, be16(head, at + 5)?));
        }
        at += 2 + usize::try_from(be16(head, at + 2)?).ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    #[test]
    fn what_could_run_is_only_saved() {
        let hostile: [&[u8]; 6] = [
            b"<html><script>alert(1)</script>",
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">",
            b"%PDF-1.7 /JavaScript",
            b"MZ\x90\0",
            b"PK\x03\x04",
            b"",
        ];
        for bytes in hostile {
            assert!(!of(bytes).is_inline, "{bytes:?}");
            assert!(!of(bytes).mime.contains("html") && !of(bytes).mime.contains("svg"));
        }
    }

    #[test]
    fn pictures_are_shown_unless_they_are_a_bomb() {
        assert_eq!(of(&png(640, 480)), Kind { mime: "image/png", is_inline: true });
        assert_eq!(of(&png(50_000, 50_000)), Kind { mime: "image/png", is_inline: false });
        assert!(!of(&png(u32::MAX, u32::MAX)).is_inline);
        assert_eq!(of(&jpeg_of(4000, 3000)), Kind { mime: "image/jpeg", is_inline: true });
        assert!(!of(&jpeg_of(60_000, 60_000)).is_inline);
        assert!(of(b"GIF89a\x10\0\x10\0").is_inline);
        assert!(of(b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0").is_inline);
    }

    #[test]
    fn a_file_that_is_cut_short_is_only_saved() {
        let whole = [png(640, 480), jpeg_of(4000, 3000)];
        for bytes in whole {
            for length in 0..bytes.len() {
                assert!(!of(&bytes[..length]).is_inline, "{length}");
            }
        }
    }
}
