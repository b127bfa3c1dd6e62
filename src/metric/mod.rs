//! Measures fed by facts; mergeable.
//!
//! Each conversation carries one cell (customers, topic, channel, queue, agents); every figure is added once, to its
//! cell, and scopes are folded from cells after the replication. All sums are integers, so they merge in any order.

mod estimate;
mod pool;
mod staff;
mod stats;

pub use estimate::{Estimate, Estimated, Parts, Spread, Sums, jackknife};
pub use pool::{Key, Outcome, Pool, Row};
pub use staff::{Crew, Hours};
pub use stats::{Level, Promise, Stats, Sum};

use crate::calendar::Cursor;
use crate::fact::{End, Fact, Listener, Reason};
use crate::id::{ChannelId, ConversationId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::{Clock, Formula, Measure};
use crate::time::{Span, Time};
use crate::world::Setup;
use staff::Staff;
use stats::Window;

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

/// A cell with its figures, and what its channel says.
struct Kept {
    cell: Cell,
    /// Its index among the possible cells, had it no group.
    ungrouped: usize,
    /// The targets that hold for it.
    targets: Vec<TargetId>,
    /// Whether business time is not simply all time.
    two_clocks: bool,
    spoken: bool,
    holds_customer: bool,
    stats: Stats,
}

/// The cells that were met.
struct Cells {
    /// How many of each part of a cell there are; 0 stands for none where a part may be missing.
    dimensions: [usize; 5],
    /// For each possible cell, its place among those kept, plus 1.
    places: Vec<u32>,
    kept: Vec<Kept>,
}

/// An instant on both clocks; business time counts from the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stamp {
    at: Time,
    open: Span,
}

/// A conversation as its listener knows it.
#[derive(Clone, Copy, Debug, Default)]
struct Record {
    /// The place of its cell.
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
    broke_promises: bool,
    ended: bool,
    away: bool,
}

/// A conversation with all that its waits are added to.
struct Case<'c> {
    setup: &'c Setup,
    record: &'c mut Record,
    kept: &'c mut Kept,
    promises: &'c mut [Promise],
}

/// Listens to one replication after the other.
pub struct Collector<'a> {
    setup: &'a Setup,
    window: Window,
    cells: Cells,
    records: Vec<Record>,
    /// By [`ChannelId`]: how much business time has passed.
    clocks: Vec<Cursor>,
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
    /// Whether now is in the counted time, and until when that holds.
    counted: bool,
    holds_before: Time,
}

impl Cells {
    fn new(setup: &Setup) -> Cells {
        let dimensions = [
            setup.customers.len(),
            setup.topics.len(),
            setup.channels.len() + 1,
            setup.queues.len() + 1,
            setup.agents.len() + 1,
        ];
        Cells {
            dimensions,
            places: vec![0; dimensions.iter().product()],
            kept: Vec::new(),
        }
    }

    /// The place of a cell's figures.
    #[inline]
    fn place(&mut self, setup: &Setup, cell: Cell) -> usize {
        let [_, topics, channels, queues, groups] = self.dimensions;
        let optional = |index: Option<usize>| index.map_or(0, |index| index + 1);
        let mut index = cell.customers.index() * topics + cell.topic.index();
        index = index * channels + optional(cell.channel.map(ChannelId::index));
        index = index * queues + optional(cell.queue.map(QueueId::index));
        index = index * groups + optional(cell.group.map(GroupId::index));
        match self.places[index] {
            0 => self.keep(setup, cell, index),
            place => place as usize - 1,
        }
    }

    /// The place of the same cell with a group.
    #[inline]
    fn with_group(&mut self, setup: &Setup, place: usize, group: GroupId) -> usize {
        let (cell, ungrouped) = (self.kept[place].cell, self.kept[place].ungrouped);
        // The group is the last part: the cells of all groups follow each other.
        let index = ungrouped + group.index() + 1;
        match self.places[index] {
            0 => self.keep(
                setup,
                Cell {
                    group: Some(group),
                    ..cell
                },
                index,
            ),
            place => place as usize - 1,
        }
    }

