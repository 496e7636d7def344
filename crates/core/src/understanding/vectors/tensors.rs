//! `model.safetensors`: the length of a header, the header (JSON: names, types, shapes, places),
//! then the numbers, little end first. One matrix is read of it.

use super::{MOST_TENSOR_BYTES, Unusable};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const LENGTH: usize = 8;
const MOST_HEADER: usize = 1024 * 1024;
const MOST_WIDTH: usize = 1_024;
const MOST_ROWS: usize = 1_000_000;
/// Names under which the matrix is published.
const NAMES: [&str; 2] = ["embeddings", "embedding.weight"];
/// Tables that say how the rows are to be found or weighed; rows alone would mean something else.
const UNREAD: [&str; 2] = ["mapping", "weights"];

#[derive(Debug)]
pub(super) struct Matrix {
    width: usize,
    numbers: Vec<f32>,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

#[derive(Clone, Copy)]
enum Kind {
    Single,
    Half,
}

impl Kind {
    fn bytes(self) -> usize {
        match self {
            Self::Single => 4,
            Self::Half => 2,
        }
    }
}

impl Matrix {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.len() as u64 > MOST_TENSOR_BYTES {
            return Err(no("the matrix is too large"));
        }
        let (length, rest) =
            bytes.split_first_chunk::<LENGTH>().ok_or_else(|| no("the file is cut short"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > MOST_HEADER || length > rest.len() {
            return Err(no("the header is longer than it may be, or than the file"));
        }
        let (header, data) = rest.split_at(length);
        let mut header: BTreeMap<String, Value> =
            serde_json::from_slice(header).map_err(|e| no(&format!("the header: {e}")))?;
        if let Some(name) = UNREAD.iter().find(|n| header.contains_key(**n)) {
            return Err(no(&format!("it holds `{name}`, a form that is not read")));
        }
        let tensor = NAMES.iter().find_map(|n| header.remove(*n));
        let tensor = tensor.ok_or_else(|| no("it holds no matrix named `embeddings`"))?;
        let tensor: Tensor =
            serde_json::from_value(tensor).map_err(|e| no(&format!("the header: {e}")))?;
        Self::of(&tensor, data)
    }

    fn of(tensor: &Tensor, data: &[u8]) -> Result<Self, Unusable> {
        let kind = match tensor.dtype.as_str() {
            "F32" => Kind::Single,
            "F16" => Kind::Half,
            other => return Err(no(&format!("numbers of type {other} are not read"))),
        };
        let whole = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let [rows, width] = tensor.shape[..] else { return Err(no("it is no matrix")) };
        let (rows, width) = (whole(rows), whole(width));
        if !(1..=MOST_ROWS).contains(&rows) || !(1..=MOST_WIDTH).contains(&width) {
            return Err(no(&format!("{rows} rows of {width} numbers are not read")));
        }
        let [from, to] = tensor.data_offsets.map(whole);
        let data = data.get(from..to).ok_or_else(|| no("the file is cut short"))?;
        if data.len() != rows * width * kind.bytes() {
            return Err(no("the matrix is not as large as it says"));
        }
        let numbers: Vec<f32> = match kind {
            Kind::Single => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Kind::Half => data.as_chunks().0.iter().map(|b| half(u16::from_le_bytes(*b))).collect(),
        };
        if numbers.iter().any(|n| !n.is_finite()) {
            return Err(no("it holds numbers without an end"));
        }
        Ok(Self { width, numbers })
    }

    pub(super) fn rows(&self) -> usize {
        self.numbers.len() / self.width
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn row(&self, at: u32) -> &[f32] {
        let from = at as usize * self.width;
        &self.numbers[from..from + self.width]
    }
}

fn no(reason: &str) -> Unusable {
    Unusable(format!("model.safetensors cannot be used: {reason}"))
}

/// A number of half length: one bit of sign, five of exponent, ten of fraction.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10 & 0x1f);
    let fraction = u32::from(bits & 0x3ff);
    match exponent {
        // So small that the fraction stands alone: steps of 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        0x1f => f32::from_bits(sign | 0xff << 23 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read_as_they_are_written() {
        for (bits, number) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65_504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(number), "{bits:#x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7c01).is_nan());
    }
}
