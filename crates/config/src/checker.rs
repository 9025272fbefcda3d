//! What every part of the check shares: where mistakes go, and what the outside provides.

use std::ops::Range;
use std::path::{Path, PathBuf};

use stage_api::Registry;

use crate::env::{self, Substituted};
use crate::mistake::LineIndex;
use crate::tree::{Data, Node, Table};
use crate::{Mistake, Mode, Options};

pub(crate) struct Checker<'a> {
    pub(crate) source: &'a str,
    pub(crate) lines: LineIndex,
    pub(crate) base: &'a Path,
    pub(crate) registry: &'a Registry,
    pub(crate) options: &'a Options<'a>,
    pub(crate) mistakes: Vec<Mistake>,
    /// Whether parts of the file could not be read: what is missing may be there after all.
    pub(crate) broken: bool,
}

impl Checker<'_> {
    pub(crate) fn report(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// Reports that something is missing, unless it may stand in a part that could not be read.
    pub(crate) fn report_missing(&mut self, mistake: Mistake) {
        if !self.broken {
            self.mistakes.push(mistake);
        }
    }

    /// A path of the file, relative to the file's folder.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        stage_api::seen_from(self.base, path)
    }

    /// A piece of the file as it stands there, if it is short enough to quote.
    pub(crate) fn quote(&self, span: &Range<usize>) -> Option<&str> {
        self.source.get(span.clone()).filter(|text| text.len() <= 60 && !text.contains('\n'))
    }

    /// Puts the environment into every string value of a table.
    pub(crate) fn substitute(&mut self, table: &mut Table) {
        for entry in &mut table.entries {
            self.substitute_value(&mut entry.node);
        }
    }

    fn substitute_value(&mut self, node: &mut Node) {
        match &mut node.data {
            Data::Table(table) => self.substitute(table),
            Data::List(items) => {
                for item in items {
                    self.substitute_value(item);
                }
            }
            Data::Text(text) => match env::substitute(text, self.options.env) {
                Substituted::Unchanged => {}
                Substituted::Text(text) => node.data = Data::Substituted(text),
                Substituted::Unset(names) => {
                    if self.options.mode == Mode::Run || self.options.strict_env {
                        self.report_unset(&names, &node.span);
                    }
                    node.data = Data::Hole;
                }
                Substituted::Malformed(part, why) => {
                    let span = env::place_of(self.source, &node.span, &part);
                    let mistake = Mistake::error(&span, format!("`{part}` names no environment variable"))
                        .label(why)
                        .help("write `${NAME}` or `${NAME:-default}`, and `$${` for the characters themselves");
                    self.report(mistake);
                    node.data = Data::Hole;
                }
            },
            _ => {}
        }
    }

    fn report_unset(&mut self, names: &[String], span: &Range<usize>) {
        for name in names {
            let span = env::place_of(self.source, span, &format!("${{{name}}}"));
            let mistake =
                Mistake::error(&span, format!("the environment variable `{name}` is not set"))
                    .label("not set, and no default is given")
                    .help(format!("set it, or write `${{{name}:-default}}`"));
            self.report(mistake);
        }
    }
}
