//! The crate against pipeline files: right ones, wrong ones, and noise.

mod mistakes;
mod plans;
mod plugins;
mod properties;
mod registry;
mod schema;
mod views;
