//! Tests of the stage as the pipeline runs it.
