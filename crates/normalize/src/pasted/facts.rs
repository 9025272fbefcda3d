//! What is to be known about a line of a pasted page, in numbers from 0 to 255, for the model that
//! tells lines of the body from others.
//!
//! Nothing here is the mark of a language or a site: lengths, end marks, neighbours, repetition,
//! place beside the stretch with most prose, words shared with it, classes of words.

use learner::hash::{self, ByHash};

use crate::clean::Paragraphs;
use crate::furniture::{self, Furniture};
use crate::{dates, names};

use super::words::{self, Classes};

/// Facts of a line.
pub(crate) const COUNT: usize = OWN + PLACE + AROUND;

/// Those of the line itself.
const OWN: usize = 29 + words::COUNT;
/// Those of its place in the page.
const PLACE: usize = 22;
/// Those of the lines beside it.
const AROUND: usize = 4 * 2 * NEIGHBOURS;
/// Lines to each side that are looked at one by one.
const NEIGHBOURS: usize = 3;

/// Columns of text from which a line with an end mark counts as prose.
const PROSE: usize = 60;
/// What a line that is no prose takes from a stretch, in columns.
const BREAK: isize = 45;
/// Letters from which a word says what a text is about.
const TELLING: usize = 6;

/// The facts of one line.
pub(crate) type Facts = [u8; COUNT];

/// A line's measures that its neighbours look at too.
struct Measure {
    /// Columns: characters, wide ones counted twice.
    width: usize,
    /// How it ends; see [`ending`].
    end: u8,
    class: Option<Furniture>,
    prose: bool,
    words: usize,
    /// Words that start with a small letter.
    lower: usize,
    /// Characters of the longest word.
    longest: usize,
    named: u8,
}

/// The facts of every line of a page.
pub(crate) fn read(classes: &Classes, page: &Paragraphs) -> Vec<Facts> {
    let lines: Vec<&str> = (0..page.len()).map(|index| page.get(index)).collect();
    let measures: Vec<Measure> = lines.iter().map(|line| Measure::of(line)).collect();
    let place = Places::new(&lines, &measures);
    let mut all = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let mut facts = Vec::with_capacity(COUNT);
        own(classes, line, &measures[index], &mut facts);
        place.push(index, line, &measures, &mut facts);
        facts.push(flag(page.is_apart(index)));
        facts.push(flag(page.is_apart(index + 1)));
        around(index, &measures, &mut facts);
        all.push(facts.try_into().expect("every line has the same facts"));
    }
    all
}

impl Measure {
    fn of(line: &str) -> Self {
        let width = columns(line);
        let end = ending(line);
        let class = furniture::kind(line);
        let (mut words, mut capitals, mut lower, mut longest) = (0, 0, 0, 0);
        for word in line.split_whitespace() {
            words += 1;
            capitals += usize::from(word.starts_with(char::is_uppercase));
            lower += usize::from(word.starts_with(char::is_lowercase));
            longest = longest.max(word.chars().count());
        }
        let prose = is_prose(width, end, || class);
        Self { width, end, class, prose, words, lower, longest, named: share(capitals, words) }
    }
}

/// Whether a line reads like prose.
fn is_prose(width: usize, end: u8, class: impl FnOnce() -> Option<Furniture>) -> bool {
    width >= 4 * PROSE || width >= PROSE && end >= SENTENCE && class().is_none()
}

/// Columns of a line that reads like prose; 0 of any other.
pub(crate) fn prose(line: &str) -> usize {
    let width = columns(line);
    if is_prose(width, ending(line), || furniture::kind(line)) { width } else { 0 }
}

/// How wide a line is: its characters, wide ones counted twice.
pub(crate) fn columns(line: &str) -> usize {
    line.chars().map(|character| 1 + usize::from(is_wide(character))).sum()
}

fn is_wide(character: char) -> bool {
    character >= '\u{1100}'
        && matches!(character, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}')
}

/// From here on an ending is one of sentences.
const SENTENCE: u8 = 6;

/// How a line ends, from what no sentence does to what only sentences do.
fn ending(line: &str) -> u8 {
    let bare = line
        .trim_end_matches(['”', '’', '"', '\'', ')', ']', '»', '«', '“', '」', '』', '）', ' ']);
    let closed = bare.len() < line.len();
    match bare.chars().last() {
        Some('.' | '。' | '।' | '．') if !closed => 9,
        Some('.' | '。' | '।' | '!' | '?' | '！' | '？') if closed => 8,
        Some('!' | '?' | '！' | '？' | '؟') => 7,
        Some('…') => 6,
        Some(':' | '：' | ';') => 5,
        Some(',' | '、' | '，' | '-' | '–' | '—') => 4,
        Some(_) if closed => 3,
        Some(last) if last.is_alphabetic() => 2,
        Some(last) if last.is_numeric() => 1,
        _ => 0,
    }
}

