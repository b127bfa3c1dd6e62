//! What can be planned: the intervals of each group's week in which its agents may be on duty.

use std::collections::{BTreeMap, HashMap};

use crate::agent::{Agents, Roster};
use crate::calendar::{Calendar, Origin};
use crate::id::GroupId;
use crate::metric::Grid;
use crate::scenario::Scenario;
use crate::time::{Span, Time};
use crate::world::Setup;

use super::stage::Staffing;

/// An interval of the week in which agents of a group may be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// Whose agents.
    pub group: GroupId,
    /// When it first begins.
    pub start: Time,
    /// How long one agent is on duty in it over the whole run \[h\].
    pub hours: f64,
    /// What that costs: money, or hours where nobody's hours cost anything.
    pub cost: f64,
}

/// The slots of all groups that can be planned, and when each of them holds.
///
/// A slot comes again every week at the same local time (of `run.zone`). Where a group is not rostered at all (closed,
/// on a holiday) nobody is planned.
#[derive(Clone, Debug)]
pub struct Pattern {
    slots: Vec<Slot>,
    /// By planned group.
    courses: Vec<(GroupId, Course)>,
    /// When the slots come, interval by interval of the week.
    pub(super) timetable: Timetable,
}

/// The slots of each group in the order of the week.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// The intervals of the week.
    pub(super) grid: Grid,
    /// By planned group: slots, each with its bin of the grid; sorted by bin.
    pub(super) groups: Vec<Vec<(usize, usize)>>,
}

impl Timetable {
    /// Whether anybody may be planned in an interval.
    pub(super) fn is_open(&self, bin: usize) -> bool {
        let mut slots = self.groups.iter().flatten();
        slots.any(|(_, own)| *own == bin)
    }
}

/// A plan: how many agents on duty, by slot.
pub type Counts = Vec<u32>;

/// From each instant on, the slot that holds, or nobody.
type Course = Vec<(Time, Option<usize>)>;

/// Weekday and time of day of an interval's start on the report's clock.
type Label = (i8, jiff::civil::Time);

impl Pattern {
    /// The slots of a strategy's groups, of the report's interval. Groups without limit cannot be planned.
    pub fn new(scenario: &Scenario, setup: &Setup) -> Pattern {
        let free = is_free(setup);
        let run = &scenario.run;
        let origin = Origin::midnight(run.start, &run.zone);
        let mut pattern = Pattern {
            slots: Vec::new(),
            courses: Vec::new(),
            timetable: Timetable {
                grid: Grid::by_weekday(setup, run.interval, origin, &run.zone),
                groups: Vec::new(),
            },
        };
        for (number, agents) in setup.agents.iter().enumerate() {
            let Some(open) = open(agents, setup) else {
                continue;
            };
            let price = if free { 1.0 } else { agents.cost_per_hour };
            let group = GroupId::from(number);
            let before = pattern.slots.len();
            let course = pattern.course(scenario, setup, group, &open, price);
            // Who is never there, as a group that only another strategy has, is not planned.
            if pattern.slots.len() > before {
                pattern.courses.push((group, course));
                let grid = &pattern.timetable.grid;
                let own = before..pattern.slots.len();
                let mut slots: Vec<(usize, usize)> = own
                    .map(|slot| (slot, grid.bin(pattern.slots[slot].start)))
                    .collect();
                slots.sort_by_key(|(_, bin)| *bin);
                pattern.timetable.groups.push(slots);
            }
        }
        pattern
    }

    /// The slots, group by group in the order of time.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The groups that can be planned, in order.
    pub fn groups(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.courses.iter().map(|(group, _)| *group)
    }

    /// The slots of each group in the order of the week.
    pub(super) fn week(&self) -> &Timetable {
        &self.timetable
    }

