//! The stage: an article in, its story out, and the file of all stories at the end.

use std::io;

use document::{Document, Row, symbol};
use stage_api::{
    Flow, Kind, OrderedStage, Setting, SettingError, Settings, StageError, StageInfo, StageSpec,
};

use crate::article::Article;
use crate::clusters::Limits;
use crate::row;
use crate::state::Stories;

/// The stage as the registry knows it.
pub fn spec() -> StageSpec {
    let info = StageInfo::new(
        "stories",
        env!("CARGO_PKG_VERSION"),
        "finds which articles cover one event, and tells each story",
    )
    .reads("text")
    .reads("sentences")
    .reads_if_present("mentions")
    .reads_if_present("entities")
    .reads_if_present("quotations")
    .writes("story")
    .drop_file("stories");
    let settings = vec![
        Setting::new(
            "window",
            Kind::Duration,
            "time between two articles, at most, for them to be compared, in whole days",
        )
        .default(7 * DAY),
        Setting::new(
            "keep",
            Kind::count(1, 10_000_000),
            "articles that new ones are compared with, about 4 KB each; the earliest arrivals leave first",
        )
        .default(100_000),
        Setting::new("sentences", Kind::count(0, 20), "sentences in the digest of a story, at most").default(4),
        Setting::new(
            "group",
            Kind::Text,
            "`meta.FIELD`: the field that names an article's story, instead of finding it",
        ),
    ];
    StageSpec::ordered(info, settings, |settings: &Settings| {
        let limits = Limits {
            window: days(settings.get_integer("window").unwrap_or_default()),
            keep: settings.count("keep"),
        };
        let group = settings.get_text("group").map(field).transpose()?.map(str::to_owned);
        let sentences = settings.count("sentences");
        Ok(move || {
            Box::new(Stage {
                group: group.clone(),
                sentences,
                stories: Stories::new(limits, group.is_some()),
                change: None,
            }) as Box<dyn OrderedStage>
        })
    })
}

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The days of a time, rounded up.
fn days(milliseconds: i64) -> i32 {
    i32::try_from((milliseconds + DAY - 1) / DAY).unwrap_or(i32::MAX)
}

/// The field of `meta.FIELD`.
fn field(text: &str) -> Result<&str, SettingError> {
    text.strip_prefix("meta.").filter(|field| !field.is_empty()).ok_or_else(|| {
        SettingError::new("group", "a group is a field of the input, such as `meta.event`")
    })
}

struct Stage {
    group: Option<String>,
    sentences: usize,
    stories: Stories,
    change: Option<Vec<u8>>,
}

impl OrderedStage for Stage {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let article = Article::of(doc, self.group.as_deref());
        let bytes = article.encode();
        let story = self.stories.admit(&article, &bytes);
        let story = story.map_err(|error| {
            StageError::Fatal(format!("the articles of the stories cannot be laid aside: {error}"))
        })?;
        doc.add_with_string(Row::new(symbol::STORY), story);
        self.change = Some(bytes);
        Ok(Flow::Keep)
    }

    fn take_change(&mut self) -> Option<Vec<u8>> {
        self.change.take()
    }

    fn restore(&mut self, change: &[u8]) -> Result<(), String> {
        let article = Article::decode(change).ok_or("these bytes are no article of a story")?;
        self.stories.admit(&article, change).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn drop_records(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        row::write_all(&mut self.stories, self.sentences, out)
    }
}
