//! Agents: groups planned together, when they are there, what they take and how they work.

use crate::calendar::Days;
use crate::distribution::Distribution;
use crate::id::{CalendarId, QueueId};
use crate::rule::Slots;
use crate::time::{Span, Time};

/// A group of agents planned together (`[agents.NAME]`).
#[derive(Clone, Debug)]
pub struct Agents {
    /// The clock on their wall.
    pub zone: jiff::tz::TimeZone,
    /// Who is there when.
    pub roster: Roster,
    /// Local dates on which nobody is planned because of a public holiday or a closed date, as far as the run goes. With
    /// several hours those that hold for all of them.
    pub closed: Vec<jiff::civil::Date>,
    /// The queues they serve: ranks, best first; equals together.
    pub serves: Vec<Vec<Served>>,
    /// Slots of each; `None` is without limit.
    pub capacity: Option<Slots>,
    /// Conversations at once by channel, besides `capacity`, by [`crate::id::ChannelId`].
    pub concurrent: Vec<Option<u32>>,
    /// How attention is given.
    pub attention: Attention,
    /// Paid when the next turn is another conversation's.
    pub switch_cost: Distribution,
    /// Which channels held work may interrupt, by [`crate::id::ChannelId`].
    pub interruptible: Vec<bool>,
    /// What becomes of interrupted work.
    pub interrupted: Interrupted,
    /// What they do at the end of a shift; `None` is `finish` for held customers and `pause` for released ones.
    pub at_shift_end: Option<ShiftEnd>,
    /// Who goes when a staffing count drops.
    pub leave: Leave,
    /// When they look into the inbox; `None` is always.
    pub check_every: Option<Check>,
    /// The probability that an agent is absent on a day.
    pub absent: f64,
    /// Their local days.
    pub days: Days,
    /// The share of duty not available.
    pub in_office: f64,
    /// Work done per unit of time.
    pub speed: f64,
    /// Money per agent and paid hour.
    pub cost_per_hour: f64,
    /// What an hour of overtime costs, in paid hours.
    pub overtime_factor: f64,
}

/// Who is there when.
#[derive(Clone, Debug)]
pub enum Roster {
    /// As many as are needed, always.
    Unlimited,
    /// Named agents with shifts.
    Shifts(Vec<Shift>),
    /// How many, not who: the number on duty from each instant on, sorted, the first at 0. The last holds on.
    Counts(Vec<(Time, u32)>),
}

impl Roster {
    /// How many there are from the start: of an unlimited number, nobody before it is needed.
    pub fn people(&self) -> u32 {
        match self {
            Roster::Unlimited => 0,
            Roster::Shifts(shifts) => shifts.iter().map(|shift| shift.count).sum(),
            Roster::Counts(counts) => counts.iter().map(|(_, count)| *count).max().unwrap_or(0),
        }
    }
}

/// Agents who share a shift pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When they are planned and paid.
    pub hours: CalendarId,
    /// The same without breaks: when they are to be there for customers.
    pub duty: CalendarId,
    /// How many they are.
    pub count: u32,
}

/// A queue in a group's ranks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Served {
    /// The queue.
    pub queue: QueueId,
    /// Only who has waited this long.
    pub after: Span,
    /// Only while more than this many of the group are free.
    pub keep_free: u32,
    /// Work done per unit of time, times the group's speed.
    pub speed: f64,
}

impl Served {
    /// Whether anyone who waits is taken by anyone with room.
    pub fn takes_anyone(&self) -> bool {
        self.after == Span::ZERO && self.keep_free == 0
    }
}

/// How an agent's attention is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Attention {
    /// To one thing at a time.
    One,
    /// To all active conversations at once, by weight.
    Shared,
    /// To all at once, each at the speed given for 1, 2, 3, ... active; the last holds on. Never empty.
    Slowdown(Vec<f64>),
}

/// What becomes of interrupted work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// Where the conversation waits.
    pub back: Back,
    /// How its work goes on.
    pub work: Rework,
}

/// Where an interrupted conversation waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// With its agent.
    Agent,
    /// At the head of its queue.
    QueueHead,
}

/// How interrupted work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rework {
    /// Where it stopped.
    Resume,
    /// From the start, of the same length.
    Restart,
    /// From the start, with a length drawn anew.
    Resample,
}

/// What agents do at the end of a shift with what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftEnd {
    /// Stay until it is done.
    Finish,
    /// Give it to the head of its queue.
    HandOver,
    /// Keep it until the next shift.
    Pause,
}

/// Who goes when a staffing count drops and nobody is idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Certain agents, when they are done; the others go on.
    Named,
    /// Whoever is done next.
    Next,
}

/// When agents look into the inbox.
#[derive(Clone, Debug)]
pub enum Check {
    /// At the start of duty and each such time after; each look takes what came before it.
    Period(Span),
    /// This long after the inbox was found or made empty; whoever looks goes on until nothing is left.
    Pause(Distribution),
}
