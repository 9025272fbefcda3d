//! What the class, id and role of an element say about what it holds.

/// Kinds of things that class names tell of, as bits of a set.
pub(super) type Marks = u32;

/// How many kinds the model knows.
pub(super) const KINDS: usize = 24;

const BODY: Marks = 1;
const PICTURE: Marks = 1 << 1;
const RELATED: Marks = 1 << 2;
const COMMENTS: Marks = 1 << 3;
const AUTHOR: Marks = 1 << 4;
const SUBSCRIBE: Marks = 1 << 5;
const SOCIAL: Marks = 1 << 6;
const ADVERT: Marks = 1 << 7;
const MENU: Marks = 1 << 8;
const TOPICS: Marks = 1 << 9;
const LEAD: Marks = 1 << 10;
const BOX: Marks = 1 << 11;
const DATE: Marks = 1 << 12;
const TITLE: Marks = 1 << 13;
const LIVE: Marks = 1 << 14;
const QUOTE: Marks = 1 << 15;
const SIDE: Marks = 1 << 16;
const PLAYER: Marks = 1 << 17;
const HIDDEN: Marks = 1 << 18;
const SHOP: Marks = 1 << 19;
const LEGAL: Marks = 1 << 20;
const GAME: Marks = 1 << 21;
const NOTE: Marks = 1 << 22;
const PARAGRAPH: Marks = 1 << 23;
/// A kind that the model does not know.
pub(super) const CORRECTION: Marks = 1 << 24;

/// Longest class or id that is read, in bytes.
const LONGEST: usize = 1000;

/// What the words of a class or an id say.
pub(super) fn read(value: &str) -> Marks {
    let mut marks = 0;
    for word in words(value) {
        marks |= of_word(&word);
    }
    marks
}

/// Whether a key of a script speaks of a body or a text: `articleBody`, `content`, `bodyHtml`.
pub(super) fn is_text(key: &str) -> bool {
    read(key) & (BODY | PARAGRAPH) != 0
}

/// Entries of at least five letters stand for all words that begin with them.
fn of_word(word: &str) -> Marks {
    const STEM: usize = 5;
    let after = WORDS.partition_point(|(known, _)| *known <= word);
    let Some((known, marks)) = after.checked_sub(1).map(|index| WORDS[index]) else { return 0 };
    if known == word || known.len() >= STEM && word.starts_with(known) { marks } else { 0 }
}

/// The words of a class or id, in lower case: `articleBody post-content` has four.
pub(super) fn words(value: &str) -> impl Iterator<Item = String> {
    let end =
        (0..=LONGEST.min(value.len())).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for character in value[..end].chars() {
        let border = !character.is_alphanumeric() || (lower && character.is_uppercase());
        if border && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        lower = character.is_lowercase();
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty())
}

