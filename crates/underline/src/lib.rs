//! underline
