//! How far apart two spellings of one name may be: what transcriptions disagree about.
//!
//! In the manner of phonetic codes (Soundex; Metaphone, Philips 1990), but a word keeps its vowels: each
//! consonant has a class and a letter, and each place between two consonants the vowels that stand there. Words
//! whose classes differ are different names; otherwise the differing letters and vowels are counted, and a vowel
//! more or less at the end counts as much as another name, because it often is one (Julia, Julie).

/// The sounds of a name written without spaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sounds {
    /// Class and letter of each consonant.
    consonants: Vec<(u8, u8)>,
    /// The vowels before each consonant, and those after the last: one more than consonants.
    vowels: Vec<Vec<u8>>,
}

/// A difference of this much in one place is that of another name.
const FAR: u32 = 4;

impl Sounds {
    /// The sounds of a word of plain lowercase letters.
    pub(super) fn of(word: &str) -> Self {
        let mut sounds = Self { consonants: Vec::new(), vowels: vec![Vec::new()] };
        let bytes = word.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            at += sounds.take(rest, at == 0);
        }
        sounds
    }

    /// The classes of the consonants: equal for all spellings that can be one name.
    pub(super) fn classes(&self) -> impl Iterator<Item = u8> {
        self.consonants.iter().map(|(class, _)| *class)
    }

    /// How much two spellings differ: 0 for what writers vary freely, `None` for different names.
    pub(super) fn distance(&self, other: &Self) -> Option<u32> {
        if !self.classes().eq(other.classes()) {
            return None;
        }
        let letters = self.consonants.iter().zip(&other.consonants);
        let letters: u32 = letters.map(|(one, other)| u32::from(one.1 != other.1)).sum();
        let last = self.vowels.len() - 1;
        let places = self.vowels.iter().zip(&other.vowels).enumerate();
        let vowels: u32 = places.map(|(at, (one, other))| between(one, other, at == last)).sum();
        Some(letters + vowels)
    }

    /// Takes the first sound of `rest` and says how many letters it has.
    fn take(&mut self, rest: &[u8], first: bool) -> usize {
        if let Some((letters, class, letter)) = consonant(rest, first) {
            // A doubled letter is one sound, unless a vowel parts the two.
            let open = self.vowels.last().is_some_and(Vec::is_empty);
            if !(open && self.consonants.last() == Some(&(class, letter))) {
                self.consonants.push((class, letter));
                self.vowels.push(Vec::new());
            }
            return letters;
        }
        let (letters, vowel) = vowel(rest);
        let place = self.vowels.last_mut().expect("there is a place after the last consonant");
        if vowel != 0 && place.last() != Some(&vowel) {
            place.push(vowel);
        }
        letters
    }
}

/// Letters, class and letter of the consonant at the start of `rest`; `None` where there is a vowel.
fn consonant(rest: &[u8], first: bool) -> Option<(usize, u8, u8)> {
    const GROUPS: [(&[u8], u8, u8); 15] = [
        (b"shch", b'S', b'c'),
        (b"sch", b'S', b'c'),
        (b"tch", b'S', b'c'),
        (b"ch", b'S', b'c'),
        (b"sh", b'S', b's'),
        (b"zh", b'S', b'z'),
        (b"ts", b'S', b'z'),
        (b"tz", b'S', b'z'),
        (b"ph", b'F', b'f'),
        (b"th", b'T', b't'),
        (b"dh", b'T', b'd'),
        (b"kh", b'K', b'k'),
        (b"gh", b'K', b'g'),
        (b"ck", b'K', b'k'),
        (b"qu", b'K', b'k'),
    ];
    if let Some((group, class, letter)) = GROUPS.iter().find(|(group, ..)| rest.starts_with(group))
    {
        return Some((group.len(), *class, *letter));
    }
    let (class, letter) = match rest[0] {
        b'b' => (b'P', b'b'),
        b'p' => (b'P', b'p'),
        b'd' => (b'T', b'd'),
        b't' => (b'T', b't'),
        b'g' => (b'K', b'g'),
        b'c' | b'k' | b'q' => (b'K', b'k'),
        b'f' => (b'F', b'f'),
        b'v' | b'w' if first || rest.get(1).is_some_and(|next| b"aeiouy".contains(next)) => {
            (b'F', b'v')
        }
        b'v' => (b'F', b'v'),
        b'x' if first => (b'S', b's'),
        b'x' => (b'S', b'x'),
        b's' => (b'S', b's'),
        b'z' => (b'S', b'z'),
        b'j' => (b'S', b'j'),
        b'l' => (b'L', b'l'),
        b'r' => (b'R', b'r'),
        b'm' => (b'M', b'm'),
        b'n' => (b'N', b'n'),
        b'h' if first => (b'H', b'h'),
        b'y' if first && rest.get(1).is_some_and(|next| b"aeou".contains(next)) => (b'Y', b'y'),
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h' | b'w' => return None,
        other => (other, other),
    };
    Some((1, class, letter))
}

