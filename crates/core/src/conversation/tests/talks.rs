//! What the machine does, told as talks: `>` the customer writes (`>>` and the burst goes on),
//! `bot:` what it answers, `=` how the conversation stands.

use super::harness::{Model, World, check, document};
use crate::message::{Content, Inbound, Outbound, Sender};
use crate::time::Span;

#[test]
fn a_greeting_shows_the_menu_and_its_digits() {
    check(
        "> Bonjour
         bot: welcome 1 2 3
         > 1
         bot: ask_order
         > menu
         bot: welcome 1 2 3
         > 2
         bot: faq_intro
         > 0
         bot: welcome 1 2 3
         = bot",
    );
}

#[test]
fn digits_mean_what_the_last_prompt_said() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         > 2
         bot: faq_intro
         > 1
         bot: Livraison · topic_questions / 1. Combien coûte la livraison en France ? / 2. Quels sont les délais de livraison ?
         > 2
         bot: A2 Deux à quatre jours. / (3 = agent)
         > 3
         bot: handoff 15
         = queued general manual escalations=1",
    );
}

#[test]
fn a_button_means_its_payload_whatever_was_asked_since() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         > 2
         bot: faq_intro
         press Suivre ma commande
         bot: ask_order
         press Parler à un agent
         bot: handoff 15
         = queued general manual escalations=1",
    );
}

#[test]
fn an_order_is_shown_to_its_phone_at_once() {
    World::claire().check(
        "> où en est ma commande ml 2041 ?
         bot: ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041 / (3 = agent)
         = bot ML-2041",
    );
}

#[test]
fn who_asks_again_while_nothing_has_moved_is_told_so() {
    let shown = "ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041";
    World::claire().check(&format!(
        "> où en est ma commande ml 2041 ?
         bot: {shown} / (3 = agent)
         > ML-2041
         bot: {shown} / order_unchanged / (3 = agent)
         > alors, ma commande ml 2041 ?
         bot: {shown} / order_unchanged_offer / (3 = agent)
         > ML-2042
         bot: ask_postcode
         > 44000
         bot: ML-2042 en préparation. / (3 = agent)
         > ML-2041
         bot: {shown} / (3 = agent)",
    ));
}

#[test]
fn an_order_of_another_phone_is_shown_for_its_postcode() {
    check(
        "> ML-2042
         bot: ask_postcode
         > 44000
         bot: ML-2042 en préparation. / (3 = agent)
         = bot ML-2042",
    );
}

#[test]
fn the_third_wrong_postcode_goes_to_people() {
    check(
        "> ML-2041
         bot: ask_postcode
         > 75001
         bot: postcode_wrong
         > 75002
         bot: postcode_wrong
         > 75003
         bot: handoff 15
         = queued general failures escalations=1 ML-2041",
    );
}

#[test]
fn an_unknown_number_is_one_failed_reply_each_time() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         > 1
         bot: ask_order
         > ML-9876
         bot: order_not_found
         = bot failures=1
         > 9877
         bot: order_not_found
         > 9878
         bot: fallback_final
         = queued general failures escalations=1",
    );
}

#[test]
fn who_has_no_number_sees_the_newest_order_of_the_phone() {
    World::claire().check(
        "> 1
         bot: ask_order
         > je n'ai pas le numéro
         bot: ML-2041 expédiée. Suivi NX1 https://suivi.example/ML-2041 / (3 = agent)",
    );
    check(
        "> 1
         bot: ask_order
         > je n'ai pas le numéro
         bot: no_order_by_phone
         > oui
         bot: handoff 15
         = queued general manual escalations=1",
    );
}

#[test]
fn orders_that_do_not_answer_end_at_the_deadline() {
    let mut world = World::new();
    world.orders_answer = false;
    world.check(
        "> ML-2041
         bot: lookup_failed / (3 = agent)
         = bot",
    );
}

#[test]
fn a_question_interrupts_a_prompt_and_the_prompt_comes_back() {
    check(
        "> 1
         bot: ask_order
         > Quels sont les délais de livraison ?
         bot: A2 Deux à quatre jours.
         bot: ask_order
         > ML-2042
         bot: ask_postcode
         = bot ML-2042",
    );
}

