//! Sentence vectors from a table of word pieces that an operator provides: a text becomes the mean
//! of the rows of its pieces, of length one. The table is in the form that static embedding models
//! are published in: `model.safetensors` with one matrix, and `tokenizer.json`.
//!
//! Pure: same files, same text, same bits, on every machine. Nothing is known of where files come
//! from; whoever has them reads them, and names them by a fingerprint.

mod pieces;
mod tensors;
#[cfg(test)]
pub(crate) mod tests;

use pieces::Pieces;
use tensors::Matrix;

/// What files may hold; checked before anything is made room for.
pub const MOST_TENSOR_BYTES: u64 = 768 * 1024 * 1024;
pub const MOST_TOKENIZER_BYTES: u64 = 64 * 1024 * 1024;
/// Pieces of a text that are looked at.
const MOST_PIECES: usize = 512;

/// A table of word pieces; immutable.
pub struct Vectors {
    matrix: Matrix,
    pieces: Pieces,
    fingerprint: String,
}

/// Why files are not used, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

impl std::fmt::Debug for Vectors {
    /// The table is large.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vectors").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl Vectors {
    /// Reads a table. `fingerprint` names the two files, so that others can tell them from others.
    pub fn read(tensors: &[u8], tokenizer: &[u8], fingerprint: &str) -> Result<Self, Unusable> {
        let pieces = Pieces::read(tokenizer)?;
        let matrix = Matrix::read(tensors)?;
        if pieces.highest() as usize >= matrix.rows() {
            return Err(Unusable(format!(
                "the tokenizer names piece {}, and the matrix has {} rows: they are no pair",
                pieces.highest(),
                matrix.rows()
            )));
        }
        Ok(Self { matrix, pieces, fingerprint: fingerprint.to_owned() })
    }

    pub fn width(&self) -> usize {
        self.matrix.width()
    }

    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The vector of a text, of length one; nothing when no piece of it is known.
    pub fn of(&self, text: &str) -> Option<Vec<f32>> {
        let mut sum = vec![0.0f32; self.width()];
        for piece in self.pieces.of(text, MOST_PIECES) {
            for (s, x) in sum.iter_mut().zip(self.matrix.row(piece)) {
                *s += x;
            }
        }
        to_length_one(&mut sum).then_some(sum)
    }
}

/// False when there is no direction to keep.
pub(crate) fn to_length_one(vector: &mut [f32]) -> bool {
    let most = vector.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    if !(most > 0.0 && most.is_finite()) {
        return false;
    }
    // Squares of very small or great numbers are no numbers any more.
    for x in vector.iter_mut() {
        *x /= most;
    }
    let length = libm::sqrtf(vector.iter().map(|x| x * x).sum());
    for x in vector.iter_mut() {
        *x /= length;
    }
    true
}
