//! `syncline backlog`: the backlog, and when it is burnt down.

use std::io;

use clap::Args;
use jiff::civil::{Date, DateTime};

use super::output::BACKLOG;
use super::study::Study;
use super::{Failure, Verdict, meant, paint, print};
use crate::agent::Roster;
use crate::calendar::{Calendar, Origin, Rule};
use crate::id::{CustomersId, GroupId};
use crate::plan::{self, Events, ExtraShift, Incident};
use crate::report;
use crate::scenario::{Scenario, duration};
use crate::time::{Span, Time};

/// What `backlog` understands.
#[derive(Args, Debug)]
pub(super) struct Backlog {
    #[command(flatten)]
    study: Study,
    /// When customers come besides (on the clock of run.zone), as in "2026-01-14 09:00"
    #[arg(long, value_name = "TIME")]
    incident: Option<String>,
    /// How many conversations they open
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    extra: Option<u32>,
    /// Over how long they come, as in "2 h" [default: all at once]
    #[arg(long, value_name = "DURATION")]
    lasts: Option<String>,
    /// Whose customers they are like [default: all, in proportion]
    #[arg(long, value_name = "NAME")]
    customers: Option<String>,
    /// A date on which all desks are closed; may be given several times
    #[arg(long, value_name = "DATE")]
    closed: Vec<String>,
    /// Agents who work besides, as in "lisbon: Sa 09:00-17:00 x 2" or "lisbon: 2026-01-17 09:00-17:00"; may be given
    /// several times
    #[arg(long, value_name = "GROUP: HOURS x N")]
    shift: Vec<String>,
    /// Pictures as PNG too
    #[arg(long)]
    png: bool,
}

impl Backlog {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let (given, strategies) = self.study.read()?;
        let scenario = &given.scenario;
        let events = self.events(scenario, &strategies)?;
        let runs = strategies.len() * events.courses() * scenario.run.replications as usize;
        let backlogs = self
            .study
            .each(scenario, strategies, runs, |strategy, steps| {
                plan::backlog(scenario, strategy, &events, steps)
            })?;
        let folder = self.study.write(scenario, &BACKLOG, |output| {
            output.put("backlog.csv", |out| {
                report::backlog_rows(scenario, &backlogs, out)
            })?;
            let plots = report::backlog_plots(scenario, &backlogs, &events);
            output.draw(&plots, self.png)
        })?;
        print(|out| {
            let table = report::backlog_table(scenario, &backlogs, &events, paint(&io::stdout()));
            write!(out, "{table}")?;
            writeln!(out, "By interval: {}", folder.join("backlog.csv").display())
        })?;
        Ok(Verdict::Done)
    }

    /// What happens, as the options say; or all that is wrong with them.
    fn events(&self, scenario: &Scenario, strategies: &[usize]) -> Result<Events, Failure> {
        let mut mistakes = Vec::new();
        let mut note = |mistake: String| mistakes.push(mistake);
        let run = Course::of(scenario, strategies);
        let mut events = Events::default();
        match (&self.incident, self.extra) {
            (Some(at), Some(extra)) => {
                let at = run.instant(at).map_err(&mut note).ok();
                let lasts = self.lasts(&mut note);
                let customers = self.customers(scenario, &mut note);
                if let (Some(at), Some(lasts), Some(customers)) = (at, lasts, customers) {
                    if at.after(lasts) > run.end {
                        note("--lasts goes beyond the end of the run: a shorter one, or a longer run.length".into());
                    }
                    events.incident = Some(Incident {
                        at,
                        lasts,
                        extra,
                        customers,
                    });
                }
            }
            (Some(_), None) => {
                note("--incident without --extra N: how many conversations does it bring?".into());
            }
            (None, _) => {
                let lonely = [
                    ("--extra", self.extra.is_some()),
                    ("--lasts", self.lasts.is_some()),
                    ("--customers", self.customers.is_some()),
                ];
                for (option, _) in lonely.into_iter().filter(|(_, given)| *given) {
                    note(format!(
                        "{option} without --incident TIME: when does it happen?"
                    ));
                }
            }
        }
        for day in &self.closed {
            events.closed.extend(run.day(day).map_err(&mut note));
        }
        for shift in &self.shift {
            events.shifts.extend(run.shift(shift).map_err(&mut note));
        }
        if !self.shift.is_empty() && self.incident.is_none() && self.closed.is_empty() {
            note("--shift without --incident or --closed: what is it to burn down?".into());
        }
        if mistakes.is_empty() {
            return Ok(events);
        }
        let lines: Vec<String> = mistakes.iter().map(|one| format!("error: {one}")).collect();
        Err(Failure::Wrong(lines.join("\n")))
    }

    fn lasts(&self, note: &mut impl FnMut(String)) -> Option<Span> {
        match self.lasts.as_deref().map(|text| (text, duration(text))) {
            None => Some(Span::ZERO),
            Some((_, Ok(lasts))) => Some(lasts),
            Some((text, Err(why))) => {
                note(format!(
                    "--lasts `{text}` is no duration: {why}; expected as in \"2 h\""
                ));
                None
            }
        }
    }

    fn customers(
        &self,
        scenario: &Scenario,
        note: &mut impl FnMut(String),
    ) -> Option<Option<CustomersId>> {
        let Some(name) = &self.customers else {
            return Some(None);
        };
        let names = &scenario.names.customers;
        let found = names.iter().position(|known| known == name);
        if found.is_none() {
            let known = names.iter().map(String::as_str);
            note(format!(
                "there are no customers `{name}`: {}",
                meant(name, known)
            ));
        }
        found.map(|place| Some(CustomersId::from(place)))
    }
}