#[test]
fn three_failures_go_to_people_and_what_is_understood_starts_afresh() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         > blorf gnak
         bot: fallback_1
         > zxcv qsdf
         bot: fallback_2
         = bot failures=2
         > 2
         bot: faq_intro
         = bot
         > blorf gnak
         bot: fallback_1
         > zxcv qsdf
         bot: fallback_2
         > hgf mlkj
         bot: fallback_final
         = queued general failures escalations=1",
    );
}

#[test]
fn a_burst_is_judged_as_one() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         >> hgf
         >> jkl mpo
         > wxcv bn
         bot: fallback_1
         = bot failures=1
         >> wxcv
         > 1
         bot: ask_order
         = bot",
    );
}

#[test]
fn without_the_burst_rule_every_message_is_judged_at_once() {
    World::without("burst").check(
        "> bonjour
         bot: welcome 1 2 3
         >> hgf
         bot: fallback_1
         >> jkl mpo
         bot: fallback_2
         = bot failures=2",
    );
}

#[test]
fn a_question_outside_is_offered_once_then_goes_to_people() {
    check(
        "> Est-ce que vous organisez des visites de votre atelier pour les écoles ?
         bot: out_of_scope_offer
         = bot
         > non
         bot: welcome 1 2 3
         > Vendez-vous aussi des vélos électriques ?
         bot: handoff 15
         = queued general out_of_scope escalations=1",
    );
    check(
        "> Est-ce que vous organisez des visites de votre atelier pour les écoles ?
         bot: out_of_scope_offer
         > oui
         bot: handoff 15
         = queued general out_of_scope escalations=1",
    );
}

#[test]
fn a_fault_gets_advice_then_the_technicians() {
    check(
        "> ma lampe clignote
         bot: A4 Essayez une autre ampoule.
         bot: solved_question
         = bot topic=fault
         > non toujours pas
         bot: handoff 10
         = queued technical failures escalations=1 topic=fault",
    );
    check(
        "> ma lampe clignote
         bot: A4 Essayez une autre ampoule.
         bot: solved_question
         > oui ça marche
         bot: solved_thanks / (3 = agent)
         = bot",
    );
}

#[test]
fn a_forgotten_talk_is_closed_without_a_survey() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         wait 24h
         = resolved abandoned",
    );
    check(
        "> Quels sont les délais de livraison ?
         bot: A2 Deux à quatre jours. / (3 = agent)
         wait 24h
         = resolved",
    );
}

#[test]
fn no_reply_is_sent_three_times_running() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         > menu
         bot: welcome 1 2 3
         > menu
         bot: (3 = agent) / welcome 1 2 3
         > menu
         bot: welcome 1 2 3",
    );
}

#[test]
fn circles_end_with_a_person_after_ten_turns() {
    let mut world = World::new();
    let talk = "> Quels sont les délais de livraison ?\nwait 5s\n".repeat(10);
    world.transcript(&talk);
    let status = world.transcript("=").join("");
    assert_eq!(status, "= bot");
    let last = world.transcript("> Quels sont les délais de livraison ?\n=").join("\n");
    assert!(last.ends_with("= queued general failures escalations=1"), "{last}");
}

#[test]
fn an_agent_who_takes_while_a_model_works_is_not_talked_over() {
    let mut world = World::new();
    world.model = Model::Hanging;
    world.type_text("Quels sont les délais de livraison ?");
    world.check("nadia take\nwait 1m\n= human nadia general manual escalations=1");
}

#[test]
fn an_old_message_is_kept_and_not_answered_as_if_it_were_new() {
    let mut world = World::new();
    let inbound = |world: &World, age: Span| Inbound {
        provider_id: "wamid.old".into(),
        business_number: "33465712020".into(),
        sender: Sender { phone: Some(world.phone.clone()), ..Sender::default() },
        sent_at: world.now - age,
        content: Content::Text { body: "bonjour".into() },
        quotes: None,
    };
    world.transcript("> 1");
    let old = inbound(&world, Span::hours(72));
    world.receive(old);
    assert_eq!(world.transcript("=").join(""), "= bot");
    let mut alone = World::new();
    let old = inbound(&alone, Span::hours(72));
    alone.receive(old);
    assert_eq!(alone.transcript("=").join(""), "= queued general failures escalations=1");
}

