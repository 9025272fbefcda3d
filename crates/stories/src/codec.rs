//! An article as bytes: what a commit keeps of it, and what is laid aside when it leaves the window.
//!
//! Numbers are LEB128; a text is its length and its bytes; a list is its length and its entries. Spans of one
//! list are written as they are: they are short already.

use document::Span;

use crate::article::{Article, Date, Entity, Label, Quotation, QuotationKind, Speaker};

/// First byte of an article: the form of what follows.
const FORM: u8 = 1;

impl Article {
    /// The article as bytes that [`decode`](Self::decode) reads.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(self.text.len() + self.text.len() / 4 + 256));
        out.0.push(FORM);
        for text in [&self.id, &self.title, &self.outlet, &self.published] {
            out.text(text);
        }
        out.option(self.day.as_ref(), |out, day| out.number(zigzag(*day)));
        out.option(self.group.as_ref(), |out, group| out.text(group));
        out.flag(self.transcript);
        out.text(&self.text);
        out.list(&self.sentences, |out, span| out.span(*span));
        out.list(&self.entities, Writer::entity);
        out.list(&self.quotations, Writer::quotation);
        out.list(&self.dates, |out, date| {
            out.span(date.span);
            out.text(&date.value);
        });
        out.0
    }

    /// The article of these bytes; `None` if they are not those of one.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut input = Reader(bytes.strip_prefix(&[FORM])?);
        let article = Self {
            id: input.text()?,
            title: input.text()?,
            outlet: input.text()?,
            published: input.text()?,
            day: input.option(|input| Some(unzigzag(input.number()?)))?,
            group: input.option(Reader::text)?,
            transcript: input.flag()?,
            text: input.text()?,
            sentences: input.list(Reader::span)?,
            entities: input.list(Reader::entity)?,
            quotations: input.list(Reader::quotation)?,
            dates: input.list(|input| Some(Date { span: input.span()?, value: input.text()? }))?,
        };
        (input.0.is_empty() && article.holds()).then_some(article)
    }

    /// Whether every span is a slice of the text, and every index one of an entity.
    fn holds(&self) -> bool {
        let slice = |span: Span| self.text.get(span.range()).is_some();
        self.sentences.iter().all(|span| slice(*span))
            && self.entities.iter().flat_map(|entity| &entity.names).all(|span| slice(*span))
            && self.dates.iter().all(|date| slice(date.span))
            && self.quotations.iter().all(|quotation| {
                let speaker = quotation.speaker.as_ref().and_then(|speaker| speaker.entity);
                slice(quotation.span)
                    && quotation.marked.iter().chain(&quotation.occasion).all(|span| slice(*span))
                    && speaker.is_none_or(|index| (index as usize) < self.entities.len())
            })
    }
}

/// Appends values to bytes.
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn span(&mut self, span: Span) {
        self.number(span.start());
        self.number(span.len());
    }

    fn option<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, list: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(list.len() as u32);
        for entry in list {
            write(self, entry);
        }
    }

    fn entity(&mut self, entity: &Entity) {
        self.text(&entity.key);
        self.text(&entity.name);
        self.0.push(match entity.label {
            Label::Per => 0,
            Label::Org => 1,
            Label::Loc => 2,
            Label::Misc => 3,
        });
        self.option(entity.country.as_ref(), |out, country| out.text(country));
        self.list(&entity.names, |out, span| out.span(*span));
        self.number(entity.mentions);
    }

    fn quotation(&mut self, quotation: &Quotation) {
        self.number(quotation.number);
        self.span(quotation.span);
        self.0.push(match quotation.kind {
            QuotationKind::Direct => 0,
            QuotationKind::Mixed => 1,
            QuotationKind::Indirect => 2,
        });
        self.list(&quotation.marked, |out, span| out.span(*span));
        self.option(quotation.part_of.as_ref(), |out, first| out.number(*first));
        self.option(quotation.speaker.as_ref(), |out, speaker| {
            out.option(speaker.entity.as_ref(), |out, entity| out.number(*entity));
            out.text(&speaker.name);
            out.option(speaker.role.as_ref(), |out, role| out.text(role));
        });
        self.option(quotation.occasion.as_ref(), |out, span| out.span(*span));
        self.option(quotation.said_on.as_ref(), |out, day| out.text(day));
        self.flag(quotation.negated);
    }
}

