//! STUB: calendars compiled to half-open intervals of engine time.
use crate::time::{Span, Time};
/// When something is open: sorted half-open intervals, repeated by the week past the compiled range.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {}
impl Calendar {
    /// Open without end.
    pub fn always() -> Calendar { Calendar {} }
    /// Whether it never closes.
    pub fn is_always(&self) -> bool { true }
    /// Whether it is open at an instant.
    pub fn is_open(&self, _at: Time) -> bool { true }
    /// The first opening or closing strictly after an instant, if any.
    pub fn next_edge(&self, _after: Time) -> Option<Time> { None }
    /// The first open instant at or after `at`; [`Time::NEVER`] if none.
    pub fn next_open(&self, at: Time) -> Time { at }
    /// Open time in [0, `at`).
    pub fn open_before(&self, at: Time) -> Span { at - Time::ZERO }
    /// The instant at which `open` more open time has passed since `from`.
    pub fn after_open(&self, from: Time, open: Span) -> Time { from.after(open) }
}