#[test]
fn a_question_is_left_by_a_bare_cancel() {
    check(
        "> 1
         bot: ask_order
         > annuler
         bot: welcome 1 2 3
         = bot
         > 1
         bot: ask_order
         > annuler ma commande
         bot: handoff 15
         = queued billing sensitive escalations=1 topic=cancellation",
    );
}

#[test]
fn a_first_picture_is_a_greeting_and_a_later_one_thanks() {
    check(
        "> 👍
         bot: welcome 1 2 3
         > 👍
         bot: goodbye
         = bot",
    );
}

#[test]
fn who_refuses_a_person_is_answered() {
    check(
        "> je ne veux pas d'agent, je voudrais suivre ma commande
         bot: ask_order
         > pas d'agent
         bot: ask_order
         = bot",
    );
}

#[test]
fn a_yes_may_be_followed_by_words() {
    check(
        "> vendez-vous des canapés ?
         bot: out_of_scope_offer
         > oui volontiers, et vite
         bot: handoff 15
         = queued general out_of_scope escalations=1",
    );
    check(
        "> vendez-vous des canapés ?
         bot: out_of_scope_offer
         > non c'est juste par curiosité
         bot: welcome 1 2 3
         = bot",
    );
}

#[test]
fn the_beginning_of_a_question_is_no_question_of_its_own() {
    check(
        "> bonjour
         bot: welcome 1 2 3
         >> je voudrais savoir
         > combien coûte la livraison ?
         bot: A1 La livraison coûte 4,90 €. / (3 = agent)
         wait 5s
         = bot",
    );
}

#[test]
fn a_wish_for_a_lamp_is_asked_for_the_room() {
    check(
        "> je cherche une lampe
         bot: finder_question / 1. salon / 2. bureau
         > 2
         bot: Aube 59,00 € https://lampes.example/aube / (3 = agent)
         = bot",
    );
}

#[test]
fn an_edit_counts_while_its_burst_is_open() {
    let mut world = World::new();
    world.transcript("> bonjour\n>> blorf gnak");
    let target = world.last_provider_id();
    let body = Some("suivre ma commande".to_owned());
    world.send(Content::Edit { target, body });
    world.check("wait 5s\nbot: ask_order\n= bot");
    let mut world = World::new();
    world.transcript("> bonjour\n>> blorf gnak");
    let target = world.last_provider_id();
    world.send(Content::Revoke { target });
    world.check("wait 5s\n= bot");
    let mut world = World::new();
    world.transcript("> bonjour\n> blorf gnak");
    let target = world.last_provider_id();
    world.send(Content::Edit { target, body: Some("3".to_owned()) });
    world.check("wait 5s\n= bot failures=1");
}

#[test]
fn a_colleague_on_the_phone_takes_over() {
    let mut world = World::new();
    world.transcript("> bonjour");
    let message = world.message_id();
    let content = Outbound::Text { body: "Bonjour, c'est Léa".into() };
    world.run(&crate::conversation::Command::Echo { message, content }).unwrap();
    world.transcript("> 1");
    world.check("= human phone general manual escalations=1");
}

#[test]
fn a_node_that_was_deleted_strands_nobody() {
    let mut world = World::new();
    world.transcript("> bonjour\n> 1");
    let mut document = document();
    document.flow.nodes.retain(|n| n.id != "ask_order");
    document.flow.edges.retain(|e| e.from != "ask_order");
    for edge in &mut document.flow.edges {
        if edge.to == "ask_order" {
            edge.to = "again".into();
        }
    }
    document.flow.entries.track = Some("again".into());
    world.publish(document);
    world.check(
        "> 2041
         bot: fallback_1
         press Suivre ma commande
         bot: order_not_found
         > 2042
         bot: ask_postcode
         = bot ML-2042",
    );
}
