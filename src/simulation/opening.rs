//! Openings, attempts and ends.

use super::{ENDS, Event, OPENINGS, STARTS, Simulation, Stream};
use crate::agenda::Ticket;
use crate::channel::Closing;
use crate::conversation::{Conversation, Links, State};
use crate::distribution::Count;
use crate::fact::{End, Fact, Listener, Reason};
use crate::id::{AgentId, ChannelId, ConversationId, CustomersId, QueueId, TopicId};
use crate::matching::agent_for;
use crate::random::{Purpose, Root, Seed};
use crate::route;
use crate::time::{Span, Time};
use crate::world::{Agent, World};

impl<L: Listener> Simulation<'_, L> {
    /// Schedules the first opening of each segment and zone.
    pub(super) fn open_streams(&mut self) {
        self.streams.clear();
        let setup = self.world.setup;
        for id in &setup.shown.customers {
            self.first_streams[id.index()] = self.streams.len();
            for (home, place) in setup.customers[id.index()].homes.iter().enumerate() {
                let (segment, home) = (id.0 as u16, home as u16);
                self.streams.push(Stream {
                    segment,
                    home,
                    arrivals: &place.arrivals,
                    openings: place.arrivals.openings(self.seed, segment, home),
                    next: None,
                });
            }
        }
        for stream in 0..self.streams.len() {
            self.next_opening(stream);
        }
    }

    /// Schedules the openings and closings of channels where they matter to those who wait.
    pub(super) fn open_doors(&mut self) {
        for (position, channel) in self.world.setup.channels.iter().enumerate() {
            if channel.hours.0 != 0 && channel.closing != Closing::Drain {
                self.next_hours(ChannelId::from(position));
            }
        }
    }

    fn next_hours(&mut self, channel: ChannelId) {
        let hours = self.world.setup.channels[channel.index()].hours;
        if let Some(at) = self.world.setup.calendar(hours).next_edge(self.world.now) {
            self.agenda.add(at, STARTS, Event::Hours(channel));
        }
    }

    #[inline]
    fn next_opening(&mut self, position: usize) {
        let stream = &mut self.streams[position];
        stream.next = stream.openings.next(stream.arrivals);
        if let Some(opening) = &stream.next {
            self.agenda.add_by_identity(
                opening.at,
                OPENINGS,
                identity(position, opening.number, 0),
                Event::Opening {
                    stream: position as u32,
                },
            );
        }
    }

    /// A stream's opening: its conversations open one after the other.
    #[inline]
    pub(super) fn opening(&mut self, position: u32) {
        let position = position as usize;
        if !self.accepting {
            return;
        }
        let stream = &mut self.streams[position];
        let (segment, home) = (stream.segment, stream.home);
        let opening = stream.next.take().expect("an opening was scheduled");
        self.next_opening(position);
        for place in 0..opening.size {
            let root = Root {
                segment,
                zone: home,
                place,
                number: opening.number,
            };
            self.open(CustomersId(u32::from(segment)), home, root);
        }
    }

    /// A conversation opens.
    #[inline(always)] // With the openings of streams.
    pub(super) fn open(&mut self, customers: CustomersId, home: u16, root: Root) {
        let setup = self.world.setup;
        let now = self.world.now;
        let table = &setup.customers[customers.index()];
        let given = self.given(customers, home, root);
        let topic = match (given.and_then(|given| given.topic), table.topics.as_slice()) {
            (Some(topic), _) => topic,
            (None, [(only, _)]) => *only,
            (None, topics) => {
                pick(topics, self.seed.uniform(Purpose::TOPIC, root, 0, 0)).unwrap_or(TopicId(0))
            }
        };
        let counts = now >= setup.warm_up && now < setup.length;
        self.counted += u64::from(counts);
        let urgency = given
            .and_then(|given| given.urgency)
            .unwrap_or_else(|| setup.urgency(customers, topic));
        let id = self.world.conversations.insert(Conversation {
            root,
            customers,
            home,
            topic,
            urgency,
            state: State::Away,
            counts,
            resumes: false,
            silent: false,
            resamples: false,
            channel: ChannelId(0),
            queue: QueueId(0),
            attempt: 0,
            turns_left: 0,
            turn: 0,
            topic_turn: 0,
            stage: 0,
            entries: 0,
            starts: 0,
            agent: None,
            weight: 0,
            kept: 0,
            since: now,
            joined: now,
            age: now,
            remaining: None,
            patience: Ticket::NONE,
            timer: Ticket::NONE,
            fade: Ticket::NONE,
            inactive: Ticket::NONE,
            links: Links::default(),
        });
        self.tell(Fact::Opened {
            conversation: id,
            customers,
            home: u32::from(home),
            topic,
            urgency,
            root,
            counts,
        });
        self.attempt(id);
    }

    /// An attempt begins: the conversation looks for its channel.
    #[inline]
    pub(super) fn attempt(&mut self, id: ConversationId) {
        self.tell(Fact::Attempted { conversation: id });
        self.enter(id);
    }

    /// Routes a conversation and lets it enter its channel, as a first topic or as the next one.
    #[inline]
    pub(super) fn enter(&mut self, id: ConversationId) {
        let seed = self.seed;
        let has_agent = |world: &World, queue: QueueId| has_agent(world, id, queue, seed);
        match route::choose(self.routes, &mut self.world, id, seed, has_agent) {
            Err(reason) => self.end(id, End::Rejected(reason)),
            Ok((channel, queue)) => {
                let now = self.world.now;
                self.world.lines_busy[channel.index()] += 1;
                let table = &self.world.setup.channels[channel.index()];
                let topic = &self.world.setup.topics[self.world.conversations[id].topic.index()];
                let turns = match topic.turns {
                    Count::Constant(turns) if table.turns_factor == 1.0 && !self.replays => turns,
                    _ => self.turns(id, &topic.turns, table.turns_factor),
                };
                let conversation = &mut self.world.conversations[id];
                conversation.channel = channel;
                conversation.queue = queue;
                (conversation.since, conversation.age) = (now, now);
                conversation.turns_left = turns;
                // Entered, so that an end gives the line back.
                conversation.state = State::Gap;
                self.tell(Fact::Entered {
                    conversation: id,
                    channel,
                    queue,
                });
                if turns == 0 {
                    // By way of the agenda, so that a cycle of such topics is noticed.
                    self.agenda.add(now, ENDS, Event::Done(id));
                } else {
                    if !table.holds_customer {
                        self.start_tolerance(id);
                    }
                    self.join::<true>(id);
                }
            }
        }
    }

    /// How many agent turns a conversation needs: what is given or usual, times the factor of its channel.
    #[inline(never)]
    fn turns(&self, id: ConversationId, usual: &Count, factor: f64) -> u32 {
        let conversation = &self.world.conversations[id];
        let given = self.given_at_first(conversation);
        let given = given.and_then(|given| given.turns).map(Count::Constant);
        let needed = given.as_ref().unwrap_or(usual);
        let (root, attempt) = (conversation.root, conversation.attempt);
        let purpose = Purpose::TURNS;
        let mut stream = self.seed.stream(purpose, root, attempt, conversation.stage);
        if factor == 1.0 {
            needed.draw(&mut stream)
        } else {
            needed.scaled(factor).draw(&mut stream)
        }
    }

    /// An attempt ends: whatever the conversation has is given back; its customer may try again.
    pub(super) fn end(&mut self, id: ConversationId, end: End) {
        let freed = self.detach(id);
        self.forget_timers(id);
        if self.world.conversations[id].state != State::Away {
            self.leave_line(id);
        }
        let after = self.retries_after(id, end);
        self.tell(Fact::Ended {
            conversation: id,
            end,
            again: after.is_some(),
        });
        match after {
            Some(after) => {
                let at = self.world.now.after(after);
                let conversation = &mut self.world.conversations[id];
                conversation.state = State::Away;
                conversation.attempt += 1;
                (
                    conversation.turn,
                    conversation.topic_turn,
                    conversation.stage,
                ) = (0, 0, 0);
                (conversation.entries, conversation.starts) = (0, 0);
                (
                    conversation.resumes,
                    conversation.remaining,
                    conversation.agent,
                ) = (false, None, None);
                let root = conversation.root;
                // After the openings of the same instant.
                let identity = 1 << 60 | self.identity_of(root);
                self.agenda
                    .add_by_identity(at, OPENINGS, identity, Event::Return(id));
            }
            None => {
                self.think_again(id);
                self.gone(id);
            }
        }
        if let Some(agent) = freed {
            self.settle(agent);
        }
    }

    /// The order of a root among simultaneous openings.
    pub(super) fn identity_of(&self, root: Root) -> u64 {
        let stream = self.first_streams[usize::from(root.segment)] + usize::from(root.zone);
        identity(stream, root.number, root.place)
    }

    /// How long the customer stays away before trying again, if it does.
    fn retries_after(&self, id: ConversationId, end: End) -> Option<Span> {
        let conversation = &self.world.conversations[id];
        let retry = self.world.setup.customers[conversation.customers.index()]
            .retry
            .as_ref()?;
        let may = match end {
            End::Rejected(reason) => retry.reasons.contains(&reason),
            end => retry.ends.contains(&end),
        };
        let again = may
            && retry
                .attempts
                .is_none_or(|attempts| conversation.attempt + 1 < attempts)
            && conversation.happens(self.seed, retry.probability, Purpose::RETRY, 0);
        again.then(|| conversation.draw(self.seed, &retry.after, Purpose::RETRY, 1))
    }

    /// The conversation's place is free again.
    pub(super) fn gone(&mut self, id: ConversationId) {
        self.tell(Fact::Gone { conversation: id });
        self.counted -= u64::from(self.world.conversations[id].counts);
        self.world.conversations.remove(id);
    }

    /// Gives back the line a conversation takes in its channel.
    pub(super) fn leave_line(&mut self, id: ConversationId) {
        let channel = self.world.conversations[id].channel;
        self.world.lines_busy[channel.index()] -= 1;
    }

    /// No timer of a conversation runs any more.
    #[inline]
    pub(super) fn forget_timers(&mut self, id: ConversationId) {
        let conversation = &mut self.world.conversations[id];
        if !conversation.has_timers() {
            return;
        }
        self.agenda.cancel(&mut conversation.patience);
        self.agenda.cancel(&mut conversation.timer);
        self.agenda.cancel(&mut conversation.fade);
        self.agenda.cancel(&mut conversation.inactive);
    }

    /// A channel opens or closes.
    pub(super) fn hours(&mut self, channel: ChannelId) {
        self.next_hours(channel);
        let table = &self.world.setup.channels[channel.index()];
        let is_open = self
            .world
            .setup
            .calendar(table.hours)
            .is_open(self.world.now);
        let everyone = self
            .world
            .lines
            .iter()
            .flat_map(|line| line.of_channel(channel, &self.world.conversations));
        let everyone: Vec<_> = everyone.collect();
        match (table.closing, is_open) {
            (Closing::Purge, false) => {
                let all = &self.world.conversations;
                let reserved = |agent: &Agent| agent.reserved.iter(all);
                let reserved: Vec<_> = self.world.agents.iter().flat_map(reserved).collect();
                for id in everyone.into_iter().chain(reserved) {
                    let conversation = &self.world.conversations[id];
                    if conversation.channel != channel {
                        continue;
                    }
                    if conversation.silent {
                        self.send_silent_away(id);
                    } else {
                        self.end(id, End::Rejected(Reason::Closed));
                    }
                }
            }
            (Closing::CarryOver, true) => {
                // Whoever has somebody of its own chooses by the queue's order; the others are offered in turn.
                for position in 0..self.world.agents.len() {
                    if !self.world.agents[position].reserved.is_empty() {
                        self.settle(AgentId::from(position));
                    }
                }
                for id in everyone {
                    self.offer(id);
                }
            }
            _ => {}
        }
    }
}

