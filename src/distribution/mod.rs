//! STUB: distributions of durations and counts.
use crate::random::Stream;
use crate::time::Span;
/// A distribution of durations.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(Span),
}
impl Distribution {
    /// One duration.
    pub fn draw(&self, _stream: &mut Stream) -> Span {
        match self { Distribution::Constant(span) => *span }
    }
    /// The only value it can take, if it is constant.
    pub fn constant(&self) -> Option<Span> {
        match self { Distribution::Constant(span) => Some(*span) }
    }
}
/// A distribution of counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// Always the same.
    Constant(u32),
}
impl Count {
    /// One count.
    pub fn draw(&self, _stream: &mut Stream) -> u32 {
        match self { Count::Constant(n) => *n }
    }
    /// The only value it can take, if it is constant.
    pub fn constant(&self) -> Option<u32> {
        match self { Count::Constant(n) => Some(*n) }
    }
    /// The same count with its mean multiplied by `factor` (`turns_factor`), drawn with the same uniform.
    pub fn scaled(&self, _factor: f64) -> Count { self.clone() }
}
