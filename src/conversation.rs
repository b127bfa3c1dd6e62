//! Conversations: one need of one customer each, and the table of those in the system.

use crate::agenda::Ticket;
use crate::channel::Slots;
use crate::customer::Urgency;
use crate::id::{AgentId, ChannelId, ConversationId, CustomersId, QueueId, TopicId};
use crate::random::Root;
use crate::time::{Span, Time};

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
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
    pub home: u32,
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
    /// How many times it has gone on as another topic.
    pub stage: u32,
    /// How many times it has joined a queue within the attempt.
    pub entries: u32,
    /// Whose slot it has, or who answered last.
    pub agent: Option<AgentId>,
    /// Thousandths of a slot it takes when active.
    pub weight: Slots,
    /// Thousandths of a slot it takes now.
    pub kept: Slots,
    /// When the turn that waits now arrived.
    pub since: Time,
    /// When it joined the queue.
    pub joined: Time,
    /// Its place by age among those who wait: `since`, or earlier if it was put to the head.
    pub age: Time,
    /// When attention last stopped.
    pub left_off: Time,
    /// What is left of interrupted work.
    pub remaining: Option<Span>,
    /// The end of patience or tolerance.
    pub patience: Ticket,
    /// The end of the reply gap.
    pub gap: Ticket,
    /// When its slot fades.
    pub fade: Ticket,
    /// When its silence has lasted too long.
    pub inactive: Ticket,
    /// When another group may take it too.
    pub overflow: Ticket,
    /// Its neighbours in the list it stands in.
    pub links: Links,
}

/// A member's neighbours in a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links {
    before: Option<ConversationId>,
    after: Option<ConversationId>,
}

/// The conversations in the system. Places are reused.
#[derive(Debug, Default)]
pub struct Conversations {
    places: Vec<Option<Conversation>>,
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
                self.places[id.index()] = Some(conversation);
                id
            }
            None => {
                let id = ConversationId::from(self.places.len());
                self.places.push(Some(conversation));
                id
            }
        }
    }

    /// Frees a place.
    #[inline]
    pub fn remove(&mut self, id: ConversationId) {
        debug_assert!(self.places[id.index()].is_some());
        self.places[id.index()] = None;
        self.free.push(id);
    }

    /// Whoever has the place, if anybody.
    #[inline]
    pub fn get(&self, id: ConversationId) -> Option<&Conversation> {
        self.places.get(id.index())?.as_ref()
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
        self.places
            .iter()
            .enumerate()
            .filter_map(|(place, kept)| Some((ConversationId::from(place), kept.as_ref()?)))
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
        self.places[id.index()]
            .as_ref()
            .expect("the conversation is in the system")
    }
}

impl std::ops::IndexMut<ConversationId> for Conversations {
    #[inline]
    fn index_mut(&mut self, id: ConversationId) -> &mut Conversation {
        self.places[id.index()]
            .as_mut()
            .expect("the conversation is in the system")
    }
}

/// A list of conversations by age, oldest first, linked through the conversations themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct List {
    first: Option<ConversationId>,
    last: Option<ConversationId>,
    len: u32,
}

impl List {
    /// The oldest.
    #[inline]
    pub fn first(&self) -> Option<ConversationId> {
        self.first
    }

    /// The youngest.
    #[inline]
    pub fn last(&self) -> Option<ConversationId> {
        self.last
    }

    /// How many.
    #[inline]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether nobody stands in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Who comes after `id`.
    #[inline]
    pub fn after(&self, id: ConversationId, all: &Conversations) -> Option<ConversationId> {
        all[id].links.after
    }

    /// Puts `id` in by its age; among equals it comes last.
    #[inline]
    pub fn insert(&mut self, id: ConversationId, all: &mut Conversations) {
        let age = all[id].age;
        // Nearly always the youngest comes; who is put to the head is found there at once.
        let mut before = self.last;
        if self.first.is_some_and(|first| age < all[first].age) {
            before = None;
        }
        while let Some(other) = before
            && all[other].age > age
        {
            before = all[other].links.before;
        }
        let after = match before {
            Some(other) => all[other].links.after,
            None => self.first,
        };
        all[id].links = Links { before, after };
        match before {
            Some(other) => all[other].links.after = Some(id),
            None => self.first = Some(id),
        }
        match after {
            Some(other) => all[other].links.before = Some(id),
            None => self.last = Some(id),
        }
        self.len += 1;
    }

    /// Takes `id` out.
    #[inline]
    pub fn remove(&mut self, id: ConversationId, all: &mut Conversations) {
        let Links { before, after } = all[id].links;
        match before {
            Some(other) => all[other].links.after = after,
            None => self.first = after,
        }
        match after {
            Some(other) => all[other].links.before = before,
            None => self.last = before,
        }
        all[id].links = Links::default();
        self.len -= 1;
    }
}
