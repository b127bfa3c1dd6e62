//! Cells: what a figure is attributed to. Every figure is added once, to its cell; scopes are folded from cells after the
//! replication.

use super::Scope;
use super::standing::{Layout, Rows};
use super::stats::Stats;
use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::Measure;
use crate::world::Setup;

/// What a figure is attributed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub customers: CustomersId,
    pub topic: TopicId,
    pub channel: Option<ChannelId>,
    pub queue: Option<QueueId>,
    pub group: Option<GroupId>,
}

impl Cell {
    /// Whether its conversations are of a scope.
    pub fn is_of(&self, scope: Scope) -> bool {
        match scope {
            Scope::All => true,
            Scope::Customers(id) => self.customers == id,
            Scope::Topic(id) => self.topic == id,
            Scope::Channel(id) => self.channel == Some(id),
            Scope::Queue(id) => self.queue == Some(id),
            Scope::Agents(id) => self.group == Some(id),
            Scope::Target(_) => false,
        }
    }
}

/// The queue and the group of a cell: what figures by interval are told of.
pub type Pair = (Option<QueueId>, Option<GroupId>);

/// Some of the waits.
#[derive(Clone, Copy, Debug)]
pub struct Waits(u64);

impl Waits {
    fn of(measures: impl IntoIterator<Item = Measure>) -> Waits {
        Waits(
            measures
                .into_iter()
                .fold(0, |all, one| all | Self::bit(one)),
        )
    }

    /// Waits stand among the first 64 measures.
    #[inline(always)] // The measure is mostly known where it is called.
    fn bit(measure: Measure) -> u64 {
        1 << measure as u64
    }

    /// Whether any of these is among them.
    #[inline(always)] // The same.
    pub fn has_any<const N: usize>(self, measures: [Measure; N]) -> bool {
        let asked = measures
            .into_iter()
            .fold(0, |all, one| all | Self::bit(one));
        self.0 & asked != 0
    }
}

/// A cell with its figures, and what its channel says.
pub struct Kept {
    pub cell: Cell,
    /// Its index among the possible cells, had it no group.
    ungrouped: usize,
    /// In which rows of levels its conversations stand.
    pub rows: Rows,
    /// The place of its queue and group in [`Cells::pairs`].
    pub pair: usize,
    /// The targets that hold for it.
    pub targets: Vec<TargetId>,
    /// The waits that they are about.
    pub promised: Waits,
    /// Whether its channel has hours, and anybody wants to know.
    has_hours: bool,
    /// Whether its business time is kept apart: in a channel with hours, and once somebody has come from one.
    pub two_clocks: bool,
    pub spoken: bool,
    pub holds_customer: bool,
    pub stats: Stats,
}

impl Kept {
    /// Whoever opened here so far did so while it was open: on one clock that is not counted one by one.
    pub fn count_floors(&mut self) {
        if !self.two_clocks && self.cell.channel.is_some() {
            let opened = self.stats.counts[Measure::Opened as usize];
            self.stats.add_zeros(Measure::ClosedFloor, opened);
        }
    }

    /// Business time is kept apart from now on: somebody brings some from a channel with hours.
    #[cold]
    pub fn part_clocks(&mut self) {
        self.count_floors();
        self.stats.part_clocks();
        self.two_clocks = true;
    }

    /// Nothing counted, keeping the memory.
    pub fn clear(&mut self) {
        self.stats.clear();
        self.two_clocks = self.has_hours;
    }
}

/// The cells that were met.
pub struct Cells {
    layout: Layout,
    /// Whether business time is wanted.
    two_clocks: bool,
    /// How many of each part of a cell there are; 0 stands for none where a part may be missing.
    dimensions: [usize; 5],
    /// For each possible cell, its place among those kept, plus 1.
    places: Vec<u32>,
    pub kept: Vec<Kept>,
    /// The queues and groups of those kept, each once.
    pub pairs: Vec<Pair>,
}

impl Cells {
    pub fn new(setup: &Setup, layout: &Layout, two_clocks: bool) -> Cells {
        let dimensions = [
            setup.customers.len(),
            setup.topics.len(),
            setup.channels.len() + 1,
            setup.queues.len() + 1,
            setup.agents.len() + 1,
        ];
        Cells {
            layout: layout.clone(),
            two_clocks,
            dimensions,
            places: vec![0; dimensions.iter().product()],
            kept: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// The place of a cell's figures.
    #[inline]
    pub fn place(&mut self, setup: &Setup, cell: Cell) -> usize {
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
    pub fn with_group(&mut self, setup: &Setup, place: usize, group: GroupId) -> usize {
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
        let targets: Vec<TargetId> = targets
            .filter(|(_, target)| holds(target))
            .map(|(id, _)| TargetId::from(id))
            .collect();
        let waits = targets.iter().map(|id| setup.targets[id.index()].metric);
        let channel = cell.channel.map(|id| &setup.channels[id.index()]);
        let has_hours = self.two_clocks
            && cell
                .channel
                .is_some_and(|id| !setup.calendar(setup.business[id.index()]).is_always());
        let pair = (cell.queue, cell.group);
        let known = self.pairs.iter().position(|known| *known == pair);
        let scopes = [
            Some(Scope::Customers(cell.customers)),
            Some(Scope::Topic(cell.topic)),
            cell.channel.map(Scope::Channel),
            cell.queue.map(Scope::Queue),
        ];
        self.kept.push(Kept {
            cell,
            ungrouped: index - cell.group.map_or(0, |id| id.index() + 1),
            rows: self.layout.rows(scopes.into_iter().flatten()),
            pair: known.unwrap_or_else(|| {
                self.pairs.push(pair);
                self.pairs.len() - 1
            }),
            promised: Waits::of(waits),
            targets,
            has_hours,
            two_clocks: has_hours,
            spoken: channel.is_some_and(|channel| channel.spoken),
            holds_customer: channel.is_some_and(|channel| channel.holds_customer),
            stats: Stats::new(),
        });
        self.places[index] = self.kept.len() as u32;
        self.kept.len() - 1
    }
}
