//! Topics: what a conversation needs.

use crate::distribution::{Count, Distribution};
use crate::id::TopicId;
use crate::rule::Urgency;

/// What a conversation is about (`[topics.NAME]`).
#[derive(Clone, Debug)]
pub struct Topic {
    /// Agent turns needed; 0 means that no agent is.
    pub turns: Count,
    /// An agent's effort on the first, second, ... turn; the last holds on. Never empty.
    pub works: Vec<Distribution>,
    /// How pressing it is, whoever comes with it.
    pub urgency: Option<Urgency>,
    /// What it goes on as when its turns are done: topics with cumulative probabilities, the last at most 1.
    pub next: Vec<(TopicId, f64)>,
    /// Money per resolution.
    pub value: f64,
}
