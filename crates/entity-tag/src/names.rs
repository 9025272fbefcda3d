//! Recognising names: which stretches of capitalised words are one name each.
//!
//! What class a name has is the business of `classify`.

use crate::context::Words;
use crate::lexicon::{
    ANY_PLACE, BIG_CITY, COMMON, COUNTRY, Classes, DEMONYM, GIVEN, Lexicon, MISC, MISC_WORD, MONTH, ORG, ORG_HEAD, ORG_SUFFIX,
    ORG_TAIL, OUTLET, PARTICLE, PLACE, PLACE_WORD, TITLE, WEEKDAY,
};
use crate::token::{Kind, Token};

/// A stretch of tokens that is a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Index of the first token.
    pub(crate) first: usize,
    /// Index after the last token.
    pub(crate) end: usize,
    /// Tokens of the title right before it, or an empty range.
    pub(crate) title: (usize, usize),
    /// Whether it opens a sentence as a single word, so that its capital says nothing.
    pub(crate) weak: bool,
    /// What the lists say of the whole.
    pub(crate) classes: Classes,
    /// The country that the lists give for the whole, or zeros.
    pub(crate) country: [u8; 2],
}

/// Places too well known to stand inside the name of an office.
const BIG_PLACE: Classes = BIG_CITY | PLACE | COUNTRY;

/// A run longer than this is a heading or a list, not a name.
const LONGEST: usize = 14;

/// Finds names in the tokens of one text.
pub(crate) struct Finder<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) words: &'a Words,
    /// Tokens that belong to a value and to no name.
    pub(crate) taken: &'a [bool],
}

