//! Whether two full names can be one person's, and what must speak for it besides.

use tokens::folded;

use super::short_forms;
use super::spelling::Sounds;

/// Words of a name beyond these are not compared.
const LONGEST: usize = 8;

/// Letters that two given names must have before a difference in their vowels can be one of spelling.
const LONG_ENOUGH: usize = 5;

/// The name of a person, in words that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Plain lowercase words; a hyphen parts words, too.
    pub(super) words: Vec<String>,
    /// What tells father from son: "jr", "iii".
    generation: Option<String>,
}

/// How much must speak for two names being one person's, in points of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need {
    pub(super) points: u32,
    /// The words are in another order, so that the family name tells.
    pub(super) turned: bool,
}

impl Name {
    /// The words of a name as an article writes it.
    pub(super) fn new(name: &str) -> Self {
        let folded = folded(name);
        let mut words: Vec<String> = folded.split('-').map(str::to_owned).collect();
        words.retain(|word| !word.is_empty());
        while words.len() > 2 && is_title(&words[0]) {
            words.remove(0);
        }
        // "Richard III" is a king's whole name.
        let generation = (words.len() > 2)
            .then(|| {
                words.pop_if(|last| {
                    matches!(last.as_str(), "jr" | "sr" | "ii" | "iii" | "iv" | "junior")
                })
            })
            .flatten()
            .map(|word| if word == "junior" { "jr".to_owned() } else { word });
        words.truncate(LONGEST);
        Self { words, generation }
    }

    /// Whether it is more than one word.
    pub(super) fn is_full(&self) -> bool {
        self.words.len() > 1
    }

    pub(super) fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    pub(super) fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// All letters, however they are parted into words.
    pub(super) fn letters(&self) -> String {
        self.words.concat()
    }

    /// The classes of its consonants in no order: equal for all spellings, partings and orders of one name.
    pub(super) fn consonants(&self) -> Vec<u8> {
        let mut classes: Vec<u8> = self
            .words
            .iter()
            .flat_map(|word| Sounds::of(word).classes().collect::<Vec<u8>>())
            .collect();
        classes.sort_unstable();
        classes
    }

