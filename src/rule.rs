//! Rules: parameters of choices, and the pure functions of numbers behind them.

use crate::distribution::Distribution;
use crate::time::Span;

/// How pressing a conversation is: 1 (most) to 9.
pub type Urgency = u8;

/// Thousandths of a slot.
pub type Slots = u32;

/// How long held customers wait; `None` is without end.
#[derive(Clone, Debug, Default)]
pub struct Patience {
    /// From joining a queue until a slot is given.
    pub queue: Option<Distribution>,
    /// For each later turn, until attention starts on it.
    pub reply: Option<Distribution>,
    /// While an agent works with them.
    pub talk: Option<Distribution>,
}

/// Who in a queue is taken first. Age counts from the opening of the turn that waits.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// The most urgent, then who has waited longest.
    PriorityThenAge,
    /// Who has waited longest.
    LongestWait,
    /// Who has waited shortest.
    NewestFirst,
    /// Anyone, all alike.
    Random,
    /// Whose target ends first, on the clock of each; who has none comes last, by age.
    EarliestDeadline,
    /// Who has the highest score, by urgency 1 to 9.
    Score(Box<[Score; 9]>),
}

/// A score that grows with waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// On arrival.
    pub base: f64,
    /// Added per hour of waiting.
    pub per_hour: f64,
}

impl Score {
    /// The score after a wait.
    pub fn after(&self, wait: Span) -> f64 {
        self.base + self.per_hour * wait.hours()
    }
}

/// Which of the agents with room takes the next conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Who has been without conversation longest; else whose load changed longest ago.
    LongestIdle,
    /// Who has the fewest open conversations; of equals the longest idle.
    LeastActive,
    /// Who has the most free capacity; of equals the longest idle.
    MostAvailable,
    /// Who was given a conversation longest ago.
    RoundRobin,
    /// Anyone, all alike.
    Random,
    /// The first as listed.
    Listed,
}

/// How the wait in a queue is foretold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// Weighted mean of the last 10 waits that ended within 10 min, the newest heaviest.
    RecentWeighted,
    /// 0.9 x the last estimate + 0.1 x the last wait.
    ExponentialAverage,
    /// Place in the queue x mean time between the last departures from it.
    QueueRate,
}
