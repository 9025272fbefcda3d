//! What every page has: head, policy, navigation.

use std::sync::LazyLock;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::Digest;

/// The style of every page.
static STYLE: LazyLock<String> = LazyLock::new(|| dense(include_str!("../assets/style.css"), ""));

/// What a page can do beside being read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Its table is filtered.
    Filter,
    /// Its quotations are searched.
    Search,
    /// Its quotations can be clicked and corrected.
    Article,
}

impl Script {
    const ALL: [Self; 3] = [Self::Filter, Self::Search, Self::Article];
    const SOURCES: [&str; 3] = [
        concat!(include_str!("../assets/fold.js"), include_str!("../assets/filter.js")),
        concat!(include_str!("../assets/fold.js"), include_str!("../assets/search.js")),
        include_str!("../assets/article.js"),
    ];

    fn asset(self) -> &'static Asset {
        static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
            Script::ALL.map(|script| Asset::new(Script::SOURCES[script as usize]))
        });
        &ASSETS[self as usize]
    }
}

/// A script, and what a page that has it may do: nothing but this style and this script, whatever an
/// article says.
struct Asset {
    code: String,
    policy: String,
}

impl Asset {
    fn new(source: &str) -> Self {
        let digest = |text: &str| BASE64.encode(&sha2::Sha256::digest(text.as_bytes()));
        let code = dense(source, "\n");
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            digest(&STYLE),
            digest(&code)
        );
        Self { code, policy }
    }
}

/// The lines of an asset without what stands there for people alone: indents and whole lines of comment.
fn dense(source: &str, end: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.flat_map(|line| [line, end]).collect()
}

/// The pages that every page leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Drop,
    Events,
    Articles,
    People,
    Search,
    Letters,
}

impl Room {
    const ALL: [Self; 6] =
        [Self::Drop, Self::Events, Self::Articles, Self::People, Self::Search, Self::Letters];

    fn file(self) -> &'static str {
        match self {
            Self::Drop => crate::FIRST,
            Self::Events => "events.html",
            Self::Articles => "articles.html",
            Self::People => "people.html",
            Self::Search => "search.html",
            Self::Letters => "letters.html",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Drop => "The drop",
            Self::Events => "Events",
            Self::Articles => "Articles",
            Self::People => "People",
            Self::Search => "Quotations",
            Self::Letters => "Run",
        }
    }
}

/// A page of a room.
pub(crate) struct Shell<'p> {
    pub(crate) room: Room,
    pub(crate) title: &'p str,
    /// Whether the page lies in a folder below the first page.
    pub(crate) below: bool,
    pub(crate) script: Script,
}

impl Shell<'_> {
    /// A page at the top of the report.
    pub(crate) fn top(room: Room, title: &str) -> Shell<'_> {
        Shell { room, title, below: false, script: Script::Filter }
    }

    /// A page in a folder of the report.
    pub(crate) fn below(room: Room, title: &str) -> Shell<'_> {
        Shell { room, title, below: true, script: Script::Filter }
    }

    /// The same page with another script.
    pub(crate) fn script(self, script: Script) -> Self {
        Self { script, ..self }
    }

    /// The page around its content.
    pub(crate) fn around(&self, content: &Markup) -> Markup {
        let up = if self.below { "../" } else { "" };
        let asset = self.script.asset();
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(asset.policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content="copydesk";
                    meta name="referrer" content="no-referrer";
                    title { (self.title) " · Copydesk" }
                    style { (PreEscaped(&*STYLE)) }
                }
                body {
                    a.skip href="#main" { "To the content" }
                    header.top {
                        nav aria-label="Report" {
                            a.brand href={ (up) (crate::FIRST) } { "Copydesk" }
                            @for room in Room::ALL {
                                a href={ (up) (room.file()) } aria-current=[(room == self.room).then_some("page")] { (room.name()) }
                            }
                        }
                    }
                    main id="main" { (content) }
                    script { (PreEscaped(&asset.code)) }
                }
            }
        }
    }
}

/// Tools that filter the rows of the table with this id: a field for words, and lists of values.
pub(crate) fn filters(table: &str, lists: &[(&str, &str, Vec<String>)]) -> Markup {
    html! {
        div.tools data-filters=(table) {
            label { "Words" input type="search" name="words" autocomplete="off"; }
            @for (name, words, values) in lists {
                @if values.len() > 1 {
                    label {
                        (words)
                        select name=(name) {
                            option value="" { "all" }
                            @for value in values { option value=(value) { (value) } }
                        }
                    }
                }
            }
            output aria-live="polite" {}
        }
    }
}

/// A number with its noun.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
