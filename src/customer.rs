//! Customers: who comes, when, and how long they put up with waiting.

use crate::arrival::Arrivals;
use crate::distribution::Distribution;
use crate::fact::{End, Reason};
use crate::id::{CalendarId, TopicId, ZoneId};
use crate::rule::{Patience, Urgency};

/// A segment of customers (`[customers.NAME]`).
#[derive(Clone, Debug)]
pub struct Customers {
    /// Where they live; each zone has a stream of openings of its own.
    pub homes: Vec<Home>,
    /// What they come with: topics with cumulative probabilities, the last 1.
    pub topics: Vec<(TopicId, f64)>,
    /// Overrides of the channel's patience.
    pub patience: Patience,
    /// How long a released one waits for a reply, instead of the channel's.
    pub tolerance: Option<Distribution>,
    /// Unless the topic says otherwise.
    pub urgency: Urgency,
    /// The probability of not joining where 0, 1, 2, ... wait already and no agent is free; the last holds on. Empty: everybody joins.
    pub balk: Vec<f64>,
    /// The probability of accepting each channel, by [`crate::id::ChannelId`].
    pub accepts: Vec<f64>,
    /// Whether and when they try again.
    pub retry: Option<Retry>,
}

/// The customers of one zone within a segment.
#[derive(Clone, Debug)]
pub struct Home {
    /// The zone.
    pub zone: ZoneId,
    /// When conversations open there.
    pub arrivals: Arrivals,
    /// When they read and answer, in their zone.
    pub online: CalendarId,
}

/// Trying again after a failed attempt.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The ends after which they may.
    pub ends: Vec<End>,
    /// The reasons of a rejection after which they may.
    pub reasons: Vec<Reason>,
    /// The probability that they do.
    pub probability: f64,
    /// How long they stay away.
    pub after: Distribution,
    /// How many attempts in all; `None` is without limit.
    pub attempts: Option<u32>,
}
