//! The project's own commands: `cargo xtask <command>`. It starts tools and reads their results;
//! it holds no logic of the product.
#![forbid(unsafe_code)]

mod build;
mod check;
mod deps;
mod generate;
mod invariants;
mod mutants;
mod sees;
mod setup;
mod sh;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <command>

  run [ARGS]       build what is missing and serve the demo; ARGS go to `relais demo`
  test             everything: format, lints, rules, unit, contract, scenarios, web, browser
  check            the quick part of `test`: format, lints, dependency and house rules
  gen              write the generated files: docs/openapi.json, the web client's types, the model
                   of the signals
  mutants [ID …]   leave out one guard at a time; its test must go red
  sees [ID …]      after how many simulated worlds a missing guard is found
  fuzz [TARGET]    fuzz one parser, or each in turn: --seconds S (60), --seed N
  bench [NAME]     figures with command, machine and baseline: relay, agents, store, nlu
  soak [ARGS]      the kill loop on the real binary
  shots            screenshots of every page into docs/img
  dist             the stripped release binary with the web app";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match command.as_str() {
        "run" => tools::run(&rest),
        "test" => test::everything(),
        "check" => check::everything(),
        "gen" => generate::write(),
        "mutants" => build::Build::find().and_then(|build| mutants::run(&build, &rest)),
        "sees" => sees::run(&rest),
        "fuzz" => tools::fuzz(&rest),
        "bench" => tools::bench(&rest),
        "soak" => tools::soak(&rest),
        "shots" => tools::shots(),
        "dist" => tools::dist(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask {command}: {why}");
            ExitCode::FAILURE
        }
    }
}