/// Takes values from bytes; `None` where they end too early or say nothing that was written.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok();
            }
        }
        None
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        let len = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        str::from_utf8(text).ok().map(str::to_owned)
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.number()?;
        Some(Span::new(start, start.checked_add(self.number()?)?))
    }

    #[expect(clippy::option_option, reason = "the outer one is whether the bytes can be read")]
    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.number()?;
        (0..len).map(|_| read(self)).collect()
    }

    fn entity(&mut self) -> Option<Entity> {
        Some(Entity {
            key: self.text()?,
            name: self.text()?,
            label: match self.byte()? {
                0 => Label::Per,
                1 => Label::Org,
                2 => Label::Loc,
                3 => Label::Misc,
                _ => return None,
            },
            country: self.option(Self::text)?,
            names: self.list(Self::span)?,
            mentions: self.number()?,
        })
    }

    fn quotation(&mut self) -> Option<Quotation> {
        Some(Quotation {
            number: self.number()?,
            span: self.span()?,
            kind: match self.byte()? {
                0 => QuotationKind::Direct,
                1 => QuotationKind::Mixed,
                2 => QuotationKind::Indirect,
                _ => return None,
            },
            marked: self.list(Self::span)?,
            part_of: self.option(Self::number)?,
            speaker: self.option(|input| {
                Some(Speaker {
                    entity: input.option(Self::number)?,
                    name: input.text()?,
                    role: input.option(Self::text)?,
                })
            })?,
            occasion: self.option(Self::span)?,
            said_on: self.option(Self::text)?,
            negated: self.flag()?,
        })
    }
}

/// Small numbers for days near 1970 on either side.
fn zigzag(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)).cast_unsigned()
}

fn unzigzag(number: u32) -> i32 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use document::Span;
    use proptest::prelude::*;

    use super::*;

    fn article(text: &str, day: Option<i32>) -> Article {
        let whole = Span::from_range(0..text.len());
        let speaker = Speaker { entity: Some(0), name: "Ada Ek".to_owned(), role: None };
        Article {
            id: "drop/a.txt".to_owned(),
            title: "Harbour opens".to_owned(),
            published: "2024-02-29".to_owned(),
            day,
            group: Some("harbour".to_owned()),
            text: text.to_owned(),
            sentences: vec![whole],
            entities: vec![Entity {
                key: "per:ada-ek".to_owned(),
                name: "Ada Ek".to_owned(),
                label: Label::Per,
                country: Some("NO".to_owned()),
                names: vec![whole],
                mentions: 300,
            }],
            quotations: vec![Quotation {
                number: 2,
                span: whole,
                kind: QuotationKind::Mixed,
                marked: vec![whole],
                part_of: Some(1),
                speaker: Some(speaker),
                occasion: Some(whole),
                said_on: Some("2024-02-28".to_owned()),
                negated: true,
            }],
            dates: vec![Date { span: whole, value: "2024-02".to_owned() }],
            ..Article::default()
        }
    }

    proptest! {
        #[test]
        fn an_article_comes_back_and_its_cut_bytes_do_not(
            text in "[a-zé. ]{0,300}",
            day in proptest::option::of(any::<i32>()),
            cut in any::<prop::sample::Index>(),
        ) {
            let article = article(&text, day);
            let bytes = article.encode();
            prop_assert_eq!(Article::decode(&bytes), Some(article));
            prop_assert_eq!(Article::decode(&bytes[..cut.index(bytes.len())]), None);
        }
    }
}
