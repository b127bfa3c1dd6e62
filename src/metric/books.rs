//! The books of one replication after the other: who counts, since when each conversation waits, on which clocks, and what
//! became of the promises. Where figures are wanted too, they are kept beside.
//!
//! What a wait is stands here and in [`Case`] once, whoever wants to know of it: a [`Collector`](super::Collector) all
//! figures, a [`Judge`](super::Judge) the promises alone.

use super::case::{Case, Record, Stamp};
use super::cells::{Cell, Cells};
use super::intervals::{Grid, Sheet};
use super::promise::Promise;
use super::staff::Staff;
use super::standing::Standing;
use super::stats::Sum;
use super::window::Window;
use crate::calendar::Cursor;
use crate::fact::{End, Fact, Reason};
use crate::id::{AgentId, ChannelId, ConversationId, GroupId, QueueId, TopicId};
use crate::measure::{Clock, Measure};
use crate::time::{Span, Time};
use crate::world::{Setup, Target};

/// What is heard of one replication after the other; the figures of conversations, levels and agents at work only where
/// they are wanted.
pub struct Books<'a, const FIGURES: bool> {
    pub setup: &'a Setup,
    window: Window,
    pub cells: Cells,
    records: Vec<Record>,
    /// By [`ChannelId`]: how much business time has passed.
    clocks: Vec<Cursor>,
    pub promises: Vec<Promise>,
    /// Without figures only who is on duty and in overtime.
    pub staff: Staff,
    pub standing: Standing,
    /// What is told by interval, if anybody asks.
    pub sheet: Option<Sheet>,
    /// Whether now is in the counted time.
    counted: bool,
    /// When the counted time or an interval of it starts or ends next.
    edge: Time,
}

