//! The address of a passage within a page, as a [text
//! fragment](https://wicg.github.io/scroll-to-text-fragment/).
//!
//! A browser marks the first place that matches. So a fragment is tried on the article's text, by the rules
//! that a browser follows (words whole, case and width of white space indifferent), and gets words before and
//! after it until the first place is the right one.

use std::fmt::Write as _;
use std::ops::Range;

/// Words of a passage that stand in the fragment whole; of a longer one, half of them from each end.
const WORDS: usize = 12;

/// Words before and after it, at most.
const CONTEXT: usize = 8;

/// A text in which passages are looked for.
pub(crate) struct Page<'t> {
    text: &'t str,
    /// Lower case, with one space for each stretch of white space.
    folded: String,
    /// For each byte of `folded`, the byte of the text that its character begins at; then the text's length.
    places: Vec<u32>,
}

/// What a fragment says, as places in the folded text.
#[derive(Clone, Debug)]
struct Directive {
    prefix: Range<usize>,
    start: Range<usize>,
    /// Empty where `start` is all of it.
    end: Range<usize>,
    suffix: Range<usize>,
}

impl<'t> Page<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len() + 1);
        for (place, sign) in text.char_indices() {
            if sign.is_whitespace() {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            } else {
                folded.extend(sign.to_lowercase());
            }
            places.resize(folded.len(), place as u32);
        }
        places.push(text.len() as u32);
        Self { text, folded, places }
    }

    /// The address of the passage at these bytes of the text, on the page `url`; `None` where `url` is none of
    /// the web or the passage has no words.
    pub(crate) fn address(&self, url: &str, passage: Range<usize>) -> Option<String> {
        let url = web_address(url)?;
        let directive = self.directive(passage)?;
        let base = url.split(":~:").next().unwrap_or(url);
        let hash = if base.contains('#') { "" } else { "#" };
        let mut address = format!("{base}{hash}:~:text=");
        if !directive.prefix.is_empty() {
            self.append(&mut address, &directive.prefix);
            address.push_str("-,");
        }
        self.append(&mut address, &directive.start);
        if !directive.end.is_empty() {
            address.push(',');
            self.append(&mut address, &directive.end);
        }
        if !directive.suffix.is_empty() {
            address.push_str(",-");
            self.append(&mut address, &directive.suffix);
        }
        Some(address)
    }

    fn directive(&self, passage: Range<usize>) -> Option<Directive> {
        let from = self.places.partition_point(|place| (*place as usize) < passage.start);
        let to = self.places.partition_point(|place| (*place as usize) < passage.end);
        let found = self.folded.get(from..to)?;
        let from = from + (found.len() - found.trim_start().len());
        let target = from..from + found.trim().len();
        if target.is_empty() {
            return None;
        }
        // The words at one end of a fragment stand in one block of the page.
        let lines = self.text[passage].trim();
        let spans_lines = lines.contains('\n');
        let whole = !spans_lines && words(&self.folded[target.clone()]).count() <= WORDS;
        let (start, end) = if whole {
            (target.clone(), target.end..target.end)
        } else {
            let first = lines.split('\n').next().unwrap_or_default();
            let last = lines.rsplit('\n').next().unwrap_or_default();
            let first = words(first).count().min(WORDS / 2);
            let last = words(last).count().min(WORDS / 2);
            let start = self.words_from(target.start, first).start
                ..self.words_from(target.start, first).end;
            let end = self.words_to(target.end, last);
            (start.clone(), end.start.max(start.end)..end.end)
        };
        let plain = Directive { prefix: 0..0, start, end, suffix: 0..0 };
        let mut more = (1..=CONTEXT).map(|count| Directive {
            prefix: self.words_to(target.start, count),
            suffix: self.words_from(target.end, count),
            ..plain.clone()
        });
        let fits = |directive: &Directive| self.first_match(directive) == Some(target.clone());
        let all = std::iter::once(plain.clone()).chain(more.clone());
        Some(all.clone().find(fits).or_else(|| more.next_back()).unwrap_or(plain))
    }

    /// The first `count` words from a place on.
    fn words_from(&self, place: usize, count: usize) -> Range<usize> {
        let rest = &self.folded[place..];
        let skipped = rest.len() - rest.trim_start().len();
        let end = words(rest).take(count).last().map_or(skipped, |word| word.end);
        place + skipped..place + end
    }

    /// The last `count` words before a place.
    fn words_to(&self, place: usize, count: usize) -> Range<usize> {
        let before = self.folded[..place].trim_end();
        let mut start = before.len();
        for _ in 0..count {
            let rest = before[..start].trim_end();
            if rest.is_empty() {
                break;
            }
            start = rest.rfind(' ').map_or(0, |space| space + 1);
        }
        start..before.len()
    }

    /// What a browser would mark.
    fn first_match(&self, directive: &Directive) -> Option<Range<usize>> {
        let said = |range: &Range<usize>| &self.folded[range.clone()];
        let (prefix, suffix) = (said(&directive.prefix), said(&directive.suffix));
        let follows = |place: usize| self.folded[place..].trim_start().starts_with(suffix);
        self.folded.match_indices(said(&directive.start)).find_map(|(from, start)| {
            let to = from + start.len();
            let leads = self.folded[..from].trim_end().ends_with(prefix);
            if !leads || !self.is_border(from) {
                return None;
            }
            if directive.end.is_empty() {
                return (self.is_border(to) && follows(to)).then_some(from..to);
            }
            let mut ends = self.folded[to..].match_indices(said(&directive.end));
            let end = ends.find_map(|(at, end)| {
                let end = to + at + end.len();
                (self.is_border(end) && follows(end)).then_some(end)
            })?;
            Some(from..end)
        })
    }

    /// Whether a word may begin or end here.
    fn is_border(&self, place: usize) -> bool {
        let letter = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
        let (before, after) = self.folded.split_at(place);
        !(letter(before.chars().next_back()) && letter(after.chars().next()))
    }

    /// Appends words as they stand in the text, encoded.
    fn append(&self, address: &mut String, range: &Range<usize>) {
        let from = self.places[range.start] as usize;
        let to = self.places[range.end] as usize;
        for (number, word) in self.text[from..to].split_whitespace().enumerate() {
            if number > 0 {
                address.push_str("%20");
            }
            for byte in word.bytes() {
                // `-`, `,` and `&` have a meaning in a fragment.
                if byte.is_ascii_alphanumeric() || b"._~".contains(&byte) {
                    address.push(char::from(byte));
                } else {
                    write!(address, "%{byte:02X}").expect("a string takes everything");
                }
            }
        }
    }
}

