//! STUB: measures fed by facts; mergeable.
use crate::fact::{Fact, Listener};
use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::{Clock, Measure};
use crate::time::Time;
use crate::world::Setup;
/// Which conversations or agents a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All.
    All,
    /// Of a segment.
    Customers(CustomersId),
    /// About a topic.
    Topic(TopicId),
    /// In a channel.
    Channel(ChannelId),
    /// In a queue.
    Queue(QueueId),
    /// With a group.
    Agents(GroupId),
    /// Under a promise.
    Target(TargetId),
}
/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// Nothing if nothing was counted.
    pub value: Option<f64>,
    /// The confidence interval, from two replications on.
    pub interval: Option<(f64, f64)>,
    /// How many replications it rests on.
    pub replications: u32,
}
/// Listens to one replication after the other.
pub struct Collector<'a> {
    _setup: &'a Setup,
}
impl<'a> Collector<'a> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        Collector { _setup: setup }
    }
    /// What was heard of the replication that just ended; ready for the next one.
    pub fn take(&mut self) -> Outcome {
        Outcome {}
    }
}
impl Listener for Collector<'_> {
    fn hear(&mut self, _now: Time, _fact: Fact) {}
}
/// What is known of one replication: exact sums and counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {}
/// The replications of one strategy, merged.
pub struct Pool {}
impl Pool {
    /// No replication yet.
    pub fn new(_setup: &Setup) -> Pool {
        Pool {}
    }
    /// Adds the next replication (they are added in the order of their numbers).
    pub fn add(&mut self, _outcome: Outcome) {}
    /// All figures, by scope, measure, clock and statistic in the order of the catalogue.
    pub fn rows(&self, _confidence: f64) -> Vec<Row> {
        Vec::new()
    }
}