    /// The slots of a group in which somebody with these hours is there, and for which share of their time over the run.
    pub(super) fn covered(&self, group: GroupId, duty: &Calendar, end: Time) -> Vec<(usize, f64)> {
        let mut hours: BTreeMap<usize, f64> = BTreeMap::new();
        for (_, course) in self.courses.iter().filter(|(own, _)| *own == group) {
            for (place, (from, slot)) in course.iter().enumerate() {
                let until = course.get(place + 1).map_or(end, |next| next.0).min(end);
                if let Some(slot) = slot.filter(|_| *from < until) {
                    let there = duty.open_between(*from, until);
                    if there > Span::ZERO {
                        *hours.entry(slot).or_default() += there.hours();
                    }
                }
            }
        }
        let share = |(slot, hours): (usize, f64)| (slot, hours / self.slots[slot].hours);
        hours.into_iter().map(share).collect()
    }

    /// The agent-hours of a plan over the whole run, of all groups or one.
    pub fn hours(&self, counts: &[u32], group: Option<GroupId>) -> f64 {
        let each = self.slots.iter().zip(counts);
        each.filter(|(slot, _)| group.is_none_or(|group| slot.group == group))
            .map(|(slot, count)| slot.hours * f64::from(*count))
            .sum()
    }

    /// How many are planned now: the largest number on duty at any time of each slot, over the whole run.
    pub fn rostered(&self, setup: &Setup) -> Counts {
        let mut most = vec![0; self.slots.len()];
        for (group, course) in &self.courses {
            let rostered = steps(&setup.agents[group.index()], setup);
            for (place, (from, slot)) in course.iter().enumerate() {
                let Some(slot) = *slot else { continue };
                let until = course.get(place + 1).map_or(Time::NEVER, |next| next.0);
                let first = rostered.partition_point(|(at, _)| at <= from).max(1) - 1;
                let there = rostered[first..].iter().take_while(|(at, _)| *at < until);
                let count = there.map(|(_, count)| *count).max().unwrap_or(0);
                most[slot] = count.max(most[slot]);
            }
        }
        most
    }

    /// The slot that holds for a planned group at each multiple of an interval, until `end`; by group.
    pub fn by_interval(&self, interval: Span, end: Time) -> Vec<(GroupId, Vec<Option<usize>>)> {
        let at = |course: &[(Time, Option<usize>)], time: Time| {
            let begun = course.partition_point(|(from, _)| *from <= time);
            course[..begun].last().and_then(|(_, slot)| *slot)
        };
        let times = || {
            (0..)
                .map(move |step| Time::ZERO + interval * step)
                .take_while(move |time| *time < end)
        };
        self.courses
            .iter()
            .map(|(group, course)| (*group, times().map(|time| at(course, time)).collect()))
            .collect()
    }

    /// When each slot of a group holds, while the group is rostered.
    fn course(
        &mut self,
        scenario: &Scenario,
        setup: &Setup,
        group: GroupId,
        open: &[(Time, Time)],
        price: f64,
    ) -> Course {
        let run = &scenario.run;
        let origin = Origin::midnight(run.start, &run.zone);
        let mut labels: HashMap<Label, usize> = HashMap::new();
        let mut by_clock: HashMap<jiff::civil::Time, usize> = HashMap::new();
        let mut course = vec![(Time::ZERO, None)];
        let mut push = |at: Time, slot: Option<usize>| match course.last_mut() {
            Some(last) if last.0 == at => last.1 = slot,
            Some(last) if last.1 == slot => {}
            _ => course.push((at, slot)),
        };
        for &(from, to) in open {
            let mut at = from;
            while at < to {
                let step = (at - Time::ZERO).0 / run.interval.0;
                let start = Time::ZERO + run.interval * step;
                let end = (start + run.interval).min(to);
                let local = origin.local(start, &run.zone);
                let label = (local.date().weekday().to_monday_zero_offset(), local.time());
                // What follows the run is like the same time of the week, else of a day, else like its last interval.
                let known = labels.get(&label).copied();
                let slot = match known {
                    None if at >= setup.length => by_clock
                        .get(&label.1)
                        .copied()
                        .or_else(|| self.slots.len().checked_sub(1))
                        .filter(|slot| self.slots[*slot].group == group),
                    None => {
                        self.slots.push(Slot {
                            group,
                            start: at,
                            hours: 0.0,
                            cost: 0.0,
                        });
                        labels.insert(label, self.slots.len() - 1);
                        by_clock.insert(label.1, self.slots.len() - 1);
                        Some(self.slots.len() - 1)
                    }
                    known => known,
                };
                if let Some(slot) = slot.filter(|_| at < setup.length) {
                    let hours = (end.min(setup.length) - at).hours();
                    self.slots[slot].hours += hours;
                    self.slots[slot].cost += hours * price;
                }
                push(at, slot);
                at = end;
            }
            push(to, None);
        }
        course
    }
}

