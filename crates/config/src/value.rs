//! One value against what was declared for it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stage_api::{Kind, Value, is_address};

use crate::Mistake;
use crate::checker::Checker;
use crate::print::{key_text, text_literal, value_text};
use crate::suggest::nearest;
use crate::table::check_settings;
use crate::tree::{Data, Node, Table};
use crate::units::{Amount, AmountError};

/// What became of a value.
pub(crate) enum Found {
    /// It fits.
    Value(Value),
    /// It cannot be known before the run.
    Hole,
    /// It does not fit, and that was reported.
    Wrong,
}

/// What is asked of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paths {
    /// There is no stage without the file.
    MustExist,
    /// A run gets a dead letter for it; patterns and `-` are left to the source.
    ShouldExist,
    /// Nothing.
    MayBeAbsent,
}

impl Checker<'_> {
    /// Checks the value of `key` against `kind`.
    pub(crate) fn check(&mut self, key: &str, kind: &Kind, node: &Node, paths: Paths) -> Found {
        if node.is_hole() {
            return Found::Hole;
        }
        match (kind, &node.data) {
            (Kind::Bool, Data::Bool(value)) => Found::Value(Value::Bool(*value)),
            (Kind::Integer { min, max }, Data::Integer(value)) => {
                self.in_range(key, node, *value, *min, *max)
            }
            (Kind::Number { min, max }, Data::Integer(value)) => {
                self.in_bounds(key, node, *value as f64, *min, *max)
            }
            (Kind::Number { min, max }, Data::Float(value)) => {
                self.in_bounds(key, node, *value, *min, *max)
            }
            (Kind::Text, Data::Text(text) | Data::Substituted(text)) => {
                Found::Value(Value::Text(text.clone()))
            }
            (Kind::Choice(words), Data::Text(text) | Data::Substituted(text)) => {
                if words.iter().any(|word| word == text) {
                    return Found::Value(Value::Text(text.clone()));
                }
                self.report(wrong_choice(key, node, text, words.iter().map(AsRef::as_ref)));
                Found::Wrong
            }
            (Kind::Size, Data::Text(text) | Data::Substituted(text)) => {
                self.amount(key, node, text, Amount::Size)
            }
            (Kind::Duration, Data::Text(text) | Data::Substituted(text)) => {
                self.amount(key, node, text, Amount::Time)
            }
            (Kind::Path, Data::Text(text) | Data::Substituted(text)) => {
                self.path(key, node, text, paths)
            }
            (Kind::List(inner), Data::List(items)) => self.list(key, inner, items, paths),
            (Kind::Map(inner), Data::Table(table)) => self.map(inner, table, paths),
            (Kind::Table(declared), Data::Table(table)) => {
                let checked = check_settings(self, key, declared, table, &[], paths);
                if !checked.fine {
                    Found::Wrong
                } else if checked.holes {
                    Found::Hole
                } else {
                    Found::Value(Value::Table(checked.values))
                }
            }
            (_, Data::Substituted(text)) => self.parsed(key, kind, node, text, paths),
            _ => {
                self.wrong_kind(key, kind, node);
                Found::Wrong
            }
        }
    }

    /// A text that the environment provided, where a number or truth value is wanted.
    fn parsed(&mut self, key: &str, kind: &Kind, node: &Node, text: &str, paths: Paths) -> Found {
        let data = match kind {
            Kind::Bool => text.parse().ok().map(Data::Bool),
            Kind::Integer { .. } => text.parse().ok().map(Data::Integer),
            Kind::Number { .. } => text.parse().ok().map(Data::Float),
            _ => None,
        };
        let Some(data) = data else {
            let mistake = Mistake::error(&node.span, format!("`{key}` must be {}", expected(kind)))
                .label(format!("with the environment put in, this is {}", text_literal(text)));
            self.report(mistake);
            return Found::Wrong;
        };
        self.check(key, kind, &Node { span: node.span.clone(), data }, paths)
    }

    fn in_range(&mut self, key: &str, node: &Node, value: i64, min: i64, max: i64) -> Found {
        if (min..=max).contains(&value) {
            return Found::Value(Value::Integer(value));
        }
        let kind = Kind::Integer { min, max };
        let mistake = Mistake::error(&node.span, format!("`{key}` is out of range"))
            .label(format!("expected {}", expected(&kind)))
            .help(format!("write `{key} = {}`", value.clamp(min, max)));
        self.report(mistake);
        Found::Wrong
    }

    fn in_bounds(&mut self, key: &str, node: &Node, value: f64, min: f64, max: f64) -> Found {
        if value >= min && value <= max {
            return Found::Value(Value::Number(value));
        }
        let nearest = if value > max { max } else { min };
        let mistake = Mistake::error(&node.span, format!("`{key}` is out of range"))
            .label(format!("expected {}", expected(&Kind::Number { min, max })))
            .help(format!("write `{key} = {nearest:?}`"));
        self.report(mistake);
        Found::Wrong
    }

    fn amount(&mut self, key: &str, node: &Node, text: &str, amount: Amount) -> Found {
        let what = match amount {
            Amount::Size => "amount of memory",
            Amount::Time => "length of time",
        };
        let (message, fix) = match amount.parse(text) {
            Ok(value) => return Found::Value(Value::Integer(value)),
            Err(AmountError::NoUnit) => {
                let unit = if amount == Amount::Size { "MiB" } else { "s" };
                (format!("`{key}` needs a unit"), Some(amount.join(text.trim(), unit)))
            }
            Err(AmountError::UnknownUnit(unit, meant)) => {
                (format!("`{unit}` is no unit of an {what}").replace("an l", "a l"), meant)
            }
            Err(AmountError::NoNumber) => {
                (format!("`{key}` must be {}", expected(&amount_kind(amount))), None)
            }
            Err(AmountError::TooLarge) => (format!("`{key}` is too large"), None),
        };
        let help = match fix {
            Some(fix) => format!("did you mean `\"{fix}\"`?"),
            None => format!("write for example `{key} = {}`", example(&amount_kind(amount))),
        };
        let mistake = Mistake::error(&node.span, message)
            .label(format!("units: {}", amount.unit_names()))
            .help(help);
        self.report(mistake);
        Found::Wrong
    }

    fn path(&mut self, key: &str, node: &Node, text: &str, paths: Paths) -> Found {
        if text.is_empty() {
            self.report(
                Mistake::error(&node.span, format!("`{key}` must name a file or folder"))
                    .label("empty"),
            );
            return Found::Wrong;
        }
        if text == "-" && paths != Paths::MustExist {
            return Found::Value(Value::Text(text.to_owned()));
        }
        let full = self.resolve(text);
        let pattern = text.contains(['*', '?', '[']);
        let is_asked_here = !pattern && !is_address(&full);
        let asked = paths == Paths::MustExist || (paths == Paths::ShouldExist && is_asked_here);
        if asked && !full.exists() {
            let help = similar_path(&full).map_or_else(
                || format!("paths are relative to the folder of this file: `{}`", full.display()),
                |name| {
                    format!(
                        "did you mean `{}`?",
                        PathBuf::from(text).with_file_name(name).display()
                    )
                },
            );
            let message = format!("there is no file or folder `{text}`");
            if paths == Paths::ShouldExist {
                self.report(
                    Mistake::warning(&node.span, message)
                        .label("a run makes this a dead letter")
                        .help(help),
                );
            } else {
                self.report(Mistake::error(&node.span, message).label("not found").help(help));
                return Found::Wrong;
            }
        }
        Found::Value(Value::Text(full.to_string_lossy().into_owned()))
    }

    fn list(&mut self, key: &str, inner: &Kind, items: &[Node], paths: Paths) -> Found {
        let found: Vec<_> = items.iter().map(|item| self.check(key, inner, item, paths)).collect();
        together(found.into_iter().map(|found| ((), found))).map_or_else(
            |other| other,
            |values| {
                Found::Value(Value::List(values.into_iter().map(|((), value)| value).collect()))
            },
        )
    }

    fn map(&mut self, inner: &Kind, table: &Table, paths: Paths) -> Found {
        let found: Vec<_> = table
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), self.check(&entry.key, inner, &entry.node, paths)))
            .collect();
        together(found).map_or_else(
            |other| other,
            |values| Found::Value(Value::Table(BTreeMap::from_iter(values))),
        )
    }

    /// Reports a value of the wrong kind, with a right one to copy.
    pub(crate) fn wrong_kind(&mut self, key: &str, kind: &Kind, node: &Node) {
        let what = node.what();
        let assigned = if self.is_item(node) { String::new() } else { key_text(key) + " = " };
        let help = match self.converted(kind, node) {
            Some(fix) => format!("write `{assigned}{fix}`"),
            None => format!("write for example `{assigned}{}`", example(kind)),
        };
        let mistake =
            Mistake::error(&node.span, format!("`{key}` must be {}, not {what}", expected(kind)))
                .label(format!("this is {what}"))
                .help(help);
        self.report(mistake);
    }

    /// Whether a value is one of a list, so that no key stands before it.
    fn is_item(&self, node: &Node) -> bool {
        let before = self.source.get(..node.span.start).unwrap_or_default().trim_end();
        before.ends_with(['[', ','])
    }

    /// The value in the right kind, where it is plain what was meant.
    fn converted(&self, kind: &Kind, node: &Node) -> Option<String> {
        match (kind, &node.data) {
            (Kind::Bool, Data::Text(text)) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true".to_owned()),
                "false" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            },
            (Kind::Bool, Data::Integer(number @ (0 | 1))) => Some((*number == 1).to_string()),
            (Kind::Integer { min, max }, Data::Text(text)) => {
                let number: i64 = text.trim().parse().ok()?;
                (*min..=*max).contains(&number).then(|| number.to_string())
            }
            (Kind::Integer { .. }, Data::Float(number)) if number.fract() == 0.0 => {
                Some(format!("{number:.0}"))
            }
            (Kind::Number { .. }, Data::Text(text)) => {
                text.trim().parse::<f64>().ok().map(|_| text.trim().to_owned())
            }
            (Kind::Size, Data::Integer(number)) if *number > 0 => {
                Some(text_literal(&guessed_size(*number)))
            }
            (Kind::Duration, Data::Integer(number)) if *number > 0 => {
                Some(text_literal(&Amount::Time.join(number, "s")))
            }
            (Kind::Text | Kind::Path | Kind::Choice(_), Data::List(items)) => {
                match items.as_slice() {
                    [one] => one.text().map(text_literal),
                    _ => None,
                }
            }
            (
                Kind::Text | Kind::Path,
                Data::Integer(_) | Data::Float(_) | Data::Bool(_) | Data::Datetime,
            ) => self.quote(&node.span).map(text_literal),
            (Kind::List(inner), _) => self
                .fits(inner, node)
                .then(|| format!("[{}]", self.quote(&node.span).unwrap_or("…"))),
            _ => None,
        }
    }

    fn fits(&self, kind: &Kind, node: &Node) -> bool {
        matches!(
            (kind, &node.data),
            (
                Kind::Text | Kind::Path | Kind::Choice(_) | Kind::Size | Kind::Duration,
                Data::Text(_)
            ) | (Kind::Integer { .. } | Kind::Number { .. }, Data::Integer(_))
                | (Kind::Number { .. }, Data::Float(_))
                | (Kind::Bool, Data::Bool(_))
        ) && self.quote(&node.span).is_some()
    }
}

