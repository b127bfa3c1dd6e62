//! Routes: which channel a conversation takes.

use crate::customer::Urgency;
use crate::id::{CalendarId, ChannelId, CustomersId, QueueId, TopicId, ZoneId};
use crate::time::Span;

/// One line of `routes`: taken if all its conditions hold and its channel lets the conversation in.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// All must hold, in this order; descriptive ones first, then those that give a reason.
    pub conditions: Vec<Condition>,
    /// The channel it leads to.
    pub to: ChannelId,
    /// Where to wait instead of the channel's queue.
    pub queue: Option<QueueId>,
}

/// A condition of a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// About this topic.
    Topic(TopicId),
    /// From these customers.
    Customers(CustomersId),
    /// Of this urgency.
    Urgency(Urgency),
    /// From this zone.
    Zone(ZoneId),
    /// While these hours are open.
    Hours(CalendarId),
    /// For this share, at random.
    Share(f64),
    /// While this channel is open (`closed`).
    Open(ChannelId),
    /// While somebody is on duty for this channel's queue (`unstaffed`).
    Staffed(ChannelId),
    /// While the wait foretold for the route's queue is below this (`wait-too-long`).
    WaitBelow(Span),
    /// While it is above this (`wait-too-long`).
    WaitAbove(Span),
    /// While fewer than this many wait in the route's queue (`queue-full`).
    QueueBelow(u32),
}
