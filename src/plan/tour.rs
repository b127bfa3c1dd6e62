//! Tours: the weeks that people may work.

use jiff::civil::{self, Weekday};

use super::pattern::{Pattern, is_free, open};
use crate::agent::Roster;
use crate::calendar::{Calendar, Origin};
use crate::id::GroupId;
use crate::scenario::{Scenario, ShiftDays, ShiftKind};
use crate::time::Span;
use crate::world::Setup;

/// What somebody of a group works, the same every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// Whose agents.
    pub group: GroupId,
    /// The name of the kind of shift.
    pub kind: String,
    /// As opening hours in the group's zone.
    pub hours: String,
}

/// A tour with what it does over the whole run.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) tour: Tour,
    /// Its position in the group's roster where all candidates stand.
    pub(super) shift: usize,
    /// The paid hours of one person.
    pub(super) hours: f64,
    /// What they cost.
    pub(super) cost: f64,
    /// The slots in which that person is there for customers, and for which share of their time. Sorted.
    pub(super) covers: Vec<(usize, f64)>,
}

impl Candidate {
    /// When that person is planned and paid, breaks included.
    pub(super) fn planned<'a>(&self, setup: &'a Setup) -> &'a Calendar {
        let Roster::Shifts(shifts) = &setup.agents[self.tour.group.index()].roster else {
            unreachable!("candidates stand in a roster of shifts");
        };
        setup.calendar(shifts[self.shift].hours)
    }
}

/// The name of the kind of shift that is assumed where none is written.
pub const ASSUMED: &str = "assumed";

