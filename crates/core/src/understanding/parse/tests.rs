use super::*;
use crate::understanding::text::Text;
use proptest::prelude::*;
use std::fmt::Debug;

/// Runs `f` on every text of every line `expected ← text | text | …`.
#[track_caller]
fn table<T: PartialEq + Debug + Clone>(rows: &[(T, &str)], f: impl Fn(&Text) -> T) {
    let mut wrong = Vec::new();
    for (want, texts) in rows {
        for written in texts.split('|').map(str::trim) {
            let got = f(&Text::new(written));
            if got != *want {
                wrong.push(format!("{written:?}: want {want:?}, got {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn choices_in_any_script_and_wording() {
    table(
        &[
            (
                Some(1),
                "1 | 1. | 1) | (1) | 1️⃣ | ١ | १ | １ | ① | n°1 | nº 1 | 1er | 1st | option 1 | Option 1 svp",
            ),
            (
                Some(1),
                "le 1 | le premier | la première | the first one | first | Premier choix svp | un | one | uno | um | ek",
            ),
            (
                Some(1),
                "واحد | الخيار 1 | الأول | pehla | pehla wala | el primero | o primeiro | la primera opción | एक | पहला",
            ),
            (
                Some(1),
                "1 svp | 1 please | 1 merci | je choisis le 1 | je veux l'option 1 | bonjour 1 | numéro un | tape 1 | 1 !",
            ),
            (
                Some(2),
                "2 | deux | two | dos | dois | do | اثنان | numéro deux | option deux | la deuxième | le 2e | 2nd | ٢ | २",
            ),
            (
                Some(2),
                "second | segunda | o segundo | el segundo por favor | doosra | number 2 please | 2 faq | option two | the second one please",
            ),
            (
                Some(3),
                "3 | trois | three | tres | três | teen | ثلاثة | troisieme | third | tercero | terceira | teesra | ३ | ３",
            ),
            (
                Some(3),
                "3 - parler à un agent | 3️⃣ 🙏 | 3 por favor | la tercera | option 3 stp | the third option",
            ),
            (Some(5), "5 | cinq | five | cinco | paanch | خمسة | cinquième | thème 5"),
            (Some(0), "0 | zéro | 0️⃣ | ٠"),
            (Some(10), "10 | dix | ten"),
            (
                None,
                "2041 | 1 2 | 1 ou 2 | 1/2 | 1€ | 1,5 | j'ai 2 questions | ML-2041 | une question | un agent | bonjour | 123",
            ),
            (
                None,
                "oui | la lampe | 3 fois sans frais | je veux 2 lampes Nacre | one agent please | la une | first of all where is my order",
            ),
        ],
        choice,
    );
}

#[test]
fn yes_and_no_with_courtesies() {
    table(
        &[
            (
                Some(true),
                "oui | Oui merci | oui svp | ouais | OUI !! | ok vas-y | d'accord | ok | bien sûr | avec plaisir | je veux bien | 👍 | 👍🏽 | ✅",
            ),
            (
                Some(true),
                "yes | yes please | yeah sure | yep | sure | go ahead | of course | why not | y | ok 👍 | no problem | please do",
            ),
            (
                Some(true),
                "sí | si por favor | claro | claro que sí | dale | vale | por supuesto | sim | sim por favor | pode ser | claro que sim | isso",
            ),
            (
                Some(true),
                "نعم | نعم من فضلك | أيوه | طبعا | تمام | haan | haan ji | ji haan | theek hai | हाँ | जी हां | oui oui | iyeh | wakha",
            ),
            (
                Some(false),
                "non | non merci | Non, pas la peine | pas maintenant | nan | laisse tomber | non c'est bon merci | ça ira | 👎 | ❌",
            ),
            (
                Some(false),
                "no | no thanks | nope | not now | no thank you | n | nah I'm good | never mind",
            ),
            (
                Some(false),
                "no gracias | no, gracias | ahora no | não | não obrigado | nao precisa | لا | لا شكرا | nahi | nahi chahiye | rehne do | नहीं | nhi",
            ),
            (
                None,
                "oui et non | 👍👎 | peut-être | où est ma commande | je ne sais pas | ok ? | bonjour | non je veux savoir combien coûte la livraison",
            ),
            (
                None,
                "1 | merci | ML-2041 | agent | c'est non négociable | yes but how much is delivery",
            ),
        ],
        yes_no,
    );
}

#[test]
fn solved_or_not() {
    table(
        &[
            (
                Some(true),
                "oui | oui ça marche | ça marche maintenant | C'est bon merci | c'est réglé | nickel merci | résolu ! | yes | it works now | fixed, thanks",
            ),
            (
                Some(true),
                "all good | it's working | solved | ya funciona | sí, ya está | resuelto | já funciona | deu certo, obrigado | resolvido | تم الحل | نعم | ho gaya | haan theek ho gaya | 👍",
            ),
            (Some(true), "super elle s'allume | parfait ça remarche | funcionou"),
            (
                Some(false),
                "non | toujours pas | non toujours pas | ça ne marche toujours pas | ça marche pas | pareil | elle clignote encore | toujours en panne | rien n'a changé",
            ),
            (
                Some(false),
                "no | still broken | still not working | it still flickers | doesn't work | no change | not really | unfortunately not | same problem | nope, still the same",
            ),
            (
                Some(false),
                "sigue igual | no funciona | todavía no | sigue sin encender | ainda não | continua igual | não funcionou | continua a piscar | لا | لا يزال لا يعمل | نفس المشكلة",
            ),
            (
                Some(false),
                "nahi | abhi bhi nahi | nahi hua | abhi bhi blink kar raha hai | same problem hai | अभी भी नहीं | j'ai essayé une autre ampoule mais toujours pareil | oui mais ça clignote encore",
            ),
            (None, "où est ma commande ? | 1 | bonjour | ça marche comment le variateur ?"),
        ],
        solved,
    );
}

fn pattern() -> OrderPattern {
    OrderPattern { prefix: "ML".to_owned(), digits: 4 }
}

fn found(text: &Text, bare: bool) -> Option<String> {
    order_number(text, &pattern(), bare).map(|o| o.number)
}

#[test]
fn order_numbers_stand_out_anywhere() {
    let rows = [
        (
            Some("ML-2041".to_owned()),
            "ML-2041 | ml2041 | ML 2041 | Ml-2041 | #2041 | ML–2041 | ML—2041 | ＭＬ－２０４１ | ML-٢٠٤١ | ml २०४१ | M L 2041 | ML 20 41 | ML  -  2041 | ML_2041",
        ),
        (
            Some("ML-2041".to_owned()),
            "ma commande ML-2041 n'est pas arrivée | (ML-2041) | ML-2041. | commande ml2041 svp | where is ML2041? | ML:2041 | ML#2041 | ML n°2041 | ML/2041 | ML.2041",
        ),
        (
            Some("ML-2041".to_owned()),
            "commande 2041 | commande n°2041 | order 2041 | my order number is 2041 | pedido 2041 | numéro de commande : 2041 | order #2041 | ML-2041 et ML-2042 | M.L. 2041 | ML2O41",
        ),
        (
            Some("ML-2041".to_owned()),
            "n° 2041 | الطلب ML-2041 | طلبي 2041 | mera order ML 2041 kahan hai | commande numéro 2041 | encomenda 2041",
        ),
        (
            None,
            "2041 | ML-20415 | XML2041 | HTML-2041 | ML-204 | en 2041 | 2041 € | 06 39 98 01 01 | +33639980101 | ML | ML-ABCD | commande de 2024 | NX48120391 | 500 ml 2041",
        ),
        (
            None,
            "#20415 | 69003 | commande 20415 | mon numéro de téléphone 0639 | la commande coûte 2041 euros | order 2041€",
        ),
    ];
    table(&rows, |t| found(t, false));
}

#[test]
fn bare_digits_count_when_they_were_asked_for() {
    let rows = [
        (
            Some("ML-2041".to_owned()),
            "2041 | 2041 svp | c'est le 2041 | le numéro est 2041 | 20 41 | 2 0 4 1 | ٢٠٤١ | २०४१ | 2041. | it's 2041 | LM-2041 | ML-2041 | 2041 2042 | 20-41 | voilà : 2041",
        ),
        (
            None,
            "20415 | 204 | commandé en 2023 | 2041 € | 2041€ | 12/2041 | 06 39 98 01 01 | 0639980101 | je ne sais pas | 2041 euros | 1234 5678 9012 345 | 14:30 | +2041",
        ),
    ];
    table(&rows, |t| found(t, true));
}

#[test]
fn digits_may_be_said_one_by_one() {
    table(
        &[
            (
                Some("ML-2041".to_owned()),
                "deux zéro quatre un | two zero four one | it's two, zero, four, one | dos cero cuatro uno | zwei null vier eins | c'est le deux zéro 4 un",
            ),
            (
                Some("ML-2043".to_owned()),
                "M L deux zéro quatre trois | commande m l two zero four three",
            ),
            (
                Some("ML-2041".to_owned()),
                "deux mille quarante et un | c'est la deux mille quarante et un je crois | twenty forty-one | two thousand and forty one | dos mil cuarenta y uno | dois mil e quarenta e um | do hazaar iktalis | vingt quarante et un",
            ),
            (
                None,
                "deux zéro quatre | deux zéro quatre un six | un deux trois soleil | zero four one | mille mercis | deux mille euros | onze douze heures",
            ),
        ],
        |text| found(text, true),
    );
    table(
        &[
            (
                Some("ML-2043".to_owned()),
                "commande M L deux zéro quatre trois | ML two zero four three | ma commande deux mille quarante-trois | ML deux mille quarante trois | order number twenty forty-three",
            ),
            (
                None,
                "deux zéro quatre un | code two zero four one | j'ai payé deux mille quarante-trois | ma commande de deux mille euros",
            ),
        ],
        |text| found(text, false),
    );
}

#[test]
fn the_quote_of_an_order_number_is_what_was_written() {
    for (written, quote, bare) in [
        ("ma commande ml 2041 svp", "ml 2041", false),
        ("😀 #2041!", "#2041", false),
        ("le numéro est ٢٠٤١ merci", "٢٠٤١", true),
    ] {
        let text = Text::new(written);
        let order = order_number(&text, &pattern(), bare).expect("a number stands there");
        assert_eq!(text.quoted(order.quote), quote);
    }
}

#[test]
fn postcodes_of_several_countries() {
    table(
        &[
            (
                Some("69003".to_owned()),
                "69003 | 69 003 | mon code postal est 69003 | 69003 Lyon | c'est le 69003 merci | F-69003 | ٦٩٠٠٣ | 12 rue des Réverbères 69003 Lyon | ML-2041 69003 | 6 9 0 0 3 | code postal 69003 commande ML-2041 | FR69003",
            ),
            (
                Some("E16AN".to_owned()),
                "E1 6AN | e16an | E1-6AN | it's E1 6AN | my postcode is e1 6an thanks | Ｅ１ ６ＡＮ",
            ),
            (Some("SW1A1AA".to_owned()), "SW1A 1AA | sw1a1aa"),
            (Some("28013".to_owned()), "28013 | 28013 Madrid | código postal 28013"),
            (
                Some("1100148".to_owned()),
                "1100-148 | 1100 148 | 1100148 | é 1100-148 Lisboa | 1100–148",
            ),
            (Some("1000".to_owned()), "1000 | 1000 Bruxelles"),
            (
                Some("44000".to_owned()),
                "quarante-quatre mille | c'est quarante quatre zéro zéro zéro | le code postal c'est quarante-quatre mille",
            ),
            (Some("69003".to_owned()), "soixante-neuf mille trois | six nine zero zero three"),
            (Some("110001".to_owned()), "110001 | 110 001 | mera pincode 110001 hai"),
            (
                None,
                "je ne sais pas | non | 06 39 98 01 01 | +33639980101 | 12 | bonjour | deux mille | mille mercis",
            ),
        ],
        postcode,
    );
    for stored in ["E1 6AN", "e16an", " E1-6AN "] {
        assert_eq!(fold_postcode(stored), "E16AN");
    }
    assert_eq!(fold_postcode("1100-148"), "1100148");
}

#[test]
fn ratings_with_and_without_comment() {
    let with = |score: u8, comment: &str| Some(Rating { score, comment: Some(comment.to_owned()) });
    let plain = |score: u8| Some(Rating { score, comment: None });
    table(
        &[
            (
                plain(5),
                "5 | 5/5 | 5 sur 5 | ⭐⭐⭐⭐⭐ | ⭐️⭐️⭐️⭐️⭐️ | 5️⃣ | ٥ | ５ | cinq | five | five stars | 5 étoiles | 10/10 | 5 ⭐ | cinco estrellas | पांच | 5 out of 5 | note 5 | 5 !!",
            ),
            (
                plain(4),
                "4 | 4/5 | note : 4 | ⭐⭐⭐⭐ | ٤ | ४ | quatre | je mets 4 | I'd give it a 4 | 8/10 | 4 de 5 | 4 stars | four | 4.",
            ),
            (plain(1), "1 | 1/5 | un | ⭐ | 1 étoile | one star"),
            (
                with(4, "réponse rapide"),
                "4, réponse rapide | 4 réponse rapide | 4 - réponse rapide | réponse rapide, 4 | 4/5 réponse rapide",
            ),
            (
                with(5, "merci Nadia"),
                "5 merci Nadia | 5 : merci Nadia | 5/5 merci Nadia | ⭐⭐⭐⭐⭐ merci Nadia | merci Nadia 5/5",
            ),
            (with(4, "réponse un peu lente"), "4, réponse un peu lente"),
            (with(2, "too slow"), "2, too slow | 2 too slow | 2 stars, too slow"),
            (
                None,
                "j'ai 2 questions | 2 questions | 0 | 6 | 42 | ML-2041 | merci | bonjour | 3 jours | 2 lampes svp | 5 € | 12/05/2024 | ça fait 3 jours | où est ma commande ML-2043 ?",
            ),
            (
                None,
                "1 dernière chose : vous livrez en Suisse ? | 1 more thing | 1 cosa más | 1 autre question svp | 2 cartons sur 3 sont arrivés | 3 étages sans ascenseur, possible ? | 4 ans de garantie ou 5 ? | 5 rue des Lilas c'est ma nouvelle adresse | 3 bis rue des Fleurs",
            ),
            (plain(4), "je dirais 4 | main 4 dunga"),
            (with(5, "vous livrez en Suisse ?"), "5, vous livrez en Suisse ?"),
            (
                None,
                "1. où est ma commande 2. combien coûte la livraison | depuis 3 semaines j'attends | 1 2 3 | 5 ampoules E27 svp | rappelez-moi dans 5 minutes | j'ai commandé 2 lampes | je vous donne un avis détaillé",
            ),
        ],
        rating,
    );
}

#[test]
fn greetings_and_nothing_else() {
    table(
        &[
            (
                true,
                "bonjour | Bonjour ! | bjr | slt | coucou | salut ça va ? | bonsoir 👋 | Bonjour madame | bonjour à tous | bonjourrrr | 👋 | hey there | hello | hi team | good morning | hello, how are you?",
            ),
            (
                true,
                "hola | hola buenos días | buenas | olá | oi tudo bem? | bom dia | السلام عليكم | مرحبا | salam | salam alaykoum | namaste | namaste ji | नमस्ते | hallo | ciao | bonjor | Bonjour, j'ai une question | kaise ho namaste",
            ),
            (
                false,
                "bonjour où est ma commande | merci | 1 | oui | agent | bonjour agent svp | hello I want a refund | j'ai une question | menu | 😡 | au revoir | bonjour ML-2041 | une question | ",
            ),
        ],
        is_greeting,
    );
}

#[test]
fn thanks_and_nothing_else() {
    table(
        &[
            (
                true,
                "merci | Merci beaucoup ! | mrc | merci pour votre aide | ok merci | parfait, merci, bonne journée | super | ok | thanks | thank you so much | thx | ty | thanks a lot, bye | 🙏 | 👍 | perfect",
            ),
            (
                true,
                "gracias | muchas gracias | obrigado | obrigada pela ajuda | valeu | شكرا | شكرا جزيلا | shukriya | dhanyavaad ji | धन्यवाद | c'est tout merci | au revoir | merci à vous aussi | danke",
            ),
            (
                true,
                "vous êtes bien aimable, merci | you're very kind, thank you | es usted muy amable",
            ),
            (
                false,
                "merci pour rien | merci mais ça ne marche pas | merci 😡 | thanks for nothing | ok ? | merci de me rappeler | où est ma commande merci | non | 1 | bonjour | agent merci | merci de me rembourser",
            ),
        ],
        is_thanks,
    );
}

#[test]
fn menu_stop_and_topics() {
    table(
        &[
            (
                true,
                "menu | MENU | Menu svp | accueil | 0 | 0️⃣ | menu principal | main menu | back to the menu | retour au menu | voir le menu | القائمة | volver al menú | voltar ao menu | start over | ok menu | non en fait le menu | actually, the menu please | retour menu principal svp | take me back to the menu | volver al menú principal por favor",
            ),
            (
                false,
                "retour | retours | comment faire un retour | menu de la cantine | 1 | non | bonjour",
            ),
        ],
        is_menu_word,
    );
    table(
        &[
            (
                true,
                "annuler | Annuler svp | cancel | Cancel please | never mind | laisse tomber | non laisse tomber | cancelar | إلغاء | radd karo",
            ),
            (
                false,
                "annuler ma commande | cancel my order | cancel it | non | stop | annuler tout | je veux annuler | menu | cancelar pedido",
            ),
        ],
        is_leave_word,
    );
    table(
        &[
            (
                true,
                "STOP | stop | Stop svp | désabonner | me désabonner | unsubscribe | baja | darme de baja | désinscription | stop pub | opt out | إلغاء الاشتراك | descadastrar | band karo | enlevez moi de la newsletter | plus de newsletter svp | je ne veux plus de vos pubs | je veux plus de mails de votre part | I don't want any more emails | I want to cancel my newsletter | remove me from your mailing list | ya no quiero la newsletter | je ne veux plus recevoir de pub | merci de ne plus m'envoyer de promos | please don't send me any more offers | dejen de enviarme promociones | parem de me enviar publicidade | لا ترسلوا لي اعلانات | désabonnez-moi de vos pubs | unsubscribe me from your offers | darme de baja de las promociones",
            ),
            (
                false,
                "stop le robot | je n'ai plus de mail de confirmation | je ne veux plus de cette lampe | I don't want an email invoice | vous envoyez une newsletter ? | plus de lampes en stock | stop le robot | non | arrêtez de me prendre pour un idiot | annuler ma commande | bus stop lamp | stop je veux un humain | ne m'envoyez plus de lampe bleue | vous avez des promos ? | stop sending me the wrong lamp | don't send me a lamp | la más baja | unsubscribe my sister's lamp",
            ),
        ],
        is_stop_word,
    );
    table(
        &[
            (
                true,
                "faq | FAQ svp | la faq | preguntas | perguntas frequentes | questions fréquentes | الأسئلة الشائعة | voir la FAQ",
            ),
            (false, "j'ai une question | question sur ma commande | bonjour | menu"),
        ],
        wants_topics,
    );
}

#[test]
fn questions_about_the_assistant_itself() {
    table(
        &[
            (
                true,
                "t'es un robot ? | vous êtes un robot ? | es-tu humain ? | c'est un bot ? | je parle à un robot là ? | c'est un bot ou un vrai humain qui écrit ? | qui êtes-vous ? | êtes-vous une vraie personne ? | tu es une IA ? | suis-je en train de parler à un robot",
            ),
            (
                true,
                "am I talking to a bot | are you human? | are you a real person? | is this a bot? | r u a bot | are you a robot or a human? | who am I talking to? | es usted un robot | eres un bot? | ¿hablo con una persona o con un robot?",
            ),
            (
                true,
                "você é um robô? | estou falando com um robô? | هل أنت روبوت؟ | kya aap robot ho? | tum bot ho kya | aap insaan ho ya robot | kya tum AI ho | real person ho kya | c'est automatique ici ? | क्या आप रोबोट हैं | robot ?",
            ),
            (
                false,
                "le transporteur c'est qui | c'est qui votre transporteur | je veux un humain | passez-moi un agent | aspirateur robot | lampe robot | bonjour | puis-je parler à une personne | qui livre mes colis ? | are you open on sunday? | où est ma commande ?",
            ),
        ],
        asks_identity,
    );
}

#[test]
fn wishes_to_track() {
    table(
        &[
            (
                true,
                "où est ma commande ? | ou est mon colis | ma commande est où ? | ou é mon paquet stp | il est où mon carton ? | ma lampe est partie ? | et mon colis alors ? | suivre ma commande | suivi colis | je voudrais suivre mon colis | où en est ma livraison | quand arrive mon colis ? | quand vais-je recevoir ma commande | suivi | elle est où ma lampe",
            ),
            (
                true,
                "where is my order | wheres my parcel | track my order | is my lamp on its way | has my parcel left? | where's my package?? | order status | any update on my delivery | when will my order arrive | dónde está mi pedido | seguimiento de mi pedido | cuándo llega mi paquete",
            ),
            (
                true,
                "o meu pedido já saiu? | ya salió mi pedido? | order ka kya status hai | onde está a minha encomenda | cadê meu pedido | rastrear pedido | أين طلبي | وين الطلب | الطرد بتاعنا فين | متى يصل طلبي | mera order kahan hai | order kab aayega | order track karna hai | मेरा ऑर्डर कहाँ है | fin wslat la commande dyali | où est mon autre commande ? | where is my other order",
            ),
            (
                false,
                "où est le showroom ? | voici l'état du pied de la lampe | comment retourner un article | combien coûte la livraison | bonjour | je veux annuler ma commande | where is my invoice | puis-je modifier l'adresse de ma commande | où est mon remboursement | ma lampe est arrivée cassée | la livraison est gratuite à partir de combien",
            ),
        ],
        |t| wants_tracking(t).is_some(),
    );
}

#[test]
fn no_number_at_hand() {
    table(
        &[
            (
                true,
                "je n'ai pas le numéro | pas de numéro | je ne l'ai pas | jai pas le numero sous la main | j'ai perdu le numéro | je sais pas | aucune idée | où trouver le numéro ? | c'est quoi le numéro de commande",
            ),
            (
                true,
                "I don't have it | i dont have the number | no idea | I lost it | I can't find the order number | don't know | no lo tengo | no tengo el número | no sé | não tenho | não sei | perdi o número",
            ),
            (
                true,
                "لا أعرف | ليس لدي رقم | ما عندي الرقم | number nahi hai | pata nahi | yaad nahi hai | नंबर नहीं है | mere paas nahi hai",
            ),
            (false, "2041 | ML-2041 | bonjour | oui | non | mon numéro est le 2041 | merci"),
        ],
        has_no_number,
    );
}

#[test]
fn numbers_and_addresses() {
    table(
        &[
            (Some(12.0), "12 | 12 lampes | douze 12 | ١٢"),
            (Some(1234.5), "1 234,50 € | 1,234.50 | 1.234,50 | 1234.5"),
            (Some(1.5), "1,5 | 1.5 kg | ١٫٥"),
            (Some(-3.0), "-3 | il fait -3"),
            (Some(2.0), "deux | two | dos"),
            (Some(1234.0), "1 234 | 1234 | 1,234"),
            (None, "rien | "),
        ],
        number,
    );
    table(
        &[
            (
                Some("claire.d@mail.example".to_owned()),
                "claire.d@mail.example | mon mail : claire.d@mail.example. | <claire.d@mail.example>",
            ),
            (None, "claire@ | @claire | claire@mail | bonjour | a@b..com"),
        ],
        email,
    );
}

fn anything() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[a-zé0-9 ,.!?'-]{0,12}",
        Just("ML-2041 ".to_owned()),
        Just("⭐".to_owned()),
        Just("\0".to_owned()),
        Just("\u{202E}".to_owned()),
        Just("5/5 ".to_owned()),
        Just("#2041".to_owned()),
        Just("أين طلبي ".to_owned()),
        Just("à un agent ".to_owned()),
        Just("#".to_owned()),
        Just("ML".to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn read_all(written: &str) {
    let text = Text::new(written);
    let length = written.chars().count();
    for bare in [true, false] {
        if let Some(order) = order_number(&text, &pattern(), bare) {
            assert!(order.quote.start < order.quote.end && order.quote.end <= length);
        }
    }
    if let Some(quote) = wants_tracking(&text) {
        assert!(quote.start < quote.end && quote.end <= length);
    }
    if let Some(rating) = rating(&text) {
        assert!((1..=5).contains(&rating.score));
    }
    let _ = (choice(&text), yes_no(&text), solved(&text), postcode(&text), number(&text));
    let _ = (email(&text), is_greeting(&text), is_thanks(&text), is_menu_word(&text));
    let _ = (is_stop_word(&text), asks_identity(&text), has_no_number(&text), wants_topics(&text));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_text_is_too_strange(written in anything()) {
        read_all(&written);
    }
}

#[test]
fn very_long_texts_are_read_in_time() {
    for piece in
        ["a", "1", "ML-", "#", "je ne veux pas ", "où est ", "⭐", "\u{0301}", "م", "@", "1 "]
    {
        read_all(&piece.repeat(20_000 / piece.chars().count()));
    }
}