impl Finder<'_> {
    /// The names of the whole text, in order, not overlapping.
    pub(crate) fn find(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut first = 0;
        while first < self.tokens.len() {
            let end = self.tokens[first + 1..]
                .iter()
                .position(|token| token.first())
                .map_or(self.tokens.len(), |length| first + 1 + length);
            self.find_in_sentence(first, end, &mut found);
            first = end;
        }
        found
    }

    fn find_in_sentence(&self, first: usize, end: usize, found: &mut Vec<Candidate>) {
        let heading = self.is_heading(&self.tokens[first..end]);
        let mut at = first;
        while at < end {
            if !self.can_start(at, end) {
                at += 1;
                continue;
            }
            let run_end = self.run_end(at, end);
            if run_end - at <= LONGEST {
                self.split(at, run_end, first, heading, found);
            }
            at = run_end;
        }
    }

    /// Whether nearly every longer word has a capital: headings and tables, where capitals say little.
    fn is_heading(&self, tokens: &[Token]) -> bool {
        let long = |token: &&Token| token.kind == Kind::Word && token.end - token.start >= 4;
        let words = tokens.iter().filter(long).count();
        let upper = tokens.iter().filter(long).filter(|token| token.upper()).count();
        let stopped = tokens.last().is_some_and(|last| self.text[last.range()].starts_with(['.', '?', '!', ',', ':']));
        let shouted = tokens.iter().filter(long).filter(|token| token.caps()).count();
        words >= 5 && upper * 10 >= words * 8 && !stopped || words >= 3 && shouted * 10 >= words * 8
    }

    fn text_of(&self, at: usize) -> &str {
        &self.text[self.tokens[at].range()]
    }

    /// Whether the token is capitalised as names are.
    fn is_capital(&self, at: usize) -> bool {
        let token = self.tokens[at];
        let calendar = token.is(WEEKDAY) || token.is(MONTH) && !(at > 0 && self.tokens[at - 1].is(GIVEN));
        token.kind == Kind::Word && token.upper() && !calendar && !self.taken[at]
    }

    /// Whether a name can begin here: a capital, or a small particle glued to one ("al-Qaeda").
    fn can_start(&self, at: usize, end: usize) -> bool {
        let particle = || {
            self.tokens[at].is(PARTICLE)
                && at + 2 < end
                && self.text_of(at + 1) == "-"
                && self.tokens[at + 1].glued()
                && self.tokens[at + 2].glued()
                && self.is_capital(at + 2)
        };
        self.is_capital(at) || particle()
    }

    fn run_end(&self, start: usize, end: usize) -> usize {
        let mut at = start + 1;
        let limit = end.min(start + LONGEST + 2);
        while at < limit {
            let step = self.step(start, at, end);
            if step == 0 {
                break;
            }
            at += step;
        }
        // Past the limit the run is no name; swallow the rest of its capitals at once.
        while at >= start + LONGEST && at < end && self.is_capital(at) {
            at += 1;
        }
        at
    }

    /// How many tokens from `at` on belong to the run that began at `start`.
    fn step(&self, start: usize, at: usize, end: usize) -> usize {
        let token = self.tokens[at];
        let last = self.tokens[at - 1];
        let capital = |at: usize| at < end && self.is_capital(at);
        if capital(at) && (!token.glued() || self.text_of(at - 1) == "-" || last.initial()) {
            // A legal form, acronym or outlet ends a name before another one.
            return 1;
        }
        let word = self.text_of(at);
        match token.kind {
            Kind::Mark if word == "-" && token.glued() => self.hyphen(start, at, end),
            Kind::Mark if word == "&" && capital(at + 1) => 2,
            Kind::Possessive if capital(at + 1) && is_joint_owner(self.text_of(at - 1)) => 2,
            Kind::Mark if word.starts_with(['\'', '’']) && token.glued() && capital(at + 1) => {
                2 * usize::from(is_joint_owner(self.text_of(at - 1)))
            }
            Kind::Word if token.is(PARTICLE) && !matches!(word, "e" | "y") && !token.upper() => {
                let mut next = at + 1;
                while next < end && next < at + 3 && (self.tokens[next].is(PARTICLE) && self.tokens[next].lower()) {
                    next += 1;
                }
                let dash = next + 1 < end && self.text_of(next) == "-" && self.tokens[next].glued();
                let next = next + usize::from(dash);
                if capital(next) { next + 1 - at } else { 0 }
            }
            Kind::Word if matches!(word, "of" | "for") => {
                let skip = 1 + usize::from(at + 1 < end && self.text_of(at + 1) == "the");
                let places = if at - start == 1 { PLACE_WORD } else { 0 };
                let heads = if word == "of" { ORG_HEAD | ORG_TAIL | MISC_WORD | places } else { ORG_HEAD | ORG_TAIL };
                let named = last.is(heads) && !last.is(TITLE | DEMONYM | PLACE) || last.is(ORG_HEAD);
                if named && capital(at + skip) && !self.ends_itself(start, at, word) { skip + 1 } else { 0 }
            }
            Kind::Word if word == "and" && capital(at + 1) => {
                let inside = self.tokens[start..at].iter().any(|token| token.is(ORG_HEAD))
                    && (start + 1..at).any(|at| matches!(self.text_of(at), "of" | "for"));
                let other = self.tokens[at + 1].is(BIG_PLACE | DEMONYM | GIVEN | ORG | TITLE) || self.tokens[at + 1].caps();
                let country = self.lexicon.entry(self.slice(start, at + 2)).classes & COUNTRY != 0;
                if country || inside && !other && !last.is(BIG_PLACE) { 2 } else { 0 }
            }
            _ => 0,
        }
    }

    /// Whether "of" after this run says where a complete name is, as in "the High Court of".
    fn ends_itself(&self, start: usize, at: usize, word: &str) -> bool {
        word == "for" && at - start == 1
    }

    /// A hyphen joins "Ki-moon", "Covid-19" and "Saint-Denis", but neither "US-led" nor "US-Japan".
    fn hyphen(&self, start: usize, at: usize, end: usize) -> usize {
        let Some(next) = self.tokens.get(at + 1).filter(|next| at + 1 < end && next.glued()) else { return 0 };
        let last = self.tokens[at - 1];
        match next.kind {
            Kind::Number => 2,
            Kind::Word if self.is_capital(at + 1) => {
                let nations = last.is(COUNTRY | DEMONYM | PLACE) && next.is(COUNTRY | DEMONYM | PLACE | ORG);
                2 * usize::from(!nations)
            }
            Kind::Word if next.lower() => {
                let word = self.text_of(at + 1);
                if matches!(word, "e" | "ye" | "i" | "ul" | "ur" | "ud" | "al" | "el") {
                    // "Dasht-e Kavir", "Ata-ur-Rehman".
                    let dash = usize::from(at + 2 < end && self.text_of(at + 2) == "-");
                    let goes_on = at + 2 + dash < end && self.is_capital(at + 2 + dash);
                    return if goes_on { 3 + dash } else { 0 };
                }
                let given = at - 1 > start || last.is(crate::lexicon::FAMILY) && !last.is(ANY_PLACE);
                let short = word.len() <= 6 && !word.ends_with("ed") && !matches!(word, "to" | "in" | "on" | "of" | "up" | "by" | "at");
                2 * usize::from(given && short && !last.caps() && (word.len() <= 3 || !next.is(COMMON)))
            }
            _ => 0,
        }
    }

    /// Splits a run at titles and trims what opens a sentence.
    fn split(&self, mut start: usize, end: usize, sentence: usize, heading: bool, found: &mut Vec<Candidate>) {
        let opens = |at: usize| (sentence..at).all(|at| self.tokens[at].kind != Kind::Word) || self.after_quote(at);
        let mut trimmed = false;
        while start < end && (opens(start) || trimmed || self.is_article(start)) && self.is_opener(start, end) {
            start += 1;
            trimmed = true;
            while start < end && !self.is_capital(start) {
                start += 1;
            }
        }
        let mut piece = start;
        let mut title = (start, start);
        let mut at = start;
        while at < end {
            let length = self.title_len(at, end);
            if length == 0 || self.tokens[end - 1].is(ORG_TAIL | ORG_SUFFIX | PLACE_WORD) && at == start && end - at > length {
                at += 1;
                continue;
            }
            // "Mexican Health Secretary": what stands between nation and title belongs to the title.
            let nation = at - piece > 1 && self.tokens[piece].is(DEMONYM | COUNTRY) && self.tokens[piece + 1].upper();
            let before = if nation && !self.tokens[at - 1].is(PLACE | COUNTRY) { piece + 1 } else { at };
            self.push(piece, before, title, heading, !trimmed && opens(piece), found);
            title = (at, at + length);
            at += length;
            piece = at;
        }
        self.push(piece, end, title, heading, !trimmed && opens(piece), found);
    }

    fn is_article(&self, at: usize) -> bool {
        matches!(self.text_of(at), "The" | "A" | "An")
    }

    fn after_quote(&self, at: usize) -> bool {
        at > 0 && self.text[self.tokens[at - 1].range()].starts_with(['"', '“', '‘', ':', '•', '«', '['])
    }

    /// Whether the first word of a sentence is no part of the name after it.
    fn is_opener(&self, at: usize, end: usize) -> bool {
        let token = self.tokens[at];
        if token.is(COMMON) && !token.caps() {
            let whole = self.lexicon.entry(&self.text[token.start as usize..self.tokens[end - 1].end as usize]);
            return whole.classes & !COMMON == 0 || end - at == 1 && !token.is(ORG | PLACE | COUNTRY);
        }
        let known = token.is(ANY_PLACE | GIVEN | DEMONYM | ORG | TITLE | ORG_HEAD | MISC | PARTICLE) || token.caps();
        let seen = self.words.counts(self.text_of(at));
        !known && end - at > 1 && (seen.lower > 0 && seen.inner == 0 || is_plain_word(self.text_of(at)))
    }

    /// Tokens of the longest title that begins here; 0 for none.
    fn title_len(&self, at: usize, end: usize) -> usize {
        let longest = (1..=4.min(end - at)).rev().find(|length| {
            let phrase = &self.text[self.tokens[at].start as usize..self.tokens[at + length - 1].end as usize];
            let single = *length == 1 && self.tokens[at].is(TITLE) && !matches!(phrase, "St" | "St." | "Saint" | "HE");
            single || *length > 1 && self.lexicon.entry(phrase).classes & TITLE != 0
        });
        longest.unwrap_or(0)
    }

    fn push(
        &self,
        mut first: usize,
        mut end: usize,
        title: (usize, usize),
        heading: bool,
        opens: bool,
        found: &mut Vec<Candidate>,
    ) {
        let edge = |at: usize| !self.is_capital(at) && self.tokens[at].kind != Kind::Number;
        while first < end && (edge(first) && !self.can_start(first, end)) {
            first += 1;
        }
        while first < end && edge(end - 1) && !self.joined(first, end) {
            end -= 1;
        }
        if first >= end {
            return;
        }
        let whole = self.slice(first, end);
        let shouted = self.tokens[first].caps() && self.tokens[end - 1].caps() && whole.len() > 3;
        let entry = if shouted { self.lexicon.entry_in_capitals(whole) } else { self.lexicon.entry(whole) };
        let nation = self.tokens[first];
        let person = end - first >= 3 && nation.is(DEMONYM) && self.tokens[first + 1].is(GIVEN);
        if person && entry.classes == 0 {
            self.push(first, first + 1, (first, first), heading, opens, found);
            self.push(first + 1, end, (first + 1, first + 1), heading, false, found);
            return;
        }
        let single = end - first == 1;
        let token = self.tokens[first];
        if single && (self.text_of(first).chars().count() < 2 || is_roman(self.text_of(first))) {
            return;
        }
        let titled = title.1 > title.0;
        let listed = entry.classes & (ANY_PLACE | DEMONYM | ORG | MISC | OUTLET | GIVEN) != 0;
        let seen = self.words.counts(self.text_of(first));
        let bare = single && !titled && !token.caps();
        if bare && opens && self.is_unlikely(first, entry.classes) {
            return;
        }
        if bare && !listed && !opens && seen.lower > 2 * seen.inner + 1 {
            return;
        }
        let named = entry.classes & (COUNTRY | DEMONYM | ORG | PLACE | MISC) != 0;
        if bare && token.is(COMMON | ORG_TAIL | ORG_HEAD | PLACE_WORD | MISC_WORD) && !named {
            return;
        }
        if single && token.is(COMMON) && token.caps() && !named || is_contraction(self.text_of(first)) {
            return;
        }
        if heading && !titled && !listed && !self.names_elsewhere(first, end) {
            return;
        }
        let weak = single && opens;
        found.push(Candidate { first, end, title, weak, classes: entry.classes, country: entry.country });
    }

    /// The text from token `first` up to token `end`.
    fn slice(&self, first: usize, end: usize) -> &str {
        &self.text[self.tokens[first].start as usize..self.tokens[end - 1].end as usize]
    }

    /// Whether the last token hangs on a hyphen ("Jong-un").
    fn joined(&self, first: usize, end: usize) -> bool {
        end - first >= 3 && self.text_of(end - 2) == "-" && self.tokens[end - 1].glued()
    }

    /// Whether a single capitalised word that opens a sentence is likelier a plain word.
    fn is_unlikely(&self, at: usize, classes: Classes) -> bool {
        let seen = self.words.counts(self.text_of(at));
        if seen.inner > 0 {
            return seen.lower > seen.inner;
        }
        if classes & (COMMON | PLACE_WORD | ORG_TAIL | MISC_WORD) != 0 && classes & (COUNTRY | DEMONYM) == 0 {
            return true;
        }
        let strong = ANY_PLACE | DEMONYM | ORG | MISC | GIVEN | crate::lexicon::SURNAME;
        seen.lower > 0 || classes & strong == 0 && is_plain_word(self.text_of(at))
    }

    /// Whether these words are capitalised inside a sentence somewhere.
    fn names_elsewhere(&self, first: usize, end: usize) -> bool {
        (first..end).filter(|at| self.tokens[*at].upper()).all(|at| {
            let seen = self.words.counts(self.text_of(at));
            seen.inner > 0 && seen.lower == 0 || self.tokens[at].is(GIVEN | ANY_PLACE | ORG)
        })
    }
}

/// Whether the possessive of this word is a part of names: "People's Court".
fn is_joint_owner(word: &str) -> bool {
    matches!(
        word,
        "People" | "Peoples" | "Women" | "Men" | "Children" | "Workers" | "Farmers" | "Teachers" | "Students"
            | "Nurses" | "Doctors" | "Veterans" | "Governors" | "Journalists" | "Lawyers" | "Writers" | "Artists"
    )
}

/// "I'm", "You've".
fn is_contraction(word: &str) -> bool {
    let tail = word.rsplit(crate::token::is_apostrophe).next().unwrap_or_default();
    tail.len() < word.len() && matches!(tail, "m" | "ve" | "ll" | "re" | "d" | "t")
}

fn is_roman(word: &str) -> bool {
    word.len() <= 4 && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

/// Endings that names hardly have and sentence openers often do.
pub(crate) fn is_plain_word(word: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "ing", "ly", "ed", "tion", "tions", "ment", "ments", "ness", "able", "ible", "ful", "less", "ists", "ities",
        "ers", "ity",
    ];
    word.len() > 4 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}
