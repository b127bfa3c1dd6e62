//! STUB: streams of openings.
use crate::random::Seed;
use crate::time::Time;
/// When conversations of a segment open in one zone, before luck.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrivals {}
/// The openings of one replication, one after the other.
#[derive(Clone, Debug)]
pub struct Openings {}
/// One instant at which conversations open.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// When.
    pub at: Time,
    /// Its number within the stream, from 0.
    pub number: u64,
    /// How many open together (1 without batches).
    pub size: u32,
}
impl Arrivals {
    /// The openings of one replication; `segment` and `zone` are parts of every root and so of every key.
    pub fn openings(&self, _seed: Seed, _segment: u16, _zone: u16) -> Openings {
        Openings {}
    }
}
impl Openings {
    /// The next opening, if there is one.
    pub fn next(&mut self, _arrivals: &Arrivals) -> Option<Opening> {
        None
    }
}
