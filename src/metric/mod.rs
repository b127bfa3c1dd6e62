//! Measures fed by facts; mergeable.
//!
//! A collector hears one replication after the other, a judge hears the same and keeps the promises alone. Each conversation carries one cell (customers, topic, channel,
//! queue, agents); every figure is added once, to its cell, and scopes are folded from cells after the replication. All
//! sums are integers, so they merge in any order.

mod books;
mod case;
mod cells;
mod collector;
mod estimate;
mod figure;
mod intervals;
mod judge;
mod level;
mod outcome;
mod pool;
mod promise;
mod staff;
mod standing;
mod stats;
mod window;

pub use collector::Collector;
pub use estimate::{Estimate, Estimated, Parts, Spread, Sums, jackknife};
pub use intervals::{Entries, Grid, Intervals, Point, Series, Told};
pub use judge::{Judge, Ruling};
pub use level::Course;
pub use outcome::Outcome;
pub use pool::{Key, Pool, Row};
pub use promise::Promise;
pub use staff::{Crew, CrewCourse, Hours};
pub use standing::Age;
pub use stats::{Stats, Sum};

use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::{Measure, Part};
use crate::world::{Setup, Shown};

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

impl Scope {
    /// All scopes of a strategy but its targets, in the order of files.
    fn of(setup: &Setup) -> impl Iterator<Item = Scope> {
        let Shown {
            customers,
            topics,
            channels,
            queues,
            agents,
        } = &setup.shown;
        let customers = customers.iter().copied().map(Scope::Customers);
        let topics = topics.iter().copied().map(Scope::Topic);
        let channels = channels.iter().copied().map(Scope::Channel);
        let queues = queues.iter().copied().map(Scope::Queue);
        let agents = agents.iter().copied().map(Scope::Agents);
        std::iter::once(Scope::All)
            .chain(customers)
            .chain(topics)
            .chain(channels)
            .chain(queues)
            .chain(agents)
    }

    /// What it is a part by.
    pub fn part(self) -> Part {
        match self {
            Scope::All => Part::All,
            Scope::Customers(_) => Part::Customers,
            Scope::Topic(_) => Part::Topic,
            Scope::Channel(_) => Part::Channel,
            Scope::Queue(_) => Part::Queue,
            Scope::Agents(_) => Part::Agents,
            Scope::Target(_) => Part::Target,
        }
    }

    /// As written in scenarios and files.
    pub fn name(self) -> &'static str {
        self.part().name()
    }

    /// Whether a measure has a meaning for it.
    pub fn has(self, measure: Measure) -> bool {
        measure.entry().parts.contains(&self.part())
    }
}