/// A word that is none of the choices.
pub(crate) fn wrong_choice<'c>(
    key: &str,
    node: &Node,
    found: &str,
    words: impl Iterator<Item = &'c str>,
) -> Mistake {
    let words: Vec<_> = words.collect();
    let help =
        nearest(found, words.iter().copied()).map(|word| format!("did you mean `\"{word}\"`?"));
    Mistake::error(&node.span, format!("`{key}` cannot be `{found}`"))
        .label(format!("expected {}", crate::suggest::listed(&words, "or")))
        .maybe_help(help)
}

/// All values, or what stands in their way.
fn together<K>(found: impl IntoIterator<Item = (K, Found)>) -> Result<Vec<(K, Value)>, Found> {
    let (mut values, mut holes, mut wrong) = (Vec::new(), false, false);
    for (key, found) in found {
        match found {
            Found::Value(value) => values.push((key, value)),
            Found::Hole => holes = true,
            Found::Wrong => wrong = true,
        }
    }
    match (wrong, holes) {
        (true, _) => Err(Found::Wrong),
        (false, true) => Err(Found::Hole),
        (false, false) => Ok(values),
    }
}

/// What a bare number was probably meant as.
fn guessed_size(number: i64) -> String {
    if number >= 1 << 10 { Amount::Size.show(number) } else { Amount::Size.join(number, "MiB") }
}

