//! The models in the program.

use learner::ModelError;

use crate::tagger::Model;

/// Their names, the default one first.
pub(crate) const NAMES: [&str; 2] = ["default", "open"];

const DEFAULT: &[u8] = include_bytes!("../models/default.model");
const OPEN: &[u8] = include_bytes!("../models/open.model");

/// Opens the model of a name.
///
/// # Errors
/// If its file is not of this version.
pub(crate) fn open(name: &str) -> Result<Model, ModelError> {
    Model::open(if name == NAMES[1] { OPEN } else { DEFAULT })
}
