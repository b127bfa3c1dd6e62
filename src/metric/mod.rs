//! Measures fed by facts; mergeable.
//!
//! Each conversation carries one cell (customers, topic, channel, queue, agents); every figure is added once, to its
//! cell, and scopes are folded from cells after the replication. All sums are integers, so they merge in any order.

mod pool;
mod staff;
mod stats;

pub use pool::{Outcome, Pool, Row};
pub use staff::{Crew, Hours};
pub use stats::{Level, Promise, Stats, Sum};

use crate::calendar::Cursor;
use crate::fact::{End, Fact, Listener, Reason};
use crate::id::{ChannelId, ConversationId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::{Clock, Formula, Measure};
use crate::time::{Span, Time};
use crate::world::Setup;
use staff::Staff;

/// Which conversations or agents a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All.
    All,
    /// Of a segment.
    Customers(CustomersId),
    /// About a topic.
    Topic(TopicId),
    /// In a channel.
    Channel(ChannelId),
    /// In a queue.
    Queue(QueueId),
    /// With a group.
    Agents(GroupId),
    /// Under a promise.
    Target(TargetId),
}

impl Scope {
    /// As written in scenarios and files.
    pub fn name(self) -> &'static str {
        match self {
            Scope::All => "all",
            Scope::Customers(_) => "customers",
            Scope::Topic(_) => "topic",
            Scope::Channel(_) => "channel",
            Scope::Queue(_) => "queue",
            Scope::Agents(_) => "agents",
            Scope::Target(_) => "target",
        }
    }
}

/// What a figure is attributed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    customers: CustomersId,
    topic: TopicId,
    channel: Option<ChannelId>,
    queue: Option<QueueId>,
    group: Option<GroupId>,
}

/// A cell with its figures.
struct Kept {
    cell: Cell,
    /// The targets that hold for it.
    targets: Vec<TargetId>,
    stats: Stats,
}

/// An instant on both clocks; business time counts from the start of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Stamp {
    at: Time,
    open: Span,
}

/// A conversation as its listener knows it.
#[derive(Clone, Copy, Debug)]
struct Record {
    cell: Cell,
    kept: usize,
    counts: bool,
    opened: Time,
    /// When the present attempt started.
    attempted: Time,
    /// Whether the attempt is to be counted once its channel is known, and whether the opening is.
    counted_attempt: bool,
    counted_opening: bool,
    /// The opening on the clocks of the present channel.
    start: Stamp,
    /// Since when the ball is where it is.
    since: Stamp,
    ours: bool,
    /// Since when it takes a line.
    line: Option<Time>,
    joined: Stamp,
    queued: bool,
    slot: Option<Time>,
    idle: Option<Time>,
    attention: Option<Time>,
    /// Whether attention has started on the turn that waits.
    turn_started: bool,
    answered: bool,
    ever_answered: bool,
    replied: bool,
    turns: u32,
    touches: u32,
    requester_wait: Stamp,
    held: Span,
    idle_time: Span,
    work: Span,
    wrap_up: Span,
    wraps: bool,
    kept_promises: bool,
    ended: bool,
    away: bool,
}

/// Listens to one replication after the other.
pub struct Collector<'a> {
    setup: &'a Setup,
    /// For each possible cell, its place among those kept, plus 1.
    places: Vec<u32>,
    cells: Vec<Kept>,
    records: Vec<Record>,
    /// By [`ChannelId`]: how much business time has passed.
    clocks: Vec<Cursor>,
    /// By [`ChannelId`]: whether business time is not simply all time.
    two_clocks: Vec<bool>,
    promises: Vec<Promise>,
    staff: Staff,
    queues: Vec<Level>,
    lines: Vec<Level>,
    waiting: Level,
    in_system: Level,
    backlog: Level,
    away: Level,
    oldest: Vec<Oldest>,
    started: bool,
}

/// The age of the oldest of those who wait in a queue, over time.
#[derive(Clone, Debug, Default)]
struct Oldest {
    /// Who waits, by joining; those who have left stay until they come to the front.
    line: std::collections::VecDeque<(Time, ConversationId)>,
    since: Time,
    /// Twice the area under the age [ns²].
    area: i128,
    max: Span,
    end: Span,
}