    #[cold]
    fn keep(&mut self, setup: &Setup, cell: Cell, index: usize) -> usize {
        let holds = |target: &crate::world::Target| {
            target.customers.is_none_or(|id| id == cell.customers)
                && target.topic.is_none_or(|id| id == cell.topic)
                && target.channel.is_none_or(|id| cell.channel == Some(id))
                && target.queue.is_none_or(|id| cell.queue == Some(id))
        };
        let targets = setup.targets.iter().enumerate();
        let targets = targets
            .filter(|(_, target)| holds(target))
            .map(|(id, _)| TargetId::from(id));
        let channel = cell.channel.map(|id| &setup.channels[id.index()]);
        self.kept.push(Kept {
            cell,
            ungrouped: index - cell.group.map_or(0, |id| id.index() + 1),
            targets: targets.collect(),
            two_clocks: cell
                .channel
                .is_some_and(|id| !setup.calendar(setup.business[id.index()]).is_always()),
            spoken: channel.is_some_and(|channel| channel.spoken),
            holds_customer: channel.is_some_and(|channel| channel.holds_customer),
            stats: Stats::new(),
        });
        self.places[index] = self.kept.len() as u32;
        self.kept.len() - 1
    }
}

impl Case<'_> {
    /// Counts a wait on both clocks, and against the targets.
    #[inline(always)]
    fn wait(&mut self, measure: Measure, from: Stamp, to: Stamp) {
        self.waited(measure, to.at - from.at, to.open - from.open, true);
    }

    #[inline(always)]
    fn waited(&mut self, measure: Measure, elapsed: Span, open: Span, answered: bool) {
        if self.record.counts {
            self.count_wait([measure], elapsed, open, answered);
        }
    }

    /// Counts what is the same wait by several names; its size is found once.
    #[inline(always)] // The measures are known where it is called.
    fn count_wait<const N: usize>(
        &mut self,
        measures: [Measure; N],
        elapsed: Span,
        open: Span,
        answered: bool,
    ) {
        let stats = &mut self.kept.stats;
        stats.add_alike(measures, Clock::Calendar, elapsed);
        if self.kept.two_clocks {
            stats.add_alike(measures, Clock::Business, open);
        }
        if !self.kept.targets.is_empty() {
            for measure in measures {
                self.promised(measure, elapsed, open, answered);
            }
        }
    }

    #[inline(never)]
    fn promised(&mut self, measure: Measure, elapsed: Span, open: Span, answered: bool) {
        for target_id in &self.kept.targets {
            let target = &self.setup.targets[target_id.index()];
            if target.metric != measure {
                continue;
            }
            let span = if self.kept.two_clocks && target.clock == Clock::Business {
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
            self.record.broke_promises |= !within;
        }
    }

    /// A first or later response.
    #[inline]
    fn responded(&mut self, replied: bool, now: Stamp) {
        if replied {
            self.wait(Measure::NextResponseTime, self.record.since, now);
        } else {
            self.wait(Measure::FirstResponseTime, self.record.start, now);
        }
    }

    /// Counts the opening and the attempt once it is known where they lead.
    #[inline]
    fn count_attempt(&mut self) {
        if self.record.counted_attempt && self.record.counted_opening {
            return;
        }
        let attempt = !std::mem::replace(&mut self.record.counted_attempt, true);
        let opening = !std::mem::replace(&mut self.record.counted_opening, true);
        if !self.record.counts {
            return;
        }
        let stats = &mut self.kept.stats;
        if attempt {
            stats.count(Measure::Attempts);
        }
        if opening {
            stats.count(Measure::Opened);
            // On one clock the floor is 0 for all who open: added up by `take`.
            if let (true, Some(channel)) = (self.kept.two_clocks, self.kept.cell.channel) {
                let business = self.setup.calendar(self.setup.business[channel.index()]);
                let opened = self.record.opened;
                let floor = business.next_open(opened) - opened;
                if floor > Span::ZERO {
                    stats.count(Measure::OutOfHours);
                }
                if floor < Span(i64::MAX / 2) {
                    stats.add(Measure::ClosedFloor, Clock::Calendar, floor);
                }
            }
        }
    }

    #[inline]
    fn area(&mut self, level: Measure, time: Span) {
        self.kept.stats.area(level, time);
    }

    /// Its slot does nothing for it no longer.
    #[inline]
    fn end_idling(&mut self, now: Time) {
        if let Some(idle) = self.record.idle.take() {
            self.record.idle_time += now - idle;
        }
    }
}

