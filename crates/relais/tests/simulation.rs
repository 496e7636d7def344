//! Simulated worlds: a fixed number of seeds, everything that ever failed, and that a seed is one
//! run and no other. `cargo xtask mutants` shows that missing guards are seen here.

use relais::commands::simulate;
use relais_sim::simulation::{Databases, Outcome, Profile, Script, Simulation};
use std::sync::{Arc, OnceLock};

const SEEDS: u64 = 40;
const TAKEOVERS: u64 = 6;

fn simulation() -> &'static Simulation {
    static SIMULATION: OnceLock<Simulation> = OnceLock::new();
    SIMULATION.get_or_init(|| on(simulate::files_of_runs().expect("a folder")))
}

fn on(databases: Arc<dyn Databases>) -> Simulation {
    let demo = relais::sandbox::demo().expect("the demo");
    simulate::simulation(demo, databases).expect("a workspace")
}

/// Files of customers and the opening of a database need a runtime; the run itself has none.
fn in_runtime<T>(play: impl FnOnce() -> T) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
    let _entered = runtime.enter();
    play()
}

fn none_violated(name: &str, outcome: &Outcome) {
    assert_eq!(outcome.violations, [], "{name}: see `relais simulate --replay`");
}

fn seeds(simulation: &Simulation, profile: Profile, many: u64) {
    in_runtime(|| {
        for seed in 0..many {
            let script = Simulation::script(seed, profile);
            let outcome = simulation.play(&script);
            let name = format!("{profile:?} {seed}");
            none_violated(&name, &outcome);
            assert!(outcome.seen.units > 0, "{name}: nothing happened");
        }
    });
}

#[test]
fn worlds_full_of_faults_violate_nothing() {
    seeds(simulation(), Profile::Everything, SEEDS);
}

#[test]
fn takeovers_at_any_moment_silence_the_bot() {
    seeds(simulation(), Profile::Takeover, TAKEOVERS);
}

#[test]
fn takeovers_on_postgresql_silence_the_bot_as_well() {
    let Some(url) = relais_testkit::postgres::url() else { return };
    seeds(&on(simulate::on_server(url)), Profile::Takeover, TAKEOVERS / 3);
}

#[test]
fn a_seed_is_one_run_and_no_other() {
    in_runtime(|| {
        let script = Simulation::script(7, Profile::Everything);
        let (once, again) = (simulation().tell(&script), simulation().tell(&script));
        assert!(!once.told.is_empty());
        assert_eq!(once.told, again.told);
    });
}

/// Scripts that showed a fault once, as `relais simulate` keeps them.
#[test]
fn what_failed_before_does_not_fail_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulation");
    let mut played = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let script = Script::from_lines(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let outcome = in_runtime(|| simulation().play(&script));
        none_violated(&path.display().to_string(), &outcome);
        played += 1;
    }
    assert!(played > 0, "no script is kept");
}
