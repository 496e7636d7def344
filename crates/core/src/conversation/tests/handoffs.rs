//! What the machine does, told as talks: `>` the customer writes (`>>` and the burst goes on),
//! `bot:` what it answers, `=` how the conversation stands.

use super::harness::{Model, World, check};
use crate::time::Span;
use crate::trigger::Reason;

#[test]
fn a_file_in_between_gives_the_digits_back_to_the_menu() {
    check(
        "> 2
         bot: faq_intro
         image
         bot: media_ack
         > 3
         bot: handoff 15
         = queued general manual escalations=1",
    );
}

#[test]
fn fragments_are_read_together() {
    check(
        ">> je
         >> voudrais
         >> parler à
         > un agent
         bot: handoff 15
         = queued general keyword escalations=1",
    );
    check(
        ">> je ne veux pas d'
         > agent
         bot: welcome 1 2 3
         = bot",
    );
    World::claire().check(
        ">> ML
         > 2041
         bot: ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041 / (3 = agent)",
    );
}

#[test]
fn the_strongest_trigger_names_the_reason_the_topic_the_team() {
    check(
        "> c'est nul, je veux un agent, on m'a débité deux fois
         bot: handoff 15
         = queued billing keyword+sensitive+sentiment high escalations=1 topic=double_billing",
    );
}

#[test]
fn danger_comes_before_everything() {
    check(
        "> je veux un agent, la lampe fait des étincelles
         bot: safety_notice
         = queued technical sensitive+keyword urgent escalations=1 topic=safety",
    );
}

#[test]
fn who_waits_is_reassured_once_per_ten_minutes() {
    check(
        "> agent
         bot: handoff 15
         wait 2m
         >> vous êtes là ?
         > c'est pour ma lampe
         bot: queue_reassure
         wait 3m
         > toujours personne
         wait 8m
         > je patiente
         bot: queue_reassure
         = queued general keyword escalations=1",
    );
}

#[test]
fn the_burst_of_a_handoff_is_answered_by_its_notice() {
    check(
        ">> un agent svp
         bot: handoff 15
         >> c'est urgent
         > merci
         wait 1m
         > toujours personne ?
         bot: queue_reassure
         = queued general keyword escalations=1",
    );
    check(
        "> agent
         bot: handoff 15
         wait 1m
         >> ça fume
         bot: safety_notice
         > vite
         = queued technical sensitive+keyword urgent escalations=1 topic=safety",
    );
}

#[test]
fn menu_leaves_the_queue() {
    check(
        "> 3
         bot: handoff 15
         > menu
         bot: welcome 1 2 3
         = bot escalations=1
         > agent
         bot: handoff 15
         = queued general keyword escalations=2",
    );
}

#[test]
fn danger_in_the_queue_raises_the_same_handoff() {
    check(
        "> agent
         bot: handoff 15
         wait 1m
         > il y a de la fumée qui sort de la lampe
         bot: safety_notice
         = queued technical sensitive+keyword urgent escalations=1 topic=safety",
    );
}

#[test]
fn outside_hours_the_request_is_kept_and_the_bot_goes_on() {
    World::claire().at("2027-03-01T20:15:00+01:00").check(
        "> agent
         bot: after_hours
         = queued general keyword deferred escalations=1 ML-2041
         > ML-2041
         bot: ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041 / (3 = agent)
         > je veux un agent
         bot: request_kept
         > menu
         bot: welcome 1 2 3
         = queued general keyword deferred escalations=1 ML-2041
         wait 13h
         = queued general keyword escalations=1 ML-2041",
    );
}

#[test]
fn who_waits_at_closing_time_is_told_once() {
    World::new().at("2027-03-06T18:50:00+01:00").check(
        "> agent
         bot: handoff 15
         wait 10m
         bot: after_hours
         = queued general keyword deferred escalations=1
         wait 40h
         = queued general keyword escalations=1",
    );
}

#[test]
fn danger_at_night_is_told_the_hours_as_well() {
    World::new().at("2027-03-07T23:30:00+01:00").check(
        "> de la fumée sort de la lampe
         bot: safety_notice
         bot: after_hours
         = queued technical sensitive urgent deferred escalations=1 topic=safety",
    );
}