fn own(known: &Classes, line: &str, measure: &Measure, facts: &mut Vec<u8>) {
    let mut counts = [0_usize; 10];
    let [letters, upper, digits, commas, quotes, bars, wide, stops, loud, odd] = &mut counts;
    let mut before = ' ';
    for c in line.chars() {
        *stops += usize::from(
            matches!(before, '.' | '!' | '?' | '”' | '"' | '»') && c == ' '
                || matches!(before, '。'),
        );
        before = c;
        if c.is_ascii_alphabetic() {
            *letters += 1;
            *upper += usize::from(c.is_ascii_uppercase());
            continue;
        }
        *letters += usize::from(c.is_alphabetic());
        *upper += usize::from(c.is_uppercase());
        *digits += usize::from(c.is_numeric());
        *commas += usize::from(matches!(c, ',' | '、' | '，' | ';'));
        *quotes += usize::from(matches!(c, '“' | '”' | '"' | '«' | '»' | '„' | '「' | '」' | '‘'));
        *bars +=
            usize::from(matches!(c, '|' | '•' | '·' | '›' | '/' | '>' | '→' | '–' | '@' | '#'));
        *wide += usize::from(is_wide(c));
        *loud += usize::from(matches!(c, '!' | '?' | '！' | '？'));
        *odd += usize::from(matches!(c, '{' | '}' | '=' | '_' | '<' | '*' | '+' | '%' | '$' | '€'));
    }
    let characters = line.chars().count();
    let first = line.chars().next().unwrap_or(' ');
    facts.extend([
        scale(measure.width),
        scale(measure.words),
        scale(8 * characters / measure.words.max(1)),
        measure.end,
        measure.named,
        share(*letters, characters),
        share(*upper, *letters),
        share(*digits, characters),
        share(*wide, characters),
        share(measure.lower, measure.words),
        scale(*commas),
        scale(*quotes),
        scale(*bars),
        scale(*stops),
        scale(*loud),
        scale(*odd),
        scale(*digits),
        opening(first),
        match measure.class {
            None => 0,
            Some(Furniture::Navigation) => 1,
            Some(Furniture::Credit) => 2,
            Some(Furniture::Panel) => 3,
        },
        flag(names::without_by(line).is_some() && line.len() < 120),
        flag(dates::parse(line).is_some()),
        flag(has_year(line)),
        flag(has_clock(line)),
        flag(
            line.contains("www.")
                || line.contains("http")
                || line.contains(".com")
                || line.contains('@'),
        ),
        flag(names::is_name(line)),
        flag(line.contains('©')),
        share(*commas, measure.words),
        scale(measure.longest),
        flag(first.is_numeric()),
    ]);
    let mut classes = [0_usize; words::COUNT];
    let mut buffer = String::new();
    if measure.words <= 60 {
        for word in line
            .split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '©'))
            .filter(|word| !word.is_empty())
        {
            if let Some(class) = known.get(lowered(word, &mut buffer)) {
                classes[class] += 1;
            }
        }
    }
    facts.extend(classes.map(|count| share(count, measure.words)));
}

fn opening(first: char) -> u8 {
    match first {
        _ if first.is_lowercase() => 0,
        _ if first.is_numeric() => 1,
        '“' | '"' | '«' | '„' | '‘' | '»' | '「' => 4,
        _ if first.is_uppercase() => 3,
        _ if first.is_alphabetic() => 5,
        _ => 2,
    }
}

fn has_year(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4 && (digits.starts_with("20") || digits.starts_with("19")))
}

/// `10:30`, `10.30`, `10h30`.
fn has_clock(line: &str) -> bool {
    line.as_bytes().windows(4).any(|window| {
        window[0].is_ascii_digit()
            && matches!(window[1], b':' | b'.' | b'h')
            && window[2].is_ascii_digit()
            && window[3].is_ascii_digit()
    })
}

/// What stands where on a page.
struct Places {
    /// Sums of columns, of columns of prose, and of short lines, up to each line.
    width: Vec<usize>,
    prose: Vec<usize>,
    short: Vec<usize>,
    /// The stretch with most prose: its first line, and the line after its last.
    best: std::ops::Range<usize>,
    /// How often each line stands on the page.
    times: Vec<usize>,
    /// Lines to the prose before and after each line.
    before: Vec<usize>,
    after: Vec<usize>,
    /// Words of the stretch that tell what it is about, with how many of its lines have them.
    about: ByHash<usize>,
    title: Vec<u64>,
}

impl Places {
    fn new(lines: &[&str], measures: &[Measure]) -> Self {
        let sums = |of: &dyn Fn(&Measure) -> usize| {
            let mut sum = 0;
            let mut sums = vec![0];
            for measure in measures {
                sum += of(measure);
                sums.push(sum);
            }
            sums
        };
        let fold = |line: &&str| hash::bytes(furniture::fold(&line[..cut(line, 200)]).as_bytes());
        let folded: Vec<u64> = lines.iter().map(fold).collect();
        let mut known: ByHash<usize> = ByHash::default();
        for line in &folded {
            *known.entry(*line).or_default() += 1;
        }
        let best = best_stretch(measures);
        let mut about = ByHash::default();
        for line in &lines[best.clone()] {
            for word in telling_once(line) {
                *about.entry(word).or_default() += 1;
            }
        }
        Self {
            width: sums(&|measure| measure.width),
            prose: sums(&|measure| if measure.prose { measure.width } else { 0 }),
            short: sums(&|measure| usize::from(measure.width < 30)),
            times: folded.iter().map(|line| known[line]).collect(),
            before: distances(measures.iter()),
            after: {
                let mut after = distances(measures.iter().rev());
                after.reverse();
                after
            },
            best,
            about,
            title: lines.first().map(|line| telling_once(line)).unwrap_or_default(),
        }
    }

