//! Whether a page has an article at all, and is no list of articles, form, error or notice.
//!
//! An article is a stretch of prose in one piece whose paragraphs speak of the same things, under a
//! title that does too. A front page has sentences as well, but each about something else, and below a headline that is
//! a link; a notice about cookies has paragraphs in which somebody tells his readers what becomes of their data.

use learner::hash::ByHash;

use crate::pasted::facts::{columns, prose, telling, telling_once};

/// Columns of prose in one piece that make an article for sure.
const LONG: f32 = 1800.0;
/// What each fact adds to the log-odds, set by hand and tried on pages with and without their bodies.
const BASE: f32 = -4.4;
const PIECE: f32 = 5.0;
const COHESION: f32 = 2.2;
const PROSE: f32 = 2.0;
const TITLE: f32 = 1.0;
const SIGNED: f32 = 0.8;
const TEASED: f32 = -5.0;
const NOTICED: f32 = -7.0;
const DECLARED: f32 = 1.0;

/// What a page shows of its kind beside the words of its body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// Share of the body's prose that stands below headlines which are links, from 0 to 1.
    pub(crate) teased: f32,
    /// Whether it declares that it is an article, or that it is something else.
    pub(crate) declared: Option<bool>,
}

/// How sure it is, from 0 to 1, that `text` is an article; `title` is its title, and `signed` says
/// whether an author or a date was found.
pub(crate) fn score(text: &str, title: Option<&str>, signed: bool, evidence: Evidence) -> f32 {
    let body: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let prose: Vec<usize> = body.iter().map(|line| prose(line)).collect();
    let all: usize = body.iter().map(|line| columns(line)).sum();
    let all_prose = prose.iter().sum::<usize>();
    let piece = longest_piece(&prose) as f32 / LONG;
    let share = all_prose as f32 / all.max(1) as f32;
    let paragraphs = || body.iter().zip(&prose).filter(|(_, prose)| **prose > 0);
    let words: Vec<Vec<u64>> = paragraphs().map(|(line, _)| telling_once(line)).collect();
    let noticed: usize =
        paragraphs().filter(|(line, _)| is_notice(line)).map(|(_, prose)| prose).sum();
    let odds = BASE
        + PIECE * piece.min(1.0)
        + COHESION * cohesion(&words)
        + PROSE * share.min(1.0)
        + TITLE * title.map_or(0.0, |title| known(title, &words))
        + if signed { SIGNED } else { 0.0 }
        + TEASED * evidence.teased
        + NOTICED * noticed as f32 / all_prose.max(1) as f32
        + match evidence.declared {
            Some(true) => DECLARED,
            Some(false) => -DECLARED,
            None => 0.0,
        };
    1.0 / (1.0 + exp(-odds))
}

/// Whether a paragraph speaks to its readers about their data, their subscription or what went wrong with a page.
fn is_notice(line: &str) -> bool {
    /// Words of the two lists that must stand in it.
    const LEAST: usize = 2;
    let line = line.to_lowercase();
    let count = |list: &str| {
        let is_in = |word: &&str| list.split_ascii_whitespace().any(|known| known == *word);
        line.split(|c: char| !c.is_alphanumeric()).filter(is_in).take(LEAST).count()
    };
    count(READERS) > 0 && count(MATTERS) >= LEAST
}

/// Those who write a notice, and those for whom it is.
const READERS: &str = "we us our you your yours wir uns unsere unserer unseren unserem sie ihre ihrer ihren ihrem nous nos \
    notre vous vos votre nosotros nuestro nuestra nuestros nuestras usted su sus tu tus noi nostro nostra nostri tuo tua \
    tuoi vostri nós nosso nossa nossos você seu seus wij ons onze u uw je jouw vi vår våre våra vores du din dine dina";

/// What notices are about.
const MATTERS: &str = "cookie cookies consent consenting device devices preferences data privacy partners vendors advertising ads \
    personalised personalized tracking browser javascript identifiers website site page subscription account settings \
    einwilligung zustimmung gerät geräte daten personenbezogene personenbezogenen datenschutz datenschutzerklärung werbung \
    partner seite seiten seitenaufruf abo einstellungen consentement appareil données personnelles confidentialité partenaires \
    publicité publicités navigateur paramètres abonnement consentimiento dispositivo datos personales privacidad socios \
    publicidad navegador preferencias suscripción consenso dati personali pubblicità abbonamento preferenze \
    consentimento dados pessoais publicidade parceiros toestemming apparaat gegevens persoonsgegevens advertenties \
    voorkeuren samtykke personopplysninger annonser innstillinger samtycke personuppgifter inställningar enhet";

/// e to the power of `x`, by sums and products alone: the system's own differs from one processor to the
/// next in the last place.
fn exp(x: f32) -> f32 {
    let x = x.clamp(-80.0, 80.0);
    let twos = (x * std::f32::consts::LOG2_E).round();
    let rest = x - twos * std::f32::consts::LN_2; // at most 0.35
    let series = (1..=7).rev().fold(1.0, |sum, step| 1.0 + rest / step as f32 * sum);
    series * f32::from_bits((twos as i32 + 127).cast_unsigned() << 23)
}

/// Columns of the longest stretch of prose with at most one other paragraph between two of its own.
fn longest_piece(prose: &[usize]) -> usize {
    let (mut piece, mut others, mut longest) = (0, 0, 0);
    for columns in prose {
        others = if *columns > 0 { 0 } else { others + 1 };
        piece = if others > 1 { 0 } else { piece + columns };
        longest = longest.max(piece);
    }
    longest
}

/// The share of paragraphs that have a telling word in common with another one.
fn cohesion(paragraphs: &[Vec<u64>]) -> f32 {
    let mut having: ByHash<u32> = ByHash::default();
    for word in paragraphs.iter().flatten() {
        *having.entry(*word).or_default() += 1;
    }
    let shares = |words: &&Vec<u64>| words.iter().filter(|word| having[word] > 1).count() >= 2;
    paragraphs.iter().filter(shares).count() as f32 / paragraphs.len().max(3) as f32
}

/// The share of a title's telling words that the body has too.
fn known(title: &str, paragraphs: &[Vec<u64>]) -> f32 {
    let words = telling(title);
    let in_body = |word: &&u64| paragraphs.iter().any(|words| words.binary_search(word).is_ok());
    words.iter().filter(in_body).count() as f32 / words.len().max(1) as f32
}