impl<'a> Collector<'a> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        let [customers, topics, channels, queues, groups] = dimensions(setup);
        let two_clocks = setup
            .business
            .iter()
            .map(|calendar| !setup.calendar(*calendar).is_always());
        Collector {
            setup,
            places: vec![0; customers * topics * channels * queues * groups],
            cells: Vec::new(),
            records: Vec::new(),
            clocks: vec![Cursor::default(); setup.channels.len()],
            two_clocks: two_clocks.collect(),
            promises: vec![Promise::default(); setup.targets.len()],
            staff: Staff::new(setup),
            queues: vec![Level::default(); setup.queues.len()],
            lines: vec![Level::default(); setup.channels.len()],
            waiting: Level::default(),
            in_system: Level::default(),
            backlog: Level::default(),
            away: Level::default(),
            oldest: vec![Oldest::default(); setup.queues.len()],
            started: false,
        }
    }

    /// What was heard of the replication that just ended; ready for the next one.
    pub fn take(&mut self) -> Outcome {
        let outcome = Outcome::fold(self);
        self.cells.iter_mut().for_each(|kept| kept.stats.clear());
        self.records.clear();
        self.clocks.fill(Cursor::default());
        self.promises.fill(Promise::default());
        self.staff.clear();
        self.queues
            .iter_mut()
            .chain(&mut self.lines)
            .for_each(|level| *level = Level::default());
        (self.waiting, self.in_system) = (Level::default(), Level::default());
        (self.backlog, self.away) = (Level::default(), Level::default());
        self.oldest.iter_mut().for_each(|oldest| {
            oldest.line.clear();
            (oldest.since, oldest.area, oldest.max, oldest.end) = Default::default();
        });
        self.started = false;
        outcome
    }

    fn is_counted(&self, now: Time) -> bool {
        now >= self.setup.warm_up && now < self.setup.length
    }

    /// The part of a span of time within the counted time.
    #[inline]
    fn clip(&self, from: Time, to: Time) -> Span {
        Span((to.min(self.setup.length).0 - from.max(self.setup.warm_up).0).max(0))
    }

    /// The place of a cell's figures.
    #[inline]
    fn place(&mut self, cell: Cell) -> usize {
        let [_, topics, channels, queues, groups] = dimensions(self.setup);
        let optional = |index: Option<usize>| index.map_or(0, |index| index + 1);
        let mut index = cell.customers.index() * topics + cell.topic.index();
        index = index * channels + optional(cell.channel.map(ChannelId::index));
        index = index * queues + optional(cell.queue.map(QueueId::index));
        index = index * groups + optional(cell.group.map(GroupId::index));
        match self.places[index] {
            0 => {
                let holds = |target: &crate::world::Target| {
                    target.customers.is_none_or(|id| id == cell.customers)
                        && target.topic.is_none_or(|id| id == cell.topic)
                        && target.channel.is_none_or(|id| cell.channel == Some(id))
                        && target.queue.is_none_or(|id| cell.queue == Some(id))
                };
                let targets = self.setup.targets.iter().enumerate();
                let targets = targets
                    .filter(|(_, target)| holds(target))
                    .map(|(id, _)| TargetId::from(id));
                let targets = targets.collect();
                self.cells.push(Kept {
                    cell,
                    targets,
                    stats: Stats::new(),
                });
                self.places[index] = self.cells.len() as u32;
                self.cells.len() - 1
            }
            place => place as usize - 1,
        }
    }

    fn move_to(&mut self, id: ConversationId, cell: Cell) {
        if self.records[id.index()].cell != cell {
            let place = self.place(cell);
            let record = &mut self.records[id.index()];
            (record.cell, record.kept) = (cell, place);
        }
    }

    /// Now, on both clocks of a channel.
    #[inline]
    fn stamp(&mut self, now: Time, channel: Option<ChannelId>) -> Stamp {
        let open = match channel {
            Some(channel) if self.two_clocks[channel.index()] => {
                let calendar = self.setup.calendar(self.setup.business[channel.index()]);
                self.clocks[channel.index()].open_before(calendar, now)
            }
            _ => Span::ZERO,
        };
        Stamp { at: now, open }
    }

    fn has_two_clocks(&self, record: &Record) -> bool {
        record
            .cell
            .channel
            .is_some_and(|channel| self.two_clocks[channel.index()])
    }

    /// Counts a wait of a conversation on both clocks, and against its targets.
    #[inline]
    fn wait(&mut self, id: ConversationId, measure: Measure, from: Stamp, to: Stamp) {
        let elapsed = to.at - from.at;
        let open = to.open - from.open;
        self.waited(id, measure, elapsed, open, true);
    }

    #[inline]
    fn waited(
        &mut self,
        id: ConversationId,
        measure: Measure,
        elapsed: Span,
        open: Span,
        answered: bool,
    ) {
        let record = self.records[id.index()];
        if !record.counts {
            return;
        }
        let two_clocks = self.has_two_clocks(&record);
        let kept = &mut self.cells[record.kept];
        kept.stats.add(measure, Clock::Calendar, elapsed);
        if two_clocks {
            kept.stats.add(measure, Clock::Business, open);
        }
        for target_id in &kept.targets {
            let target = &self.setup.targets[target_id.index()];
            if target.metric != measure {
                continue;
            }
            let span = if two_clocks && target.clock == Clock::Business {
                open
            } else {
                elapsed
            };
            let within = span <= target.within;
            let promise = &mut self.promises[target_id.index()];
            if answered {
                promise.answered += 1;
                promise.answered_within += u64::from(within);
            } else {
                promise.left += 1;
                promise.left_within += u64::from(within);
                if let Formula::ShortCut(shorter_than) = target.formula {
                    promise.left_at_once += u64::from(span < shorter_than);
                }
            }
            if !within {
                self.records[id.index()].kept_promises = false;
            }
        }
    }

    #[inline]
    fn stats(&mut self, id: ConversationId) -> &mut Stats {
        let place = self.records[id.index()].kept;
        &mut self.cells[place].stats
    }

    fn opened(&mut self, now: Time, id: ConversationId, cell: Cell, counts: bool) {
        let record = Record {
            cell,
            kept: self.place(cell),
            counts,
            opened: now,
            attempted: now,
            counted_attempt: false,
            counted_opening: false,
            start: Stamp::default(),
            since: Stamp::default(),
            ours: false,
            line: None,
            joined: Stamp::default(),
            queued: false,
            slot: None,
            idle: None,
            attention: None,
            turn_started: false,
            answered: false,
            ever_answered: false,
            replied: false,
            turns: 0,
            touches: 0,
            requester_wait: Stamp::default(),
            held: Span::ZERO,
            idle_time: Span::ZERO,
            work: Span::ZERO,
            wrap_up: Span::ZERO,
            wraps: false,
            kept_promises: true,
            ended: false,
            away: false,
        };
        if id.index() == self.records.len() {
            self.records.push(record);
        } else {
            self.records[id.index()] = record;
        }
    }

    fn attempted(&mut self, now: Time, id: ConversationId) {
        let counted = self.is_counted(now);
        self.in_system.change(1, counted);
        self.leave_away(now, id);
        let record = &mut self.records[id.index()];
        record.attempted = now;
        (record.counted_attempt, record.answered) = (false, false);
    }

    fn leave_away(&mut self, now: Time, id: ConversationId) {
        let record = self.records[id.index()];
        if record.away {
            let time = self.clip(record.since.at, now);
            self.stats(id).area(Measure::Away, time);
            self.away.change(-1, self.is_counted(now));
            self.records[id.index()].away = false;
        }
    }

    fn go_away(&mut self, now: Time, id: ConversationId) {
        self.records[id.index()].away = true;
        self.away.change(1, self.is_counted(now));
    }

    /// Counts the opening and the attempt once it is known where they lead.
    fn count_attempt(&mut self, id: ConversationId) {
        let record = &mut self.records[id.index()];
        let attempt = !std::mem::replace(&mut record.counted_attempt, true);
        let opening = !std::mem::replace(&mut record.counted_opening, true);
        if !record.counts {
            return;
        }
        let opened = record.opened;
        let channel = record.cell.channel;
        if attempt {
            self.stats(id).count(Measure::Attempts);
        }
        if opening {
            self.stats(id).count(Measure::Opened);
            let Some(channel) = channel else { return };
            let business = self.setup.calendar(self.setup.business[channel.index()]);
            let floor = if self.two_clocks[channel.index()] {
                business.next_open(opened) - opened
            } else {
                Span::ZERO
            };
            let stats = self.stats(id);
            if floor > Span::ZERO {
                stats.count(Measure::OutOfHours);
            }
            if floor < Span(i64::MAX / 2) {
                stats.add(Measure::ClosedFloor, Clock::Calendar, floor);
            }
        }
    }

    fn entered(&mut self, now: Time, id: ConversationId, channel: ChannelId, queue: QueueId) {
        let cell = self.records[id.index()].cell;
        self.move_to(
            id,
            Cell {
                channel: Some(channel),
                queue: Some(queue),
                group: None,
                ..cell
            },
        );
        self.count_attempt(id);
        let since = self.stamp(now, Some(channel));
        let opened = self.records[id.index()].opened;
        let start = if opened == now {
            since
        } else {
            let open = if self.two_clocks[channel.index()] {
                self.setup
                    .calendar(self.setup.business[channel.index()])
                    .open_before(opened)
            } else {
                Span::ZERO
            };
            Stamp { at: opened, open }
        };
        let record = &mut self.records[id.index()];
        (record.start, record.line) = (start, Some(now));
        let counted = self.is_counted(now);
        self.lines[channel.index()].change(1, counted);
        self.ball_ours(now, id, since);
    }

    fn ball_ours(&mut self, now: Time, id: ConversationId, since: Stamp) {
        self.leave_away(now, id);
        let record = &mut self.records[id.index()];
        (record.since, record.ours, record.turn_started) = (since, true, false);
        if let Some(idle) = record.idle.take() {
            record.idle_time += now - idle;
        }
        self.backlog.change(1, self.is_counted(now));
    }

    fn ball_theirs(&mut self, id: ConversationId, now: Stamp) {
        let record = &mut self.records[id.index()];
        if !record.ours {
            return;
        }
        record.ours = false;
        let since = record.since;
        record.requester_wait.at = record.requester_wait.at + (now.at - since.at);
        record.requester_wait.open += now.open - since.open;
        record.since = now;
        let time = self.clip(since.at, now.at);
        self.stats(id).area(Measure::Backlog, time);
        self.backlog.change(-1, self.is_counted(now.at));
    }

    /// The line a conversation takes is free, and whoever was held by it is not any more.
    fn leave_line(&mut self, now: Time, id: ConversationId) {
        let record = &mut self.records[id.index()];
        let (Some(line), Some(channel)) = (record.line.take(), record.cell.channel) else {
            return;
        };
        if self.setup.channels[channel.index()].holds_customer {
            record.held += now - line;
        }
        let time = self.clip(line, now);
        self.stats(id).area(Measure::LinesBusy, time);
        let counted = self.is_counted(now);
        self.lines[channel.index()].change(-1, counted);
    }

    fn joined(&mut self, now: Time, id: ConversationId, queue: QueueId) {
        let record = self.records[id.index()];
        let joined = self.stamp(now, record.cell.channel);
        self.records[id.index()].joined = joined;
        self.move_to(
            id,
            Cell {
                queue: Some(queue),
                ..record.cell
            },
        );
        if record.counts {
            self.stats(id).sum(Sum::Entries, 1);
        }
    }

    fn queued(&mut self, now: Time, id: ConversationId) {
        let counted = self.is_counted(now);
        let record = &mut self.records[id.index()];
        record.queued = true;
        let counts = record.counts;
        let queue = record
            .cell
            .queue
            .expect("a conversation that waits has a queue");
        if counts {
            self.stats(id).sum(Sum::EntriesWaiting, 1);
        }
        self.queues[queue.index()].change(1, counted);
        self.waiting.change(1, counted);
        let oldest = &mut self.oldest[queue.index()];
        if oldest.line.is_empty() {
            oldest.since = now;
        }
        oldest.line.push_back((now, id));
    }

    fn unqueue(&mut self, now: Time, id: ConversationId) {
        let record = &mut self.records[id.index()];
        if !std::mem::take(&mut record.queued) {
            return;
        }
        let joined = record.joined.at;
        let queue = record
            .cell
            .queue
            .expect("a conversation that waits has a queue");
        let time = self.clip(joined, now);
        self.stats(id).area(Measure::QueueLength, time);
        let counted = self.is_counted(now);
        self.queues[queue.index()].change(-1, counted);
        self.waiting.change(-1, counted);
        let (from, to) = (self.setup.warm_up, self.setup.length);
        let records = &self.records;
        let still = |(at, id): (Time, ConversationId)| {
            let record = &records[id.index()];
            record.queued && record.joined.at == at && record.cell.queue == Some(queue)
        };
        let oldest = &mut self.oldest[queue.index()];
        if oldest.line.front().is_some_and(|front| !still(*front)) {
            oldest.pass(now, from, to);
            while oldest.line.front().is_some_and(|front| !still(*front)) {
                oldest.line.pop_front();
            }
        }
    }

    fn taken(&mut self, now: Time, id: ConversationId, group: GroupId) {
        self.unqueue(now, id);
        let record = &mut self.records[id.index()];
        record.touches += 1;
        record.slot.get_or_insert(now);
        if record.ended {
            return;
        }
        let (cell, joined) = (record.cell, record.joined);
        self.move_to(
            id,
            Cell {
                group: Some(group),
                ..cell
            },
        );
        let now = self.stamp(now, cell.channel);
        self.wait(id, Measure::QueueWait, joined, now);
    }

    fn started(&mut self, now: Time, id: ConversationId) {
        let record = &mut self.records[id.index()];
        record.attention = Some(now);
        let first = !std::mem::replace(&mut record.turn_started, true);
        let answered = std::mem::replace(&mut record.answered, true);
        record.ever_answered = true;
        let Record {
            start,
            since,
            cell,
            counts,
            replied,
            ..
        } = *record;
        if !first {
            return;
        }
        let now = self.stamp(now, cell.channel);
        self.wait(id, Measure::TurnWait, since, now);
        if !answered {
            self.wait(id, Measure::SpeedOfAnswer, start, now);
            if counts {
                self.stats(id).count(Measure::Answered);
            }
        }
        let spoken = cell
            .channel
            .is_some_and(|channel| self.setup.channels[channel.index()].spoken);
        if spoken {
            self.responded(id, replied, start, since, now);
        }
    }

    fn responded(
        &mut self,
        id: ConversationId,
        replied: bool,
        start: Stamp,
        since: Stamp,
        now: Stamp,
    ) {
        if replied {
            self.wait(id, Measure::NextResponseTime, since, now);
        } else {
            self.wait(id, Measure::FirstResponseTime, start, now);
        }
    }

    fn stopped(&mut self, now: Time, id: ConversationId, agent: crate::id::AgentId) {
        let record = &mut self.records[id.index()];
        if let Some(from) = record.attention.take() {
            record.work += now - from;
            self.staff.attention(agent, from, now);
        }
    }

    fn replied(&mut self, now: Time, id: ConversationId) {
        let counted = self.is_counted(now);
        let record = &mut self.records[id.index()];
        let replied = std::mem::replace(&mut record.replied, true);
        record.turns += 1;
        if record.slot.is_some() {
            record.idle = Some(now);
        }
        let Record {
            start, since, cell, ..
        } = *record;
        if counted {
            self.stats(id).count(Measure::Replies);
        }
        let stamp = self.stamp(now, cell.channel);
        let spoken = cell
            .channel
            .is_some_and(|channel| self.setup.channels[channel.index()].spoken);
        if !spoken {
            self.responded(id, replied, start, since, stamp);
        }
        self.ball_theirs(id, stamp);
        self.go_away(now, id);
    }

    fn freed(&mut self, now: Time, id: ConversationId) {
        let record = &mut self.records[id.index()];
        if let Some(idle) = record.idle.take() {
            record.idle_time += now - idle;
        }
        if let Some(slot) = record.slot.take() {
            let time = self.clip(slot, now);
            self.stats(id).slot_area += i128::from(time.0);
        }
    }

    fn ended(&mut self, now: Time, id: ConversationId, end: End, again: bool) {
        let record = self.records[id.index()];
        self.count_attempt(id);
        let stamp = self.stamp(now, record.cell.channel);
        if record.queued {
            self.unqueue(now, id);
            let (elapsed, open) = (now - record.joined.at, stamp.open - record.joined.open);
            if end != End::Unresolved {
                self.waited(id, Measure::QueueWait, elapsed, open, false);
            }
            if matches!(end, End::Abandoned | End::SilentlyAbandoned) {
                self.waited(id, Measure::TimeToAbandon, elapsed, open, true);
            }
        }
        self.ball_theirs(id, stamp);
        self.leave_away(now, id);
        self.leave_line(now, id);
        if record.idle.is_some() {
            // Whoever ends in the reply gap kept the slot until now; wrap-up is no idleness.
            let record = &mut self.records[id.index()];
            record.idle_time += now - record.idle.take().unwrap_or(now);
        }
        let counted = self.is_counted(now);
        self.in_system.change(-1, counted);
        let time = self.clip(record.attempted, now);
        self.stats(id).area(Measure::InSystem, time);
        let good = self.records[id.index()].kept_promises;
        if counted && end == End::Resolved {
            self.stats(id).sum(Sum::ResolvedByClock, 1);
            self.stats(id).sum(Sum::GoodByClock, u64::from(good));
        }
        if record.counts {
            self.count_end(id, end, again);
        }
        if again {
            let record = &mut self.records[id.index()];
            record.since = stamp;
            self.go_away(now, id);
        } else {
            let record = &mut self.records[id.index()];
            record.ended = true;
            self.conversation_ended(id, end, stamp);
        }
    }

    fn count_end(&mut self, id: ConversationId, end: End, again: bool) {
        let stats = self.stats(id);
        stats.count(match end {
            End::Resolved => Measure::Resolved,
            End::Rejected(_) => Measure::Rejected,
            End::Abandoned => Measure::Abandoned,
            End::SilentlyAbandoned => Measure::SilentlyAbandoned,
            End::BrokeOff => Measure::BrokeOff,
            End::Left => Measure::Left,
            End::TimedOut => Measure::TimedOut,
            End::Unresolved => Measure::Unresolved,
        });
        if let End::Rejected(reason) = end {
            stats.count(match reason {
                Reason::Closed => Measure::RejectedClosed,
                Reason::Unstaffed => Measure::RejectedUnstaffed,
                Reason::WaitTooLong => Measure::RejectedWaitTooLong,
                Reason::QueueFull => Measure::RejectedQueueFull,
                Reason::Refused => Measure::RejectedRefused,
                Reason::NoRoute => Measure::RejectedNoRoute,
            });
        }
        if again {
            stats.count(Measure::Retried);
        }
    }

    fn conversation_ended(&mut self, id: ConversationId, end: End, now: Stamp) {
        let record = self.records[id.index()];
        if !record.counts || record.cell.channel.is_none() {
            return;
        }
        let waited = record.requester_wait;
        self.waited(
            id,
            Measure::RequesterWaitTime,
            waited.at - Time::ZERO,
            waited.open,
            true,
        );
        self.waited(id, Measure::CustomerHeldTime, record.held, Span::ZERO, true);
        self.waited(
            id,
            Measure::AgentHeldIdleTime,
            self.records[id.index()].idle_time,
            Span::ZERO,
            true,
        );
        if end == End::Resolved {
            self.wait(id, Measure::ResolutionTime, record.start, now);
            let kept = self.records[id.index()].kept_promises;
            let stats = self.stats(id);
            stats.sum(Sum::OneTouch, u64::from(record.turns == 1));
            stats.sum(Sum::WithinTarget, u64::from(kept));
        }
    }

    fn gone(&mut self, id: ConversationId) {
        let record = self.records[id.index()];
        if !record.counts || !record.ever_answered {
            return;
        }
        let stats = self.stats(id);
        stats.add(
            Measure::HandleTime,
            Clock::Calendar,
            record.work + record.wrap_up,
        );
        stats.add(Measure::WorkTime, Clock::Calendar, record.work);
        if record.wraps {
            stats.add(Measure::WrapUpTime, Clock::Calendar, record.wrap_up);
        }
        stats.sum(Sum::Replies, u64::from(record.turns));
        stats.sum(Sum::Touches, u64::from(record.touches));
        stats.sum(Sum::Answered, 1);
    }

    fn length_reached(&mut self, now: Time) {
        let levels = self.queues.iter_mut().chain(&mut self.lines);
        let levels = levels.chain([
            &mut self.waiting,
            &mut self.in_system,
            &mut self.backlog,
            &mut self.away,
        ]);
        levels.for_each(Level::stop);
        self.staff.stop(now);
        for queue in 0..self.oldest.len() {
            let (from, to) = (self.setup.warm_up, self.setup.length);
            let oldest = &mut self.oldest[queue];
            oldest.pass(now, from, to);
            oldest.end = oldest
                .line
                .front()
                .map_or(Span::ZERO, |(joined, _)| now - *joined);
        }
    }

    /// The counted time starts: maxima start with what is there.
    #[cold]
    fn count_from_here(&mut self) {
        self.started = true;
        let levels = self.queues.iter_mut().chain(&mut self.lines);
        let levels = levels.chain([
            &mut self.waiting,
            &mut self.in_system,
            &mut self.backlog,
            &mut self.away,
        ]);
        levels.for_each(Level::start);
        self.staff.start();
    }
}

