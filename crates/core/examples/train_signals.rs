//! Writes what the signals have learnt: `cargo xtask gen` runs it.

fn main() -> std::io::Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/signals/linear/model.bin");
    std::fs::write(path, relais_core::understanding::signals::train())
}
