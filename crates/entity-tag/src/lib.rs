//! entity-tag