impl Oldest {
    fn pass(&mut self, now: Time, from: Time, to: Time) {
        if let Some((joined, _)) = self.line.front() {
            let (start, end) = (self.since.max(from), now.min(to));
            if end > start {
                let square = |at: Time| i128::from((at - *joined).0) * i128::from((at - *joined).0);
                self.area += square(end) - square(start);
                self.max = self.max.max(end - *joined);
            }
        }
        self.since = now;
    }
}

impl Listener for Collector<'_> {
    #[inline]
    fn hear(&mut self, now: Time, fact: Fact) {
        if !self.started && now >= self.setup.warm_up {
            self.count_from_here();
        }
        match fact {
            Fact::Opened {
                conversation,
                customers,
                topic,
                counts,
                ..
            } => {
                self.opened(
                    now,
                    conversation,
                    Cell {
                        customers,
                        topic,
                        channel: None,
                        queue: None,
                        group: None,
                    },
                    counts,
                );
            }
            Fact::Attempted { conversation } => self.attempted(now, conversation),
            Fact::Entered {
                conversation,
                channel,
                queue,
            } => self.entered(now, conversation, channel, queue),
            Fact::Joined {
                conversation,
                queue,
            } => self.joined(now, conversation, queue),
            Fact::Queued { conversation } => self.queued(now, conversation),
            Fact::Balked {
                conversation,
                queue,
            } => {
                let cell = self.records[conversation.index()].cell;
                self.move_to(
                    conversation,
                    Cell {
                        queue: Some(queue),
                        ..cell
                    },
                );
                self.waited(
                    conversation,
                    Measure::QueueWait,
                    Span::ZERO,
                    Span::ZERO,
                    false,
                );
                self.waited(
                    conversation,
                    Measure::TimeToAbandon,
                    Span::ZERO,
                    Span::ZERO,
                    true,
                );
                if self.records[conversation.index()].counts {
                    self.stats(conversation).sum(Sum::Balked, 1);
                }
            }
            Fact::Taken {
                conversation,
                group,
                ..
            } => self.taken(now, conversation, group),
            Fact::Started { conversation, .. } => self.started(now, conversation),
            Fact::Stopped {
                conversation,
                agent,
            } => self.stopped(now, conversation, agent),
            Fact::Replied { conversation, .. } => self.replied(now, conversation),
            Fact::Returned { conversation } => {
                let channel = self.records[conversation.index()].cell.channel;
                let since = self.stamp(now, channel);
                self.ball_ours(now, conversation, since);
            }
            Fact::Freed { conversation, .. } => self.freed(now, conversation),
            Fact::HandedOver { conversation } => {
                if self.records[conversation.index()].counts {
                    self.stats(conversation).count(Measure::HandedOver);
                }
            }
            Fact::WentOn {
                conversation,
                topic,
            } => {
                self.leave_line(now, conversation);
                let cell = self.records[conversation.index()].cell;
                self.move_to(conversation, Cell { topic, ..cell });
            }
            Fact::Ended {
                conversation,
                end,
                again,
            } => self.ended(now, conversation, end, again),
            Fact::WrapUpStarted { conversation, .. } => {
                let record = &mut self.records[conversation.index()];
                (record.attention, record.wraps) = (Some(now), true);
            }
            Fact::WrapUpDone {
                conversation,
                agent,
            } => {
                let record = &mut self.records[conversation.index()];
                if let Some(from) = record.attention.take() {
                    record.wrap_up += now - from;
                    self.staff.attention(agent, from, now);
                }
            }
            Fact::Gone { conversation } => self.gone(conversation),
            Fact::LengthReached => self.length_reached(now),
            Fact::ShiftStarted { .. }
            | Fact::ShiftEnded { .. }
            | Fact::DutyStarted { .. }
            | Fact::DutyEnded { .. }
            | Fact::OvertimeEnded { .. }
            | Fact::Engaged { .. }
            | Fact::Idled { .. } => self.staff.hear(now, fact),
        }
    }
}

/// How many of each part of a cell there are; 0 stands for none where a part may be missing.
#[inline]
fn dimensions(setup: &Setup) -> [usize; 5] {
    [
        setup.customers.len(),
        setup.topics.len(),
        setup.channels.len() + 1,
        setup.queues.len() + 1,
        setup.agents.len() + 1,
    ]
}
