//! Conversations: one need of one customer each, and the table of those in the system.

use crate::agenda::Ticket;
use crate::distribution::Distribution;
use crate::id::{AgentId, ChannelId, ConversationId, CustomersId, QueueId, TopicId};
use crate::random::{Purpose, Root, Seed};
use crate::rule::Slots;
use crate::rule::Urgency;
use crate::time::{Span, Time};

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not in the system: the place is free.
    Gone,
    /// Between attempts.
    Away,
    /// Waits in its queue for anyone's slot.
    Waiting,
    /// Waits for room at one certain agent.
    Reserved,
    /// With its agent, waits for attention.
    Ready,
    /// Has its agent's attention.
    Working,
    /// The ball is with the customer.
    Gap,
    /// Ended; its agent wraps it up.
    WrapUp,
}

/// One conversation in the system: what the loop has to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Conversation {
    /// What it grew from; part of every key of its numbers.
    pub root: Root,
    /// Whose it is.
    pub customers: CustomersId,
    /// Which of their homes it comes from.
    pub home: u16,
    /// What it is about now.
    pub topic: TopicId,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Where it stands.
    pub state: State,
    /// Whether it opened in the counted time.
    pub counts: bool,
    /// Whether the next attention starts with reading back in.
    pub resumes: bool,
    /// Whether its customer has left without anybody noticing.
    pub silent: bool,
    /// Whether interrupted work is drawn anew.
    pub resamples: bool,
    /// The channel it takes.
    pub channel: ChannelId,
    /// The queue it waits in.
    pub queue: QueueId,
    /// The attempt, from 0.
    pub attempt: u32,
    /// Agent turns still needed, the present one included.
    pub turns_left: u32,
    /// The number of the present agent turn within the attempt, from 0.
    pub turn: u32,
    /// The number of the present agent turn within the topic, from 0.
    pub topic_turn: u32,
    /// How many times it has gone on as another topic.
    pub stage: u32,
    /// How many times it has joined a queue within the attempt.
    pub entries: u32,
    /// How many times attention has started on it within the attempt.
    pub starts: u32,
    /// Whose slot it has, or who answered last.
    pub agent: Option<AgentId>,
    /// Thousandths of a slot it takes when active.
    pub weight: Slots,
    /// Thousandths of a slot it takes now.
    pub kept: Slots,
    /// When the turn that waits now arrived; in a reply gap, when the last agent turn was done.
    pub since: Time,
    /// When it joined the queue.
    pub joined: Time,
    /// Its place by age among those who wait: `since`, or earlier if it was put to the head.
    pub age: Time,
    /// What is left of interrupted work.
    pub remaining: Option<Span>,
    /// The end of patience or tolerance.
    pub patience: Ticket,
    /// The end of the reply gap, or, while it waits, when another group may take it too.
    pub timer: Ticket,
    /// When its slot fades.
    pub fade: Ticket,
    /// When its silence has lasted too long.
    pub inactive: Ticket,
    /// Its neighbours in the list it stands in.
    pub links: Links,
}

impl Conversation {
    /// One duration of a decision about it.
    #[inline]
    pub fn draw(
        &self,
        seed: Seed,
        distribution: &Distribution,
        purpose: Purpose,
        index: u32,
    ) -> Span {
        distribution.draw_keyed(seed, purpose, self.root, self.attempt, index)
    }

    /// Whether something of this probability happens to it.
    #[inline]
    pub fn happens(&self, seed: Seed, probability: f64, purpose: Purpose, index: u32) -> bool {
        probability >= 1.0 || (probability > 0.0 && self.chance(seed, purpose, index) < probability)
    }

    #[inline(never)] // Most probabilities are 0 or 1.
    fn chance(&self, seed: Seed, purpose: Purpose, index: u32) -> f64 {
        seed.uniform(purpose, self.root, self.attempt, index)
    }

    /// Whether anything is still to come of it by itself.
    #[inline]
    pub fn has_timers(&self) -> bool {
        let timers = [self.patience, self.timer, self.fade, self.inactive];
        timers.into_iter().any(Ticket::is_some)
    }
}

/// A member's neighbours in a list.
#[derive(Clone, Copy, Debug)]
pub struct Links {
    before: ConversationId,
    after: ConversationId,
}

