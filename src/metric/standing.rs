//! Where conversations stand: how many wait, are with us, away or in the system, and how long the oldest has waited.

use std::collections::VecDeque;

use super::Scope;
use super::level::{Course, Level};
use crate::id::ConversationId;
use crate::measure::Measure;
use crate::time::{Span, Time};
use crate::world::Setup;

/// The numbers of conversations that are kept over time.
pub const NUMBERS: [Measure; 5] = [
    Measure::QueueLength,
    Measure::Backlog,
    Measure::InSystem,
    Measure::Away,
    Measure::LinesBusy,
];

/// The place of a number among [`NUMBERS`].
#[inline(always)] // The measure is known where it is called.
fn place(measure: Measure) -> usize {
    match measure {
        Measure::QueueLength => 0,
        Measure::Backlog => 1,
        Measure::InSystem => 2,
        Measure::Away => 3,
        _ => 4,
    }
}

/// Which rows besides that of all conversations a conversation stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    count: u8,
    rows: [u32; 4],
}

impl Rows {
    #[inline]
    fn others(&self) -> &[u32] {
        &self.rows[..usize::from(self.count)]
    }
}

/// Which rows there are: one for all, and one for each segment, topic, channel and queue.
///
/// Where there is only one of a kind every conversation is of it, so that its row would be that of all: it is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The first row of each kind.
    first: [usize; 4],
    kept: [bool; 4],
    width: usize,
}

impl Layout {
    /// The rows of a strategy.
    pub fn new(setup: &Setup) -> Layout {
        let sizes = [
            setup.customers.len(),
            setup.topics.len(),
            setup.channels.len(),
            setup.queues.len(),
        ];
        // Between attempts a conversation may be away from every channel and queue.
        let leaves = setup.customers.iter().any(|table| table.retry.is_some());
        let mut width = 1;
        let first = sizes.map(|size| {
            width += size;
            width - size
        });
        let kept = [
            sizes[0] > 1,
            sizes[1] > 1,
            sizes[2] > 1 || leaves,
            sizes[3] > 1 || leaves,
        ];
        Layout { first, kept, width }
    }

    /// The row that a scope is told from; nothing for scopes that conversations do not stand in.
    fn row(&self, scope: Scope) -> Option<usize> {
        let (kind, index) = match scope {
            Scope::All => return Some(0),
            Scope::Customers(id) => (0, id.index()),
            Scope::Topic(id) => (1, id.index()),
            Scope::Channel(id) => (2, id.index()),
            Scope::Queue(id) => (3, id.index()),
            Scope::Agents(_) | Scope::Target(_) => return None,
        };
        Some(if self.kept[kind] {
            self.first[kind] + index
        } else {
            0
        })
    }

    /// The rows of the queues, none where one queue is all.
    pub fn queues(&self) -> std::ops::Range<usize> {
        match self.kept[3] {
            true => self.first[3]..self.width,
            false => 0..0,
        }
    }

    /// The rows of a conversation in these scopes.
    pub fn rows(&self, scopes: impl IntoIterator<Item = Scope>) -> Rows {
        let mut rows = Rows::default();
        let kept = scopes.into_iter().filter_map(|scope| self.row(scope));
        for row in kept.filter(|row| *row > 0) {
            rows.rows[usize::from(rows.count)] = row as u32;
            rows.count += 1;
        }
        rows
    }
}

/// How many conversations stand where, by scope, and how long the oldest of those who wait has waited.
#[derive(Clone, Debug)]
pub struct Standing {
    layout: Layout,
    /// By number, then by row.
    levels: Vec<Level>,
    /// By row.
    oldest: Vec<Oldest>,
}

impl Standing {
    /// Nobody anywhere.
    pub fn new(setup: &Setup) -> Standing {
        let layout = Layout::new(setup);
        Standing {
            levels: vec![Level::default(); NUMBERS.len() * layout.width],
            oldest: vec![Oldest::default(); layout.width],
            layout,
        }
    }

    /// Which rows there are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// One more or fewer of a number.
    #[inline]
    pub fn change(&mut self, measure: Measure, rows: Rows, by: i64, now: Time) {
        let width = self.layout.width;
        let levels = &mut self.levels[place(measure) * width..][..width];
        levels[0].change(by, now);
        for row in rows.others() {
            levels[*row as usize].change(by, now);
        }
    }

    /// A conversation starts to wait.
    pub fn wait(&mut self, id: ConversationId, rows: Rows, now: Time) {
        self.change(Measure::QueueLength, rows, 1, now);
        let others = rows.others().iter().map(|row| *row as usize);
        for row in std::iter::once(0).chain(others) {
            self.oldest[row].join(id, now);
        }
    }

