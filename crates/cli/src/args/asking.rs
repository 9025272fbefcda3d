//! What is asked of an output folder: the arguments of `export` and `search`.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;

/// Which articles, by outlet and day.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Published {
    /// Only articles of outlets whose name has these words.
    #[arg(long, value_name = "NAME")]
    pub(crate) outlet: Option<String>,
    /// Only articles published on this day or later: YYYY-MM-DD, YYYY-MM or YYYY.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<String>,
    /// Only articles published on this day or before; of a month or a year, all of it.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) until: Option<String>,
}

/// A day, a month or a year of the calendar.
fn date(text: &str) -> Result<String, String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    // The first day of a month or a year is there if it is.
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    let form = day.len() == 10 && day.split('-').map(str::len).eq([4, 2, 2]);
    if !form || !day.split('-').all(digits) || day.starts_with("0000") {
        return Err("write it as 2023-02-06, 2023-02 or 2023".to_owned());
    }
    if filter::is_day(&day) {
        Ok(text.to_owned())
    } else {
        Err("the calendar has no such day; write one such as 2023-02-06, 2023-02 or 2023"
            .to_owned())
    }
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A CSV file is UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula (it
begins with =, +, - or @ and is no number) has an apostrophe before it. Lines are counted in the
text of the record, start and end in its code points. W3C annotations are JSON Lines.

Examples:
  copydesk export out -o quotations.csv
  copydesk export out --person Holt --since 2023-02 --until 2023-03-15
  copydesk export out --what entities --format w3c

Exit codes: 0 exported; 1 it cannot be written; 2 no output folder.")]
pub(crate) struct Export {
    /// The output folder.
    #[arg(value_name = "DIR", default_value = "out")]
    pub(crate) folder: PathBuf,
    /// What a row tells of.
    #[arg(long, value_enum, default_value_t = ExportWhat::Quotations, value_name = "WHAT")]
    pub(crate) what: ExportWhat,
    /// The form.
    #[arg(long, value_enum, default_value_t = ExportFormat::Csv, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
    /// Where to write; default: standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only what is said by, or tells of, somebody whose name has these words, or who has this key.
    #[arg(long, value_name = "NAME")]
    pub(crate) person: Option<String>,
    #[command(flatten)]
    pub(crate) published: Published,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportWhat {
    /// Whole quotations.
    Quotations,
    /// Entities of each article; as annotations, their mentions.
    Entities,
    /// Articles.
    Articles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A table for spreadsheets.
    Csv,
    /// W3C Web Annotations, one a line.
    W3c,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
All words must be there. \"two words\" stand next to each other, strik* begins so, -pay must not be there,
ferry OR boat takes either; in a shell, put the whole query into single quotation marks.
Asks archive.sqlite in the folder, and makes or completes it where it lacks articles; docs/archive.md
tells how to ask it in SQL.

Examples:
  copydesk search out ferry strike
  copydesk search out '\"pay talks\" OR strik*' --kind quotation --person Holt
  copydesk search out --person Holt --since 2023-02 --json

Exit codes: 0 also where nothing is found; 1 the archive could not be read or made; 2 no output folder,
or the search cannot be asked.")]
pub(crate) struct Search {
    /// The output folder.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Words to look for; without any, the latest that the other limits leave.
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// What to look for; default: quotations with `--person`, else articles.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<SearchKind>,
    /// Who speaks, or for articles is named: words of the name, or a key such as per:ada-ek.
    #[arg(long, value_name = "NAME")]
    pub(crate) person: Option<String>,
    #[command(flatten)]
    pub(crate) published: Published,
    /// Only the articles of this story, by id.
    #[arg(long, value_name = "ID")]
    pub(crate) story: Option<String>,
    /// How many hits at most.
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        default_value_t = 20,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000)
    )]
    pub(crate) limit: usize,
    /// Print each hit as a line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchKind {
    /// Articles, by title and text.
    Article,
    /// Quotations of every kind.
    Quotation,
    /// Quotations in marks.
    Direct,
    /// Quotations of which a part is in marks.
    Mixed,
    /// Reported speech without marks.
    Indirect,
    /// People, organizations and places.
    Name,
}
