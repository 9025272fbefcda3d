//! Recognising names: which stretches of capitalised words are one name each.
//!
//! What class a name has is the business of `classify`.

use crate::context::{Words, is_heading, sentence_end};
use crate::lexicon::{
    ANY_PLACE, BIG_CITY, COMMON, COUNTRY, Classes, DEMONYM, FAMILY, GIVEN, Lexicon, MISC,
    MISC_WORD, MONTH, ORG, ORG_HEAD, ORG_SUFFIX, ORG_TAIL, OUTLET, PARTICLE, PLACE, PLACE_WORD,
    TITLE, WEEKDAY,
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
            let end = sentence_end(self.tokens, first);
            self.find_in_sentence(first, end, &mut found);
            first = end;
        }
        found
    }

    fn find_in_sentence(&self, first: usize, end: usize, found: &mut Vec<Candidate>) {
        let heading = is_heading(self.text, &self.tokens[first..end]);
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

    fn text_of(&self, at: usize) -> &str {
        &self.text[self.tokens[at].range()]
    }

    /// Whether the token is capitalised as names are.
    fn is_capital(&self, at: usize) -> bool {
        let token = self.tokens[at];
        let small = at > 0 && !token.first() && is_small_word(&self.text[token.range()]);
        let calendar =
            token.is(WEEKDAY) || token.is(MONTH) && !(at > 0 && self.tokens[at - 1].is(GIVEN));
        token.kind == Kind::Word && token.upper() && !calendar && !small && !self.taken[at]
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
            if step == 0 || self.taken[at..at + step].contains(&true) {
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
            Kind::Possessive if capital(at + 1) && self.is_joint_owner(start, at - 1, at + 1) => 2,
            Kind::Mark if word.starts_with(['\'', '’']) && token.glued() && capital(at + 1) => {
                2 * usize::from(self.is_joint_owner(start, at - 1, at + 1))
            }
            Kind::Word if token.is(PARTICLE) && !matches!(word, "e" | "y") && !token.upper() => {
                let mut next = at + 1;
                while next < end
                    && next < at + 3
                    && (self.tokens[next].is(PARTICLE) && self.tokens[next].lower())
                {
                    next += 1;
                }
                let dash = next + 1 < end && self.text_of(next) == "-" && self.tokens[next].glued();
                let next = next + usize::from(dash);
                if capital(next) { next + 1 - at } else { 0 }
            }
            Kind::Word if matches!(word, "of" | "for") => {
                let skip = 1 + usize::from(at + 1 < end && self.text_of(at + 1) == "the");
                let places = if at - start == 1 { PLACE_WORD } else { 0 };
                let heads = if word == "of" {
                    ORG_HEAD | ORG_TAIL | MISC_WORD | places
                } else {
                    ORG_HEAD | ORG_TAIL
                };
                let whole = at + skip < end
                    && self.lexicon.entry(self.slice(start, at + skip + 1)).classes
                        & (COUNTRY | PLACE | ORG)
                        != 0;
                if whole
                    || self.is_office(start, at)
                        && capital(at + skip)
                        && !self.tokens[at + skip].is(BIG_PLACE | DEMONYM)
                {
                    return skip + 1;
                }
                let named =
                    last.is(heads) && !last.is(TITLE | DEMONYM | PLACE) || last.is(ORG_HEAD);
                if named && capital(at + skip) && !(word == "for" && at - start == 1) {
                    skip + 1
                } else {
                    0
                }
            }
            Kind::Word if word == "and" && capital(at + 1) => {
                let inside = (start..at)
                    .any(|at| self.tokens[at].is(ORG_HEAD) || self.is_office(start, at + 1))
                    && (start + 1..at).any(|at| matches!(self.text_of(at), "of" | "for"));
                let other = self.tokens[at + 1].is(BIG_PLACE | DEMONYM | GIVEN | ORG | TITLE)
                    || self.tokens[at + 1].caps();
                let country = self.lexicon.entry(self.slice(start, at + 2)).classes & COUNTRY != 0;
                if country
                    || self.is_joint_subject(start, at, end)
                    || inside && !other && !last.is(BIG_PLACE)
                {
                    2
                } else {
                    0
                }
            }
            _ => 0,
        }
    }

    /// Whether the word before token `at` is an office that "of" goes on to describe: "Minister of Trade".
    fn is_office(&self, start: usize, at: usize) -> bool {
        at > start && matches!(self.text_of(at - 1), "Minister" | "Secretary")
    }

    /// Whether the possessive of token `owner` is a part of the name: "People's Court", "Prosecutor's Office".
    fn is_joint_owner(&self, start: usize, owner: usize, thing: usize) -> bool {
        let office = self.tokens[owner].is(TITLE) && self.tokens[thing].is(ORG_TAIL);
        let unknown = owner == start
            && !self.tokens[owner].is(BIG_PLACE | DEMONYM | ORG | GIVEN | COMMON)
            && !self.tokens[owner].caps();
        let place = unknown
            && self.words.counts(self.text_of(owner)).inner < 3
            && self.tokens[thing].is(PLACE_WORD);
        office || place || is_collective(self.text_of(owner))
    }

    /// Whether "and" joins two plain words of one organization: "Truth and Reconciliation Commission".
    fn is_joint_subject(&self, start: usize, at: usize, end: usize) -> bool {
        let plain = |at: usize| {
            !self.tokens[at].is(ANY_PLACE | GIVEN | FAMILY | DEMONYM | ORG | TITLE | ORG_TAIL)
                && !self.tokens[at].caps()
        };
        let run = (at + 1..end.min(at + 5))
            .take_while(|at| self.is_capital(*at) && !self.tokens[*at].first());
        at - start <= 2
            && plain(at - 1)
            && plain(at + 1)
            && run.last().is_some_and(|last| last > at + 1 && self.tokens[last].is(ORG_TAIL))
    }

    /// A hyphen joins "Ki-moon", "Covid-19" and "Saint-Denis", but neither "US-led" nor "US-Japan".
    fn hyphen(&self, start: usize, at: usize, end: usize) -> usize {
        let Some(next) = self.tokens.get(at + 1).filter(|next| at + 1 < end && next.glued()) else {
            return 0;
        };
        let last = self.tokens[at - 1];
        match next.kind {
            Kind::Number => 2,
            Kind::Word if self.is_capital(at + 1) => {
                let pair = self.slice(at - 1, at + 2);
                if self.lexicon.entry(pair).classes != 0 {
                    return 2;
                }
                let before = last.classes | self.lexicon.entry(self.slice(start, at)).classes;
                let nations = before & (COUNTRY | DEMONYM | PLACE | ORG) != 0
                    && next.is(COUNTRY | DEMONYM | PLACE | ORG);
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
                let given = at - 1 > start || last.is(FAMILY) && !last.is(ANY_PLACE);
                let short = word.len() <= 6
                    && !word.ends_with("ed")
                    && !matches!(word, "to" | "in" | "on" | "of" | "up" | "by" | "at");
                2 * usize::from(
                    given && short && !last.caps() && (word.len() <= 3 || !next.is(COMMON)),
                )
            }
            _ => 0,
        }
    }

    /// Splits a run at titles and trims what opens a sentence.
    fn split(
        &self,
        mut start: usize,
        end: usize,
        sentence: usize,
        heading: bool,
        found: &mut Vec<Candidate>,
    ) {
        let opens = |at: usize| {
            (sentence..at).all(|at| self.tokens[at].kind != Kind::Word) || self.after_quote(at)
        };
        let mut trimmed = false;
        while start < end
            && (opens(start) || trimmed || self.is_article(start))
            && self.is_opener(start, end)
        {
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
            if length == 0
                || self.tokens[end - 1].is(ORG_TAIL | ORG_SUFFIX | PLACE_WORD)
                    && at == start
                    && end - at > length
            {
                at += 1;
                continue;
            }
            // "Mexican Health Secretary": what stands between nation and title belongs to the title.
            let nation = at - piece > 1
                && self.tokens[piece].is(DEMONYM | COUNTRY)
                && self.tokens[piece + 1].upper();
            let before =
                if nation && !self.tokens[at - 1].is(PLACE | COUNTRY) { piece + 1 } else { at };
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
        at > 0
            && self.text[self.tokens[at - 1].range()]
                .starts_with(['"', '“', '‘', ':', '•', '«', '['])
    }

    /// Whether the first word of a sentence is no part of the name after it.
    fn is_opener(&self, at: usize, end: usize) -> bool {
        let token = self.tokens[at];
        if token.is(COMMON) && !token.caps() {
            let whole = self
                .lexicon
                .entry(&self.text[token.start as usize..self.tokens[end - 1].end as usize]);
            if end - at > 1 && is_opening_adjective(self.text_of(at)) {
                return false;
            }
            return whole.classes & !COMMON == 0
                || end - at == 1 && !token.is(ORG | PLACE | COUNTRY);
        }
        let known =
            token.is(ANY_PLACE | GIVEN | DEMONYM | ORG | TITLE | ORG_HEAD | MISC | PARTICLE)
                || token.caps();
        let seen = self.words.counts(self.text_of(at));
        !known
            && end - at > 1
            && (seen.lower > 0 && seen.inner == 0 || is_plain_word(self.text_of(at)))
    }

    /// Tokens of the longest title that begins here; 0 for none.
    fn title_len(&self, at: usize, end: usize) -> usize {
        // In "Sharm el-Sheikh" and "Prosecutor's Office" the title is a part of the name.
        let inside = at > 0
            && !self.tokens[at].first()
            && (self.tokens[at].glued() && self.text_of(at - 1) == "-");
        if inside {
            return 0;
        }
        if self.tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Possessive) && at + 2 < end
        {
            return 0;
        }
        let longest = (1..=4.min(end - at)).rev().find(|length| {
            let phrase = &self.text
                [self.tokens[at].start as usize..self.tokens[at + length - 1].end as usize];
            let single = *length == 1
                && self.tokens[at].is(TITLE)
                && !matches!(phrase, "St" | "St." | "Saint" | "HE");
            single || *length > 1 && self.lexicon.entry(phrase).classes & TITLE != 0
        });
        match longest {
            Some(1)
                if at + 2 < end && self.text_of(at + 1) == "of" && self.is_office(at, at + 1) =>
            {
                self.office_len(at, end)
            }
            longest => longest.unwrap_or(0),
        }
    }

    /// Tokens of an office with its field: "Minister of Trade and Industry".
    fn office_len(&self, at: usize, end: usize) -> usize {
        let field = |at: &usize| {
            let token = self.tokens[*at];
            let plain = token.lower()
                || token.is(COMMON | ORG_TAIL | MISC_WORD)
                || is_plain_word(self.text_of(*at));
            (plain
                || self.words.counts(self.text_of(*at)).lower > 0
                || self.text_of(*at - 1) == "and")
                && !token.is(GIVEN)
        };
        3 + (at + 3..end).take_while(field).count()
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
        let entry =
            if shouted { self.lexicon.entry_in_capitals(whole) } else { self.lexicon.entry(whole) };
        let nation = self.tokens[first];
        let person = end - first == 3
            && nation.is(DEMONYM | COUNTRY)
            && (self.tokens[first + 1].is(GIVEN)
                || nation.is(COUNTRY) && self.tokens[first + 1].is(FAMILY))
            && !self.tokens[end - 1].is(ORG_TAIL | PLACE_WORD | MISC_WORD | ORG_SUFFIX);
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
        let label = single
            && self.text_of(first).ends_with(|last: char| last.is_ascii_digit())
            && token.first();
        if label
            && self
                .tokens
                .get(end)
                .is_some_and(|next| self.text[next.range()].starts_with([':', '.']))
        {
            // "Q1:" opens a question.
            return;
        }
        let named = entry.classes & (COUNTRY | DEMONYM | ORG | PLACE | MISC) != 0;
        if bare && token.is(COMMON | ORG_TAIL | ORG_HEAD | PLACE_WORD | MISC_WORD) && !named {
            return;
        }
        if single && token.is(COMMON) && token.caps() && !named
            || is_contraction(self.text_of(first))
        {
            return;
        }
        if heading && !titled && !listed && !self.names_elsewhere(first, end) {
            return self.push_listed(first, end, found);
        }
        let weak = single && opens && seen.inner == 0;
        found.push(Candidate { first, end, title, weak, classes: entry.classes });
    }

    /// Pushes what the lists know among the words of a heading.
    fn push_listed(&self, first: usize, end: usize, found: &mut Vec<Candidate>) {
        let mut at = first;
        while at < end {
            let known = (1..=3.min(end - at)).rev().find_map(|length| {
                let entry = self.lexicon.entry_in_capitals(self.slice(at, at + length));
                let sure =
                    entry.classes & (BIG_PLACE | DEMONYM | ORG) != 0 && entry.classes & COMMON == 0;
                (sure && self.is_capital(at + length - 1)).then_some((length, entry))
            });
            let Some((length, entry)) = known else {
                at += 1;
                continue;
            };
            let title = (at, at);
            let classes = entry.classes;
            found.push(Candidate { first: at, end: at + length, title, weak: false, classes });
            at += length;
        }
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
        if classes & (COMMON | PLACE_WORD | ORG_TAIL | MISC_WORD) != 0
            && classes & (COUNTRY | DEMONYM) == 0
        {
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
fn is_collective(word: &str) -> bool {
    matches!(
        word,
        "People"
            | "Peoples"
            | "Women"
            | "Men"
            | "Children"
            | "Workers"
            | "Farmers"
            | "Teachers"
            | "Students"
            | "Nurses"
            | "Doctors"
            | "Veterans"
            | "Governors"
            | "Journalists"
            | "Lawyers"
            | "Writers"
            | "Artists"
    )
}

/// Adjectives that open sentences and names alike.
fn is_opening_adjective(word: &str) -> bool {
    matches!(
        word,
        "North"
            | "South"
            | "East"
            | "West"
            | "Northern"
            | "Southern"
            | "Eastern"
            | "Western"
            | "Central"
            | "New"
            | "National"
            | "International"
            | "World"
            | "Federal"
            | "Global"
            | "Human"
            | "Great"
            | "Public"
            | "Regional"
    )
}

/// "I'm", "You've".
fn is_contraction(word: &str) -> bool {
    let tail = word.rsplit(crate::token::is_apostrophe).next().unwrap_or_default();
    tail.len() < word.len() && matches!(tail, "m" | "ve" | "ll" | "re" | "d" | "t")
}

/// Words that only headings write with a capital inside a sentence.
fn is_small_word(word: &str) -> bool {
    matches!(
        word,
        "In" | "On"
            | "At"
            | "Of"
            | "For"
            | "And"
            | "To"
            | "With"
            | "From"
            | "By"
            | "As"
            | "Or"
            | "But"
            | "Is"
            | "Are"
            | "Was"
    )
}

fn is_roman(word: &str) -> bool {
    word.len() <= 4 && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

/// Endings that names hardly have and sentence openers often do.
pub(crate) fn is_plain_word(word: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "ing", "ly", "ed", "tion", "tions", "ment", "ments", "ness", "able", "ible", "ful", "less",
        "ists", "ities", "ers", "ity",
    ];
    word.len() > 4 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}
