//! `relais nlu`: understanding alone, on a knowledge base and messages from files, or on one
//! sentence in words for people. No network, no state kept.

use crate::startup::Refusal;
use crate::wiring::vectors;
use clap::{Args, Subcommand};
use relais_core::understanding::report::{
    Kb, Line, Reader, Reason, Record, meanings, read_line, report, write_record,
};
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A longer line is no message: it is read to its end, and answered as one that cannot be read.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Nlu {
    #[command(subcommand)]
    explain: Option<Command>,
    #[command(flatten)]
    files: Option<Files>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Say what is understood in one sentence, and why.
    Explain {
        sentence: String,
        /// The knowledge base to answer from.
        #[arg(long, value_name = "KB.json")]
        kb: Option<PathBuf>,
        /// A folder with sentence vectors to compare by as well.
        #[arg(long, value_name = "DIR")]
        vectors: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
struct Files {
    /// The knowledge base: articles with ways to ask for them.
    #[arg(long, value_name = "KB.json", required = true)]
    kb: PathBuf,
    /// Messages, one JSON record a line.
    #[arg(long = "in", value_name = "IN.jsonl", required = true)]
    input: PathBuf,
    /// Where the results go, one line for each message, in the same order.
    #[arg(long = "out", value_name = "OUT.jsonl", required = true)]
    output: PathBuf,
    /// A folder with sentence vectors to compare by as well: model.safetensors and tokenizer.json.
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
}

pub fn run(args: Nlu) -> Result<(), Refusal> {
    match (args.explain, args.files) {
        (Some(Command::Explain { sentence, kb, vectors }), _) => {
            let kb = kb.as_deref().map(read_kb).transpose()?.unwrap_or_default();
            print!("{}", explained(&learnt(&kb, vectors.as_deref()), sentence));
            Ok(())
        }
        (None, Some(files)) => judge(&files),
        (None, None) => Err(Refusal::new("there is nothing to judge", "see `relais nlu --help`")),
    }
}

fn judge(files: &Files) -> Result<(), Refusal> {
    let kb = read_kb(&files.kb)?;
    let reader = learnt(&kb, files.vectors.as_deref());
    let input = File::open(&files.input).map_err(|e| unusable(&files.input, &e))?;
    let output = File::create(&files.output).map_err(|e| unusable(&files.output, &e))?;
    let (mut input, mut output) = (BufReader::new(input), BufWriter::new(output));
    let mut bytes = Vec::new();
    while next_line(&mut input, &mut bytes).map_err(|e| unusable(&files.input, &e))? {
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        write_record(&answer(&reader, &bytes))
            .map_err(std::io::Error::from)
            .and_then(|json| writeln!(output, "{json}"))
            .map_err(|e| unusable(&files.output, &e))?;
    }
    output.flush().map_err(|e| unusable(&files.output, &e))
}

/// Vectors that cannot be used are left out, as in a server.
fn learnt(kb: &Kb, vectors: Option<&Path>) -> Reader {
    let vectors = vectors.and_then(|folder| {
        let read = vectors::read(folder);
        read.inspect_err(|reason| eprintln!("relais: without sentence vectors: {reason}")).ok()
    });
    Reader::with_vectors(kb, vectors.map(Arc::new).as_ref())
}

/// What is understood in a sentence, for people.
fn explained(reader: &Reader, sentence: String) -> String {
    let line = Line { text: sentence, ..Line::default() };
    let record = report(reader, &line);
    let mut out = format!("language  {}\n", record.lang.as_deref().unwrap_or("not known"));
    out.push_str("meaning\n");
    for m in meanings(&line) {
        out.push_str(&format!("  {:<24} {}\n", m.words.text, m.concepts.join(", ")));
    }
    out.push_str("signals (alarm from 0.50)\n");
    let topics = record.signals.sensitive.iter().map(|(t, s)| (format!("sensitive:{t}"), *s));
    let mut signals = vec![
        ("human_request".to_owned(), record.signals.human_request),
        ("frustration".to_owned(), record.signals.frustration),
    ];
    signals.extend(topics);
    for (code, score) in signals {
        let reason = record.reasons.iter().find(|r| r.code == code);
        out.push_str(&format!(
            "  {code:<24} {score:.2}{}\n",
            reason.map_or_else(String::new, words)
        ));
    }
    out.push_str("answers\n");
    for candidate in &record.candidates {
        out.push_str(&format!("  {:<24} {:.2}\n", candidate.id, candidate.score));
    }
    out.push_str(&format!("decision  {}", record.decision.as_str()));
    if let Some(id) = &record.matched_answer {
        out.push_str(&format!(" {id}"));
    }
    out.push_str(&record.reasons.last().map_or_else(String::new, words));
    out.push('\n');
    out
}

/// The words a reason rests on.
fn words(reason: &Reason) -> String {
    let words: Vec<String> = reason.evidence.iter().map(|e| format!("  “{}”", e.text)).collect();
    words.concat()
}

/// A line that cannot be read is answered like a message that says nothing, so that the lines of
/// both files keep standing beside each other.
fn answer(reader: &Reader, bytes: &[u8]) -> Record {
    let line = read_line(bytes).unwrap_or_else(|error| {
        eprintln!("relais: a line cannot be read: {error}");
        Line::default()
    });
    report(reader, &line)
}

/// Reads up to the next line break; false at the end of the file.
fn next_line(input: &mut BufReader<File>, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    bytes.clear();
    let read = std::io::Read::take(&mut *input, LONGEST_LINE).read_until(b'\n', bytes)?;
    if read as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") {
        bytes.truncate(1);
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

fn read_kb(path: &Path) -> Result<Kb, Refusal> {
    let bytes = std::fs::read(path).map_err(|e| unusable(path, &e))?;
    let kb: Kb = serde_json::from_slice(&bytes).map_err(|e| {
        Refusal::new(
            format!("{} is no knowledge base: {e}", path.display()),
            "write {\"version\":1,\"lang\":\"fr\",\"articles\":[{\"id\":…,\"questions\":[…]}]}",
        )
    })?;
    if kb.version != 1 {
        return Err(Refusal::new(
            format!("{} has version {}, and only version 1 is known", path.display(), kb.version),
            "write it as version 1",
        ));
    }
    Ok(kb)
}

fn unusable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::new(
        format!("{} cannot be used: {error}", path.display()),
        "check the path and its rights",
    )
}
