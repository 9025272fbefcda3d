//! `copydesk search`: the archive of an output folder, asked from the command line.

use std::io::{BufWriter, Write, stdout};

use archive::{Archive, ArchiveError, ArticleHit, CaughtUp, Hit, Search, Snippet, Target};
use sink::Disk;

use crate::args::{self, Published, SearchKind};
use crate::exit::{Exit, Trouble};
use crate::shown::{self, line};
use crate::{log, summary};

pub(crate) fn search(command: &args::Search) -> Result<Exit, Trouble> {
    let search = sort_out(command)?;
    let archive = open(command)?;
    if let Some(person) = &search.person
        && archive.persons(person).map_err(trouble)?.is_empty()
    {
        let help = "`--kind name` searches the names";
        return Err(Trouble::Usage(format!("nobody here is called `{person}`; {help}")));
    }
    let mut hits =
        archive.search(&Search { limit: search.limit + 1, ..search.clone() }).map_err(trouble)?;
    let more = hits.len() > search.limit;
    hits.truncate(search.limit);
    let mut out = BufWriter::new(stdout().lock());
    if command.json {
        for hit in &hits {
            serde_json::to_writer(&mut out, hit).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    } else {
        let marks = Marks::for_stdout();
        for hit in &hits {
            out.write_all(drawn(hit, &marks).as_bytes())?;
        }
    }
    out.flush()?;
    match hits.len() {
        0 => eprintln!("nothing found"),
        shown if more => {
            eprintln!("the first {}; `--limit` shows more", summary::plural(shown as u64, "hit"));
        }
        _ => {}
    }
    Ok(Exit::Success)
}

/// The archive of the folder, up to date where that can be.
fn open(command: &args::Search) -> Result<Archive, Trouble> {
    let dir = &command.folder;
    sink::read_manifest(dir)?;
    let opened = match Archive::open(dir) {
        Ok(archive) if archive.is_current(dir).map_err(trouble)? => return Ok(archive),
        Err(ArchiveError::None { .. }) => None,
        opened => Some(opened.map_err(trouble)?),
    };
    match archive::catch_up(dir, &Disk::default()) {
        Ok(CaughtUp { path, records, .. }) => {
            let records = summary::plural(records, "record");
            tracing::info!("{}: took in {records}", path.display());
            Archive::open(dir).map_err(trouble)
        }
        // Somebody who may only read, or a run that is at work on it: what is there can be searched.
        Err(error) => {
            let Some(archive) = opened else { return Err(trouble(error)) };
            tracing::warn!(
                "the archive lacks the latest articles ({error}); a run with the sink `sqlite` brings them"
            );
            Ok(archive)
        }
    }
}

fn trouble(error: ArchiveError) -> Trouble {
    match error {
        ArchiveError::Folder(error) => error.into(),
        ArchiveError::Query(error) => Trouble::Usage(error.to_string()),
        error => Trouble::failed(error),
    }
}

fn sort_out(command: &args::Search) -> Result<Search, Trouble> {
    let by_person = command.person.is_some();
    let target = match command.kind {
        None if by_person => Target::Quotations,
        None | Some(SearchKind::Article) => Target::Articles,
        Some(SearchKind::Quotation) => Target::Quotations,
        Some(SearchKind::Direct) => Target::QuotationsOf("direct"),
        Some(SearchKind::Mixed) => Target::QuotationsOf("mixed"),
        Some(SearchKind::Indirect) => Target::QuotationsOf("indirect"),
        Some(SearchKind::Name) => Target::Names,
    };
    let query = command.query.join(" ");
    let Published { outlet, since, until } = &command.published;
    let limits = [&command.person, outlet, since, until, &command.story];
    if query.trim().is_empty() && limits.iter().all(|limit| limit.is_none()) {
        let help = "name words to look for, or limit the search by `--person`, `--outlet`, `--since`, `--until` or `--story`";
        return Err(Trouble::Usage(help.to_owned()));
    }
    Ok(Search {
        query,
        target,
        person: command.person.clone(),
        outlet: outlet.clone(),
        since: since.clone(),
        until: until.clone(),
        story: command.story.clone(),
        limit: command.limit,
    })
}

/// What stands around what was looked for.
struct Marks {
    hit: [&'static str; 2],
    heading: [&'static str; 2],
}

impl Marks {
    fn for_stdout() -> Self {
        if log::stdout_has_color() {
            Self { hit: ["\u{1b}[1;33m", "\u{1b}[0m"], heading: ["\u{1b}[1m", "\u{1b}[0m"] }
        } else {
            Self { hit: ["**", "**"], heading: ["", ""] }
        }
    }
}

/// A hit as lines for people.
fn drawn(hit: &Hit, marks: &Marks) -> String {
    let [bold, plain] = marks.heading;
    match hit {
        Hit::Article { article, snippet } => {
            let title = article.title.as_deref().unwrap_or(&article.id);
            format!(
                "{bold}{}{plain}\n    {}\n    {}\n",
                line(title),
                marked(snippet, marks),
                place(article)
            )
        }
        Hit::Quotation { article, form, speaker, role, cue, snippet, .. } => {
            let who = speaker.as_deref().unwrap_or("nobody named");
            let role = role.as_deref().map(|role| format!(", {}", line(role))).unwrap_or_default();
            let how = [cue.as_deref(), form.as_deref()];
            let how: Vec<_> = how.into_iter().flatten().map(line).collect();
            format!(
                "{bold}{}{plain}{role} ({})\n    {}\n    {}\n",
                line(who),
                how.join(", "),
                marked(snippet, marks),
                place(article)
            )
        }
        Hit::Name { person, name, label, articles, quotations } => format!(
            "{bold}{}{plain}  {}  {}, {}  {}\n",
            line(name),
            line(label.as_deref().unwrap_or("-")),
            summary::plural(*articles, "article"),
            summary::plural(*quotations, "quotation"),
            line(person)
        ),
    }
}

fn place(article: &ArticleHit) -> String {
    let day = article.published.as_deref().map(|date| date.get(..10).unwrap_or(date));
    let parts = [day, article.outlet.as_deref(), Some(&article.id)];
    parts.into_iter().flatten().map(line).collect::<Vec<_>>().join("  ")
}

fn marked(snippet: &Snippet, marks: &Marks) -> String {
    let mut out = String::new();
    let mut hits = snippet.hits.iter().peekable();
    for (at, c) in snippet.text.chars().enumerate() {
        if hits.peek().is_some_and(|(start, _)| *start == at) {
            out.push_str(marks.hit[0]);
        }
        out.push(shown::character(c));
        if hits.next_if(|(_, end)| *end == at + 1).is_some() {
            out.push_str(marks.hit[1]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use archive::Snippet;

    use super::{Marks, marked};

    #[test]
    fn hits_are_marked_and_nothing_steers_the_terminal() {
        let marks = Marks { hit: ["**", "**"], heading: ["", ""] };
        let snippet = Snippet {
            text: "a\nferry \u{1b}[31mstrike\u{202e}".to_owned(),
            hits: vec![(2, 7), (13, 19)],
        };
        assert_eq!(marked(&snippet, &marks), "a **ferry**  [31m**strike** ");
    }
}
