//! All tests that see the crate or the program from outside, in one binary.

mod known;
