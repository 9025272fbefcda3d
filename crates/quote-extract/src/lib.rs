//! quote-extract
