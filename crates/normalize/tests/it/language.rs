//! The language of a text.

use document::{Document, Field, Form, Origin};
use normalize::{Mode, Normalize};
use stage_api::Stage;

use crate::article;

fn language_of(payload: &str, form: Form) -> Option<String> {
    article(payload.as_bytes(), form).metadata.get(Field::Language).map(str::to_owned)
}

#[test]
fn words_show_the_language() {
    let check = |text: &str, language: Option<&str>| {
        assert_eq!(language_of(text, Form::Text).as_deref(), language, "{text}");
    };
    check("The mayor said it was late.", Some("en"));
    check("Hello. She said that she was glad.", Some("en"));
    check(
        "Der Bürgermeister hat die Brücke nach einem Jahr wieder eröffnet, und alle waren froh darüber.",
        Some("de"),
    );
    check(
        "Le maire a inauguré le pont après un an de travaux, et tout le monde était content de le voir.",
        Some("fr"),
    );
    check(
        "市長は一年間の工事の後、月曜日に橋を再び開通させた。町の人々はとても喜んでいたと話していたそうだ。市長も喜んだ。",
        Some("ja"),
    );
    check("Ja.", None);
}

#[test]
fn names_do_not_tell_the_language() {
    for (text, language) in [
        (
            "SOCCER - RESULTS OF THE EASTERN LEAGUE. OBERLINDACH\nResults of eastern league soccer \
             matches on Sunday: Eintracht Oberlindach 2 Borussia Kleinhausen 1\nWacker Steinfurt 0 \
             Fortuna Niederbach 3\nVfL Grossenwald 1 Arminia Hinterdorf 1\nSchwarzweiss Altstetten 2 \
             Viktoria Neuenkirch 2\nGermania Unterfeld 0 Hansa Moorburg 4",
            Some("en"),
        ),
        (
            "Standings of the southern league after matches played on Friday (played, won, drawn, \
             lost, goals for, against): Deportivo Villaseca 3 3 0 0 7 1\nAtlético Fuentenueva 3 2 1 0 \
             5 2\nUnión Montealegre 3 1 1 1 4 4\nRacing de Peñaclara 3 0 1 2 2 6\nSporting Olmedilla",
            Some("en"),
        ),
        (
            "The jury heard Hettie Vosloo, Jannie van der Westhuizen, Pieter Klipdrif, Mārtiņš Ozolkalns, \
             Saúl Peñaclara, Dario Montefosco, Colm Ó Dubhagáin and Yoko Haruyama.",
            Some("en"),
        ),
        (
            "They joined the Workers' Union (Unión Democrática de Trabajadores Montealegrinos) and the \
             Farmers' Party (Partido Solidario Campesino de Fuentenueva).",
            Some("en"),
        ),
        ("Deportivo Villaseca, Atlético Fuentenueva, Unión Montealegre, Racing Olmedilla", None),
        (
            "Die Zuschauer riefen „The Show Must Go On“ und „We Are the Champions“, bis die Musiker \
             noch einmal auf die Bühne kamen und weiterspielten.",
            Some("de"),
        ),
        ("THE MAYOR SAID THAT THE BRIDGE WAS OPEN TO ALL.", Some("en")),
        (
            "DER GEMEINDERAT HAT BESCHLOSSEN, DASS DIE ALTE MÜHLE NICHT ABGERISSEN WIRD, UND ALLE \
             NACHBARN WAREN DARÜBER SEHR ERLEICHTERT.",
            Some("de"),
        ),
    ] {
        assert_eq!(language_of(text, Form::Text).as_deref(), language, "{text}");
    }
}

