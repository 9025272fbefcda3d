//! Reading the file: one JSON object a line, every mistake at its place.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::line::{Change, Line, Place, Wish};

/// Something wrong with a file of corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The bytes of the file in question.
    pub span: Range<usize>,
    /// What is wrong, in one sentence: lowercase, without a full stop.
    pub message: String,
    /// What to do about it, if there is something to say.
    pub help: Option<String>,
}

/// The keys of a line.
const KEYS: [&str; 13] = [
    "article",
    "quotation",
    "entity",
    "start",
    "occurrence",
    "speaker",
    "role",
    "remove",
    "rename",
    "merge",
    "split",
    "name",
    "note",
];

/// The keys of a place within `merge` and `split`.
const PLACE_KEYS: [&str; 3] = ["text", "start", "occurrence"];

/// The lines of a file with the articles that they name. Blank lines are passed over.
pub(crate) fn lines(text: &str) -> Result<Vec<(String, Line)>, Vec<Mistake>> {
    let (mut lines, mut mistakes) = (Vec::new(), Vec::new());
    let mut start = 0;
    for (number, line) in (1..).zip(text.split('\n')) {
        let json = line.trim_start_matches('\u{feff}').trim();
        if !json.is_empty() {
            let at = start + (json.as_ptr() as usize - line.as_ptr() as usize);
            match (Reader { at, mistakes: Vec::new() }).line(json) {
                Ok((article, change)) => {
                    lines.push((article, Line { number, json: json.to_owned(), change }));
                }
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        start += line.len() + 1;
    }
    if mistakes.is_empty() { Ok(lines) } else { Err(mistakes) }
}

/// Reads one line, which begins at the byte `at` of the file.
struct Reader {
    at: usize,
    mistakes: Vec<Mistake>,
}

/// A key of a line with its value; the spans are bytes of the file.
struct Field<'l> {
    key: String,
    key_span: Range<usize>,
    json: &'l str,
    span: Range<usize>,
}

impl Reader {
    /// The article that the line names, and what it changes there.
    fn line(mut self, json: &str) -> Result<(String, Change), Vec<Mistake>> {
        let whole = self.at..self.at + json.len();
        let Some(fields) = self.fields(json, &KEYS) else { return Err(self.mistakes) };
        let of = |key: &str| fields.iter().find(|field| field.key == key);
        let article = match of("article") {
            Some(field) => self.words(field),
            None => self.wrong(&whole, "`article` is missing", Some("name it by its `id`")),
        };
        if let Some(note) = of("note") {
            self.words(note);
        }
        let change = match (of("quotation"), of("entity")) {
            (Some(field), None) => self.of_quotation(field, &fields),
            (None, Some(field)) => self.of_entity(field, &fields),
            (Some(_), Some(second)) => {
                let help = "a line corrects one of them; write two lines";
                self.wrong(&second.key_span, "both `quotation` and `entity`", Some(help))
            }
            (None, None) => {
                let help = "say which words of the article are meant";
                self.wrong(&whole, "neither `quotation` nor `entity`", Some(help))
            }
        };
        match (article, change) {
            (Some(article), Some(change)) if self.mistakes.is_empty() => Ok((article, change)),
            _ => Err(self.mistakes),
        }
    }

    fn of_quotation(&mut self, words: &Field<'_>, fields: &[Field<'_>]) -> Option<Change> {
        let of = |key: &str| fields.iter().find(|field| field.key == key);
        self.foreign(fields, &["rename", "merge", "split", "name"], "quotation");
        let text = self.words(words);
        let quotation = self.place(text, of("start"), of("occurrence"));
        if let Some(remove) = of("remove") {
            if remove.json != "true" {
                let help = "leave the key out to keep the quotation";
                self.wrong::<()>(&remove.span, "`remove` can only be true", Some(help));
            }
            if let Some(other) = of("speaker").or_else(|| of("role")) {
                let message = format!("`{}` of a quotation that is removed", other.key);
                self.wrong::<()>(&other.key_span, &message, None);
            }
            return Some(Change::Remove { quotation: quotation? });
        }
        let (speaker, role) = (self.wish(of("speaker")), self.wish(of("role")));
        match (&speaker, &role) {
            (Some(Wish::Keep), Some(Wish::Keep)) if self.mistakes.is_empty() => {
                let help = "say `speaker`, `role` or `remove`";
                return self.wrong(&words.key_span, "nothing to change", Some(help));
            }
            (Some(Wish::Clear), Some(Wish::Set(_))) => {
                let span = of("role").map_or(0..0, |field| field.key_span.clone());
                return self.wrong(&span, "a role of nobody", Some("`speaker` is null"));
            }
            _ => {}
        }
        Some(Change::Speaker { quotation: quotation?, speaker: speaker?, role: role? })
    }

    fn of_entity(&mut self, words: &Field<'_>, fields: &[Field<'_>]) -> Option<Change> {
        let of = |key: &str| fields.iter().find(|field| field.key == key);
        self.foreign(fields, &["speaker", "role", "remove"], "entity");
        let text = self.words(words);
        let entity = self.place(text, of("start"), of("occurrence"));
        if let (Some(name), None) = (of("name"), of("split")) {
            self.wrong::<()>(
                &name.key_span,
                "`name` goes with `split`",
                Some("to name it, `rename`"),
            );
        }
        match (of("rename"), of("merge"), of("split")) {
            (Some(field), None, None) => {
                let name = self.name(field);
                Some(Change::Rename { entity: entity?, name: name? })
            }
            (None, Some(field), None) => {
                let others = self.places(field);
                Some(Change::Merge { entity: entity?, others: others? })
            }
            (None, None, Some(field)) => {
                let names = self.places(field);
                let name = of("name").and_then(|field| self.name(field));
                Some(Change::Split { entity: entity?, names: names?, name })
            }
            (None, None, None) if !self.mistakes.is_empty() => None,
            (None, None, None) => {
                let help = "say `rename`, `merge` or `split`";
                self.wrong(&words.key_span, "nothing to change", Some(help))
            }
            _ => {
                let help = "write a line each; they are applied in their order";
                self.wrong(&words.key_span, "several changes in one line", Some(help))
            }
        }
    }

    /// Keys that mean nothing beside `beside`.
    fn foreign(&mut self, fields: &[Field<'_>], keys: &[&str], beside: &str) {
        for field in fields.iter().filter(|field| keys.contains(&&*field.key)) {
            let message = format!("`{}` does not go with `{beside}`", field.key);
            self.wrong::<()>(&field.key_span, &message, None);
        }
    }

    /// The places of a list: words, or objects with `text` and which of several.
    fn places(&mut self, list: &Field<'_>) -> Option<Vec<Place>> {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(list.json) else {
            let message = format!("`{}` must be a list of names", list.key);
            return self.wrong(&list.span, &message, Some("write for example [\"Mr Ek\"]"));
        };
        if items.is_empty() {
            return self.wrong(&list.span, &format!("`{}` names nothing", list.key), None);
        }
        let mut places = Vec::new();
        for item in items {
            let json = item.get();
            let start = list.span.start + (json.as_ptr() as usize - list.json.as_ptr() as usize);
            let span = start..start + json.len();
            let place = if json.starts_with('{') {
                let mut inner = Self { at: start, mistakes: Vec::new() };
                let fields = inner.fields(json, &PLACE_KEYS);
                self.mistakes.append(&mut inner.mistakes);
                let fields = fields?;
                let of = |key: &str| fields.iter().find(|field| field.key == key);
                match of("text") {
                    Some(field) => {
                        let text = self.words(field);
                        self.place(text, of("start"), of("occurrence"))
                    }
                    None => self.wrong(&span, "`text` is missing", None),
                }
            } else {
                let field = Field { key: list.key.clone(), key_span: span.clone(), json, span };
                let text = self.words(&field);
                self.place(text, None, None)
            };
            places.push(place?);
        }
        Some(places)
    }

    fn place(
        &mut self,
        text: Option<String>,
        start: Option<&Field<'_>>,
        occurrence: Option<&Field<'_>>,
    ) -> Option<Place> {
        if let (Some(_), Some(second)) = (start, occurrence) {
            self.wrong::<()>(&second.key_span, "both `start` and `occurrence`", Some("say one"));
        }
        let start = start.map(|field| self.number(field, 0));
        let occurrence = occurrence.map(|field| self.number(field, 1));
        let place = Place { text: text?, start: None, occurrence: None };
        match (start, occurrence) {
            (Some(None), _) | (_, Some(None)) => None,
            (start, occurrence) => {
                Some(Place { start: start.flatten(), occurrence: occurrence.flatten(), ..place })
            }
        }
    }

    fn number(&mut self, field: &Field<'_>, least: u32) -> Option<u32> {
        match field.json.parse().ok().filter(|number| *number >= least) {
            None => {
                let message = format!("`{}` must be a whole number from {least}", field.key);
                self.wrong(&field.span, &message, None)
            }
            number => number,
        }
    }

    fn wish(&mut self, field: Option<&Field<'_>>) -> Option<Wish> {
        match field {
            None => Some(Wish::Keep),
            Some(field) if field.json == "null" => Some(Wish::Clear),
            Some(field) => Some(Wish::Set(self.name(field)?)),
        }
    }

    /// Words that come into records: without control characters.
    fn name(&mut self, field: &Field<'_>) -> Option<String> {
        let words = self.words(field)?;
        match words.chars().find(|c| c.is_control()) {
            None => Some(words),
            Some(c) => {
                let message =
                    format!("`{}` has the control character U+{:04X}", field.key, u32::from(c));
                self.wrong(&field.span, &message, Some("take it out"))
            }
        }
    }

    fn words(&mut self, field: &Field<'_>) -> Option<String> {
        match serde_json::from_str(field.json) {
            Ok(Value::String(words)) if !words.trim().is_empty() => Some(words),
            Ok(Value::String(_)) => {
                self.wrong(&field.span, &format!("`{}` is empty", field.key), None)
            }
            _ => {
                let message = format!("`{}` must be text in quotation marks", field.key);
                self.wrong(&field.span, &message, None)
            }
        }
    }

    /// The keys and values of an object; `None` where it is none or has keys that there are not.
    fn fields<'l>(&mut self, json: &'l str, known: &[&str]) -> Option<Vec<Field<'l>>> {
        let Object(pairs) = match serde_json::from_str(json) {
            Ok(object) => object,
            Err(error) => {
                let column = error.column().saturating_sub(1).min(json.len());
                let start = (0..=column).rev().find(|at| json.is_char_boundary(*at)).unwrap_or(0);
                let length = json[start..].chars().next().map_or(0, char::len_utf8);
                let at = self.at + start..self.at + start + length;
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                let help = "a line is one JSON object, such as {\"article\": …, \"quotation\": …, \"speaker\": …}";
                return self.wrong(&at, message, Some(help));
            }
        };
        let mut fields: Vec<Field<'l>> = Vec::with_capacity(pairs.len());
        let mut before = 0;
        for (key, value) in pairs {
            let value = value.get();
            let start = value.as_ptr() as usize - json.as_ptr() as usize;
            // Between two values stand a comma, the key in quotation marks, a colon.
            let between = &json[before..start];
            let open = before + between.find('"').unwrap_or(0);
            let close = before + between.rfind('"').map_or(between.len(), |at| at + 1);
            before = start + value.len();
            let key_span = self.at + open..self.at + close;
            if !known.contains(&&*key) {
                let near =
                    known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, &key));
                let near = near.filter(|known| strsim::damerau_levenshtein(known, &key) <= 2);
                let help = near.map_or_else(
                    || format!("there are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong::<()>(&key_span, &format!("unknown key `{key}`"), Some(&help));
            } else if fields.iter().any(|field| field.key == key) {
                self.wrong::<()>(&key_span, &format!("`{key}` stands here twice"), None);
            }
            let span = self.at + start..self.at + before;
            fields.push(Field { key, key_span, json: value, span });
        }
        self.mistakes.is_empty().then_some(fields)
    }

    fn wrong<T>(&mut self, span: &Range<usize>, message: &str, help: Option<&str>) -> Option<T> {
        self.mistakes.push(Mistake {
            span: span.clone(),
            message: message.to_owned(),
            help: help.map(str::to_owned),
        });
        None
    }
}

/// The pairs of a JSON object, in order, also where a key stands twice.
struct Object<'l>(Vec<(String, &'l RawValue)>);

impl<'l> Deserialize<'l> for Object<'l> {
    fn deserialize<D: Deserializer<'l>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'l> Visitor<'l> for Pairs {
            type Value = Object<'l>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Object<'l>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}
