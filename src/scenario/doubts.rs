//! Doubts: what is valid, but surely not meant.

use crate::agent::Roster;
use crate::channel::Channel;
use crate::id::QueueId;
use crate::route::Route;
use crate::time::Time;
use crate::world::Setup;

use super::hours::Calendars;
use super::problem::At;
use super::tables::Desk;
use super::tables::queues::serves;

/// A strategy to look at.
pub(super) struct Doubted<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) setup: &'a Setup,
    pub(super) routes: &'a [Route],
    pub(super) calendars: &'a Calendars,
    pub(super) strategy: &'a str,
    /// Where the strategy is written.
    pub(super) at: At,
}

/// Looks at a strategy whose tables have been read.
pub(super) fn look(doubted: &Doubted) {
    if doubted.desk.findings.any_error() {
        return;
    }
    let _ = (doubted.setup, doubted.routes, doubted.calendars, doubted.strategy, doubted.at);
    let _: Option<(&Channel, QueueId, Time, &Roster)> = None;
    let _ = serves;
}