/// Sorted by word.
const WORDS: &[(&str, Marks)] = &[
    ("abstract", LEAD),
    ("accordion", BOX),
    ("ad", ADVERT),
    ("ads", ADVERT),
    ("adv", ADVERT),
    ("advert", ADVERT),
    ("affiliate", SHOP),
    ("also", RELATED),
    ("amazon", SHOP),
    ("announce", ADVERT),
    ("article", BODY),
    ("aside", SIDE),
    ("audio", PLAYER),
    ("author", AUTHOR),
    ("autor", AUTHOR),
    ("banner", ADVERT),
    ("bio", AUTHOR),
    ("bios", AUTHOR),
    ("blockquote", QUOTE),
    ("body", BODY),
    ("bottom", SIDE),
    ("box", BOX),
    ("boxes", BOX),
    ("breadcrumb", MENU),
    ("bullet", LEAD),
    ("button", MENU),
    ("buy", SHOP),
    ("byline", AUTHOR),
    ("bytext", AUTHOR),
    ("caption", PICTURE),
    ("captions", PICTURE),
    ("card", RELATED),
    ("cards", RELATED),
    ("carousel", PICTURE),
    ("category", TOPICS),
    ("chapeau", LEAD),
    ("collection", RELATED),
    ("comment", COMMENTS),
    ("consent", LEGAL),
    ("content", BODY),
    ("contributor", AUTHOR),
    ("cookie", LEGAL),
    ("copyright", LEGAL),
    ("correct", NOTE | CORRECTION),
    ("credit", PICTURE),
    ("cta", SUBSCRIBE),
    ("date", DATE),
    ("dateline", DATE),
    ("datetime", DATE),
    ("deal", SHOP),
    ("deals", SHOP),
    ("deck", LEAD),
    ("dek", LEAD),
    ("desc", LEAD),
    ("description", LEAD),
    ("disclaim", LEGAL),
    ("disclosure", NOTE),
    ("disqus", COMMENTS),
    ("editor", NOTE),
    ("email", SOCIAL),
    ("embed", SOCIAL),
    ("entry", BODY),
    ("epigraph", QUOTE),
    ("event", LIVE),
    ("excerpt", LEAD),
    ("expand", BOX),
    ("extra", SIDE),
    ("facebook", SOCIAL),
    ("fact", BOX),
    ("factbox", BOX),
    ("facts", BOX),
    ("faktabox", BOX),
    ("faq", BOX),
    ("figcaption", PICTURE),
    ("figure", PICTURE),
    ("follow", SOCIAL),
    ("footer", MENU),
    ("footnote", NOTE),
    ("gallery", PICTURE),
    ("game", GAME),
    ("gdpr", LEGAL),
    ("header", TITLE),
    ("heading", TITLE),
    ("headline", TITLE),
    ("hidden", HIDDEN),
    ("hide", HIDDEN),
    ("highlight", LEAD),
    ("image", PICTURE),
    ("img", PICTURE),
    ("info", BOX),
    ("infobox", BOX),
    ("inline", SIDE),
    ("instagram", SOCIAL),
    ("intro", LEAD),
    ("item", RELATED),
    ("items", RELATED),
    ("key", LEAD),
    ("keyword", TOPICS),
    ("kicker", TITLE),
    ("label", TOPICS),
    ("latest", RELATED),
    ("lead", LEAD),
    ("leadin", LEAD),
    ("lede", LEAD),
    ("legend", PICTURE),
    ("link", RELATED),
    ("links", RELATED),
    ("list", RELATED),
    ("listing", RELATED),
    ("live", LIVE),
    ("liveblog", LIVE),
    ("login", SUBSCRIBE),
    ("main", BODY),
    ("masthead", MENU),
    ("media", PICTURE),
    ("menu", MENU),
    ("meta", DATE),
    ("metadata", DATE),
    ("modal", LEGAL),
    ("module", SIDE),
    ("more", RELATED),
    ("most", RELATED),
    ("mostread", RELATED),
    ("nav", MENU),
    ("navbar", MENU),
    ("navigation", MENU),
    ("newsletter", SUBSCRIBE),
    ("next", RELATED),
    ("note", NOTE),
    ("offer", SUBSCRIBE),
    ("onward", RELATED),
    ("outbrain", RELATED),
    ("pager", MENU),
    ("pagination", MENU),
    ("paragraph", PARAGRAPH),
    ("partner", ADVERT),
    ("paywall", SUBSCRIBE),
    ("people", AUTHOR),
    ("person", AUTHOR),
    ("photo", PICTURE),
    ("piano", SUBSCRIBE),
    ("picture", PICTURE),
    ("player", PLAYER),
    ("podcast", PLAYER),
    ("poll", GAME),
    ("popular", RELATED),
    ("popup", LEGAL),
    ("post", BODY),
    ("premium", SUBSCRIBE),
    ("prev", RELATED),
    ("preview", RELATED),
    ("price", SHOP),
    ("print", HIDDEN),
    ("privacy", LEGAL),
    ("product", SHOP),
    ("profile", AUTHOR),
    ("promo", RELATED),
    ("publish", DATE),
    ("pullquote", QUOTE),
    ("question", GAME),
    ("quiz", GAME),
    ("quote", QUOTE),
    ("rail", SIDE),
    ("read", RELATED),
    ("readmore", RELATED),
    ("recirc", RELATED),
    ("recommend", RELATED),
    ("register", SUBSCRIBE),
    ("relat", RELATED),
    ("reply", COMMENTS),
    ("rich", BODY),
    ("role", AUTHOR),
    ("rss", SOCIAL),
    ("screen", HIDDEN),
    ("section", TOPICS),
    ("share", SOCIAL),
    ("sharing", SOCIAL),
    ("shop", SHOP),
    ("sidebar", SIDE),
    ("signature", AUTHOR),
    ("signup", SUBSCRIBE),
    ("slide", PICTURE),
    ("social", SOCIAL),
    ("source", PICTURE),
    ("sponsor", ADVERT),
    ("sr", HIDDEN),
    ("standfirst", LEAD),
    ("story", BODY),
    ("subhead", TITLE),
    ("subheading", TITLE),
    ("subscri", SUBSCRIBE),
    ("subtitle", LEAD),
    ("suggest", RELATED),
    ("summary", LEAD),
    ("survey", GAME),
    ("taboola", RELATED),
    ("tag", TOPICS),
    ("tags", TOPICS),
    ("teaser", RELATED),
    ("text", PARAGRAPH),
    ("thumb", PICTURE),
    ("time", DATE),
    ("timeline", LIVE),
    ("timestamp", DATE),
    ("tip", NOTE),
    ("title", TITLE),
    ("toc", MENU),
    ("toggle", HIDDEN),
    ("tooltip", HIDDEN),
    ("top", SIDE),
    ("topic", TOPICS),
    ("trend", RELATED),
    ("tweet", SOCIAL),
    ("twitter", SOCIAL),
    ("update", DATE),
    ("video", PLAYER),
    ("visually", HIDDEN),
    ("widget", SIDE),
    ("writer", AUTHOR),
    ("zusammenfassung", LEAD),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_are_sorted() {
        assert!(super::WORDS.is_sorted_by_key(|(word, _)| *word));
    }
}
