//! What is known about an article beside its text, and where each piece is known from.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A metadata field with a fixed meaning; anything else lives in [`Metadata::meta`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The headline.
    Title,
    /// The line under the headline.
    Dek,
    /// One author; the only field with several values.
    Byline,
    /// First published: an ISO date, or a date-time with zone.
    Published,
    /// Last changed, in the same form.
    Modified,
    /// The paper, site or agency.
    Outlet,
    /// Address of the article.
    Url,
    /// Language as a BCP 47 primary subtag, such as `en`.
    Language,
}

impl Field {
    /// Every field, in the order in which records list them.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Dek,
        Self::Byline,
        Self::Published,
        Self::Modified,
        Self::Outlet,
        Self::Url,
        Self::Language,
    ];

    /// The key in records, sidecars and `when` conditions.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Dek => "dek",
            Self::Byline => "byline",
            Self::Published => "published",
            Self::Modified => "modified",
            Self::Outlet => "outlet",
            Self::Url => "url",
            Self::Language => "language",
        }
    }

    /// The field with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue {
    /// Which field.
    pub field: Field,
    /// The value, never empty.
    pub value: String,
    /// Where it came from, such as `sidecar`, `json-ld` or `first line`.
    pub from: Cow<'static, str>,
    /// Confidence from 0 to 1.
    pub confidence: f32,
    /// Whether it came with the article (a field of the input, a sidecar) rather than from a stage.
    pub supplied: bool,
}

/// The metadata of one article.
///
/// Supplied values win over extracted ones, whatever their confidence; among extracted values
/// of one field the most confident stays, the first one where they are equal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    values: Vec<FieldValue>,
    meta: Vec<(String, String)>,
}

impl Metadata {
    /// Adds a value that came with the article. Only [`Field::Byline`] takes several; for the
    /// others a later value replaces the earlier. Blank values are ignored.
    pub fn supply(&mut self, field: Field, value: &str, from: impl Into<Cow<'static, str>>) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        if field != Field::Byline {
            self.values.retain(|known| known.field != field);
        }
        self.values.push(FieldValue {
            field,
            value: value.to_owned(),
            from: from.into(),
            confidence: 1.0,
            supplied: true,
        });
    }

    /// Adds a value with its provenance as it was known elsewhere, whatever is there.
    pub fn restore(&mut self, value: FieldValue) {
        self.values.push(value);
    }

    /// Removes every value of `field`, so that a better supplier (a sidecar) can set it anew.
    pub fn clear(&mut self, field: Field) {
        self.values.retain(|known| known.field != field);
    }

    /// Sets what a stage found: `values` replaces the field's extracted values unless a supplied
    /// or an equally confident value is there. Blank values are ignored. Returns whether it was taken.
    ///
    /// ```
    /// use document::{Field, Metadata};
    ///
    /// let mut metadata = Metadata::default();
    /// assert!(metadata.extract(Field::Title, &["A headline"], "first line", 0.6));
    /// metadata.supply(Field::Title, "The headline", "sidecar");
    /// assert!(!metadata.extract(Field::Title, &["Another"], "json-ld", 0.99));
    /// assert_eq!(metadata.get(Field::Title), Some("The headline"));
    /// ```
    pub fn extract(
        &mut self,
        field: Field,
        values: &[&str],
        from: impl Into<Cow<'static, str>>,
        confidence: f32,
    ) -> bool {
        let mut values =
            values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).peekable();
        let known = |value: &FieldValue| {
            value.field == field && (value.supplied || value.confidence >= confidence)
        };
        if values.peek().is_none() || self.values.iter().any(known) {
            return false;
        }
        self.clear(field);
        let from = from.into();
        for value in values {
            let value = value.to_owned();
            self.values.push(FieldValue {
                field,
                value,
                from: from.clone(),
                confidence,
                supplied: false,
            });
        }
        true
    }

    /// The first value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.find(field).map(|known| known.value.as_str())
    }

    /// The first value of a field with its provenance.
    pub fn find(&self, field: Field) -> Option<&FieldValue> {
        self.values.iter().find(|known| known.field == field)
    }

    /// Every value of a field: the authors, for [`Field::Byline`].
    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |known| known.field == field)
            .map(|known| known.value.as_str())
    }

    /// Every value of every field, in the order in which they were set.
    pub fn values(&self) -> &[FieldValue] {
        &self.values
    }

    /// Sets a field of the input that has no fixed meaning; `value` is JSON and comes out byte for byte.
    pub fn set_meta(&mut self, key: &str, value: String) {
        match self.meta.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value,
            None => self.meta.push((key.to_owned(), value)),
        }
    }

    /// Sets many such fields in one go, in n log n; of equal keys the last value stays, in the
    /// first one's place.
    pub fn extend_meta(&mut self, fields: Vec<(String, String)>) {
        let mut places: BTreeMap<String, usize> =
            self.meta.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect();
        for (key, value) in fields {
            if let Some(&place) = places.get(&key) {
                self.meta[place].1 = value;
            } else {
                places.insert(key.clone(), self.meta.len());
                self.meta.push((key, value));
            }
        }
    }

    /// The fields without a fixed meaning, as key and JSON, in input order.
    pub fn meta(&self) -> &[(String, String)] {
        &self.meta
    }
}
