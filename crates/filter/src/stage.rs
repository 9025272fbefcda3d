//! The stage: each wish in turn, the first that an article does not meet is the reason.

use document::{Document, Field, symbol};
use stage_api::{
    ArticleFactory, Flow, SettingError, Settings, Stage, StageError, StageInfo, StageSpec,
};

use crate::settings::{self, Wanted};

/// The value in which `normalize` says how sure it is that a text is an article.
const ARTICLE: &str = "normalize.article";

/// What `filter` declares: its name, its layers and its part of `pipeline.toml`.
pub fn spec() -> StageSpec {
    let info = StageInfo::new(
        "filter",
        env!("CARGO_PKG_VERSION"),
        "discards articles by language, length, article score, host and date",
    );
    StageSpec::article(info.reads("text").reads_if_present("values"), settings::declared(), build)
}

fn build(settings: &Settings) -> Result<Box<dyn ArticleFactory>, SettingError> {
    let wanted = Wanted::read(settings)?;
    Ok(Box::new(move || Box::new(Filter { wanted: wanted.clone() }) as Box<dyn Stage>))
}

struct Filter {
    wanted: Wanted,
}

impl Stage for Filter {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let reason = self
            .language(doc)
            .or_else(|| self.length(doc))
            .or_else(|| self.article(doc))
            .or_else(|| self.host(doc))
            .or_else(|| self.date(doc));
        Ok(reason.map_or(Flow::Keep, |reason| Flow::Discard(reason.into())))
    }
}

impl Filter {
    fn language(&self, doc: &Document) -> Option<String> {
        let language = doc.metadata.get(Field::Language);
        let primary = language.and_then(|language| language.split(['-', '_']).next());
        let known = primary.is_some_and(|primary| {
            self.wanted.languages.iter().any(|wanted| primary.eq_ignore_ascii_case(wanted))
        });
        (!self.wanted.languages.is_empty() && !known)
            .then(|| format!("language: {}", language.unwrap_or("unknown")))
    }

    fn length(&self, doc: &Document) -> Option<String> {
        let Wanted { min_characters, max_characters, .. } = self.wanted;
        if min_characters.is_none() && max_characters.is_none() {
            return None;
        }
        let length = doc.text().chars().count() as u64;
        match () {
            () if min_characters.is_some_and(|min| length < min) => {
                Some(format!("too short: {length} characters"))
            }
            () if max_characters.is_some_and(|max| length > max) => {
                Some(format!("too long: {length} characters"))
            }
            () => None,
        }
    }

    fn article(&self, doc: &Document) -> Option<String> {
        let min = self.wanted.min_article?;
        let named = doc.layer(symbol::VALUES).filter(|(_, row)| doc.name_of(row.kind) == ARTICLE);
        let score: f64 = doc.value(named.last()?.1)?.parse().ok()?;
        (score < min).then(|| format!("no article: score {score}"))
    }

    fn host(&self, doc: &Document) -> Option<String> {
        let host = doc.metadata.get(Field::Url).and_then(host_of);
        let below = |known: &String| {
            host.as_ref().is_some_and(|host| {
                host.strip_suffix(known.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        let Wanted { hosts, not_hosts, .. } = &self.wanted;
        let wanted = (hosts.is_empty() || hosts.iter().any(below)) && !not_hosts.iter().any(below);
        (!wanted).then(|| format!("host: {}", host.as_deref().unwrap_or("unknown")))
    }

    fn date(&self, doc: &Document) -> Option<String> {
        // An ISO date, or a date-time that begins with one.
        let day = doc.metadata.get(Field::Published)?.get(..10)?;
        let Wanted { from, to, .. } = &self.wanted;
        match () {
            () if from.as_deref().is_some_and(|from| day < from) => {
                Some(format!("too early: {day}"))
            }
            () if to.as_deref().is_some_and(|to| day > to) => Some(format!("too late: {day}")),
            () => None,
        }
    }
}

/// The host of an address, in lower case, without user, port and the dot of the root.
fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let host = host.trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then_some(host)
}