/// The age of the oldest of those who wait in a queue, over time.
#[derive(Clone, Debug, Default)]
struct Oldest {
    /// Who waits, by joining; those who have left stay until they come to the front.
    line: std::collections::VecDeque<(Time, ConversationId)>,
    since: Time,
    /// Twice the area under the age \[ns²\].
    area: i128,
    max: Span,
    end: Span,
}

impl<'a> Collector<'a> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        Collector {
            setup,
            window: Window {
                from: setup.warm_up,
                to: setup.length,
            },
            cells: Cells::new(setup),
            records: Vec::new(),
            clocks: vec![Cursor::default(); setup.channels.len()],
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
            counted: false,
            holds_before: setup.warm_up,
        }
    }

    /// What was heard of the replication that just ended; ready for the next one.
    pub fn take(&mut self) -> Outcome {
        for kept in &mut self.cells.kept {
            if !kept.two_clocks && kept.cell.channel.is_some() {
                let opened = kept.stats.counts[Measure::Opened as usize];
                kept.stats.add_zeros(Measure::ClosedFloor, opened);
            }
        }
        let outcome = Outcome::fold(self);
        let kept = self.cells.kept.iter_mut();
        kept.for_each(|kept| kept.stats.clear());
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
        (self.counted, self.holds_before) = (false, self.setup.warm_up);
        outcome
    }

    #[inline]
    fn case(&mut self, id: ConversationId) -> Case<'_> {
        let record = &mut self.records[id.index()];
        Case {
            setup: self.setup,
            kept: &mut self.cells.kept[record.kept],
            record,
            promises: &mut self.promises,
        }
    }

    #[inline]
    fn cell(&self, id: ConversationId) -> Cell {
        self.cells.kept[self.records[id.index()].kept].cell
    }

    #[inline]
    fn move_to(&mut self, id: ConversationId, cell: Cell) {
        self.records[id.index()].kept = self.cells.place(self.setup, cell);
    }

    /// Now, on both clocks of a conversation's channel.
    #[inline]
    fn stamp(&mut self, now: Time, id: ConversationId) -> Stamp {
        let kept = &self.cells.kept[self.records[id.index()].kept];
        let open = match kept.cell.channel {
            Some(channel) if kept.two_clocks => self.business(now, channel),
            // All time is open, so that a conversation may move between channels with and without hours.
            _ => now - Time::ZERO,
        };
        Stamp { at: now, open }
    }

    #[inline(never)]
    fn business(&mut self, now: Time, channel: ChannelId) -> Span {
        let calendar = self.setup.calendar(self.setup.business[channel.index()]);
        self.clocks[channel.index()].open_before(calendar, now)
    }

    fn opened(&mut self, now: Time, id: ConversationId, cell: Cell, counts: bool) {
        if id.index() == self.records.len() {
            self.records.push(Record::default());
        }
        self.records[id.index()] = Record {
            kept: self.cells.place(self.setup, cell),
            counts,
            opened: now,
            attempted: now,
            ..Record::default()
        };
    }

    fn attempted(&mut self, now: Time, id: ConversationId) {
        self.in_system.change(1, self.counted);
        self.leave_away(now, id);
        if self.records[id.index()].counted_attempt {
            // Another try: where it leads is not known yet.
            let cell = Cell {
                channel: None,
                queue: None,
                group: None,
                ..self.cell(id)
            };
            self.move_to(id, cell);
        }
        let record = &mut self.records[id.index()];
        record.attempted = now;
        (record.counted_attempt, record.answered) = (false, false);
    }

    #[inline]
    fn leave_away(&mut self, now: Time, id: ConversationId) {
        if self.records[id.index()].away {
            let window = self.window;
            let case = &mut self.case(id);
            case.record.away = false;
            case.area(Measure::Away, window.clip(case.record.since.at, now));
            self.away.change(-1, self.counted);
        }
    }

    #[inline]
    fn go_away(&mut self, id: ConversationId) {
        self.records[id.index()].away = true;
        self.away.change(1, self.counted);
    }

    fn entered(&mut self, now: Time, id: ConversationId, channel: ChannelId, queue: QueueId) {
        let cell = Cell {
            channel: Some(channel),
            queue: Some(queue),
            group: None,
            ..self.cell(id)
        };
        self.move_to(id, cell);
        let since = self.stamp(now, id);
        let case = &mut self.case(id);
        case.count_attempt();
        let opened = case.record.opened;
        case.record.start = if opened == now {
            since
        } else {
            let open = if case.kept.two_clocks {
                let business = case.setup.business[channel.index()];
                case.setup.calendar(business).open_before(opened)
            } else {
                opened - Time::ZERO
            };
            Stamp { at: opened, open }
        };
        case.record.line = Some(now);
        self.lines[channel.index()].change(1, self.counted);
        self.ball_ours(now, id, since);
    }

    #[inline]
    fn ball_ours(&mut self, now: Time, id: ConversationId, since: Stamp) {
        self.leave_away(now, id);
        let case = &mut self.case(id);
        let record = &mut *case.record;
        (record.since, record.ours, record.turn_started) = (since, true, false);
        case.end_idling(now);
        self.backlog.change(1, self.counted);
    }

    #[inline]
    fn ball_theirs(&mut self, id: ConversationId, now: Stamp) {
        let window = self.window;
        let case = &mut self.case(id);
        let record = &mut *case.record;
        if !std::mem::take(&mut record.ours) {
            return;
        }
        let since = std::mem::replace(&mut record.since, now);
        record.requester_wait.at = record.requester_wait.at + (now.at - since.at);
        record.requester_wait.open += now.open - since.open;
        case.area(Measure::Backlog, window.clip(since.at, now.at));
        self.backlog.change(-1, self.counted);
    }

    /// The line a conversation takes is free, and whoever was held by it is not any more.
    #[inline]
    fn leave_line(&mut self, now: Time, id: ConversationId) {
        let window = self.window;
        let case = &mut self.case(id);
        let (Some(line), Some(channel)) = (case.record.line.take(), case.kept.cell.channel) else {
            return;
        };
        if case.kept.holds_customer {
            case.record.held += now - line;
        }
        case.area(Measure::LinesBusy, window.clip(line, now));
        self.lines[channel.index()].change(-1, self.counted);
    }

    fn joined(&mut self, now: Time, id: ConversationId, queue: QueueId) {
        let cell = self.cell(id);
        if cell.queue != Some(queue) {
            let queue = Some(queue);
            self.move_to(id, Cell { queue, ..cell });
        }
        let joined = self.stamp(now, id);
        let case = self.case(id);
        case.record.joined = joined;
        if case.record.counts {
            case.kept.stats.sum(Sum::Entries, 1);
        }
    }

    fn queued(&mut self, now: Time, id: ConversationId) {
        let case = self.case(id);
        case.record.queued = true;
        if case.record.counts {
            case.kept.stats.sum(Sum::EntriesWaiting, 1);
        }
        let queue = case.kept.cell.queue;
        let queue = queue.expect("a conversation that waits has a queue");
        self.queues[queue.index()].change(1, self.counted);
        self.waiting.change(1, self.counted);
        let oldest = &mut self.oldest[queue.index()];
        if oldest.line.is_empty() {
            oldest.since = now;
        }
        oldest.line.push_back((now, id));
    }

    #[inline]
    fn unqueue(&mut self, now: Time, id: ConversationId) {
        let window = self.window;
        let case = &mut self.case(id);
        if !std::mem::take(&mut case.record.queued) {
            return;
        }
        let queue = case.kept.cell.queue;
        let queue = queue.expect("a conversation that waits has a queue");
        case.area(
            Measure::QueueLength,
            window.clip(case.record.joined.at, now),
        );
        self.queues[queue.index()].change(-1, self.counted);
        self.waiting.change(-1, self.counted);
        let (records, kept) = (&self.records, &self.cells.kept);
        let still = |(at, id): (Time, ConversationId)| {
            let record = &records[id.index()];
            record.queued && record.joined.at == at && kept[record.kept].cell.queue == Some(queue)
        };
        let oldest = &mut self.oldest[queue.index()];
        if oldest.line.front().is_some_and(|front| !still(*front)) {
            oldest.pass(now, window.from, window.to);
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
        record.kept = self.cells.with_group(self.setup, record.kept, group);
        let now = self.stamp(now, id);
        let mut case = self.case(id);
        case.wait(Measure::QueueWait, case.record.joined, now);
    }

    fn started(&mut self, now: Time, id: ConversationId) {
        let record = &mut self.records[id.index()];
        record.attention = Some(now);
        let first = !std::mem::replace(&mut record.turn_started, true);
        let answered = std::mem::replace(&mut record.answered, true);
        record.ever_answered = true;
        if !first {
            return;
        }
        let now = self.stamp(now, id);
        let mut case = self.case(id);
        let (start, since) = (case.record.start, case.record.since);
        let responds = case.kept.spoken;
        if case.record.counts && !answered {
            case.kept.stats.count(Measure::Answered);
        }
        if !answered && responds && !case.record.replied && start == since {
            if case.record.counts {
                let measures = [
                    Measure::TurnWait,
                    Measure::SpeedOfAnswer,
                    Measure::FirstResponseTime,
                ];
                case.count_wait(measures, now.at - since.at, now.open - since.open, true);
            }
            return;
        }
        case.wait(Measure::TurnWait, since, now);
        if !answered {
            case.wait(Measure::SpeedOfAnswer, start, now);
        }
        if responds {
            case.responded(case.record.replied, now);
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
        let counted = self.counted;
        let stamp = self.stamp(now, id);
        let mut case = self.case(id);
        let replied = std::mem::replace(&mut case.record.replied, true);
        case.record.turns += 1;
        if case.record.slot.is_some() {
            case.record.idle = Some(now);
        }
        if counted {
            case.kept.stats.count(Measure::Replies);
        }
        if !case.kept.spoken {
            case.responded(replied, stamp);
        }
        self.ball_theirs(id, stamp);
        self.go_away(id);
    }

    fn freed(&mut self, now: Time, id: ConversationId) {
        let window = self.window;
        let case = &mut self.case(id);
        case.end_idling(now);
        if let Some(slot) = case.record.slot.take() {
            case.kept.stats.slot_area += i128::from(window.clip(slot, now).0);
        }
    }

    fn ended(&mut self, now: Time, id: ConversationId, end: End, again: bool) {
        let stamp = self.stamp(now, id);
        self.case(id).count_attempt();
        if self.records[id.index()].queued {
            self.unqueue(now, id);
            self.left_queue(id, end, stamp);
        }
        self.ball_theirs(id, stamp);
        self.leave_away(now, id);
        self.leave_line(now, id);
        let (window, counted) = (self.window, self.counted);
        self.in_system.change(-1, counted);
        let case = &mut self.case(id);
        // Whoever ends in the reply gap kept the slot until now; wrap-up is no idleness.
        case.end_idling(now);
        case.area(Measure::InSystem, window.clip(case.record.attempted, now));
        if case.record.counts {
            case.count_end(end, again);
        }
        if again {
            case.record.since = stamp;
            self.go_away(id);
        } else {
            case.record.ended = true;
            case.conversation_ended(end, stamp);
            if counted && end == End::Resolved {
                let good = !case.record.broke_promises;
                let stats = &mut case.kept.stats;
                stats.sum(Sum::ResolvedByClock, 1);
                stats.sum(Sum::GoodByClock, u64::from(good));
            }
        }
    }

    /// Somebody left a queue without an agent.
    #[inline(never)]
    fn left_queue(&mut self, id: ConversationId, end: End, now: Stamp) {
        let mut case = self.case(id);
        let joined = case.record.joined;
        let (elapsed, open) = (now.at - joined.at, now.open - joined.open);
        if !matches!(end, End::Unresolved | End::Rejected(_)) {
            case.waited(Measure::QueueWait, elapsed, open, false);
        }
        if matches!(end, End::Abandoned | End::SilentlyAbandoned) {
            case.waited(Measure::TimeToAbandon, elapsed, open, true);
        }
    }

    fn gone(&mut self, id: ConversationId) {
        let Case { record, kept, .. } = self.case(id);
        if !record.counts || !record.ever_answered {
            return;
        }
        let (stats, clock) = (&mut kept.stats, Clock::Calendar);
        if record.wrap_up == Span::ZERO {
            stats.add_alike([Measure::HandleTime, Measure::WorkTime], clock, record.work);
        } else {
            stats.add(Measure::HandleTime, clock, record.work + record.wrap_up);
            stats.add(Measure::WorkTime, clock, record.work);
        }
        if record.wraps {
            stats.add(Measure::WrapUpTime, clock, record.wrap_up);
        }
        stats.sum(Sum::Replies, u64::from(record.turns));
        stats.sum(Sum::Touches, u64::from(record.touches));
        stats.sum(Sum::Answered, 1);
    }

    fn balked(&mut self, id: ConversationId, queue: QueueId) {
        let cell = Cell {
            queue: Some(queue),
            ..self.cell(id)
        };
        self.move_to(id, cell);
        let mut case = self.case(id);
        case.waited(Measure::QueueWait, Span::ZERO, Span::ZERO, false);
        case.waited(Measure::TimeToAbandon, Span::ZERO, Span::ZERO, true);
        if case.record.counts {
            case.kept.stats.sum(Sum::Balked, 1);
        }
    }

    /// All numbers of conversations that change over time.
    fn levels(&mut self) -> impl Iterator<Item = &mut Level> {
        let all = [
            &mut self.waiting,
            &mut self.in_system,
            &mut self.backlog,
            &mut self.away,
        ];
        self.queues.iter_mut().chain(&mut self.lines).chain(all)
    }

    fn length_reached(&mut self, now: Time) {
        self.levels().for_each(Level::stop);
        self.staff.stop();
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

    /// The counted time starts or is over.
    #[cold]
    fn turn(&mut self, now: Time) {
        if !self.started {
            self.count_from_here();
        }
        self.counted = self.window.has(now);
        self.holds_before = if self.counted {
            self.window.to
        } else {
            Time::NEVER
        };
    }

    /// The counted time starts: maxima start with what is there.
    fn count_from_here(&mut self) {
        self.started = true;
        self.levels().for_each(Level::start);
        self.staff.start();
    }
}

impl Case<'_> {
    #[inline]
    fn count_end(&mut self, end: End, again: bool) {
        let stats = &mut self.kept.stats;
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

    #[inline]
    fn conversation_ended(&mut self, end: End, now: Stamp) {
        let waited = self.record.requester_wait;
        // Who was never let in has waited for nobody.
        let never_entered = self.kept.cell.channel.is_none() && waited.at == Time::ZERO;
        if !self.record.counts || never_entered {
            return;
        }
        let (held, idle) = (self.record.held, self.record.idle_time);
        let elapsed = waited.at - Time::ZERO;
        self.count_wait([Measure::RequesterWaitTime], elapsed, waited.open, true);
        self.count_wait([Measure::CustomerHeldTime], held, Span::ZERO, true);
        self.count_wait([Measure::AgentHeldIdleTime], idle, Span::ZERO, true);
        if end == End::Resolved {
            self.wait(Measure::ResolutionTime, self.record.start, now);
            let stats = &mut self.kept.stats;
            stats.sum(Sum::OneTouch, u64::from(self.record.turns == 1));
            stats.sum(Sum::WithinTarget, u64::from(!self.record.broke_promises));
        }
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
    #[inline(always)] // Which fact is known where it is told.
    fn hear(&mut self, now: Time, fact: Fact) {
        if now >= self.holds_before {
            self.turn(now);
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
            } => self.balked(conversation, queue),
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
                let since = self.stamp(now, conversation);
                self.ball_ours(now, conversation, since);
            }
            Fact::Freed { conversation, .. } => self.freed(now, conversation),
            Fact::HandedOver { conversation } => {
                let case = self.case(conversation);
                if case.record.counts {
                    case.kept.stats.count(Measure::HandedOver);
                }
            }
            Fact::WentOn {
                conversation,
                topic,
            } => {
                self.leave_line(now, conversation);
                let cell = self.cell(conversation);
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
            Fact::Gone { conversation } => {
                self.leave_away(now, conversation);
                self.gone(conversation);
            }
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
