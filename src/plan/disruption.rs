//! What upsets a desk, and what is done about it: an incident, closed days, extra shifts. Each changes the tables of a strategy
//! in such a way that the customers who come anyway stay the same.

use crate::agent::{Roster, Shift};
use crate::arrival::{Arrivals, Volume};
use crate::calendar::Calendar;
use crate::customer::Home;
use crate::id::{CalendarId, CustomersId, GroupId};
use crate::route::Condition;
use crate::scenario::Strategy;
use crate::time::{Span, Time};
use crate::world::Setup;

/// Customers who come besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// When the first of them come.
    pub at: Time,
    /// Over how long they come, uniformly; no time is all at once.
    pub lasts: Span,
    /// How many conversations they open.
    pub extra: u32,
    /// Whose customers they are like; without, of all segments in proportion to whom they bring.
    pub customers: Option<CustomersId>,
}

/// Agents who work besides.
#[derive(Clone, Debug)]
pub struct ExtraShift {
    /// Of which group.
    pub group: GroupId,
    /// When.
    pub hours: Calendar,
    /// How many.
    pub count: u32,
}

impl Incident {
    /// Adds a stream of openings beside those of each home. Who comes anyway keeps place and number, and so all luck.
    pub(super) fn strike(&self, setup: &mut Setup) {
        let homes: Vec<(usize, usize)> = setup
            .customers
            .iter()
            .enumerate()
            .filter(|(segment, _)| self.customers.is_none_or(|only| only.index() == *segment))
            .flat_map(|(segment, table)| (0..table.homes.len()).map(move |home| (segment, home)))
            .collect();
        let brings = |(segment, home): &(usize, usize)| {
            let arrivals = &setup.customers[*segment].homes[*home].arrivals;
            arrivals.expected(Time::ZERO, setup.length)
        };
        let weights: Vec<f64> = homes.iter().map(brings).collect();
        for ((segment, home), number) in homes.iter().zip(divided(self.extra, &weights)) {
            let table = &mut setup.customers[*segment];
            let besides = Home {
                arrivals: self.arrivals(number),
                ..table.homes[*home].clone()
            };
            if number > 0 {
                table.homes.push(besides);
            }
        }
    }

    fn arrivals(&self, number: u32) -> Arrivals {
        let arrivals = if self.lasts > Span::ZERO {
            Arrivals::exact(vec![Volume {
                from: self.at,
                to: self.at.after(self.lasts),
                number,
            }])
        } else {
            Arrivals::every(Span::ZERO, self.at, Some(u64::from(number)))
        };
        arrivals.expect("an incident lies within the run and has a length")
    }

    /// When the last of them have come.
    pub(super) fn end(&self) -> Time {
        self.at.after(self.lasts)
    }
}

/// A whole number divided in proportion to weights, by the largest remainders (Hamilton's method); evenly where all are 0.
fn divided(number: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let share = |weight: &f64| match sum > 0.0 {
        true => weight / sum,
        false => 1.0 / weights.len() as f64,
    };
    let exact: Vec<f64> = weights
        .iter()
        .map(|weight| share(weight) * f64::from(number))
        .collect();
    let mut parts: Vec<u32> = exact.iter().map(|part| part.floor() as u32).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |place: &usize| exact[*place] - exact[*place].floor();
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    let missing = number.saturating_sub(parts.iter().sum());
    for place in order.into_iter().cycle().take(missing as usize) {
        parts[place] += 1;
    }
    parts
}

/// Closes all desks for some time: nobody is on duty, and what has opening hours is closed.
///
/// What is open around the clock, and groups without limit, stay as they are: nothing there depends on the day.
pub(super) fn close(strategy: &mut Strategy, closed: &[(Time, Time)]) {
    let mut days = Closing {
        closed: Calendar::from_intervals(closed.to_vec(), Span::FOREVER),
        known: Vec::new(),
    };
    let setup = &mut strategy.setup;
    for channel in 0..setup.channels.len() {
        let hours = setup.channels[channel].hours;
        let around_the_clock = setup.calendar(hours).is_always();
        let unlimited = setup
            .agents
            .iter()
            .filter(|agents| serves(agents, setup, channel))
            .any(|agents| matches!(agents.roster, Roster::Unlimited));
        if !around_the_clock {
            setup.channels[channel].hours = days.without(&mut setup.calendars, hours);
        }
        // Without hours the business clock is that of the desk, which nobody closes where it has no limit.
        if !(around_the_clock && unlimited) {
            let business = setup.business[channel];
            setup.business[channel] = days.without(&mut setup.calendars, business);
        }
    }
    for agents in &mut setup.agents {
        match &mut agents.roster {
            Roster::Unlimited => {}
            Roster::Shifts(shifts) => {
                for shift in shifts {
                    shift.hours = days.without(&mut setup.calendars, shift.hours);
                    shift.duty = days.without(&mut setup.calendars, shift.duty);
                }
            }
            Roster::Counts(steps) => {
                *steps = changed(steps, &days.closed, setup.limit, |_| 0);
            }
        }
    }
    for route in &mut strategy.routes {
        for condition in &mut route.conditions {
            if let Condition::Hours(hours) = condition
                && !setup.calendars[hours.index()].is_always()
            {
                *hours = days.without(&mut setup.calendars, *hours);
            }
        }
    }
}