#[test]
fn other_languages_are_told_from_english() {
    for (language, text) in [
        (
            "af",
            "Die stadsraad van Klipdrif het Dinsdag besluit dat die ou meule nie gesloop sal word nie. Burgemeester Hettie Vosloo het gesê dat die werk na die somer begin en dat niemand hoef weg te trek nie. Die inwoners was bly, want hulle het jare lank daarvoor gewag.",
        ),
        (
            "ar",
            "قرر مجلس البلدة يوم الثلاثاء عدم هدم الطاحونة القديمة. وقالت رئيسة البلدية إن العمل سيبدأ بعد الصيف وإن أحدا لن يضطر إلى الرحيل.",
        ),
        (
            "da",
            "Byrådet i Nørreholm besluttede tirsdag, at den gamle mølle ikke skal rives ned. Borgmester Grethe Aagesen sagde, at arbejdet begynder efter sommeren, og at ingen behøver at flytte. Beboerne var glade, for de havde ventet på den nyhed i mange år.",
        ),
        (
            "de",
            "Am Dienstag hat der Gemeinderat von Oberlindach beschlossen, die alte Mühle am Bach nicht abzureißen. Bürgermeisterin Anke Forstner sagte, das Haus sei ein Teil der Geschichte und solle bald wieder für alle offen sein. Viele Nachbarn waren darüber sehr erleichtert.",
        ),
        (
            "el",
            "Το δημοτικό συμβούλιο της Παλιάς Βρύσης αποφάσισε την Τρίτη να μην κατεδαφίσει τον παλιό μύλο. Η δήμαρχος είπε ότι οι εργασίες θα αρχίσουν μετά το καλοκαίρι.",
        ),
        (
            "es",
            "El ayuntamiento de Villaseca aprobó el martes la reforma del viejo mercado. La alcaldesa Marta Olmedo dijo que las obras empezarán después del verano y que los vendedores no tendrán que marcharse. Los vecinos llevaban años esperando esta noticia.",
        ),
        (
            "fi",
            "Vanhalan kunnanvaltuusto päätti tiistaina, että vanhaa myllyä ei pureta. Pormestari Aino Kuusamaa sanoi, että työ alkaa kesän jälkeen ja että kenenkään ei tarvitse muuttaa. Asukkaat olivat iloisia, sillä tätä uutista on odotettu vuosia.",
        ),
        (
            "fr",
            "Le conseil municipal de Saint-Ormel a décidé mardi de garder le vieux moulin. La maire, Odile Brancourt, a expliqué que les travaux commenceraient après l'été et que personne ne serait obligé de partir. Les habitants étaient très contents de cette nouvelle.",
        ),
        (
            "id",
            "Dewan kota Sukamerta memutuskan pada hari Selasa bahwa penggilingan tua itu tidak akan dibongkar. Wali kota Ratna Wiryawan mengatakan bahwa pekerjaan dimulai setelah musim panas dan tidak ada orang yang harus pindah. Warga sudah bertahun-tahun menunggu kabar ini.",
        ),
        (
            "it",
            "Il consiglio comunale di Montefosco ha deciso martedì di non demolire il vecchio mulino. La sindaca Elda Parisotto ha detto che i lavori cominceranno dopo l'estate e che nessuno dovrà andare via. Gli abitanti aspettavano da anni questa notizia.",
        ),
        (
            "ja",
            "町議会は火曜日、古い水車小屋を取り壊さないことを決めた。町長は工事が夏の後に始まると話し、住民は長い間この知らせを待っていたという。",
        ),
        (
            "nl",
            "De gemeenteraad van Oosterveen heeft dinsdag besloten dat de oude molen niet wordt gesloopt. Burgemeester Femke Rozendal zei dat het werk na de zomer begint en dat niemand weg hoeft. De bewoners waren blij, want ze hadden er jaren op gewacht.",
        ),
        (
            "pl",
            "Rada gminy Stary Borek zdecydowała we wtorek, że stary młyn nie zostanie zburzony. Burmistrzyni Halina Wronowska powiedziała, że prace zaczną się po lecie i że nikt nie będzie musiał się wyprowadzać. Mieszkańcy czekali na tę wiadomość od lat.",
        ),
        (
            "pt",
            "A câmara de Vila Fresca decidiu na terça-feira que o velho moinho não será demolido. A presidente, Luísa Tavarede, disse que as obras começam depois do verão e que ninguém terá de sair. Os moradores esperavam há anos por esta notícia.",
        ),
        (
            "ro",
            "Consiliul din Valea Morii a hotărât marți că moara veche nu va fi demolată. Primărița Ilinca Dobrotă a spus că lucrările încep după vară și că nimeni nu are de plecat. Locuitorii așteptau de ani de zile această veste.",
        ),
        (
            "ru",
            "Городской совет Старой Берёзовки решил во вторник не сносить старую мельницу. Мэр Анна Ковальчук сказала, что работы начнутся после лета и что никому не придётся уезжать. Жители много лет ждали этой новости.",
        ),
        (
            "sv",
            "Kommunfullmäktige i Norrsjö beslutade på tisdagen att den gamla kvarnen inte ska rivas. Borgmästaren Elsa Lindmarker sade att arbetet börjar efter sommaren och att ingen behöver flytta. De boende var glada, för de hade väntat på beskedet i många år.",
        ),
        (
            "tr",
            "Yeşilpınar belediye meclisi salı günü eski değirmenin yıkılmamasına karar verdi. Başkan Nermin Aksoylu, çalışmaların yazdan sonra başlayacağını ve kimsenin taşınmak zorunda kalmayacağını söyledi. Mahalle sakinleri bu haberi yıllardır bekliyordu.",
        ),
    ] {
        assert_eq!(language_of(text, Form::Text).as_deref(), Some(language), "{text}");
    }
}

/// "Is", "was", "by", "of", "we" and "had" are no English where they are other words.
#[test]
fn words_that_look_english_do_not_tell_it() {
    for text in [
        "Hy was by die see of by die dam.",
        "We had er al is of was het te laat.",
        "Hun er her, for han var at se by og land.",
    ] {
        assert_ne!(language_of(text, Form::Text).as_deref(), Some("en"), "{text}");
    }
}

#[test]
fn a_page_may_say_it_and_what_came_with_the_article_wins() {
    assert_eq!(language_of("<html lang=en-GB><p>Nope.", Form::Html).as_deref(), Some("en"));

    let mut doc = Document::new(
        "test",
        Origin::path("test"),
        "The mayor said it was late.".into(),
        Form::Text,
    );
    doc.metadata.supply(Field::Language, "fr", "sidecar");
    Normalize::new(Mode::Article).process(&mut doc).unwrap();
    assert_eq!(doc.metadata.get(Field::Language), Some("fr"));
}

#[test]
fn the_setting_is_for_texts_that_do_not_tell() {
    let mut stage = Normalize::new(Mode::Article).assume_language("nl");
    for (text, language) in [("Ja.", "nl"), ("The mayor said it was late.", "en")] {
        let mut doc = Document::new("test", Origin::path("test"), text.into(), Form::Text);
        stage.process(&mut doc).unwrap();
        assert_eq!(doc.metadata.get(Field::Language), Some(language));
    }
}
