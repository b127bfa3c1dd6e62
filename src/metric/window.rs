//! The counted time of a run.

use crate::time::{Span, Time};
use crate::world::Setup;

/// The counted time: from the end of the warm-up to the length of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The end of the warm-up.
    pub from: Time,
    /// The length of the run.
    pub to: Time,
}

impl Window {
    /// The counted time of a strategy.
    pub fn new(setup: &Setup) -> Window {
        Window {
            from: setup.warm_up,
            to: setup.length,
        }
    }

    /// How long it is.
    pub fn length(self) -> Span {
        self.to - self.from
    }

    /// Whether an instant is counted.
    #[inline]
    pub fn has(self, now: Time) -> bool {
        now >= self.from && now < self.to
    }

    /// The part of a span of time within it.
    #[inline]
    pub fn clip(self, from: Time, to: Time) -> Span {
        Span((to.min(self.to).0 - from.max(self.from).0).max(0))
    }

    /// What of it is still to come \[ns\].
    #[inline]
    pub fn left(self, now: Time) -> i64 {
        (self.to.0 - now.max(self.from).0).max(0)
    }
}