impl Staffing for Pattern {
    fn cost(&self, counts: &[u32]) -> f64 {
        let each = self.slots.iter().zip(counts);
        each.map(|(slot, count)| slot.cost * f64::from(*count))
            .sum()
    }

    // A plan counts who is at work, so nobody is absent or busy elsewhere.
    fn staffed(&self, setup: &Setup, counts: &[u32]) -> Setup {
        let mut staffed = setup.clone();
        for (group, course) in &self.courses {
            let agents = &mut staffed.agents[group.index()];
            let mut steps: Vec<(Time, u32)> = Vec::with_capacity(course.len());
            for (at, slot) in course {
                let count = slot.map_or(0, |slot| counts[slot]);
                if steps.last().is_none_or(|(_, last)| *last != count) {
                    steps.push((*at, count));
                }
            }
            agents.roster = Roster::Counts(steps);
            agents.absent = 0.0;
            agents.in_office = 0.0;
        }
        staffed
    }

    fn allows(&self, _: &[u32]) -> bool {
        true
    }

    fn timetable(&self) -> Option<&Timetable> {
        Some(&self.timetable)
    }
}

/// Whether nobody's hours cost anything, so that hours are counted instead.
pub(super) fn is_free(setup: &Setup) -> bool {
    let mut groups = setup.agents.iter();
    groups.all(|agents| agents.cost_per_hour == 0.0)
}

/// When anybody of a group is rostered, until the end of everything; nothing for groups without limit.
pub(super) fn open(agents: &Agents, setup: &Setup) -> Option<Vec<(Time, Time)>> {
    match &agents.roster {
        Roster::Unlimited => None,
        Roster::Shifts(shifts) => {
            let calendars: Vec<&Calendar> = shifts
                .iter()
                .map(|shift| setup.calendar(shift.hours))
                .collect();
            Some(Calendar::union(&calendars).intervals(setup.limit).collect())
        }
        Roster::Counts(steps) => {
            // Steps from one number to another are no end of it.
            let mut open: Vec<(Time, Time)> = Vec::new();
            let ends = steps.iter().skip(1).map(|(at, _)| *at);
            for ((from, count), to) in steps.iter().zip(ends.chain([setup.limit])) {
                match open.last_mut() {
                    _ if *count == 0 || *from >= to => {}
                    Some(last) if last.1 == *from => last.1 = to,
                    _ => open.push((*from, to)),
                }
            }
            Some(open)
        }
    }
}

/// How many of a group are on duty from each instant on, by its roster.
fn steps(agents: &Agents, setup: &Setup) -> Vec<(Time, u32)> {
    match &agents.roster {
        Roster::Unlimited => vec![(Time::ZERO, 0)],
        Roster::Counts(steps) => steps.clone(),
        Roster::Shifts(shifts) => {
            let mut changes: Vec<(Time, i64)> = vec![(Time::ZERO, 0)];
            for shift in shifts {
                for (from, to) in setup.calendar(shift.duty).intervals(setup.limit) {
                    changes.push((from, i64::from(shift.count)));
                    changes.push((to, -i64::from(shift.count)));
                }
            }
            changes.sort_unstable();
            let mut there = 0;
            let mut steps: Vec<(Time, u32)> = Vec::new();
            for (at, change) in changes {
                there += change;
                let count = there.max(0) as u32;
                match steps.last_mut() {
                    Some(last) if last.0 == at => last.1 = count,
                    _ => steps.push((at, count)),
                }
            }
            steps
        }
    }
}
