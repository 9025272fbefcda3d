//! JSON Lines from standard input.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use stage_api::{Arrival, Source, SourceError};

use crate::columns::Columns;
use crate::failure::Trouble;
use crate::input::Input;
use crate::lines::Lines;

const PATH: &str = "-";

/// The source that [`open_stdin`](crate::open_stdin) opens; ids are `-#N` unless an article brings its own.
pub struct StdinSource {
    state: State,
    columns: Arc<Columns>,
    limit: usize,
}

enum State {
    /// Nothing was read: standard input may make the reader wait.
    Unread(Box<dyn Read + Send>),
    Open(Box<Lines>),
    Finished,
}

impl StdinSource {
    pub(crate) fn new(reader: Box<dyn Read + Send>, columns: Columns, limit: usize) -> Self {
        Self { state: State::Unread(reader), columns: Arc::new(columns), limit }
    }
}

impl Source for StdinSource {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if let State::Unread(reader) = &mut self.state {
            let reader = std::mem::replace(reader, Box::new(io::empty()));
            self.state = State::Finished;
            match Input::open(reader, None) {
                Ok(input) => {
                    let lines =
                        Lines::new(input, PATH.to_owned(), self.columns.clone(), self.limit);
                    self.state = State::Open(Box::new(lines));
                }
                Err(error) => {
                    let failure = Trouble::io(Path::new(PATH), &error).of_file(PATH);
                    return Ok(Some(Arrival::Failed(failure)));
                }
            }
        }
        match &mut self.state {
            State::Open(lines) => Ok(lines.next()),
            _ => Ok(None),
        }
    }

    fn may_wait(&self) -> bool {
        match &self.state {
            State::Unread(_) => true,
            State::Open(lines) => lines.may_wait(),
            State::Finished => false,
        }
    }
}
