use super::*;

fn finder() -> Finder {
    let entry = |fr: &[&str], en: &[&str], model: &str| FinderEntry {
        rooms: [("fr", fr), ("en", en)]
            .into_iter()
            .map(|(l, names)| (l.to_owned(), names.iter().map(|n| (*n).to_owned()).collect()))
            .collect(),
        model: model.to_owned(),
        price: String::new(),
    };
    Finder::new(&[
        entry(&["salon", "séjour"], &["living room", "lounge"], "Sirius"),
        entry(&["chambre", "chevet"], &["bedroom", "bedside"], "Nacre"),
        entry(&["bureau", "télétravail"], &["office", "desk", "study"], "Aube"),
        entry(&["cuisine", "salle à manger"], &["kitchen", "dining room"], "Lanterne Halo"),
        entry(&["salle de bains", "douche"], &["bathroom", "shower"], "Brume"),
        entry(
            &["extérieur", "jardin", "terrasse", "balcon"],
            &["outdoor", "garden", "patio", "balcony"],
            "Comète",
        ),
        entry(&["chambre d'enfant", "bébé"], &["child's room", "nursery"], "Petit Phare"),
    ])
}

#[test]
fn a_room_is_found_by_name_synonym_language_and_typo() {
    let finder = finder();
    for (text, entry) in [
        ("le salon", 0),
        ("Salon", 0),
        ("pour mon sejour", 0),
        ("salón", 0),
        ("Wohnzimmer", 0),
        ("chambre", 1),
        ("schlafzimmer", 1),
        ("bureua", 2),
        ("my desk", 2),
        ("مكتب", 2),
        ("rasoi", 3),
        ("salle à manger", 3),
        ("salle de bain", 4),
        ("banheiro", 4),
        ("la terrasse", 5),
        ("jardín", 5),
        ("chambre d'enfant", 6),
        ("la chambre de mon bébé", 6),
        ("kids room", 6),
        ("Chambre d’enfant", 6),
    ] {
        assert_eq!(finder.room(&Text::new(text)), Some(entry), "{text}");
    }
    for (text, entry) in [("salon ou cuisine", 0), ("cuisine ou salon", 3)] {
        assert_eq!(finder.room(&Text::new(text)), Some(entry), "{text}");
    }
    for text in ["", "je ne sais pas", "bonjour", "12"] {
        assert_eq!(finder.room(&Text::new(text)), None, "{text}");
    }
}

#[test]
fn advice_is_given_to_a_wish_and_not_to_a_mention() {
    let finder = finder();
    for (text, entry) in [
        ("lampe pour mon bureau", 2),
        ("je cherche une lampe pour mon bureau", 2),
        ("what light for a nursery", 6),
        ("busco lámpara para el salón", 0),
        ("je cherche un luminaire pour la salle de bain", 4),
        ("quelle lampe me conseillez-vous pour ma chambre ?", 1),
        ("I need a lamp for the kitchen", 3),
        ("que candeeiro recomendam para o quarto?", 1),
        ("Welche Lampe für das Wohnzimmer?", 0),
        ("garden ke liye light chahiye", 5),
        ("أريد مصباح للمكتب", 2),
        ("une lampe pour la chambre de mon bébé", 6),
        ("une idée de luminaire pour la chambre de bébé", 6),
        ("any idea of a light for the baby's room?", 6),
        ("vous conseillez quoi pour un balcon ?", 5),
        ("lampe de jardin", 5),
        ("a desk lamp", 2),
        ("what do you suggest for a nursery?", 6),
        ("¿qué me recomiendan para el baño?", 4),
        ("je cherche une lampe de bureau assez fine", 2),
        ("quelque chose pour éclairer mon balcon ?", 5),
        ("une petite lampe pour mon bout de chou ?", 6),
        ("un lampadaire de salon pour eux ?", 0),
        ("ma fille entre au lycée, une lampe de bureau pour elle ?", 2),
        ("we need something for the nursery", 6),
        ("you got anything for the patio?", 5),
        ("something for the garden?", 5),
        ("un truc pour la salle à manger", 3),
        ("algo para el jardín", 5),
        ("garden ke liye kuch", 5),
        ("j'ai besoin d'éclairer mon balcon", 5),
        ("qu'est-ce qui irait bien dans ma cuisine ?", 3),
        ("on cherche un éclairage au-dessus de la table de la salle à manger", 3),
        ("une lampe pour ma table de nuit", 1),
        ("un luminaire pour la table à manger ?", 3),
        ("je cherche une lampe à offrir pour une chambre de bébé", 6),
    ] {
        let got = finder.advice(&Text::new(text)).map(|(e, _)| e);
        assert_eq!(got, Some(entry), "{text}");
    }
    for text in [
        "ma lampe du salon ne marche plus",
        "la lampe de mon bureau clignote",
        "je cherche un canapé pour mon salon",
        "le salon est grand",
        "la lampe du salon est très belle",
        "j'ai cassé la lampe de la chambre",
        "la lampe de chevet est bien arrivée",
        "the lamp in my kitchen arrived broken",
        "bureau",
        "la lampe de bureau est garantie ?",
        "my daughter lives in Rome, can you ship a floor lamp to Italy?",
        "a sofa, something for the living room",
        "un truc cloche dans mon bureau",
        "une lampe qui éclaire mon salon clignote",
        "we need something for the nursery to sit on, a sofa",
        "quel canapé me conseillez-vous pour mon salon ?",
    ] {
        assert_eq!(finder.advice(&Text::new(text)), None, "{text}");
    }
}

#[test]
fn a_wish_for_a_lamp_alone_asks_for_the_room() {
    let finder = finder();
    for text in [
        "Je cherche une lampe",
        "bonjour, je voudrais acheter un luminaire svp",
        "quelle lampe me conseillez-vous ?",
        "conseillez-moi une lampe",
        "pouvez-vous m'aider à choisir une lampe ?",
        "une idée de lampe ?",
        "aidez-moi à choisir une lampe",
        "je cherche une lampe à offrir",
        "I'm looking for a lamp",
        "help me choose a lamp please",
        "which lamp do you recommend?",
        "busco una lámpara",
        "procuro um candeeiro",
        "أريد مصباح",
        "mujhe lamp chahiye",
        // Of which lamp, the room tells.
        "combien coûte une lampe ?",
        "c'est combien le lampadaire ?",
        "vous faites quoi comme lampes ?",
    ] {
        assert!(finder.wish(&Text::new(text)).is_some(), "{text}");
    }
    for text in [
        "lampe",
        "je cherche une lampe avec télécommande",
        "je cherche une lampe rouge à moins de 30 euros",
        "je cherche un canapé",
        "je veux retourner une lampe",
        "je voudrais une facture pour ma lampe",
        "quelle lampe est garantie ?",
        "I want a refund for my lamp",
        "do you sell lamp posts for streets?",
        "je cherche une lampe pour mon bureau",
    ] {
        assert!(finder.wish(&Text::new(text)).is_none(), "{text}");
    }
}

#[test]
fn advice_quotes_product_and_room() {
    let text = Text::new("Bonjour, je cherche une lampe pour mon bureau svp");
    let (_, quote) = finder().advice(&text).expect("it asks for a lamp");
    assert_eq!(text.quoted(quote), "lampe pour mon bureau");
}