/// Letters and sound of the vowel at the start of `rest`; sound 0 for a silent letter.
fn vowel(rest: &[u8]) -> (usize, u8) {
    const GROUPS: [(&[u8], u8); 16] = [
        (b"eo", b'o'),
        (b"oo", b'u'),
        (b"ou", b'u'),
        (b"eu", b'u'),
        (b"ee", b'i'),
        (b"ie", b'i'),
        (b"iy", b'i'),
        (b"yi", b'i'),
        (b"aa", b'a'),
        (b"ah", b'a'),
        (b"ai", b'e'),
        (b"ay", b'e'),
        (b"ae", b'e'),
        (b"ei", b'e'),
        (b"ey", b'e'),
        (b"oh", b'o'),
    ];
    if let Some((group, vowel)) = GROUPS.iter().find(|(group, _)| rest.starts_with(group)) {
        return (group.len(), *vowel);
    }
    match rest[0] {
        b'y' => (1, b'i'),
        b'h' | b'w' => (1, 0),
        vowel => (1, vowel),
    }
}

/// How much the vowels between two consonants differ.
fn between(one: &[u8], other: &[u8], last: bool) -> u32 {
    if one == other {
        return 0;
    }
    let near = |pair: (&u8, &u8)| {
        let (low, high) = (pair.0.min(pair.1), pair.0.max(pair.1));
        matches!((low, high), (b'o', b'u') | (b'e', b'i') | (b'a', b'e')) || low == high
    };
    if one.len() == other.len() {
        return if !last && one.iter().zip(other).all(near) { 1 } else { FAR };
    }
    if last || one.len().abs_diff(other.len()) > 1 { FAR } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::Sounds;

    /// `None`: other consonants.
    fn check(one: &str, other: &str, distance: Option<u32>) {
        let (first, second) = (Sounds::of(one), Sounds::of(other));
        assert_eq!(first.distance(&second), distance, "{one} {other}");
        assert_eq!(second.distance(&first), distance, "{other} {one}");
    }

    #[test]
    fn spellings_of_one_name_are_near_and_other_names_are_not() {
        check("yoon", "yun", Some(0));
        check("sukyeol", "seokyeol", Some(1));
        check("volodymyr", "wolodimir", Some(0));
        check("zelensky", "zelenskyy", Some(0));
        check("mohammed", "muhamad", Some(2));
        check("gaddafi", "qadhafi", Some(1));
        check("philipp", "filip", Some(0));
        check("sara", "sarah", Some(0));
        check("julia", "julie", Some(4));
        check("maria", "mario", Some(4));
        check("daniel", "danielle", Some(4));
        check("jan", "jon", Some(4));
        check("jongun", "jongnam", None);
        check("ada", "ida", Some(4));
        check("moss", "moses", None);
    }
}
