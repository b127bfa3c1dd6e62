//! Routes: which channel a conversation takes.

use crate::conversation::Conversation;
use crate::fact::Reason;
use crate::id::{CalendarId, ChannelId, ConversationId, CustomersId, QueueId, TopicId, ZoneId};
use crate::random::{Purpose, Seed};
use crate::rule::Urgency;
use crate::time::Span;
use crate::world::World;

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

/// The channel and queue of the first route that holds, or why none did: the last reason given counts.
///
/// `has_agent` tells whether an agent would take the conversation from a queue at once.
pub fn choose(
    routes: &[Route],
    world: &mut World,
    id: ConversationId,
    seed: Seed,
    has_agent: impl Fn(&World, QueueId) -> bool,
) -> Result<(ChannelId, QueueId), Reason> {
    let mut reason = Reason::NoRoute;
    for (number, route) in routes.iter().enumerate() {
        let queue = route
            .queue
            .unwrap_or(world.setup.channels[route.to.index()].queue);
        // Weight and customer of the channel matter for who has room.
        world.conversations[id].channel = route.to;
        match route.holds(number, queue, world, id, seed, &has_agent) {
            Ok(()) => return Ok((route.to, queue)),
            Err(Some(given)) => reason = given,
            Err(None) => {}
        }
    }
    Err(reason)
}

impl Route {
    /// Whether it depends on how long a wait is going to be.
    pub fn asks_for_the_wait(&self) -> bool {
        let asks = |condition: &Condition| {
            matches!(condition, Condition::WaitBelow(_) | Condition::WaitAbove(_))
        };
        self.conditions.iter().any(asks)
    }

    /// Whether all conditions hold and the channel lets the conversation in; if not, the reason where there is one to give.
    #[inline]
    fn holds(
        &self,
        number: usize,
        queue: QueueId,
        world: &World,
        id: ConversationId,
        seed: Seed,
        has_agent: &impl Fn(&World, QueueId) -> bool,
    ) -> Result<(), Option<Reason>> {
        if let Some(first) = self.conditions.first() {
            if first.is_about_others(&world.conversations[id]) {
                return Err(None);
            }
            self.conditions_hold(number, queue, world, id, seed, has_agent)?;
        }
        let conversation = &world.conversations[id];
        let customers = &world.setup.customers[conversation.customers.index()];
        let accepts = customers.accepts[self.to.index()];
        let purpose = Purpose::ACCEPT.of(self.to.index());
        if !conversation.happens(seed, accepts, purpose, conversation.stage) {
            return Err(Some(Reason::Refused));
        }
        let channel = &world.setup.channels[self.to.index()];
        if channel.holds_customer {
            if !is_open(world, self.to) {
                return Err(Some(Reason::Closed));
            }
            if !world.is_staffed(queue) {
                return Err(Some(Reason::Unstaffed));
            }
        }
        let lines = channel.lines.unwrap_or(u32::MAX);
        let places = world.setup.queues[queue.index()]
            .capacity
            .unwrap_or(u32::MAX);
        let is_full = world.lines_busy[self.to.index()] >= lines
            || (world.lines[queue.index()].len() >= places && !has_agent(world, queue));
        if is_full {
            Err(Some(Reason::QueueFull))
        } else {
            Ok(())
        }
    }

    /// Whether all conditions hold; if not, the reason where there is one to give.
    #[inline(never)] // Most routes have none, and what these need would be got ready for all.
    fn conditions_hold(
        &self,
        number: usize,
        queue: QueueId,
        world: &World,
        id: ConversationId,
        seed: Seed,
        has_agent: &impl Fn(&World, QueueId) -> bool,
    ) -> Result<(), Option<Reason>> {
        let conversation = &world.conversations[id];
        let customers = &world.setup.customers[conversation.customers.index()];
        let line = &world.lines[queue.index()];
        let estimate = || {
            if has_agent(world, queue) {
                return Span::ZERO;
            }
            let estimator = world.setup.queues[queue.index()].estimator;
            line.estimate(estimator, world.now, &world.conversations)
        };
        for condition in &self.conditions {
            let (holds, reason) = match *condition {
                Condition::Topic(topic) => (conversation.topic == topic, None),
                Condition::Customers(customers) => (conversation.customers == customers, None),
                Condition::Urgency(urgency) => (conversation.urgency == urgency, None),
                Condition::Zone(zone) => (
                    customers.homes[usize::from(conversation.home)].zone == zone,
                    None,
                ),
                Condition::Hours(hours) => (world.setup.calendar(hours).is_open(world.now), None),
                Condition::Share(share) => {
                    let purpose = Purpose::ROUTE.of(number);
                    let falls = conversation.happens(seed, share, purpose, conversation.stage);
                    (falls, None)
                }
                Condition::Open(channel) => (is_open(world, channel), Some(Reason::Closed)),
                Condition::Staffed(channel) => {
                    let queue = world.setup.channels[channel.index()].queue;
                    (world.is_staffed(queue), Some(Reason::Unstaffed))
                }
                Condition::WaitBelow(limit) => (estimate() < limit, Some(Reason::WaitTooLong)),
                Condition::WaitAbove(limit) => (estimate() > limit, Some(Reason::WaitTooLong)),
                Condition::QueueBelow(limit) => (line.len() < limit, Some(Reason::QueueFull)),
            };
            if !holds {
                return Err(reason);
            }
        }
        Ok(())
    }
}

impl Condition {
    /// Whether it is for other topics, customers or urgencies than a conversation's. Of many routes nearly all are for others.
    #[inline]
    fn is_about_others(&self, conversation: &Conversation) -> bool {
        match *self {
            Condition::Topic(topic) => conversation.topic != topic,
            Condition::Customers(customers) => conversation.customers != customers,
            Condition::Urgency(urgency) => conversation.urgency != urgency,
            _ => false,
        }
    }
}

/// Whether a channel's entrance is open.
#[inline]
fn is_open(world: &World, channel: ChannelId) -> bool {
    let hours = world.setup.channels[channel.index()].hours;
    hours.0 == 0 || world.setup.calendar(hours).is_open(world.now)
}