/// The kinds of shift that a group may work; without any in the scenario one that fits what is rostered today: eight hours (or
/// as long as anybody is there), starting every hour, on the days on which somebody is there now, five in a row if there are more.
pub(super) fn kinds(scenario: &Scenario, setup: &Setup, group: GroupId) -> Vec<ShiftKind> {
    if !scenario.terms.shifts.is_empty() {
        let may = |kind: &&ShiftKind| {
            kind.groups
                .as_ref()
                .is_none_or(|groups| groups.contains(&group))
        };
        return scenario.terms.shifts.iter().filter(may).cloned().collect();
    }
    let agents = &setup.agents[group.index()];
    let origin = Origin::midnight(scenario.run.start, &scenario.run.zone);
    let mut starts: Vec<i64> = Vec::new();
    let (mut days, mut longest) = ([false; 7], Span::ZERO);
    let eight = Span::HOUR * 8;
    for (from, to) in open(agents, setup).unwrap_or_default() {
        if from >= setup.length {
            break;
        }
        let to = to.min(setup.length);
        longest = longest.max(to - from);
        let mut at = from;
        while at < to {
            let local = origin.local(at, &agents.zone);
            days[local.date().weekday().to_monday_zero_offset() as usize] = true;
            if at == from || (to - at) >= eight {
                starts.push(i64::from(local.hour()) * 60 + i64::from(local.minute()));
            }
            at = at + Span::HOUR;
        }
        // Whoever starts so is there until it closes.
        if to - from > eight {
            let last = origin.local(to - eight, &agents.zone);
            starts.push(i64::from(last.hour()) * 60 + i64::from(last.minute()));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    let minutes = longest.min(eight).0 / Span::MINUTE.0;
    if starts.is_empty() || minutes == 0 {
        return Vec::new();
    }
    let there: Vec<&str> = (0..7)
        .filter(|day| days[*day])
        .map(|day| DAYS[day])
        .collect();
    vec![ShiftKind {
        name: ASSUMED.to_owned(),
        groups: None,
        starts: starts
            .into_iter()
            .map(|minute| civil::time((minute / 60) as i8, (minute % 60) as i8, 0, 0))
            .collect(),
        length: Span::MINUTE * minutes,
        days: match there.len() {
            6 | 7 => ShiftDays::InARow(5),
            _ => ShiftDays::Certain(there.join(",")),
        },
        least: 0,
        most: None,
        pay: 1.0,
    }]
}

/// The days of the week as opening hours name them.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// All tours of the groups of a pattern, group by group.
pub(super) fn tours(scenario: &Scenario, setup: &Setup, pattern: &Pattern) -> Vec<Tour> {
    let mut tours = Vec::new();
    for group in pattern.groups() {
        for kind in kinds(scenario, setup, group) {
            for start in &kind.starts {
                let times = times(*start, kind.length);
                for days in weeks(&kind.days) {
                    tours.push(Tour {
                        group,
                        kind: kind.name.clone(),
                        hours: format!("{days} {times}"),
                    });
                }
            }
        }
    }
    tours
}

/// As in `22:00-06:00`.
fn times(start: civil::Time, length: Span) -> String {
    let from = i64::from(start.hour()) * 60 + i64::from(start.minute());
    let end = match (from + length.0 / Span::MINUTE.0) % 1440 {
        0 => 1440,
        minute => minute,
    };
    format!(
        "{:02}:{:02}-{:02}:{:02}",
        from / 60,
        from % 60,
        end / 60,
        end % 60
    )
}

/// The days of the week of each week that is allowed.
fn weeks(days: &ShiftDays) -> Vec<String> {
    match days {
        ShiftDays::Certain(days) => vec![days.clone()],
        ShiftDays::InARow(7) => vec!["Mo-Su".to_owned()],
        ShiftDays::InARow(1) => DAYS.iter().map(|day| (*day).to_owned()).collect(),
        ShiftDays::InARow(count) => {
            let first = Weekday::Monday;
            let day = |by: i64| {
                let day = first.wrapping_add(by);
                DAYS[day.to_monday_zero_offset() as usize]
            };
            let last = i64::from(*count) - 1;
            (0..7)
                .map(|begin| format!("{}-{}", day(begin), day(begin + last)))
                .collect()
        }
    }
}

/// What the tours do, given tables in which each group's roster is its tours, in their order. Of tours of a kind that are there
/// at the same times in the run only the first stays, and none that is never there when somebody may be planned.
pub(super) fn candidates(
    tours: Vec<Tour>,
    kinds: &[(GroupId, Vec<ShiftKind>)],
    setup: &Setup,
    pattern: &Pattern,
) -> Vec<Candidate> {
    let pay = |tour: &Tour| {
        let own = kinds.iter().filter(|(group, _)| *group == tour.group);
        let mut own = own.flat_map(|(_, kinds)| kinds);
        let kind = own.find(|kind| kind.name == tour.kind);
        kind.map_or(1.0, |kind| kind.pay)
    };
    let free = is_free(setup);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut places = vec![0; setup.agents.len()];
    for tour in tours {
        let agents = &setup.agents[tour.group.index()];
        let shift = places[tour.group.index()];
        places[tour.group.index()] += 1;
        let Roster::Shifts(shifts) = &agents.roster else {
            continue;
        };
        let duty = setup.calendar(shifts[shift].duty);
        let covers = pattern.covered(tour.group, duty, setup.length);
        let times = |shift: usize| setup.calendar(shifts[shift].duty).intervals(setup.length);
        let known = candidates.iter().any(|candidate| {
            let other = &candidate.tour;
            let alike = (other.group, &other.kind) == (tour.group, &tour.kind);
            alike && candidate.covers == covers && times(candidate.shift).eq(times(shift))
        });
        if covers.is_empty() || known {
            continue;
        }
        let hours = setup
            .calendar(shifts[shift].hours)
            .open_before(setup.length)
            .hours();
        let price = if free { 1.0 } else { agents.cost_per_hour };
        candidates.push(Candidate {
            cost: hours * price * pay(&tour),
            tour,
            shift,
            hours,
            covers,
        });
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tours_are_written_as_opening_hours() {
        assert_eq!(
            times(civil::time(8, 30, 0, 0), Span::HOUR * 8),
            "08:30-16:30"
        );
        assert_eq!(
            times(civil::time(16, 0, 0, 0), Span::HOUR * 8),
            "16:00-24:00"
        );
        assert_eq!(
            times(civil::time(22, 0, 0, 0), Span::HOUR * 8),
            "22:00-06:00"
        );
        let weeks = weeks(&ShiftDays::InARow(5));
        assert_eq!(weeks[0], "Mo-Fr");
        assert_eq!(weeks[6], "Su-Th");
        for week in weeks {
            let rule = crate::calendar::Rule::parse(&format!("{week} 22:00-06:00"), None, &[], &[]);
            let calendar = crate::calendar::Calendar::compile(
                &rule.expect("opening hours"),
                &jiff::tz::TimeZone::UTC,
                Origin::midnight(civil::date(2026, 1, 5), &jiff::tz::TimeZone::UTC),
                Span::WEEK * 3,
            );
            // A week in the middle has forty hours, whatever day it begins.
            let from = crate::time::Time::ZERO + Span::WEEK;
            assert_eq!(
                calendar.open_between(from, from + Span::WEEK),
                Span::HOUR * 40
            );
        }
    }
}
