//! Everything about a strategy that does not change while it is played.

use crate::agent::Agents;
use crate::arrival::Given;
use crate::calendar::Calendar;
use crate::channel::Channel;
use crate::conversation::Conversation;
use crate::customer::Customers;
use crate::id::{CalendarId, ChannelId, CustomersId, GroupId, QueueId, TopicId};
use crate::measure::{Clock, Formula, Measure};
use crate::queue::Queue;
use crate::rule::Urgency;
use crate::time::{Span, Time};
use crate::topic::Topic;

/// The tables of one strategy, compiled: flat vectors, addressed by the ids of the scenario.
///
/// Ids are the same in every strategy of a scenario; a table that only another strategy has is an entry nobody uses.
#[derive(Clone, Debug)]
pub struct Setup {
    /// By [`CustomersId`].
    pub customers: Vec<Customers>,
    /// By [`TopicId`].
    pub topics: Vec<Topic>,
    /// By [`ChannelId`].
    pub channels: Vec<Channel>,
    /// By [`QueueId`].
    pub queues: Vec<Queue>,
    /// By [`crate::id::GroupId`].
    pub agents: Vec<Agents>,
    /// By [`crate::id::TargetId`].
    pub targets: Vec<Target>,
    /// By [`CalendarId`]; 0 is always open.
    pub calendars: Vec<Calendar>,
    /// The business clock of each channel: its `hours`, or without them the union of rostered duty of the groups serving its queue.
    pub business: Vec<CalendarId>,
    /// From when on conversations count.
    pub warm_up: Time,
    /// Until when conversations open and count.
    pub length: Time,
    /// When everything ends that has not ended.
    pub limit: Time,
    /// What happens at `length`.
    pub ending: Ending,
    /// Whether balkers count in `wait_probability`.
    pub count_balkers: bool,
    /// In which order its tables are told of.
    pub shown: Shown,
}

/// The ids of the tables in the order of the file, in which they are told of. Ids themselves are given by what the file
/// says of each table, so that no number changes when tables are renamed or change places.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Segments of customers.
    pub customers: Vec<CustomersId>,
    /// Topics.
    pub topics: Vec<TopicId>,
    /// Channels.
    pub channels: Vec<ChannelId>,
    /// Queues.
    pub queues: Vec<QueueId>,
    /// Groups of agents.
    pub agents: Vec<GroupId>,
}

impl Shown {
    /// The place of a group among the groups.
    pub fn place(&self, group: GroupId) -> Option<usize> {
        self.agents.iter().position(|other| *other == group)
    }
}

/// At most so many of one kind: zones of customers, channels, queues, groups, routes. The keys of random numbers, and the
/// order of simultaneous openings, have room for so many.
pub const MOST: usize = 1 << 14;

/// What happens at the length of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Arrivals go on, uncounted, until every counted conversation has ended.
    RunOn,
    /// No more arrivals; who is in is served.
    Drain,
    /// Everything stops.
    Cut,
}

/// A promise to keep (`[targets.NAME]`).
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The wait it is about.
    pub metric: Measure,
    /// Only these customers.
    pub customers: Option<CustomersId>,
    /// Only this topic.
    pub topic: Option<TopicId>,
    /// Only this channel.
    pub channel: Option<ChannelId>,
    /// Only this queue.
    pub queue: Option<QueueId>,
    /// At most this long.
    pub within: Span,
    /// For at least this share.
    pub share: f64,
    /// Read on this clock.
    pub clock: Clock,
    /// How leavers count, for `queue_wait`.
    pub formula: Formula,
}

impl Setup {
    /// How pressing a conversation is: the topic's urgency beats the customer's.
    pub fn urgency(&self, customers: CustomersId, topic: TopicId) -> Urgency {
        self.topics[topic.index()]
            .urgency
            .unwrap_or(self.customers[customers.index()].urgency)
    }

    /// What is given instead of drawn to a conversation.
    pub fn given(&self, conversation: &Conversation) -> Option<&Given> {
        let homes = &self.customers[conversation.customers.index()].homes;
        let arrivals = &homes[usize::from(conversation.home)].arrivals;
        arrivals.given(conversation.root.number)
    }

    /// A calendar by its id.
    pub fn calendar(&self, id: CalendarId) -> &Calendar {
        &self.calendars[id.index()]
    }
}
