//! What the program promises, tested from outside.

mod timelines;
