//! Embeds `web/dist` if it was built: each file as it is and, where that is smaller, as brotli.
//! Without it, a placeholder page says how to build it; a release refuses that.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", root.display());
    println!("cargo:rerun-if-env-changed=RELAIS_ALLOW_NO_UI");
    let is_built = root.join("index.html").is_file();
    if !is_built && variable("PROFILE")? == "release" && env::var_os("RELAIS_ALLOW_NO_UI").is_none()
    {
        return Err(io::Error::other(
            "the web app is not built: run `npm ci && npm run build` in web/, or set \
             RELAIS_ALLOW_NO_UI=1 to ship without it",
        ));
    }
    let mut table = String::from("&[\n");
    if is_built {
        let mut paths = Vec::new();
        collect(&root, &mut paths)?;
        paths.sort();
        for (i, path) in paths.iter().enumerate() {
            embed(&root, path, &out, i, &mut table)?;
        }
    }
    table.push(']');
    fs::write(out.join("files.rs"), table)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        println!("cargo:rerun-if-changed={}", path.display());
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn embed(root: &Path, path: &Path, out: &Path, i: usize, table: &mut String) -> io::Result<()> {
    let name = path.strip_prefix(root).map_err(io::Error::other)?;
    let name = name.to_string_lossy().replace('\\', "/");
    // The bundler's own notes are of no use to a browser.
    if name.starts_with(".vite/") {
        return Ok(());
    }
    let bytes = fs::read(path)?;
    fs::write(out.join(format!("{i}.raw")), &bytes)?;
    let packed = brotli(&bytes)?;
    let smaller = packed.len() < bytes.len() * 19 / 20;
    if smaller {
        fs::write(out.join(format!("{i}.br")), &packed)?;
    }
    let place = |kind: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{i}.{kind}\"))");
    let packed = if smaller { format!("Some({})", place("br")) } else { "None".to_owned() };
    writeln!(table, "File {{ path: {name:?}, identity: {}, brotli: {packed} }},", place("raw"))
        .map_err(io::Error::other)
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let quality = if variable("PROFILE")? == "release" { 11 } else { 5 };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, quality, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}