/// Calendars without the closed days, each made once.
struct Closing {
    closed: Calendar,
    known: Vec<(CalendarId, CalendarId)>,
}

impl Closing {
    fn without(&mut self, calendars: &mut Vec<Calendar>, id: CalendarId) -> CalendarId {
        if let Some((_, known)) = self.known.iter().find(|(from, _)| *from == id) {
            return *known;
        }
        calendars.push(calendars[id.index()].minus(&self.closed));
        let new = CalendarId::from(calendars.len() - 1);
        // What is closed already stays so.
        self.known.extend([(id, new), (new, new)]);
        new
    }
}

impl ExtraShift {
    /// Puts the agents on duty besides those of the group, who keep their numbers.
    pub(super) fn add_to(&self, setup: &mut Setup) {
        setup.calendars.push(self.hours.clone());
        let hours = CalendarId::from(setup.calendars.len() - 1);
        let (limit, count) = (setup.limit, self.count);
        match &mut setup.agents[self.group.index()].roster {
            Roster::Unlimited => {}
            Roster::Shifts(shifts) => shifts.push(Shift {
                hours,
                duty: hours,
                count,
            }),
            Roster::Counts(steps) => {
                *steps = changed(steps, &self.hours, limit, |there| there + count);
            }
        }
        for channel in 0..setup.channels.len() {
            // Without hours the business clock is that of the desk.
            let desk = setup.calendar(setup.channels[channel].hours).is_always();
            let business = setup.calendar(setup.business[channel]);
            let served = serves(&setup.agents[self.group.index()], setup, channel);
            if desk && served && !business.is_always() {
                let longer = Calendar::union(&[business, &self.hours]);
                setup.calendars.push(longer);
                setup.business[channel] = CalendarId::from(setup.calendars.len() - 1);
            }
        }
    }

    /// Agent-hours within the run.
    pub fn agent_hours(&self, setup: &Setup) -> f64 {
        let open = self.hours.open_between(Time::ZERO, setup.length);
        open.hours() * f64::from(self.count)
    }
}

/// Whether agents serve the queue of a channel.
fn serves(agents: &crate::agent::Agents, setup: &Setup, channel: usize) -> bool {
    let queue = setup.channels[channel].queue;
    agents
        .serves
        .iter()
        .flatten()
        .any(|served| served.queue == queue)
}

/// Head-counts that are others while a calendar is open.
fn changed(
    steps: &[(Time, u32)],
    calendar: &Calendar,
    limit: Time,
    to: impl Fn(u32) -> u32,
) -> Vec<(Time, u32)> {
    let open: Vec<(Time, Time)> = calendar.intervals(limit).collect();
    let mut edges: Vec<Time> = steps.iter().map(|(at, _)| *at).collect();
    edges.extend(open.iter().flat_map(|(from, to)| [*from, *to]));
    edges.sort_unstable();
    edges.dedup();
    let count = |at: Time| {
        let begun = steps.partition_point(|(from, _)| *from <= at);
        begun.checked_sub(1).map_or(0, |place| steps[place].1)
    };
    let inside = |at: Time| open.iter().any(|(from, to)| *from <= at && at < *to);
    edges
        .into_iter()
        .map(|at| match inside(at) {
            true => (at, to(count(at))),
            false => (at, count(at)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_divided_adds_up() {
        assert_eq!(divided(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(divided(7, &[0.0, 3.0, 1.0]), [0, 5, 2]);
        assert_eq!(divided(3, &[0.0, 0.0]), [2, 1]);
    }

    #[test]
    fn head_counts_change_only_within() {
        let hour = |hours: i64| Time::ZERO + Span::HOUR * hours;
        let steps = [(hour(0), 2), (hour(10), 5)];
        let calendar = Calendar::from_intervals(vec![(hour(8), hour(12))], Span::FOREVER);
        let more = changed(&steps, &calendar, hour(100), |there| there + 3);
        assert_eq!(
            more,
            [(hour(0), 2), (hour(8), 5), (hour(10), 8), (hour(12), 5)]
        );
        let none = changed(&steps, &calendar, hour(100), |_| 0);
        assert_eq!(
            none,
            [(hour(0), 2), (hour(8), 0), (hour(10), 0), (hour(12), 5)]
        );
    }
}