/// Stands where a list ends.
const NOBODY: ConversationId = ConversationId(u32::MAX);

impl Default for Links {
    fn default() -> Self {
        Links {
            before: NOBODY,
            after: NOBODY,
        }
    }
}

/// The conversations in the system. Places are reused.
#[derive(Debug, Default)]
pub struct Conversations {
    places: Vec<Conversation>,
    free: Vec<ConversationId>,
}

impl Conversations {
    /// Nobody, keeping the memory.
    pub fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
    }

    /// Puts a conversation into a free place.
    #[inline]
    pub fn insert(&mut self, conversation: Conversation) -> ConversationId {
        match self.free.pop() {
            Some(id) => {
                self.places[id.index()] = conversation;
                id
            }
            None => {
                let id = ConversationId::from(self.places.len());
                self.places.push(conversation);
                id
            }
        }
    }

    /// Frees a place; no timer of its last conversation runs any more.
    #[inline]
    pub fn remove(&mut self, id: ConversationId) {
        debug_assert!(self.places[id.index()].state != State::Gone);
        self.places[id.index()].state = State::Gone;
        self.free.push(id);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, by place.
    pub fn iter(&self) -> impl Iterator<Item = (ConversationId, &Conversation)> {
        let places = self.places.iter().enumerate();
        places
            .filter(|(_, conversation)| conversation.state != State::Gone)
            .map(|(place, conversation)| (ConversationId::from(place), conversation))
    }

    /// One past the last place in use.
    pub fn places(&self) -> usize {
        self.places.len()
    }
}

impl std::ops::Index<ConversationId> for Conversations {
    type Output = Conversation;

    #[inline]
    fn index(&self, id: ConversationId) -> &Conversation {
        &self.places[id.index()]
    }
}

impl std::ops::IndexMut<ConversationId> for Conversations {
    #[inline]
    fn index_mut(&mut self, id: ConversationId) -> &mut Conversation {
        &mut self.places[id.index()]
    }
}

/// A list of conversations by age, oldest first, linked through the conversations themselves.
#[derive(Clone, Copy, Debug)]
pub struct List {
    first: ConversationId,
    last: ConversationId,
}

impl Default for List {
    fn default() -> Self {
        List {
            first: NOBODY,
            last: NOBODY,
        }
    }
}

#[inline]
fn somebody(id: ConversationId) -> Option<ConversationId> {
    (id != NOBODY).then_some(id)
}

impl List {
    /// The oldest.
    #[inline]
    pub fn first(&self) -> Option<ConversationId> {
        somebody(self.first)
    }

    /// The youngest.
    #[inline]
    pub fn last(&self) -> Option<ConversationId> {
        somebody(self.last)
    }

    /// Whether nobody stands in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first == NOBODY
    }

    /// Everyone, oldest first.
    #[inline]
    pub fn iter(self, all: &Conversations) -> impl Iterator<Item = ConversationId> {
        std::iter::successors(self.first(), |id| somebody(all[*id].links.after))
    }

    /// Puts `id` in by its age; among equals it comes last.
    #[inline]
    pub fn insert(&mut self, id: ConversationId, all: &mut Conversations) {
        let age = all[id].age;
        // Nearly always the youngest comes; who is put to the head is found there at once.
        let mut before = self.last;
        if before != NOBODY && age < all[before].age {
            before = self.before(age, all);
        }
        let after = match before {
            NOBODY => std::mem::replace(&mut self.first, id),
            other => std::mem::replace(&mut all[other].links.after, id),
        };
        match after {
            NOBODY => self.last = id,
            other => all[other].links.before = id,
        }
        all[id].links = Links { before, after };
    }

    /// After whom somebody of an age stands.
    #[cold]
    fn before(&self, age: Time, all: &Conversations) -> ConversationId {
        if age < all[self.first].age {
            return NOBODY;
        }
        let mut before = self.last;
        while before != NOBODY && all[before].age > age {
            before = all[before].links.before;
        }
        before
    }

    /// Takes `id` out.
    #[inline]
    pub fn remove(&mut self, id: ConversationId, all: &mut Conversations) {
        let Links { before, after } = all[id].links;
        match before {
            NOBODY => self.first = after,
            other => all[other].links.after = after,
        }
        match after {
            NOBODY => self.last = before,
            other => all[other].links.before = before,
        }
    }
}
