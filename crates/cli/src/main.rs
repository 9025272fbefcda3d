//! The program `copydesk`; what it does stands in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os()).into()
}