    fn push(&self, index: usize, line: &str, measures: &[Measure], facts: &mut Vec<u8>) {
        let count = measures.len();
        let window = |sums: &[usize], reach: usize| {
            let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(count));
            sums[to] - sums[from]
        };
        let all = self.prose[count].max(1);
        let best = &self.best;
        let own_words = telling(line);
        let inside = best.contains(&index);
        let shared = own_words
            .iter()
            .filter(|word| self.about.get(*word).is_some_and(|lines| *lines > usize::from(inside)))
            .count();
        let titled = own_words.iter().filter(|word| self.title.binary_search(word).is_ok()).count();
        facts.extend([
            scale(self.times[index] - 1),
            scale(self.before[index]),
            scale(self.after[index]),
            scale(window(&self.prose, 2) / 8),
            scale(window(&self.prose, 5) / 8),
            scale(window(&self.prose, 12) / 8),
            scale(window(&self.short, 3)),
            scale(window(&self.short, 10)),
            share(self.width[index], self.width[count].max(1)),
            share(self.prose[index], all),
            scale(index),
            scale(count - index),
            if inside { 1 } else { u8::from(index >= best.end) * 2 },
            scale(best.start.saturating_sub(index)),
            scale((index + 1).saturating_sub(best.end)),
            share(self.prose[best.end] - self.prose[best.start], all),
            scale(self.prose[best.end] - self.prose[best.start]),
            share(self.prose[count], self.width[count].max(1)),
            share(shared, own_words.len()),
            share(titled, own_words.len()),
        ]);
    }
}

/// The stretch of lines in which prose outweighs the rest by most: the largest sum of neighbours
/// (Kadane's algorithm, as told by Bentley 1984).
fn best_stretch(measures: &[Measure]) -> std::ops::Range<usize> {
    let (mut sum, mut start) = (0_isize, 0);
    let (mut most, mut best) = (0_isize, 0..0);
    for (index, measure) in measures.iter().enumerate() {
        if sum <= 0 {
            (sum, start) = (0, index);
        }
        sum += if measure.prose { measure.width.min(2000).cast_signed() } else { -BREAK };
        if sum > most {
            (most, best) = (sum, start..index + 1);
        }
    }
    best
}

/// For each line how many lines ago there was prose.
fn distances<'m>(measures: impl Iterator<Item = &'m Measure>) -> Vec<usize> {
    let mut since = 200;
    measures
        .map(|measure| {
            let distance = since;
            since = if measure.prose { 0 } else { (since + 1).min(200) };
            distance
        })
        .collect()
}

/// The words of a line that may tell what it is about, as hashes of their lower case.
pub(crate) fn telling(line: &str) -> Vec<u64> {
    let mut buffer = String::new();
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= TELLING)
        .take(400)
        .map(|word| hash::bytes(lowered(word, &mut buffer).as_bytes()))
        .collect()
}

/// The same, each once, in the order of their hashes.
pub(crate) fn telling_once(line: &str) -> Vec<u64> {
    let mut words = telling(line);
    words.sort_unstable();
    words.dedup();
    words
}

/// A word in lower case, in `buffer` where it has to change.
fn lowered<'w>(word: &'w str, buffer: &'w mut String) -> &'w str {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return word;
    }
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.push_str(&word.to_lowercase());
    }
    buffer
}

fn around(index: usize, measures: &[Measure], facts: &mut Vec<u8>) {
    let places = (1..=NEIGHBOURS)
        .map(|ahead| index.checked_add(ahead))
        .chain((1..=NEIGHBOURS).map(|back| index.checked_sub(back)));
    for place in places {
        match place.and_then(|place| measures.get(place)) {
            Some(other) => {
                facts.extend([scale(other.width), other.end, share(other.words, 40), other.named]);
            }
            None => facts.extend([0, 255, 0, 0]),
        }
    }
}

fn flag(holds: bool) -> u8 {
    u8::from(holds)
}

/// `part` of `whole` as 0 to 255.
fn share(part: usize, whole: usize) -> u8 {
    u8::try_from((part * 255).checked_div(whole).unwrap_or(0)).unwrap_or(255)
}

/// A number on a scale of eighths of a doubling.
fn scale(number: usize) -> u8 {
    let number = number + 1;
    let power = number.ilog2() as usize;
    let eighths = if power >= 3 { number >> (power - 3) } else { number << (3 - power) } & 7;
    u8::try_from(power * 8 + eighths).unwrap_or(255)
}

/// The last character border up to `at`.
fn cut(line: &str, at: usize) -> usize {
    (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}