#[test]
fn with_an_agent_the_bot_is_silent() {
    check(
        "> agent
         bot: handoff 15
         nadia take
         = human nadia general keyword escalations=1
         > ML-2041
         > menu
         > la lampe prend feu
         image photo
         nadia note cliente pressée
         nadia reply Bonjour
         nadia: Bonjour
         hugo reply moi aussi
         ! already_taken
         denis note vu
         ! forbidden
         = human nadia general keyword escalations=1",
    );
}

#[test]
fn an_agent_may_take_from_the_bot_and_give_back() {
    check(
        "> blorf gnak
         bot: fallback_1
         nadia take
         = human nadia general manual failures=0 escalations=1
         nadia returns
         bot: welcome 1 2 3
         = bot escalations=1"
            .replace(" failures=0", "")
            .as_str(),
    );
}

#[test]
fn a_transfer_is_no_new_handoff() {
    check(
        "> agent
         bot: handoff 15
         nadia take
         nadia transfer technical
         = queued technical keyword escalations=1
         nadia transfer nowhere
         ! unknown_team",
    );
}

#[test]
fn after_a_day_only_a_template_may_be_sent() {
    check(
        "> agent
         bot: handoff 15
         nadia take
         wait 25h
         nadia reply Bonjour
         ! window_closed
         nadia resolves
         system: [enquete_csat] Votre avis ?
         > 5
         ! rated 5
         bot: csat_thanks
         = resolved escalations=1",
    );
}

#[test]
fn what_the_provider_does_not_let_through_asks_for_no_rating() {
    let mut world = World::claire();
    world.is_survey_withheld = true;
    let said = world.transcript("> agent\nwait 1m\nnadia take\nwait 25h\nnadia resolves");
    assert!(world.state.as_ref().unwrap().is_resolved());
    assert!(!said.iter().any(|line| line.contains("enquete_csat")), "{said:?}");
    assert!(!world.state.as_ref().unwrap().asks_rating, "and no rating is waited for");
    // Inside the window there is no template to let through.
    let mut world = World::claire();
    world.is_survey_withheld = true;
    world.transcript("> agent\nwait 1m\nnadia take\nnadia resolves");
    assert!(world.state.as_ref().unwrap().asks_rating);
}

#[test]
fn a_rating_counts_once_and_thanks_change_nothing() {
    check(
        "> agent
         bot: handoff 15
         nadia resolves
         system: csat_ask
         > merci
         bot: goodbye
         > 4, un peu lent
         ! rated 4 « un peu lent »
         bot: csat_thanks
         sticker
         = resolved escalations=1
         > 2
         ! new conversation
         bot: faq_intro
         = bot",
    );
}

#[test]
fn within_a_day_the_same_team_is_asked_again() {
    check(
        "> on m'a débité deux fois
         bot: handoff 15
         nadia resolves
         system: csat_ask
         wait 2h
         > je voudrais parler à un agent
         ! new conversation
         bot: handoff 15
         = queued billing keyword escalations=1",
    );
}

#[test]
fn members_are_greeted_by_name_and_wait_for_no_second_failure() {
    World::vip().check(
        "> bonjour
         bot: welcome_vip Hélène
         > blorf gnak
         bot: handoff 2
         = queued vip vip high escalations=1",
    );
    World::vip().check(
        "> Vendez-vous aussi des vélos électriques ?
         bot: handoff 2
         = queued vip vip+out_of_scope high escalations=1",
    );
}

#[test]
fn files_stickers_and_voices() {
    check(
        "image
         bot: media_ack
         image
         bot: media_ack
         sticker
         voice
         bot: voice_no_transcript
         voice je voudrais parler à un agent
         bot: handoff 15
         = queued general keyword escalations=1",
    );
    World::claire().check(
        "image ma commande ML-2041
         bot: ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041 / (3 = agent)
         image blorf gnak
         bot: media_ack
         = bot ML-2041",
    );
}