/// The places of words: stretches without white space.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

/// An address of the web, and nothing that a program would run.
pub(crate) fn web_address(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    (web && !url.contains(char::is_whitespace)).then_some(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, passage: &str, expected: &str) {
        let start = text.rfind(passage).expect("it stands in the text");
        let address = Page::new(text).address("https://p.example/a", start..start + passage.len());
        assert_eq!(address.as_deref(), Some(&*format!("https://p.example/a#:~:text={expected}")));
    }

    #[test]
    fn a_passage_is_named_so_that_its_first_place_is_found() {
        check("A dog. It ran.", "It ran", "It%20ran");
        check("No, not-yet & never", "No, not-yet & never", "No%2C%20not%2Dyet%20%26%20never");
        check("Rain fell. The rain fell.", "rain fell", "The-,rain%20fell,-.");
        check("Not now. “Now,” he said.", "Now,", "Now%2C");
        check("the café, the CAFÉ.", "CAFÉ", "the-,CAF%C3%89,-.");
        check("aback back", "back", "back");
        check(
            "x a b c d e f g h i j k l m y",
            "a b c d e f g h i j k l m",
            "a%20b%20c%20d%20e%20f,h%20i%20j%20k%20l%20m",
        );
        check("He: one two.\n\nThree four.", "one two.\n\nThree four.", "one%20two.,Three%20four.");
    }

    #[test]
    fn a_fragment_of_the_page_stays() {
        let page = Page::new("Words.");
        let address = |url| page.address(url, 0..5);
        assert_eq!(
            address("https://p.example/#top").as_deref(),
            Some("https://p.example/#top:~:text=Words")
        );
        assert_eq!(
            address("http://p.example/#:~:text=x").as_deref(),
            Some("http://p.example/#:~:text=Words")
        );
        for none in
            ["javascript:alert(1)", "javascript://x%0aalert(1)", "p.example", "https://a b", ""]
        {
            assert_eq!(address(none), None, "{none}");
        }
        assert_eq!(page.address("https://p.example/", 5..5), None);
    }

    proptest! {
        /// Every stretch gets an address, and where its words stand once, the browser's first match is it.
        #[test]
        fn any_stretch_of_any_text_has_an_address(
            text in "[aAé İß.,\\-\n“]{1,60}", from in 0_usize..60, to in 0_usize..60,
        ) {
            let border = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let (from, to) = (border(from.min(to)), border(from.max(to)));
            let page = Page::new(&text);
            let address = page.address("https://p.example/", from..to);
            prop_assert_eq!(address.is_some(), !text[from..to].trim().is_empty());
        }
    }
}
