//! From a seed to a script: bursts, duplicates, acts of several agents at once, faults, crashes and
//! clocks, weighted so that most runs get far.

use super::Profile;
use super::helpers::POISON;
use super::script::{Act, Script, Step, Thing, Weather, What};
use relais_app::dice::Dice;

/// What customers write. Classes of input, in the languages of the demo.
const WORDS: [&str; 34] = [
    "bonjour",
    "hello",
    "hola",
    "1",
    "2",
    "3",
    "ML-2041",
    "ML-2047",
    "ML-9999",
    "75011",
    "où est ma commande ?",
    "where is my order",
    "agent",
    "je veux parler à un conseiller",
    "I want a human",
    "combien coûte la livraison ?",
    "How long does delivery take?",
    "vous livrez sur la lune ?",
    "mon lampadaire clignote et sent le brûlé",
    "je veux un remboursement, c'est une arnaque",
    "c'est nul, vous êtes des incapables !!!",
    "je vais porter plainte",
    "supprimez mes données",
    "merci",
    "oui",
    "non",
    "5",
    "1 étoile",
    "stop",
    "menu",
    "?",
    "asdf qwer",
    "👍",
    POISON,
];

const THINGS: [Thing; 6] = [
    Thing::Picture,
    Thing::Voice,
    Thing::Location,
    Thing::Reaction,
    Thing::Sticker,
    Thing::Unknown,
];

const WHATS: [What; 12] = [
    What::Take,
    What::Take,
    What::Take,
    What::Reply,
    What::Reply,
    What::ReplyTwice,
    What::Note,
    What::Transfer,
    What::Return,
    What::Return,
    What::Resolve,
    What::Resolve,
];

/// The script of a seed.
pub(super) fn script(seed: u64, profile: Profile) -> Script {
    let mut writer = Writer { dice: Dice::new(seed ^ 0x5eed), people: 1, steps: Vec::new() };
    match profile {
        Profile::Everything => writer.everything(),
        Profile::Takeover => writer.takeovers(),
    }
    Script { seed, steps: writer.steps }
}

struct Writer {
    dice: Dice,
    people: u8,
    steps: Vec<Step>,
}

impl Writer {
    fn number(&mut self, end: u32) -> u32 {
        (self.dice.roll() % u64::from(end.max(1))) as u32
    }

    fn who(&mut self) -> u8 {
        let people = u32::from(self.people);
        self.number(people) as u8
    }

    fn step(&mut self, act: Act, turns: u16) {
        let dice = self.dice.roll() as u32;
        self.steps.push(Step { act, turns, dice });
    }

    /// Mostly a little work, sometimes none, sometimes a lot.
    fn turns(&mut self) -> u16 {
        let most = [0, 3, 12, 40, 120][self.dice.below(5)];
        self.number(most + 1) as u16
    }

    fn words(&mut self) -> String {
        let all = WORDS.len() - usize::from(!self.dice.percent(15));
        WORDS[self.dice.below(all)].to_owned()
    }

    fn everything(&mut self) {
        self.people = 1 + self.number(4) as u8;
        let faults = self.number(4);
        let length = 20 + self.number(70);
        for _ in 0..length {
            let act = self.act(faults);
            let turns = self.turns();
            self.step(act, turns);
        }
    }

    fn act(&mut self, faults: u32) -> Act {
        match self.number(100) {
            0..=24 => Act::Says { who: self.who(), words: self.words() },
            25..=44 => {
                let objects = 1 + self.number(5) as u8;
                Act::Deliver { objects, again: self.dice.percent(25) }
            }
            45..=60 => {
                let what = WHATS[self.dice.below(WHATS.len())];
                Act::Agent { agent: self.number(11) as u8, talk: self.number(8) as u8, what }
            }
            61..=70 => {
                let most = [5, 30, 150, 1_000, 8_000, 90_000][self.dice.below(6)];
                Act::Wait { seconds: 1 + self.number(most) }
            }
            71..=76 => Act::NextTimer,
            77..=79 => Act::Presses { who: self.who(), button: self.number(3) as u8 },
            80..=82 => Act::Sends { who: self.who(), thing: THINGS[self.dice.below(THINGS.len())] },
            83 => Act::Moves { who: self.who() },
            84 => Act::Phone { who: self.who() },
            85 => {
                Act::Availability { agent: self.number(9) as u8, is_there: self.dice.percent(50) }
            }
            86 if self.dice.percent(40) => Act::Publish { edition: self.number(3) as u8 },
            87 => Act::Erase { who: self.who() },
            88 => Act::FetchAgain,
            89..=92 if faults > 0 => Act::Crash,
            93..=94 if faults > 0 => Act::Weather(self.weather(faults)),
            95 if faults > 2 => Act::ClockWrong { minutes: [-120, 120, 0][self.dice.below(3)] },
            96 => Act::Reconnect,
            97 => self.robot(),
            _ => Act::Rest,
        }
    }

    /// Somebody who answers every message with the same words.
    fn robot(&mut self) -> Act {
        if self.dice.percent(50) {
            let (who, words) = (self.who(), self.words());
            for _ in 0..16 {
                self.step(Act::Says { who, words: words.clone() }, 0);
                self.step(Act::Deliver { objects: 2, again: false }, 0);
                self.step(Act::Rest, 0);
                self.step(Act::Wait { seconds: 5 }, 0);
                self.step(Act::Rest, 0);
            }
        }
        Act::Rest
    }

    fn weather(&mut self, faults: u32) -> Weather {
        let mut share = |most: u32| {
            if self.dice.percent(50) { (self.dice.roll() % u64::from(most)) as u8 } else { 0 }
        };
        Weather {
            store: share(12),
            lost: if faults > 1 { share(8) } else { 0 },
            sends: share(80),
            helpers: share(100),
        }
    }

    /// Again and again: a talk in which the bot is about to speak, and somebody takes it.
    fn takeovers(&mut self) {
        for round in 0..20_u8 {
            self.people = round + 1;
            let who = round;
            if self.dice.percent(30) {
                let weather = Weather { sends: 30, helpers: 40, ..Weather::default() };
                self.step(Act::Weather(weather), 0);
            }
            for _ in 0..=self.number(2) {
                let words = self.words();
                self.step(Act::Says { who, words }, 0);
                let turns = self.number(30) as u16;
                self.step(Act::Deliver { objects: 2, again: false }, turns);
            }
            match self.number(3) {
                0 => self.step(Act::Wait { seconds: 4 }, 0),
                1 => self.step(Act::NextTimer, 0),
                _ => {}
            }
            let before = self.number(40) as u16;
            self.step(Act::Wait { seconds: 1 }, before);
            for _ in 0..=self.number(2) {
                let what = [What::Take, What::Take, What::Reply][self.dice.below(3)];
                let turns = self.number(20) as u16;
                let agent = self.number(9) as u8;
                self.step(Act::Agent { agent, talk: round, what }, turns);
            }
            if self.dice.percent(10) {
                self.step(Act::Crash, 10);
            }
            let words = self.words();
            self.step(Act::Says { who, words }, 0);
            self.step(Act::Deliver { objects: 3, again: true }, 20);
            self.step(Act::Wait { seconds: 5 }, 0);
            self.step(Act::Rest, 0);
        }
    }
}