impl<'a, const FIGURES: bool> Books<'a, FIGURES> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        let standing = Standing::new(setup);
        let by_hours = |target: &Target| target.clock == Clock::Business;
        let two_clocks = FIGURES || setup.targets.iter().any(by_hours);
        Books {
            setup,
            window: Window::new(setup),
            cells: Cells::new(setup, standing.layout(), two_clocks),
            records: Vec::new(),
            clocks: vec![Cursor::default(); setup.channels.len()],
            promises: vec![Promise::default(); setup.targets.len()],
            staff: Staff::new(setup),
            standing,
            sheet: None,
            counted: false,
            edge: setup.warm_up,
        }
    }

    /// The same by interval too.
    pub fn by_interval(self, grid: &Grid) -> Self {
        let sheet = Some(Sheet::new(self.setup, grid));
        Books { sheet, ..self }
    }

    /// Nothing heard yet, keeping the memory.
    pub fn clear(&mut self) {
        self.cells.kept.iter_mut().for_each(|kept| kept.clear());
        self.records.clear();
        self.clocks.fill(Cursor::default());
        self.promises.fill(Promise::default());
        self.staff.clear();
        self.standing.clear();
        (self.counted, self.edge) = (false, self.window.from);
    }

    #[inline]
    fn case(&mut self, id: ConversationId) -> Case<'_, FIGURES> {
        let record = &mut self.records[id.index()];
        Case {
            setup: self.setup,
            kept: &mut self.cells.kept[record.kept],
            record,
            promises: &mut self.promises,
            sheet: self.sheet.as_mut(),
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
            ..Record::default()
        };
    }

    fn attempted(&mut self, now: Time, id: ConversationId) {
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
        (record.counted_attempt, record.answered) = (false, false);
    }

    /// One more or fewer of a number in the scopes of a conversation.
    #[inline]
    fn change(&mut self, measure: Measure, id: ConversationId, by: i64, now: Time) {
        if FIGURES {
            let rows = self.cells.kept[self.records[id.index()].kept].rows;
            self.standing.change(measure, rows, by, now);
        }
    }

    #[inline]
    fn leave_away(&mut self, now: Time, id: ConversationId) {
        if FIGURES && std::mem::take(&mut self.records[id.index()].away) {
            self.change(Measure::Away, id, -1, now);
        }
    }

    #[inline]
    fn go_away(&mut self, now: Time, id: ConversationId) {
        if FIGURES {
            self.records[id.index()].away = true;
            self.change(Measure::Away, id, 1, now);
        }
    }

    /// It is in the system from its entry to its end.
    #[inline]
    fn leave_system(&mut self, now: Time, id: ConversationId) {
        if FIGURES && std::mem::take(&mut self.records[id.index()].inside) {
            self.change(Measure::InSystem, id, -1, now);
        }
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
        case.count_attempt(now);
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
        (case.record.line, case.record.inside) = (Some(now), true);
        self.change(Measure::InSystem, id, 1, now);
        self.change(Measure::LinesBusy, id, 1, now);
        self.ball_ours(now, id, since);
    }

    #[inline]
    fn ball_ours(&mut self, now: Time, id: ConversationId, since: Stamp) {
        self.leave_away(now, id);
        let case = &mut self.case(id);
        let record = &mut *case.record;
        (record.since, record.ours, record.turn_started) = (since, true, false);
        case.end_idling(now);
        self.change(Measure::Backlog, id, 1, now);
    }

    #[inline]
    fn ball_theirs(&mut self, id: ConversationId, now: Stamp) {
        let record = &mut self.records[id.index()];
        if std::mem::take(&mut record.ours) {
            record.waited += now.at - record.since.at;
            record.waited_open += now.open - record.since.open;
            self.change(Measure::Backlog, id, -1, now.at);
        }
    }

    /// The line a conversation takes is free, and whoever was held by it is not any more.
    #[inline]
    fn leave_line(&mut self, now: Time, id: ConversationId) {
        if !FIGURES {
            return;
        }
        let case = &mut self.case(id);
        let Some(line) = case.record.line.take() else {
            return;
        };
        if case.kept.holds_customer {
            case.record.held += now - line;
        }
        self.change(Measure::LinesBusy, id, -1, now);
    }

    fn joined(&mut self, now: Time, id: ConversationId) {
        let joined = self.stamp(now, id);
        let case = self.case(id);
        case.record.joined = joined;
        if FIGURES && case.record.counts {
            case.kept.stats.sum(Sum::Entries, 1);
        }
    }

    fn queued(&mut self, now: Time, id: ConversationId) {
        let case = self.case(id);
        case.record.queued = true;
        if !FIGURES {
            return;
        }
        if case.record.counts {
            case.kept.stats.sum(Sum::EntriesWaiting, 1);
        }
        let rows = case.kept.rows;
        self.standing.wait(id, rows, now);
    }

    #[inline]
    fn unqueue(&mut self, now: Time, id: ConversationId) {
        let queued = std::mem::take(&mut self.records[id.index()].queued);
        if !queued || !FIGURES {
            return;
        }
        let (records, kept) = (&self.records, &self.cells.kept);
        let rows = |record: &Record| kept[record.kept].rows;
        let still = |id: ConversationId, joined: Time| {
            let record = &records[id.index()];
            (record.queued && record.joined.at == joined).then(|| rows(record))
        };
        self.standing
            .stop_waiting(rows(&records[id.index()]), now, still);
    }

    fn taken(&mut self, now: Time, id: ConversationId, agent: AgentId, group: GroupId) {
        self.unqueue(now, id);
        let record = &mut self.records[id.index()];
        if FIGURES {
            record.touches += 1;
            if !std::mem::replace(&mut record.has_slot, true) {
                self.staff.give_slot(now, agent, group);
            }
        }
        if record.ended {
            return;
        }
        // No promise is about a group.
        if FIGURES {
            record.kept = self.cells.with_group(self.setup, record.kept, group);
        }
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
        if FIGURES && case.record.counts && !answered {
            case.count(Measure::Answered, now.at);
        }
        if !answered && responds && !case.record.replied && start == since {
            let measures = [
                Measure::TurnWait,
                Measure::SpeedOfAnswer,
                Measure::FirstResponseTime,
            ];
            if case.record.counts {
                let (elapsed, open) = (now.at - since.at, now.open - since.open);
                case.count_wait(measures, since.at, elapsed, open, true);
            } else {
                for measure in measures {
                    case.judge(measure, since, now);
                }
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

    fn stopped(&mut self, now: Time, id: ConversationId, agent: AgentId) {
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
        if case.record.has_slot {
            case.record.idle = Some(now);
        }
        if FIGURES && counted {
            case.count(Measure::Replies, now);
        }
        if !case.kept.spoken {
            case.responded(replied, stamp);
        }
        self.ball_theirs(id, stamp);
        self.go_away(now, id);
    }

    fn freed(&mut self, now: Time, id: ConversationId, agent: AgentId, group: GroupId) {
        let case = &mut self.case(id);
        case.end_idling(now);
        if std::mem::take(&mut case.record.has_slot) {
            self.staff.take_slot(now, agent, group);
        }
    }

    /// Goes on as another topic.
    fn went_on(&mut self, now: Time, id: ConversationId, topic: TopicId) {
        let stamp = self.stamp(now, id);
        self.ball_theirs(id, stamp);
        self.leave_away(now, id);
        self.leave_line(now, id);
        self.leave_system(now, id);
        let cell = self.cell(id);
        self.move_to(id, Cell { topic, ..cell });
    }

    fn ended(&mut self, now: Time, id: ConversationId, end: End, again: bool) {
        let stamp = self.stamp(now, id);
        let case = &mut self.case(id);
        let opens = !case.record.counted_opening;
        case.count_attempt(now);
        let shut = matches!(end, End::Rejected(Reason::Closed | Reason::Unstaffed));
        if FIGURES && opens && shut && case.record.counts {
            case.kept.stats.count(Measure::OutOfHours);
        }
        let waits = case.record.queued;
        if waits {
            self.unqueue(now, id);
        }
        self.left(id, end, waits, stamp);
        self.ball_theirs(id, stamp);
        self.leave_away(now, id);
        self.leave_line(now, id);
        self.leave_system(now, id);
        let counted = self.counted;
        let case = &mut self.case(id);
        // Whoever ends in the reply gap kept the slot until now; wrap-up is no idleness.
        case.end_idling(now);
        if FIGURES && case.record.counts {
            case.count_end(end, again, now);
        }
        if again {
            self.go_away(now, id);
        } else {
            case.record.ended = true;
            case.conversation_ended(end, stamp);
            if FIGURES && counted && end == End::Resolved {
                let good = !case.record.broke_promises;
                let stats = &mut case.kept.stats;
                stats.sum(Sum::ResolvedByClock, 1);
                stats.sum(Sum::GoodByClock, u64::from(good));
            }
        }
    }

    /// Counts the waits of whoever leaves without an answer.
    #[inline]
    fn left(&mut self, id: ConversationId, end: End, waits: bool, now: Stamp) {
        let gives_up = matches!(end, End::Abandoned | End::SilentlyAbandoned);
        let leaves_queue = waits && !matches!(end, End::Unresolved | End::Rejected(_));
        if !leaves_queue && !gives_up {
            return;
        }
        let mut case = self.case(id);
        let joined = case.record.joined;
        if leaves_queue {
            case.waited(Measure::QueueWait, joined, now, false);
        }
        if gives_up {
            // Who waits for a later turn gives up on that, and who balks on nothing.
            let since = if waits { joined } else { case.record.since };
            case.wait(Measure::TimeToAbandon, since, now);
        }
    }

    fn balked(&mut self, now: Time, id: ConversationId) {
        let now = self.stamp(now, id);
        let counts_balkers = self.setup.count_balkers;
        let mut case = self.case(id);
        if !case.record.counts {
            return;
        }
        if FIGURES {
            case.kept.stats.sum(Sum::Balked, 1);
        }
        if counts_balkers {
            case.waited(Measure::QueueWait, now, now, false);
        }
    }

    /// The counted time or an interval of it starts or ends.
    #[cold]
    fn turn(&mut self, now: Time) {
        while self.edge <= now {
            let at = self.edge;
            if at == self.window.from {
                self.standing.start(at);
                self.staff.start(at);
            } else {
                self.cut(at);
            }
            self.edge = if at == self.window.to {
                self.standing.stop(at);
                Time::NEVER
            } else {
                let next = self.sheet.as_mut().map(|sheet| sheet.turn(at));
                next.map_or(self.window.to, |next| next.min(self.window.to))
            };
        }
        self.counted = self.window.has(now);
    }

    fn cut(&mut self, at: Time) {
        let sheet = &mut self.sheet;
        if FIGURES {
            self.standing.cut(at, |number, row, course| {
                if let Some(sheet) = sheet {
                    sheet.stood(number, row, course);
                }
            });
        }
        self.staff.cut(at, |crew, course| {
            if let Some(sheet) = sheet
                && FIGURES
            {
                sheet.worked(crew, course);
            }
        });
    }

    /// A fact, in the order of time.
    #[inline(always)] // Which fact is known where it is told.
    pub fn hear(&mut self, now: Time, fact: Fact) {
        if now >= self.edge {
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
            Fact::Joined { conversation, .. } => self.joined(now, conversation),
            Fact::Queued { conversation } => self.queued(now, conversation),
            Fact::Balked { conversation, .. } => self.balked(now, conversation),
            Fact::Taken {
                conversation,
                agent,
                group,
                ..
            } => self.taken(now, conversation, agent, group),
            Fact::Started { conversation, .. } => self.started(now, conversation),
            Fact::Replied { conversation, .. } => self.replied(now, conversation),
            Fact::Returned { conversation } => {
                let since = self.stamp(now, conversation);
                self.ball_ours(now, conversation, since);
            }
            Fact::WentOn {
                conversation,
                topic,
            } => self.went_on(now, conversation, topic),
            Fact::Ended {
                conversation,
                end,
                again,
            } => self.ended(now, conversation, end, again),
            // The counted time has been ended above.
            Fact::LengthReached => {}
            Fact::ShiftStarted { .. }
            | Fact::ShiftEnded { .. }
            | Fact::DutyStarted { .. }
            | Fact::DutyEnded { .. }
            | Fact::OvertimeEnded { .. } => self.staff.hear(now, fact),
            // What follows no promise is about.
            _ if !FIGURES => {}
            Fact::Engaged { .. } | Fact::Idled { .. } => self.staff.hear(now, fact),
            Fact::NoticeStarted { conversation, .. } => {
                self.records[conversation.index()].attention = Some(now);
            }
            Fact::Stopped {
                conversation,
                agent,
            } => self.stopped(now, conversation, agent),
            Fact::Freed {
                conversation,
                agent,
                group,
            } => self.freed(now, conversation, agent, group),
            Fact::HandedOver { conversation } => {
                let case = self.case(conversation);
                if case.record.counts {
                    case.kept.stats.count(Measure::HandedOver);
                }
            }
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
                self.case(conversation).gone();
            }
        }
    }
}