/// The order of simultaneous openings (and returns): by stream, number and place, not by when they were scheduled.
///
/// There are at most [`MOST`](crate::world::MOST) streams. Openings further apart than 2³², or members of a batch beyond the
/// 16384th, may share an identity, and then come in any order.
fn identity(stream: usize, number: u64, place: u32) -> u64 {
    let (number, place) = (
        number & ((1 << 32) - 1),
        u64::from(place.min((1 << 14) - 1)),
    );
    (stream as u64) << 46 | number << 14 | place
}

/// Whether an agent would take a conversation from a queue at once.
#[inline(never)] // Few routes ask.
fn has_agent(world: &World, id: ConversationId, queue: QueueId, seed: Seed) -> bool {
    agent_for(world, id, queue, Span::ZERO, seed).is_some()
}

/// The first whose cumulative probability covers `u`; nobody where they add to less.
pub(super) fn pick(cumulative: &[(TopicId, f64)], u: f64) -> Option<TopicId> {
    cumulative
        .iter()
        .find(|(_, up_to)| u < *up_to)
        .map(|(topic, _)| *topic)
}

/// An instant after a span, or never.
pub(super) fn unless_forever(now: Time, span: Span) -> Option<Time> {
    let at = now.after(span);
    (at != Time::NEVER).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MOST;

    #[test]
    fn identities_order_like_streams_then_numbers_then_places() {
        let streams = [0, 1, 255, 256, MOST - 1];
        let numbers = [0, 1, u64::from(u32::MAX)];
        let places = [0, 1, 4096, 16_383];
        let mut all = Vec::new();
        for stream in streams {
            for number in numbers {
                all.extend(places.map(|place| identity(stream, number, place)));
            }
        }
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(all.iter().all(|identity| *identity < 1 << 60));
    }
}
