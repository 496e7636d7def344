//! Sentence vectors from a folder that whoever runs the server provides. What cannot be used is left
//! out with a warning: everything goes on as it does without.

use relais_core::understanding::vectors::{MOST_TENSOR_BYTES, MOST_TOKENIZER_BYTES, Vectors};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

const TENSORS: &str = "model.safetensors";
const TOKENIZER: &str = "tokenizer.json";
/// Bytes of the hash that name the files.
const NAMED_BY: usize = 8;

/// What the settings name, if it can be used.
pub fn provided(folder: &str) -> Option<Vectors> {
    if folder.is_empty() {
        return None;
    }
    match read(Path::new(folder)) {
        Ok(vectors) => {
            let (fingerprint, width) = (vectors.fingerprint(), vectors.width());
            tracing::info!(fingerprint, width, "articles are compared by sentence vectors as well");
            Some(vectors)
        }
        Err(reason) => {
            tracing::warn!(
                folder,
                reason,
                "the sentence vectors are not used; correct the folder and start again, or empty \
                 RELAIS_VECTORS_DIR"
            );
            None
        }
    }
}

/// Reads both files, or says in words why they are not used.
pub fn read(folder: &Path) -> Result<Vectors, String> {
    let tokenizer = bytes(folder, TOKENIZER, MOST_TOKENIZER_BYTES)?;
    let tensors = bytes(folder, TENSORS, MOST_TENSOR_BYTES)?;
    let fingerprint = fingerprint([&tensors, &tokenizer]);
    Vectors::read(&tensors, &tokenizer, &fingerprint).map_err(|unusable| unusable.to_string())
}

fn bytes(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let path = folder.join(name);
    let failed = |e: std::io::Error| format!("{} cannot be read: {e}", path.display());
    let mut file = File::open(&path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() || about.len() > most {
        return Err(format!("{} is no file of at most {most} bytes", path.display()));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    (&mut file).take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Each file with its length, so that no byte may move from one to the other.
fn fingerprint(files: [&[u8]; 2]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update((file.len() as u64).to_le_bytes());
        hash.update(file);
    }
    relais_app::hex::encode(&hash.finalize()[..NAMED_BY])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A table of two pieces, as its publisher would write it.
    fn folder(numbers: [f32; 4]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let header = r#"{"embeddings":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#;
        let mut tensors = (header.len() as u64).to_le_bytes().to_vec();
        tensors.extend(header.as_bytes());
        tensors.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        std::fs::write(dir.path().join(TENSORS), tensors).unwrap();
        let tokenizer = r#"{"model":{"type":"WordPiece","vocab":{"lamp":0,"light":1}}}"#;
        std::fs::write(dir.path().join(TOKENIZER), tokenizer).unwrap();
        let path = dir.path().to_owned();
        (dir, path)
    }

    #[test]
    fn what_changes_in_the_files_changes_their_fingerprint() {
        let (_a, a) = folder([1.0, 0.0, 0.0, 1.0]);
        let (_b, b) = folder([1.0, 0.0, 0.5, 1.0]);
        let of = |path: &Path| read(path).unwrap().fingerprint().to_owned();
        assert_eq!(of(&a).len(), 2 * NAMED_BY);
        assert_eq!(of(&a), of(&a));
        assert_ne!(of(&a), of(&b));
    }

    #[test]
    fn what_is_missing_broken_or_too_large_is_left_out() {
        assert!(provided("").is_none());
        let (dir, path) = folder([1.0, 0.0, 0.0, 1.0]);
        assert!(provided(path.to_str().unwrap()).is_some());
        let tokenizer = path.join(TOKENIZER);
        let large = File::create(&tokenizer).unwrap();
        // A hole: it takes no room on the disk.
        large.set_len(MOST_TOKENIZER_BYTES + 1).unwrap();
        assert!(read(&path).unwrap_err().contains("at most"));
        std::fs::write(&tokenizer, "{").unwrap();
        assert!(read(&path).unwrap_err().starts_with("tokenizer.json"));
        std::fs::remove_file(&tokenizer).unwrap();
        assert!(read(&path).unwrap_err().contains("cannot be read"));
        drop(dir);
        assert!(provided(path.to_str().unwrap()).is_none());
    }
}