    /// A conversation stops waiting; `still` says whether another still waits as it did when it joined in these rows.
    pub fn stop_waiting(
        &mut self,
        rows: Rows,
        now: Time,
        still: impl Fn(ConversationId, Time) -> Option<Rows>,
    ) {
        self.change(Measure::QueueLength, rows, -1, now);
        let others = rows.others().iter().copied();
        for row in std::iter::once(0).chain(others) {
            let stays = |(joined, id): &(Time, ConversationId)| {
                still(*id, *joined).is_some_and(|rows| row == 0 || rows.others().contains(&row))
            };
            let waiting = self.levels[row as usize].value();
            self.oldest[row as usize].leave(now, waiting as usize, stays);
        }
    }

    /// The counted time starts.
    pub fn start(&mut self, at: Time) {
        self.levels.iter_mut().for_each(|level| level.start(at));
        self.oldest.iter_mut().for_each(|oldest| oldest.start(at));
    }

    /// Cuts all numbers; `tell` is told what each was since the last cut, by number and row.
    pub fn cut(&mut self, at: Time, mut tell: impl FnMut(usize, usize, Course)) {
        let width = self.layout.width;
        for (position, level) in self.levels.iter_mut().enumerate() {
            tell(position / width, position % width, level.cut(at));
        }
    }

    /// The counted time ends.
    pub fn stop(&mut self, at: Time) {
        self.oldest.iter_mut().for_each(|oldest| oldest.stop(at));
    }

    /// Nobody anywhere, keeping the memory.
    pub fn clear(&mut self) {
        self.levels.fill(Level::default());
        self.oldest.iter_mut().for_each(Oldest::clear);
    }

    /// What came of the counted time.
    pub fn taken(&self) -> Stood {
        Stood {
            layout: self.layout.clone(),
            courses: self.levels.iter().map(Level::total).collect(),
            ages: self.oldest.iter().map(|oldest| oldest.age).collect(),
        }
    }
}

/// How many conversations stood where in the counted time of a replication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    layout: Layout,
    courses: Vec<Course>,
    ages: Vec<Age>,
}

impl Stood {
    /// A number in a scope; nothing for others and for scopes that conversations do not stand in.
    pub fn course(&self, scope: Scope, measure: Measure) -> Option<Course> {
        let row = self.layout.row(scope)?;
        let number = NUMBERS.iter().position(|number| *number == measure)?;
        Some(self.courses[number * self.layout.width + row])
    }

    /// How long the oldest of those who waited had waited.
    pub fn age(&self, scope: Scope) -> Option<Age> {
        self.layout.row(scope).map(|row| self.ages[row])
    }
}

/// The age of the oldest of those who wait, over the counted time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    /// Twice the area under it \[ns²\].
    pub area: i128,
    /// The largest.
    pub max: Span,
    /// At the end.
    pub end: Span,
}

/// Who waits, by joining, and since when the first of them is the oldest.
#[derive(Clone, Debug, Default)]
struct Oldest {
    /// Those who have left stay until they come to the front or are most of the line.
    line: VecDeque<(Time, ConversationId)>,
    since: Time,
    stopped: bool,
    age: Age,
}

impl Oldest {
    fn join(&mut self, id: ConversationId, now: Time) {
        if self.line.is_empty() {
            self.since = now;
        }
        self.line.push_back((now, id));
    }

    fn leave(
        &mut self,
        now: Time,
        waiting: usize,
        stays: impl Fn(&(Time, ConversationId)) -> bool,
    ) {
        if self.line.front().is_some_and(|front| !stays(front)) {
            self.pass(now);
            while self.line.front().is_some_and(|front| !stays(front)) {
                self.line.pop_front();
            }
        }
        // Where the first waits for long and others come and go, they must not pile up.
        if self.line.len() > 2 * waiting + 64 {
            self.line.retain(stays);
        }
    }

    fn pass(&mut self, now: Time) {
        if let Some((joined, _)) = self.line.front()
            && now > self.since
            && !self.stopped
        {
            let square = |at: Time| i128::from((at - *joined).0) * i128::from((at - *joined).0);
            self.age.area += square(now) - square(self.since);
            self.age.max = self.age.max.max(now - *joined);
        }
        self.since = now;
    }

    fn start(&mut self, at: Time) {
        self.since = self.since.max(at);
        self.age = Age::default();
    }

    fn stop(&mut self, at: Time) {
        self.pass(at);
        let first = self.line.front();
        self.age.end = first.map_or(Span::ZERO, |(joined, _)| at - *joined);
        self.stopped = true;
    }

    fn clear(&mut self) {
        self.line.clear();
        (self.since, self.stopped, self.age) = (Time::ZERO, false, Age::default());
    }
}