#[test]
fn stop_words_identity_and_thanks() {
    check(
        "> STOP
         ! opted out
         bot: opt_out_ack / (3 = agent)
         > vous êtes un robot ?
         bot: bot_identity
         > merci
         bot: goodbye
         = bot",
    );
}

#[test]
fn when_nobody_is_available_the_customer_is_told() {
    let mut world = World::new();
    world.available.insert("billing".into(), 0);
    world.check(
        "> on m'a débité deux fois
         bot: no_agent
         = queued billing sensitive high escalations=1 topic=double_billing",
    );
}

#[test]
fn routes_and_facts_do_not_depend_on_the_model() {
    let talk = "> 1
        >> Quels sont les délais de livraison ?
        > vous livrez en France pour combien ?
        > Est-ce que vous organisez des visites de votre atelier pour les écoles ?
        > oui
        =";
    let played = |model: Model| {
        let mut world = World::new();
        world.model = model;
        let transcript = world.transcript(talk);
        transcript.into_iter().filter(|l| !l.starts_with('>')).collect::<Vec<_>>()
    };
    let off = played(Model::Off);
    assert!(off.len() > 6, "{off:?}");
    for model in [Model::Sensible, Model::Hostile] {
        assert_eq!(played(model), off, "{model:?}");
    }
    // A model that hangs answers later, in the same order; the pending question is then not asked
    // again before what the customer has said meanwhile.
    let mut once = off;
    let again = once.iter().skip(1).position(|l| l == "bot: ask_order");
    once.remove(again.expect("the pending question is asked again") + 1);
    assert_eq!(played(Model::Hanging), once);
}

#[test]
fn a_model_that_hangs_costs_four_seconds_and_nothing_else() {
    let mut world = World::new();
    world.model = Model::Hanging;
    let start = world.now;
    world.transcript("> Quels sont les délais de livraison ?");
    assert_eq!(world.now, start + Span::secs(4));
    world.check("> agent\nbot: handoff 15\n= queued general keyword escalations=1");
}

#[test]
fn an_earlier_topic_chooses_the_team_and_not_the_urgency() {
    check(
        "> de la fumée sort de la lampe
         bot: safety_notice
         nadia take
         nadia returns
         bot: welcome 1 2 3
         > agent
         bot: handoff 10
         = queued technical keyword escalations=2 topic=safety",
    );
}

#[test]
fn the_trace_of_a_burst_quotes_its_last_message() {
    let mut world = World::new();
    world.transcript(">> bonjour madame blorf\n> je veux parler à un agent");
    let quotes = world.log.iter().rev().find_map(|(_, e)| match e {
        crate::conversation::Event::TurnDecided { trace } => {
            let rule = trace.rules.iter().rev().find(|r| r.rule == "keyword" && r.fired);
            rule.map(|r| r.quotes.clone())
        }
        _ => None,
    });
    let quotes = quotes.expect("the request was traced");
    let length = "je veux parler à un agent".chars().count();
    assert!(!quotes.is_empty());
    assert!(quotes.iter().all(|q| q.start < q.end && q.end <= length), "{quotes:?}");
}

#[test]
fn the_summary_holds_facts_and_the_last_words() {
    let mut world = World::claire();
    world.transcript("> Bonjour !\n> ma lampe clignote\n> non toujours pas");
    let summary = world.state.unwrap().summary.unwrap();
    assert_eq!(
        summary,
        "failures · fault\nML-2041: 1 × Nacre, 89,00 €, expédiée\n« ma lampe clignote »\n« non toujours pas »"
    );
}

#[test]
fn what_is_said_while_waiting_adds_its_reason_and_moves_nothing() {
    let mut world = World::new();
    world.transcript("> agent\n> en plus j'ai été débité deux fois");
    let handoff = world.state.unwrap().handoff.unwrap();
    assert_eq!(handoff.reasons, [Reason::Keyword, Reason::Sensitive]);
    assert_eq!((handoff.reason, handoff.team.as_str()), (Reason::Keyword, "general"));
    assert!(!handoff.was_rerouted, "a stronger reason may still move it");
}