/// When a scenario runs, and who works there.
struct Course<'a> {
    scenario: &'a Scenario,
    strategies: &'a [usize],
    origin: Origin,
    end: Time,
    limit: Time,
}

impl<'a> Course<'a> {
    fn of(scenario: &'a Scenario, strategies: &'a [usize]) -> Course<'a> {
        // All strategies run for as long.
        let first = scenario.strategies.first().map(|strategy| &strategy.setup);
        Course {
            scenario,
            strategies,
            origin: Origin::midnight(scenario.run.start, &scenario.run.zone),
            end: first.map_or(Time::ZERO, |setup| setup.length),
            limit: first.map_or(Time::ZERO, |setup| setup.limit),
        }
    }

    /// From when to when it runs, for messages.
    fn told(&self) -> String {
        let zone = &self.scenario.run.zone;
        let local = |at: Time| self.origin.local(at, zone).strftime("%Y-%m-%d %H:%M");
        format!("{} to {}", local(Time::ZERO), local(self.end))
    }

    fn instant(&self, text: &str) -> Result<Time, String> {
        let local: DateTime = text.parse().map_err(|_| {
            format!("--incident `{text}` is no time: expected as in \"2026-01-14 09:00\"")
        })?;
        // Dates far from any run do not fit the engine's time.
        let near = (local.date() - self.scenario.run.start).get_days().abs() < 36_525;
        let at = near.then(|| self.origin.time(local, &self.scenario.run.zone));
        at.filter(|at| *at >= Time::ZERO && *at < self.end)
            .ok_or_else(|| {
                format!(
                    "--incident `{text}` is not within the run, {}: run.start and run.length say when that is",
                    self.told()
                )
            })
    }

    fn day(&self, text: &str) -> Result<(Time, Time), String> {
        let day: Date = text
            .parse()
            .map_err(|_| format!("--closed `{text}` is no date: expected as in 2026-01-15"))?;
        let next = day.tomorrow().unwrap_or(day);
        let near = (day - self.scenario.run.start).get_days().abs() < 36_525;
        let midnight = |day: Date| {
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            self.origin.time(midnight, &self.scenario.run.zone)
        };
        let times = near.then(|| (midnight(day).max(Time::ZERO), midnight(next)));
        times
            .filter(|(from, to)| from < to && *from < self.end)
            .ok_or_else(|| {
                format!(
                    "--closed {text} is not within the run, {}: run.start and run.length say when that is",
                    self.told()
                )
            })
    }

    fn shift(&self, text: &str) -> Result<ExtraShift, String> {
        let expected =
            "expected as in \"lisbon: Sa 09:00-17:00 x 2\" or \"lisbon: 2026-01-17 09:00-17:00\"";
        let Some((name, rest)) = text.split_once(':') else {
            return Err(format!("--shift `{text}` has no group: {expected}"));
        };
        let (name, rest) = (name.trim(), rest.trim());
        let (hours, count) = match rest.rsplit_once(" x ") {
            None => (rest, 1),
            Some((hours, count)) => {
                let number: Option<u32> = count.trim().parse().ok().filter(|number| *number > 0);
                let number = number.ok_or_else(|| {
                    format!("--shift `{text}`: `{count}` is no number of agents; {expected}")
                })?;
                (hours.trim(), number)
            }
        };
        let group = self.group(name)?;
        // A date has times on it; anything else is opening hours of each week.
        let dated = hours.starts_with(|first: char| first.is_ascii_digit()) && hours.contains('-');
        let rule = match dated
            && hours
                .get(..10)
                .is_some_and(|day| day.parse::<Date>().is_ok())
        {
            true => Rule::parse("off", None, &[], &[hours]),
            false => Rule::parse(hours, None, &[], &[]),
        };
        let rule = rule.map_err(|why| {
            format!("--shift `{text}`: `{hours}` are no hours: {why}; {expected}")
        })?;
        let (zone, horizon) = (&self.scenario.run.zone, self.limit - Time::ZERO);
        let calendar = Calendar::compile(&rule, zone, self.origin, horizon);
        if calendar.open_between(Time::ZERO, self.end) == Span::ZERO {
            return Err(format!(
                "--shift `{text}` is never within the run, {}",
                self.told()
            ));
        }
        Ok(ExtraShift {
            group,
            hours: calendar,
            count,
        })
    }

    fn group(&self, name: &str) -> Result<GroupId, String> {
        let names = &self.scenario.names.agents;
        let Some(place) = names.iter().position(|known| known == name) else {
            let known = names.iter().map(String::as_str);
            return Err(format!(
                "--shift: there is no group of agents `{name}`: {}",
                meant(name, known)
            ));
        };
        let unlimited = |strategy: &&usize| {
            let setup = &self.scenario.strategies[**strategy].setup;
            matches!(setup.agents[place].roster, Roster::Unlimited)
        };
        match self.strategies.iter().find(unlimited) {
            None => Ok(GroupId::from(place)),
            Some(_) => Err(format!(
                "--shift: `{name}` has \"unlimited\" agents already; a group with a count can have more"
            )),
        }
    }
}
