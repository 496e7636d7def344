//! Whatever happens in whatever order, the promises hold (they are checked by the harness after
//! every command), and the same inputs give the same bytes.

use super::harness::{Model, World};
use crate::conversation::event::AgentRef;
use crate::conversation::{Act, Command, Outcome};
use crate::id::EffectId;
use crate::message::{Content, Outbound};
use crate::time::Span;
use proptest::prelude::*;

const WORDS: [&str; 24] = [
    "bonjour",
    "1",
    "2",
    "3",
    "0",
    "menu",
    "ML-2041",
    "ML-9999",
    "44000",
    "agent",
    "oui",
    "non",
    "merci",
    "c'est nul",
    "je ne veux pas d'agent",
    "quels sont les délais de livraison ?",
    "ma lampe clignote",
    "de la fumée sort de la lampe",
    "on m'a débité deux fois",
    "blorf gnak",
    "vendez-vous des vélos ?",
    "5",
    "STOP",
    "",
];

#[derive(Clone, Debug)]
enum Step {
    Type(usize),
    Sticker,
    Wait(i64),
    Effects,
    Take(bool),
    Reply(bool),
    Transfer(usize),
    Return,
    Resolve(i64),
    KeepOpen,
    Assign,
    Echo,
    Quarantine,
    Stale,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..WORDS.len()).prop_map(Step::Type),
        1 => Just(Step::Sticker),
        4 => prop_oneof![Just(1), Just(5), Just(700), Just(40_000), Just(90_000)].prop_map(Step::Wait),
        2 => Just(Step::Effects),
        1 => any::<bool>().prop_map(Step::Take),
        1 => any::<bool>().prop_map(Step::Reply),
        1 => (0..4_usize).prop_map(Step::Transfer),
        1 => Just(Step::Return),
        1 => prop_oneof![Just(0), Just(5)].prop_map(Step::Resolve),
        1 => Just(Step::KeepOpen),
        1 => Just(Step::Assign),
        1 => Just(Step::Echo),
        1 => Just(Step::Quarantine),
        1 => Just(Step::Stale),
    ]
}

fn play(steps: &[Step], model: Model, is_vip: bool) -> String {
    let mut world = if is_vip { World::vip() } else { World::claire() };
    world.model = model;
    let agent = |first: bool| if first { "nadia" } else { "hugo" };
    for step in steps {
        if world.state.is_none() && !matches!(step, Step::Type(_) | Step::Sticker | Step::Wait(_)) {
            continue;
        }
        match step {
            Step::Type(n) => world.type_text(WORDS[*n]),
            Step::Sticker => world.send(Content::Reaction { target: "x".into(), emoji: None }),
            Step::Wait(seconds) => world.wait(Span::secs(*seconds)),
            Step::Effects => world.run_effects(),
            Step::Take(first) => {
                let _ = world.agent(agent(*first), Act::Take);
            }
            Step::Reply(first) => {
                let message = world.message_id();
                let content = Outbound::Text { body: "Bonjour".into() };
                let _ = world.agent(agent(*first), Act::reply(message, content));
            }
            Step::Transfer(n) => {
                let team = ["general", "billing", "technical", "vip"][*n].to_owned();
                let _ = world.agent("nadia", Act::Transfer { team, note: None });
            }
            Step::Return => {
                let _ = world.agent("nadia", Act::ReturnToBot);
            }
            Step::Resolve(undo) => {
                let undo = Span::secs(*undo);
                let _ = world.agent("nadia", Act::Resolve { reason: None, undo });
            }
            Step::KeepOpen => {
                let _ = world.agent("nadia", Act::KeepOpen);
            }
            Step::Assign => {
                let agent = AgentRef { key: "hugo".into(), name: "Hugo".into() };
                let _ = world.run(&Command::Assign { agent });
            }
            Step::Echo => {
                let message = world.message_id();
                let content = Outbound::Text { body: "du téléphone".into() };
                let _ = world.run(&Command::Echo { message, content });
            }
            Step::Quarantine => {
                let _ = world.run(&Command::Quarantine { reason: "x".into() });
            }
            Step::Stale => {
                let effect = EffectId::new(world.now, [9; 10]);
                let outcome = Outcome::Composed { text: "spät".into() };
                let _ = world.run(&Command::EffectDone { effect, outcome });
            }
        }
    }
    let log: Vec<String> = world.log.iter().map(|(at, e)| format!("{at} {e:?}")).collect();
    log.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold_in_any_order_and_inputs_decide_the_bytes(
        steps in prop::collection::vec(step(), 1..40),
        model in prop_oneof![
            Just(Model::Off), Just(Model::Sensible), Just(Model::Hostile), Just(Model::Hanging)
        ],
        is_vip in any::<bool>(),
    ) {
        prop_assert_eq!(play(&steps, model, is_vip), play(&steps, model, is_vip));
    }
}
