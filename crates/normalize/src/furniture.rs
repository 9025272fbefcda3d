//! Lines that stand on a page around an article and are plainly no part of it.

/// What a line of page furniture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Furniture {
    /// Menus, section rows, language switches, jumps.
    Navigation,
    /// Who took the picture.
    Credit,
    /// Share buttons, newsletters, subscriptions, comments, related articles, notices.
    Panel,
}

/// Longest line that is taken for furniture, in bytes.
const LONGEST: usize = 160;
/// Characters of it that are compared with the lists.
const COMPARED: usize = 60;

/// What `line` is for, if it is furniture.
pub(crate) fn kind(line: &str) -> Option<Furniture> {
    if line.len() > LONGEST {
        return None;
    }
    // No entry of the lists is longer than the part that is compared.
    let compared = line.char_indices().nth(COMPARED).map_or(line, |(end, _)| &line[..end]);
    let folded = fold(compared);
    let line_is = |lines: &[&str]| compared.len() == line.len() && lines.contains(&folded.as_str());
    let begins = |starts: &[&str]| starts.iter().any(|start| folded.starts_with(start));
    if is_menu(line) || begins(NAVIGATION_STARTS) || line_is(NAVIGATION) {
        return Some(Furniture::Navigation);
    }
    if begins(CREDIT_STARTS) && line.split_whitespace().count() <= 14 {
        return Some(Furniture::Credit);
    }
    (line_is(PANELS) || begins(PANEL_STARTS)).then_some(Furniture::Panel)
}

/// Lower case, straight apostrophes, without end marks and bullets around.
pub(crate) fn fold(line: &str) -> String {
    let bare = line.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '.' | '!' | '…' | ':' | '*' | '•' | '»' | '›' | '>' | '→' | '–' | '-' | '#'
            )
    });
    let folded = bare.to_lowercase();
    if folded.contains(['’', '‘']) { folded.replace(['’', '‘'], "'") } else { folded }
}

/// Short pieces between bars: `About | Contributors | Submissions`.
fn is_menu(line: &str) -> bool {
    const BARS: [char; 5] = ['|', '›', '»', '·', '•'];
    line.contains(BARS)
        && BARS.iter().any(|bar| {
            let pieces: Vec<&str> = line.split(*bar).map(str::trim).collect();
            pieces.len() >= 3
                && pieces.iter().all(|piece| {
                    let words = piece.split_whitespace().count();
                    (1..=4).contains(&words) && !piece.ends_with(['.', '!', '?', ','])
                })
        })
}

const NAVIGATION: &[&str] = &[
    "back to top",
    "close",
    "contents",
    "go to top",
    "home",
    "main menu",
    "menu",
    "most popular",
    "most read",
    "next",
    "next article",
    "next post",
    "previous",
    "previous article",
    "previous post",
    "print",
    "recent features",
    "return to top",
    "scroll to top",
    "search",
    "sections",
    "skip to content",
    "skip to main content",
    "top",
    "top stories",
    "trending",
    "view all",
];

const NAVIGATION_STARTS: &[&str] = &["language :", "language:", "skip to ", "you are here"];

const CREDIT_STARTS: &[&str] = &[
    "credit:",
    "credits:",
    "image credit",
    "image:",
    "photo by ",
    "photo credit",
    "photo:",
    "photograph:",
    "photograph by ",
    "photographer:",
    "photographs by ",
    "photographs:",
    "photos by ",
    "photos:",
    "picture credit",
    "picture:",
    "pictures:",
    "image by ",
    "picture by ",
    "photo courtesy",
    "image source:",
];

const PANELS: &[&str] = &[
    "advertisement",
    "advertising",
    "add a comment",
    "also on",
    "comment",
    "comments",
    "copy link",
    "email",
    "facebook",
    "follow us",
    "join our mailing list",
    "join the conversation",
    "leave a comment",
    "leave a reply",
    "listen to this article",
    "load more",
    "log in",
    "login",
    "more on this story",
    "more stories",
    "more to explore",
    "newsletter",
    "read more",
    "read next",
    "recommended",
    "recommended for you",
    "recommended reading",
    "register",
    "related",
    "related articles",
    "related content",
    "related news",
    "related posts",
    "related stories",
    "related topics",
    "save",
    "see also",
    "share",
    "share on facebook",
    "share on twitter",
    "share this",
    "share this article",
    "share this post",
    "share this story",
    "sign in",
    "sign up",
    "story continues below",
    "story continues below advertisement",
    "subscribe",
    "subscribe now",
    "subscribe to our newsletter",
    "tags",
    "topics",
    "twitter",
    "whatsapp",
    "linkedin",
    "what to read next",
    "write a comment",
    "you may also like",
    "you might also like",
    "your email address will not be published",
    "post comment",
    "cancel reply",
    "article continues after ad",
    "article continues below",
    "continue reading",
    "get the newsletter",
    "no comments",
    "thank you for reading",
    "download pdf",
    "print this article",
    "click here to subscribe",
];

const PANEL_STARTS: &[&str] = &[
    "all rights reserved",
    "already a subscriber",
    "also read:",
    "by signing up",
    "click here to ",
    "copyright ©",
    "filed under:",
    "filed under ",
    "follow us on ",
    "for more stories",
    "get our ",
    "join our mailing list",
    "more from ",
    "notify me of ",
    "read also:",
    "read more:",
    "read next:",
    "related:",
    "save my name, email",
    "see also:",
    "sign up for ",
    "sign up to ",
    "stay informed about ",
    "subscribe to our ",
    "subscribe to the ",
    "support our journalism",
    "tagged with",
    "tags:",
    "this site uses akismet",
    "this site uses cookies",
    "we use cookies",
    "your email address will not be published",
    "© ",
    "©20",
    "recommended:",
    "watch:",
    "listen:",
    "logged in as",
    "be the first to comment",
    "share this:",
    "share via",
    "topics:",
    "enter your email",
];
