//! The world: all nouns at one moment.
mod setup;
pub use setup::{Ending, Setup, Target};
