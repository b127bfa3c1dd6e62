//! Channels: what waiting means on each side, and what a conversation takes of an agent.

use crate::distribution::Distribution;
use crate::id::{CalendarId, QueueId};
use crate::rule::{Patience, Slots};
use crate::time::Span;

/// A way to talk (`[channels.NAME]`).
#[derive(Clone, Debug)]
pub struct Channel {
    /// Whether a waiting customer is held.
    pub holds_customer: bool,
    /// What becomes of the slot when the ball is with the customer.
    pub slot: Slot,
    /// What a conversation does that comes back and does not find its full weight.
    pub returning: Returning,
    /// Whether a first response counts at its start.
    pub spoken: bool,
    /// Slots taken while active; `None` is the whole agent.
    pub weight: Option<Slots>,
    /// Where its conversations wait, unless a route says otherwise.
    pub queue: QueueId,
    /// When its entrance is open.
    pub hours: CalendarId,
    /// What happens at closing to those who wait.
    pub closing: Closing,
    /// Conversations open at once, from entry to end.
    pub lines: Option<u32>,
    /// How long held customers wait.
    pub patience: Patience,
    /// How long released customers wait for a reply.
    pub tolerance: Option<Distribution>,
    /// The customer's time to answer; it runs only while the customer is online.
    pub reply_gap: Distribution,
    /// Multiplies the work of each turn.
    pub work_factor: f64,
    /// Multiplies the mean number of turns.
    pub turns_factor: f64,
    /// The probability of one more exchange after an agent turn.
    pub clarify: f64,
    /// Reading back in.
    pub resume_cost: Distribution,
    /// Work after the end, with attention and slot.
    pub wrap_up: Distribution,
    /// What becomes of a conversation whose customer is silent.
    pub inactivity: Option<Inactivity>,
    /// Leavers whom nobody notices.
    pub silent: Option<Silent>,
    /// Who takes a conversation that comes back.
    pub sticky: Sticky,
}

impl Channel {
    /// Whether its waiting conversations rest while it is closed.
    #[inline]
    pub fn may_rest(&self) -> bool {
        self.closing == Closing::CarryOver && self.hours.0 != 0
    }
}

/// What becomes of the slot when the ball is with the customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot {
    /// Kept until the end.
    Held,
    /// Given back at once.
    Released,
    /// Kept for a while, then a part of it.
    Fades {
        /// The silence after which it fades.
        after: Span,
        /// The fraction of the weight that is kept; with 0 the conversation leaves its agent.
        to: f64,
    },
}

/// What a conversation does that comes back and does not find its full weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returning {
    /// Waits for it.
    Queue,
    /// Takes it all the same, beyond the agent's capacity.
    Exceed,
}

/// What happens at closing to those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The entrance closes; who waits is still served by whoever is on duty.
    Drain,
    /// Who waits is sent away (`closed`).
    Purge,
    /// Who waits keeps the place, and is served again from the next opening.
    CarryOver,
}

/// What becomes of a conversation whose customer is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// The silence, from the agent's turn on.
    pub after: Span,
    /// What then happens.
    pub then: Inactive,
}

/// What happens after a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inactive {
    /// The conversation ends (`timed_out`).
    End,
    /// It leaves its agent; a later answer brings it back like a released one.
    Park,
}

/// Leavers of the queue whom nobody notices.
#[derive(Clone, Debug)]
pub struct Silent {
    /// The share of leavers.
    pub share: f64,
    /// How long the agent who takes one needs to learn of it.
    pub notice: Distribution,
}

/// Who takes a conversation that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sticky {
    /// Anyone.
    Any,
    /// Its agent, even if that means the next shift.
    Agent,
    /// Its agent while on duty, else anyone.
    AgentWhileOnDuty,
    /// Its agent (while on duty) within this time of the last turn, else anyone.
    Within(Span),
}