fn amount_kind(amount: Amount) -> Kind {
    match amount {
        Amount::Size => Kind::Size,
        Amount::Time => Kind::Duration,
    }
}

/// What a kind asks for, in words.
pub(crate) fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Integer { min: i64::MIN, max: i64::MAX } => "a whole number".to_owned(),
        Kind::Integer { min, max: i64::MAX } => format!("a whole number, {min} or more"),
        Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Kind::Number { min, max } if min.is_finite() && max.is_finite() => {
            format!("a number from {min} to {max}")
        }
        Kind::Number { .. } => "a number".to_owned(),
        Kind::Choice(words) => crate::suggest::listed(words, "or"),
        Kind::Size => "an amount of memory in quotation marks".to_owned(),
        Kind::Duration => "a length of time in quotation marks".to_owned(),
        Kind::Path => "a path in quotation marks".to_owned(),
        Kind::List(_) => "a list".to_owned(),
        Kind::Map(_) | Kind::Table(_) => "a table".to_owned(),
        _ => "a string".to_owned(),
    }
}

/// A right value to copy.
pub(crate) fn example(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true".to_owned(),
        Kind::Integer { min, max } => 3.clamp(*min, *max).to_string(),
        Kind::Number { min, max } => format!("{:?}", 0.5_f64.max(*min).min(*max)),
        Kind::Choice(words) => {
            words.first().map_or_else(|| "\"\"".to_owned(), |word| text_literal(word))
        }
        Kind::Size => "\"64 MiB\"".to_owned(),
        Kind::Duration => "\"5s\"".to_owned(),
        Kind::Path => "\"folder/file\"".to_owned(),
        Kind::List(inner) => format!("[{}]", example(inner)),
        Kind::Map(inner) => format!("{{ name = {} }}", example(inner)),
        Kind::Table(declared) => match declared.first() {
            Some(first) => {
                let value = first
                    .default
                    .as_ref()
                    .map_or_else(|| example(&first.kind), |value| value_text(&first.kind, value));
                format!("{{ {} = {value} }}", key_text(&first.name))
            }
            None => "{}".to_owned(),
        },
        _ => "\"text\"".to_owned(),
    }
}

/// A name in the same folder that is nearly the missing one's.
fn similar_path(path: &std::path::Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(std::path::Path::new("."));
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .take(1000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}
