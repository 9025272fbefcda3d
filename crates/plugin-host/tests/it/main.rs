//! Plugins against the host: what is refused, what passes, what a failure costs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]
#![allow(clippy::print_stdout, reason = "a test that has to be skipped says so")]
#![allow(unsafe_code, reason = "a test raises a signal, and registers what plugins do at the end")]

mod c;
mod check;
#[cfg(unix)]
mod child_answers;
#[cfg(unix)]
mod child_deaths;
#[cfg(unix)]
mod child_state;
#[cfg(unix)]
mod command;
mod ends;
#[cfg(unix)]
mod lanes;
mod later_stages;
mod native;
#[cfg(unix)]
mod python;
#[cfg(unix)]
mod scripts;
#[cfg(unix)]
mod serve;