    fn middle(&self) -> &[String] {
        self.words.get(1..self.words.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Whether the two cannot be one person's although their ends agree: another middle name or generation.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        let generations = self.generation.is_some()
            && other.generation.is_some()
            && self.generation != other.generation;
        let ends = self.first() == other.first() && self.last() == other.last();
        generations || ends && !middles_agree(self.middle(), other.middle())
    }

    /// What it takes for these two full names to be one person's; `None` where nothing is enough.
    pub(super) fn need(&self, other: &Self) -> Option<Need> {
        if self.contradicts(other) || !self.is_full() || !other.is_full() {
            return None;
        }
        let straight = |points| Some(Need { points, turned: false });
        let turned = |points| Some(Need { points, turned: true });
        let generation = self.of_generations(other);
        if self.letters() == other.letters() {
            return straight(generation);
        }
        let points = self.in_order(other);
        if let Some(points) = points.filter(|points| *points <= 2) {
            return straight(points.max(generation));
        }
        let rotated = self.in_other_order(other).or_else(|| other.in_other_order(self));
        rotated.map_or_else(|| points.and_then(straight), |points| turned(points.max(generation)))
    }

    /// What it takes where only one name says that it is a son's or a father's: the plain name is more often the son's.
    fn of_generations(&self, other: &Self) -> u32 {
        match self.generation.as_deref().or(other.generation.as_deref()) {
            _ if self.generation == other.generation => 0,
            Some("jr") => 2,
            _ => 3,
        }
    }

    /// With the family name at the same end.
    fn in_order(&self, other: &Self) -> Option<u32> {
        if self.last() == other.last() {
            if self.first() == other.first() {
                return Some(1);
            }
            if let Some(points) = given_names(self.first(), other.first()) {
                return middles_agree(self.middle(), other.middle()).then_some(points);
            }
        }
        if self.is_part_of(other) || other.is_part_of(self) {
            return Some(2);
        }
        let family_last = spelled(&self.words, &other.words, |words| words.len() - 1);
        let family_first = spelled(&self.words, &other.words, |_| 1);
        family_last.into_iter().chain(family_first).min()
    }

    /// This one with the family name first, the other with it last.
    fn in_other_order(&self, other: &Self) -> Option<u32> {
        let (family, given) = self.words.split_first()?;
        let (other_family, other_given) = other.words.split_last()?;
        let given = Sounds::of(&given.concat()).distance(&Sounds::of(&other_given.concat()))?;
        let family = Sounds::of(family).distance(&Sounds::of(other_family))?;
        match family + given {
            0 => Some(1),
            1..=2 => Some(3),
            _ => None,
        }
    }

    /// Whether all words stand in the longer name, in order, from its first or to its last one.
    fn is_part_of(&self, longer: &Self) -> bool {
        let mut rest = longer.words.iter();
        self.words.len() < longer.words.len()
            && (self.first() == longer.first() || self.last() == longer.last())
            && self.words.iter().all(|word| rest.any(|other| other == word))
    }
}

/// Two names whose family names stand at `cut` (the last word, or the first): what it takes for the spellings.
fn spelled(one: &[String], other: &[String], cut: impl Fn(&[String]) -> usize) -> Option<u32> {
    let parts = |words: &[String]| {
        let (left, right) = words.split_at(cut(words));
        (left.concat(), right.concat())
    };
    let ((left, right), (other_left, other_right)) = (parts(one), parts(other));
    let lefts = Sounds::of(&left).distance(&Sounds::of(&other_left))?;
    let rights = Sounds::of(&right).distance(&Sounds::of(&other_right))?;
    let short = |one: &str, other: &str| one.len().min(other.len()) < LONG_ENOUGH;
    // With one part letter for letter the same, a short other part is rather that of a brother.
    let brothers = left == other_left && rights > 0 && short(&right, &other_right)
        || right == other_right && lefts > 0 && short(&left, &other_left);
    match lefts + rights {
        _ if brothers => None,
        0 => Some(1),
        1..=2 => Some(2),
        3 => Some(3),
        _ => None,
    }
}

/// What it takes for two given names of one family name to be one person's.
fn given_names(one: &str, other: &str) -> Option<u32> {
    let initial = |one: &str, other: &str| one.len() == 1 && other.starts_with(one);
    if initial(one, other) || initial(other, one) {
        return Some(2);
    }
    short_forms::related(one, other).then_some(1)
}

fn middles_agree(one: &[String], other: &[String]) -> bool {
    let agree = |(one, other): (&String, &String)| {
        one == other
            || one.len() == 1 && other.starts_with(one.as_str())
            || other.len() == 1 && one.starts_with(other.as_str())
            || Sounds::of(one).distance(&Sounds::of(other)).is_some_and(|distance| distance <= 1)
    };
    let contained = |few: &[String], many: &[String]| {
        few.iter().all(|word| word.len() > 1 && many.contains(word))
    };
    one.iter().zip(other).all(agree) || contained(one, other) || contained(other, one)
}

fn is_title(word: &str) -> bool {
    const TITLES: [&str; 24] = [
        "mr",
        "mrs",
        "ms",
        "dr",
        "sir",
        "dame",
        "lord",
        "lady",
        "prof",
        "professor",
        "president",
        "sen",
        "senator",
        "rep",
        "gov",
        "governor",
        "gen",
        "general",
        "minister",
        "chancellor",
        "pope",
        "king",
        "queen",
        "judge",
    ];
    TITLES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::Name;

    /// Points needed with the words in order (`+`) or turned (`~`), or `-` for two persons.
    fn check(one: &str, other: &str, expected: &str) {
        let need = |one: &str, other: &str| match Name::new(one).need(&Name::new(other)) {
            None => "-".to_owned(),
            Some(need) => format!("{}{}", if need.turned { '~' } else { '+' }, need.points),
        };
        assert_eq!(need(one, other), expected, "{one} | {other}");
        assert_eq!(need(other, one), expected, "{other} | {one}");
    }

    #[test]
    fn one_name_in_other_spellings() {
        check("Yoon Suk Yeol", "Yun Seok-yeol", "+2");
        check("Yoon Suk-yeol", "Yoon Suk Yeol", "+0");
        check("Volodymyr Zelensky", "Volodymyr Zelenskyy", "+1");
        check("Muammar Gaddafi", "Moammar Gadhafi", "+2");
        check("Mohammed Lindqvist", "Mohamed Lindqvist", "+1");
        check("Zoë Święcicka", "Zoe Swiecicka", "+0");
        check("Kim Jong-un", "Kim Jong Un", "+0");
    }

    #[test]
    fn one_name_in_other_order_or_length() {
        check("Kishida Fumio", "Fumio Kishida", "~1");
        check("Ada Ek", "Ada M. Ek", "+1");
        check("Richard III", "Richard IV", "-");
        check("Ada Maria Ek", "Ada M. Ek", "+1");
        check("A. Ek", "Ada Ek", "+2");
        check("Joe Harwick", "Joseph Harwick", "+1");
        check("Joe Harwick Jr.", "Joe Harwick", "+2");
        check("Joe Harwick Sr.", "Joe Harwick", "+3");
        check("Luiz Inácio Lula da Silva", "Lula da Silva", "+2");
        check("President Ada Ek", "Ada Ek", "+0");
    }

    #[test]
    fn two_persons() {
        check("Ada Ek", "Paul Ek", "-");
        check("Ada M. Ek", "Ada R. Ek", "-");
        check("Joe Harwick Jr.", "Joe Harwick Sr.", "-");
        check("Julia Moss", "Julie Moss", "-");
        check("Mario Moss", "Maria Moss", "-");
        check("Jan Moss", "Jon Moss", "-");
        check("Kim Jong-un", "Kim Yo-jong", "-");
        check("Kim Jong-un", "Kim Jong-il", "-");
        check("George W. Harwick", "George H. W. Harwick", "-");
        check("Ada Moss", "Ada Moses", "-");
        check("Ada", "Ada Ek", "-");
    }
}
