//! Tests of the stage as others see it: through its rows.

mod gold;
