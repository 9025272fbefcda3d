//! What a record says of its article itself.

use std::collections::BTreeMap;

use arrow_schema::ArrowError;
use wire::{Json, Record};

use crate::column::Columns;

/// One row a record.
pub(crate) fn articles(records: &[&Record]) -> Result<Columns, ArrowError> {
    let text = |field: fn(&Record) -> Option<&str>| records.iter().map(move |record| field(record));
    let bylines: Vec<&[String]> = records.iter().map(|record| &*record.byline).collect();
    let values: Vec<Option<String>> =
        records.iter().map(|record| Some(object(pieces(record.values.as_ref()?)))).collect();
    let meta: Vec<String> = records.iter().map(|record| object(pieces(&record.meta))).collect();
    let everywhere = vec![true; records.len()];
    let columns = Columns::new()
        .text("id", text(|record| Some(&record.id)))?
        .required()
        .whole("revision", records.iter().map(|record| Some(record.revision)))
        .required()
        .text("supersedes", text(|record| record.supersedes.as_deref()))?
        .text("offsets", records.iter().map(|record| Some(record.offsets.word())))?
        .required()
        .structs("origin", everywhere, origins(records)?)?
        .required()
        .text("title", text(|record| record.title.as_deref()))?
        .text("dek", text(|record| record.dek.as_deref()))?
        .text_lists("byline", &bylines)?
        .required()
        .text("published", text(|record| record.published.as_deref()))?
        .day("published_day", records.iter().map(|record| day(record.published.as_deref()?)))
        .text("modified", text(|record| record.modified.as_deref()))?
        .text("outlet", text(|record| record.outlet.as_deref()))?
        .text("url", text(|record| record.url.as_deref()))?
        .text("language", text(|record| record.language.as_deref()))?
        .text("text", text(|record| record.text.as_deref()))?
        .text("story", text(|record| record.story.as_deref()))?
        .text("values", values.iter().map(Option::as_deref))?
        .text("meta", meta.iter().map(|meta| Some(&**meta)))?
        .required();
    Ok(columns)
}

fn origins(records: &[&Record]) -> Result<Columns, ArrowError> {
    let origins = || records.iter().map(|record| &record.origin);
    Ok(Columns::new()
        .text("path", origins().map(|origin| Some(&*origin.path)))?
        .required()
        .whole("line", origins().map(|origin| origin.line))
        .whole("member", origins().map(|origin| origin.member))
        .whole("offset", origins().map(|origin| origin.offset))
        .text("sha256", origins().map(|origin| Some(&*origin.sha256)))?
        .required())
}

fn pieces(values: &BTreeMap<String, Json>) -> impl Iterator<Item = (&str, &str)> {
    values.iter().map(|(name, value)| (&**name, value.get()))
}

/// Values by name as one JSON object, each byte for byte.
pub(crate) fn object<'v>(values: impl Iterator<Item = (&'v str, &'v str)>) -> String {
    let mut json = String::from("{");
    for (name, value) in values {
        if json.len() > 1 {
            json.push(',');
        }
        json += &serde_json::to_string(name).expect("a text is JSON");
        json.push(':');
        json += value;
    }
    json.push('}');
    json
}

/// The day of an ISO date or date-time, counted from 1970-01-01; `None` for what is none.
pub(crate) fn day(date: &str) -> Option<i32> {
    let mut parts = date.get(..10)?.split('-').map(str::parse);
    let mut next = || parts.next()?.ok();
    let (year, month, day): (i32, i32, i32) = (next()?, next()?, next()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = usize::try_from(month.checked_sub(1)?).ok()?;
    if year < 0 || !(1..=*lengths.get(month)?).contains(&day) {
        return None;
    }
    let before: i32 = lengths[..month].iter().sum();
    let last = year - 1;
    let years = last * 365 + last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400);
    // 719,162 days from 0001-01-01 to 1970-01-01.
    Some(years + before + day - 1 - 719_162)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_counted_as_others_do() {
        let cases = [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("2023-02-06T08:00:00+09:00", Some(19_394)),
            ("1900-03-01", Some(-25_508)),
            ("2023-02-29", None),
            ("2023-13-01", None),
            ("2023-00-01", None),
            ("2023", None),
            ("not a date", None),
        ];
        for (date, expected) in cases {
            assert_eq!(day(date), expected, "{date}");
        }
    }
}
