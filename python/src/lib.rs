//! The extension `copydesk._native`: what the Python package `copydesk` is made of.
//!
//! It connects Python to [`cli::Desk`], which runs the article stages of a pipeline file, and to [`cli::main`], the
//! command. Articles go in as lines of JSON or as Arrow batches, and come out as records or as the columns of the
//! Parquet sink. While anything is worked on, other Python threads run.

#![allow(clippy::needless_pass_by_value, reason = "arguments from Python are taken over")]

mod input;
mod output;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_pyarrow::PyArrowType;
use arrow_schema::Schema;
use cli::{Desk, DeskError, InputFile, NoRecord, RecordForm};
use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    copydesk,
    ConfigError,
    PyValueError,
    "The pipeline file, what it names, or what was asked of it is wrong."
);
create_exception!(
    copydesk,
    RunError,
    PyRuntimeError,
    "No article can be processed, or a file cannot be written."
);

/// The class, stage and message of an article without a record.
type Why = (&'static str, Option<String>, String);

/// A pipeline file, ready for articles.
#[pyclass(frozen, module = "copydesk._native")]
struct Pipeline(Desk);

#[pymethods]
impl Pipeline {
    #[new]
    fn new(py: Python<'_>, path: PathBuf, workers: Option<usize>) -> PyResult<Self> {
        py.detach(|| Desk::open(&path, workers)).map(Self).map_err(to_python)
    }

    /// The names of the stages that run, in order.
    #[getter]
    fn stages(&self) -> Vec<&str> {
        self.0.stages().collect()
    }

    /// The names of the stages that do not run here.
    #[getter]
    fn left_out(&self) -> Vec<String> {
        self.0.left_out().to_vec()
    }

    /// The configuration key: it changes whenever the records may.
    #[getter]
    fn key(&self) -> &str {
        self.0.key()
    }

    /// What becomes of articles, one on each line of JSON: a record as JSON, or why there is none.
    fn take(&self, py: Python<'_>, lines: Vec<u8>) -> PyResult<Vec<(Option<String>, Option<Why>)>> {
        let answers = py.detach(|| self.0.take(lines, RecordForm::Line)).map_err(to_python)?;
        let answers = answers.into_iter().map(|answer| match answer {
            Ok(record) => (Some(String::from_utf8(record).expect("a record is UTF-8")), None),
            Err(why) => {
                let NoRecord { class, stage, message, .. } = *why;
                (None, Some((class, stage, message)))
            }
        });
        Ok(answers.collect())
    }

    /// The same for the rows of an Arrow batch; a row for each.
    fn run(
        &self,
        py: Python<'_>,
        batch: PyArrowType<RecordBatch>,
    ) -> PyResult<PyArrowType<RecordBatch>> {
        py.detach(|| {
            let lines = input::lines(&batch.0).map_err(PyTypeError::new_err)?;
            drop(batch);
            let answers = self.0.take(lines, RecordForm::Tape).map_err(to_python)?;
            let batch = output::batch(&answers);
            batch.map(PyArrowType).map_err(|error| RunError::new_err(error.to_string()))
        })
    }

    /// The files that paths lead to, each with its id, its path and, where it cannot be opened, the reason.
    fn files(
        &self,
        py: Python<'_>,
        paths: Vec<String>,
    ) -> PyResult<Vec<(String, PathBuf, Option<String>)>> {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let files = py.detach(|| self.0.files(&paths)).map_err(to_python)?;
        Ok(files.into_iter().map(|file| (file.id, file.path, file.unreadable)).collect())
    }

    /// Writes what becomes of the articles of a file into a Parquet file, which has its name when it is whole; how many
    /// were read, written, discarded, failed and there already.
    fn run_file(
        &self,
        py: Python<'_>,
        id: String,
        path: PathBuf,
        unreadable: Option<String>,
        output: PathBuf,
    ) -> PyResult<[u64; 5]> {
        let file = InputFile { id, path, unreadable };
        py.detach(|| output::write_file(&self.0, file, &output)).map_err(to_python)
    }
}

/// Whether a Parquet file was made by this version with the configuration of this key.
#[pyfunction]
fn is_made_by(py: Python<'_>, path: PathBuf, key: &str) -> bool {
    py.detach(|| output::is_made_by(&path, key))
}

/// Whether a path is an address in a store, such as `s3://bucket/key`.
#[pyfunction]
fn is_address(path: PathBuf) -> bool {
    stage_api::is_address(&path)
}

/// Makes an empty file, whose folder is made if need be.
#[pyfunction]
fn mark(py: Python<'_>, path: PathBuf) -> PyResult<()> {
    py.detach(|| output::mark(&path)).map_err(|error| of_file(&path, &error))
}

/// Removes a file; that there is none is no error.
#[pyfunction]
fn unmark(py: Python<'_>, path: PathBuf) -> PyResult<()> {
    py.detach(|| output::unmark(&path)).map_err(|error| of_file(&path, &error))
}

/// The columns of every batch that comes out.
#[pyfunction]
fn schema() -> PyArrowType<Schema> {
    PyArrowType(output::schema().as_ref().clone())
}

/// The command `copydesk` with its arguments, the name first; its exit code.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::main(arguments) as u8)
}

/// Says which words start the command in a process of its own, which plugins may be run in.
#[pyfunction]
fn started_by(words: Vec<OsString>) {
    cli::started_by(words);
}

fn of_file(path: &Path, error: &io::Error) -> PyErr {
    RunError::new_err(format!("{}: {error}", path.display()))
}

fn to_python(error: DeskError) -> PyErr {
    match error {
        DeskError::Configuration(message) => ConfigError::new_err(message),
        error => RunError::new_err(error.to_string()),
    }
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ConfigError", module.py().get_type::<ConfigError>())?;
    module.add("RunError", module.py().get_type::<RunError>())?;
    module.add_class::<Pipeline>()?;
    module.add_function(wrap_pyfunction!(is_made_by, module)?)?;
    module.add_function(wrap_pyfunction!(is_address, module)?)?;
    module.add_function(wrap_pyfunction!(mark, module)?)?;
    module.add_function(wrap_pyfunction!(unmark, module)?)?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(started_by, module)?)
}
