//! A stream of JSON Lines as a sequence of arrivals.

use std::sync::Arc;

use document::Origin;
use stage_api::Arrival;

use crate::article::Article;
use crate::columns::Columns;
use crate::failure::Trouble;
use crate::input::{Input, Line};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// See the [module documentation](self).
pub(crate) struct Lines {
    input: Input,
    path: String,
    columns: Arc<Columns>,
    limit: usize,
    /// Lines taken so far.
    count: u64,
    /// Where the next line starts, if blanks of it were taken already.
    line_start: Option<u64>,
    /// Whether an object that is alone in its file is the file itself.
    lone_is_file: bool,
    finished: bool,
}

impl Lines {
    /// The lines of `input`, whose origin is `path`.
    pub(crate) fn new(input: Input, path: String, columns: Arc<Columns>, limit: usize) -> Self {
        Self {
            input,
            path,
            columns,
            limit,
            count: 0,
            line_start: None,
            lone_is_file: false,
            finished: false,
        }
    }

    /// The same lines, but an object that is alone in its file has the file's id and no line.
    pub(crate) fn lone_is_file(mut self) -> Self {
        self.lone_is_file = true;
        self
    }

    /// Whether the next article may not have arrived yet.
    pub(crate) fn may_wait(&self) -> bool {
        !self.finished && self.input.may_wait()
    }

    fn rest_is_blank(&mut self) -> bool {
        let (feeds, line_start) = self.input.skip_blank();
        self.count += feeds;
        self.line_start = Some(line_start);
        self.input.head(1).is_empty() && self.input.broken().is_none()
    }
}

impl Iterator for Lines {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        while !self.finished {
            let offset = self.line_start.take().unwrap_or(self.input.offset());
            let mut origin = Origin::path(self.path.clone());
            origin.line = Some(self.count + 1);
            origin.offset = Some(offset);
            let parsed = match self.input.line(self.limit) {
                None => {
                    self.finished = true;
                    let trouble = self.input.broken()?.clone();
                    return Some(Arrival::Failed(trouble.at(place_id(&origin), origin)));
                }
                Some(Line::TooLong) => Err(Trouble::too_large("the line has", self.limit)),
                Some(Line::Whole(line)) => {
                    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
                    if line.trim_ascii().is_empty() {
                        self.count += 1;
                        continue;
                    }
                    Article::parse(line, &self.columns).map_err(|mistake| {
                        Trouble::malformed(format!(
                            "column {}: {}",
                            mistake.column, mistake.message
                        ))
                    })
                }
            };
            self.count += 1;
            if std::mem::take(&mut self.lone_is_file) && self.rest_is_blank() {
                (origin.line, origin.offset) = (None, None);
            }
            return Some(match parsed {
                Ok(article) => arrival(article, place_id(&origin), origin, &self.columns),
                Err(trouble) => Arrival::Failed(trouble.at(place_id(&origin), origin)),
            });
        }
        None
    }
}

/// An article read from one JSON object at `origin`, whose id is `place` if it brought none.
pub(crate) fn arrival(
    mut article: Article,
    place: String,
    origin: Origin,
    columns: &Columns,
) -> Arrival {
    match article.take_payload(columns) {
        Ok((payload, form)) => {
            Arrival::Article(article.supplied.into_document(&place, origin, payload, form, "field"))
        }
        Err(message) => {
            let id = article.supplied.explicit_id().map_or(place, str::to_owned);
            Arrival::Failed(Trouble::malformed(message).at(id, origin))
        }
    }
}

/// The id of an article that brought none: its path, and its line where a file holds many.
fn place_id(origin: &Origin) -> String {
    origin.line.map_or_else(|| origin.path.clone(), |line| format!("{}#{line}", origin.path))
}
