//! `syncline erlang`: agents by formula, both ways.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, Format, Verdict, paint, print, reading, say};
use crate::report::{self, Staffed, Staffing};
use crate::scenario::{self, Expected, Severity};
use crate::theory::{Demand, Formula, Returning, Wanted, Whereabouts};
use crate::time::Span;

/// What `erlang` understands.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Erlang {
    /// The formula [default: a with patience, r with returns or visits, else c]
    #[arg(long, value_enum)]
    model: Option<Model>,
    /// How many contacts come, as in 120/h, "60 per 30 min" or 2/min
    #[arg(long, value_name = "RATE", value_parser = rate, required_unless_present = "intervals", conflicts_with = "intervals")]
    arrivals: Option<f64>,
    /// Mean time an agent has a contact (or a visit of it), with the work after it, as in "180 s" or "4 min"
    #[arg(long, value_name = "DURATION", value_parser = long, required_unless_present = "intervals")]
    handling: Option<Span>,
    /// Mean time after which those who wait give up (Erlang A)
    #[arg(long, value_name = "DURATION", value_parser = long)]
    patience: Option<Span>,
    /// Share of visits after which a contact comes back, as in 60% (Erlang-R)
    #[arg(long, value_name = "SHARE", value_parser = below_all, conflicts_with = "visits")]
    returns: Option<f64>,
    /// Mean number of visits of a contact, instead of --returns (Erlang-R)
    #[arg(long, value_name = "NUMBER", value_parser = visits)]
    visits: Option<f64>,
    /// Mean time away between two visits (Erlang-R)
    #[arg(long, value_name = "DURATION", value_parser = long)]
    away: Option<Span>,
    /// Agents at work: what do they achieve? Without it, how many are needed for what is wanted?
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    agents: Option<u32>,
    /// Wanted: a share of contacts served within this wait
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    within: Option<Span>,
    /// Wanted: which share of them, as in 80%
    #[arg(long, value_name = "SHARE", value_parser = part, requires = "within")]
    share: Option<f64>,
    /// Wanted: a mean wait of at most this
    #[arg(long, value_name = "DURATION", value_parser = long)]
    wait_mean: Option<Span>,
    /// Wanted: at most this share gives up (Erlang A)
    #[arg(long, value_name = "SHARE", value_parser = part)]
    abandoned: Option<f64>,
    /// Wanted: at most this share is turned away (Erlang B)
    #[arg(long, value_name = "SHARE", value_parser = part)]
    blocked: Option<f64>,
    /// Wanted: agents busy for at most this share of their time
    #[arg(long, value_name = "SHARE", value_parser = part)]
    occupancy_at_most: Option<f64>,
    /// Share of scheduled time lost to breaks, meetings, leave and illness, as in 30%
    #[arg(long, value_name = "SHARE", value_parser = below_all, default_value = "0%")]
    shrinkage: f64,
    /// A CSV file with a line for each interval: start, arrivals (their number) and, where they differ, handling, patience, agents
    #[arg(long, value_name = "FILE")]
    intervals: Option<PathBuf>,
    /// How long the intervals of the file are [default: the shortest step between two]
    #[arg(long, value_name = "DURATION", value_parser = long, requires = "intervals")]
    interval: Option<Span>,
    /// How the result is printed; durations in csv and json are seconds
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  syncline erlang --arrivals 200/h --handling \"180 s\" --within \"20 s\" --share 80% --shrinkage 30%
  syncline erlang --arrivals 200/h --handling \"180 s\" --patience \"2 min\" --agents 11 --within \"20 s\"
  syncline erlang --model b --arrivals 10/min --handling \"1 min\" --blocked 2%
  syncline erlang --intervals calls.csv --handling \"4 min\" --within \"20 s\" --share 80%";

/// Whose formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Model {
    /// Who finds all agents busy is turned away
    B,
    /// Everybody waits until served
    C,
    /// Who waits may give up
    A,
    /// Everybody waits, and may come back after each visit
    R,
}

/// More work than this at a time \[erlang\] is a mistake in a unit.
const MOST_LOAD: f64 = 1e6;

/// So many come within one patience that none of them matters: all is as if nobody gave up, or a mistake in a unit.
const MOST_WITHIN_PATIENCE: f64 = 1e7;

/// So many agents fewer and more are shown beside the answer.
const AROUND: u32 = 3;

impl Erlang {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let forecast = match &self.intervals {
            Some(path) => Some(self.forecast(path)?),
            None => None,
        };
        let model = self.model(forecast.as_deref());
        self.fits(model, forecast.as_deref())?;
        let lines = match &forecast {
            Some(intervals) => self.by_interval(model, intervals)?,
            None => vec![self.steady(model)?],
        };
        let around = match (&forecast, lines.first()) {
            (None, Some(line)) if line.demand.arrival_rate > 0.0 => {
                let from = line.agents.saturating_sub(AROUND).max(1);
                (from..=line.agents + AROUND)
                    .map(|agents| Staffed::new(None, line.arrivals_per_hour, line.demand, agents))
                    .collect()
            }
            _ => Vec::new(),
        };
        let staffing = Staffing {
            formula: lines.first().map_or(Formula::C, |line| line.demand.formula),
            wanted: self.wanted(),
            within: self.within.map(Span::seconds),
            shrinkage: self.shrinkage,
            away_mean: self.away.map(Span::seconds),
            found: self.agents.is_none(),
            lines,
            around,
        };
        print(|out| match self.format {
            Format::Table => {
                let table = report::erlang_table(&staffing, paint(&io::stdout()));
                write!(out, "{table}")
            }
            Format::Csv => report::erlang_rows(&staffing, out),
            Format::Json => report::erlang_json(&staffing, out),
        })?;
        Ok(if staffing.misses() {
            Verdict::Missed
        } else {
            Verdict::Done
        })
    }

    fn forecast(&self, path: &Path) -> Result<Vec<Expected>, Failure> {
        let content = reading::bytes(path)
            .map_err(|why| wrong(format!("cannot read `{}`: {why}", path.display())))?;
        let colour = paint(&io::stderr()).0;
        let file = path.display().to_string();
        match scenario::forecast(&file, &content, self.interval) {
            Ok((intervals, warnings)) => {
                for problem in &warnings {
                    say(format_args!("{}\n", problem.render(colour)));
                }
                Ok(intervals)
            }
            Err(problems) => {
                for problem in &problems {
                    say(format_args!("{}\n", problem.render(colour)));
                }
                let mistake = |problem: &&scenario::Problem| problem.severity == Severity::Error;
                let mistakes = match problems.iter().filter(mistake).count() {
                    1 => "1 mistake".to_owned(),
                    count => format!("{count} mistakes"),
                };
                Err(Failure::Wrong(format!("{mistakes}: nothing was reckoned")))
            }
        }
    }

    /// What was asked for, or what the customers described ask for.
    fn model(&self, forecast: Option<&[Expected]>) -> Model {
        let in_file = |interval: &Expected| interval.patience.is_some();
        let patience =
            self.patience.is_some() || forecast.is_some_and(|all| all.iter().any(in_file));
        match self.model {
            Some(model) => model,
            None if self.returns() > 0.0 || self.away.is_some() => Model::R,
            None if patience => Model::A,
            None => Model::C,
        }
    }

    fn returns(&self) -> f64 {
        match (self.returns, self.visits) {
            (Some(returns), _) => returns,
            (None, Some(visits)) => 1.0 - visits.recip(),
            (None, None) => 0.0,
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            within: self.within.map(Span::seconds).zip(self.share),
            wait_mean: self.wait_mean.map(Span::seconds),
            abandonment: self.abandoned,
            blocked: self.blocked,
            occupancy: self.occupancy_at_most,
        }
    }

    /// Whether the formula knows all that is given, and is given all it must know.
    fn fits(&self, model: Model, forecast: Option<&[Expected]>) -> Result<(), Failure> {
        let comes_back = self.returns.is_some() || self.visits.is_some();
        let waits = self.within.is_some() || self.wait_mean.is_some();
        let refused = [
            (
                model != Model::A && self.patience.is_some(),
                "only Erlang A knows --patience: take --model a, or leave it out",
            ),
            (
                model != Model::A && self.abandoned.is_some(),
                "only in Erlang A somebody gives up: for --abandoned give the --patience",
            ),
            (
                model != Model::B && self.blocked.is_some(),
                "only in Erlang B somebody is turned away: --blocked needs --model b",
            ),
            (
                model == Model::B && waits,
                "in Erlang B nobody waits: what is wanted is --blocked, not --within or --wait-mean",
            ),
            (
                model != Model::R && (comes_back || self.away.is_some()),
                "only Erlang-R knows --returns, --visits and --away: take --model r, or leave them out",
            ),
            (
                model == Model::R && !comes_back,
                "Erlang-R needs how often contacts come back: --returns 60%, or --visits 2.5",
            ),
            (
                model == Model::R && self.away.is_none() && forecast.is_some(),
                "Erlang-R by interval needs the mean time between two visits, as in --away \"5 min\": it says when they are back",
            ),
        ];
        if let Some((_, why)) = refused.iter().find(|(refused, _)| *refused) {
            return Err(wrong(*why));
        }
        let given = |interval: &Expected| interval.agents.is_some();
        let agents = self.agents.is_some() || forecast.is_some_and(|all| all.iter().any(given));
        if !agents && self.wanted() == Wanted::default() {
            return Err(wrong(match model {
                Model::B => "say how many --agents there are, or what is wanted: --blocked 2%",
                _ => {
                    "say how many --agents there are, or what is wanted: --within \"20 s\" --share 80%, or --wait-mean \"30 s\""
                }
            }));
        }
        Ok(())
    }

    fn formula(&self, model: Model, patience: Option<Span>) -> Result<Formula, String> {
        Ok(match model {
            Model::B => Formula::B,
            Model::C => Formula::C,
            Model::A => Formula::A {
                patience_mean: patience
                    .ok_or("Erlang A needs the mean time after which those who wait give up, as in --patience \"2 min\"")?
                    .seconds(),
            },
            Model::R => Formula::R {
                returns: self.returns(),
            },
        })
    }

    /// The agents for a demand: those given, or the fewest that do what is wanted.
    fn staffed(
        &self,
        interval: Option<(String, Span)>,
        arrivals_per_hour: f64,
        demand: Demand,
        agents: Option<u32>,
    ) -> Result<Staffed, String> {
        if demand.load() > MOST_LOAD {
            return Err(format!(
                "{:.0} agents would be busy all the time: is a unit wrong?",
                demand.load()
            ));
        }
        if let Formula::A { patience_mean } = demand.formula
            && demand.arrival_rate * patience_mean > MOST_WITHIN_PATIENCE
        {
            return Err(
                "with so long a patience hardly anybody gives up: take --model c".to_owned(),
            );
        }
        let found = || {
            demand
                .fewest(&self.wanted())
                .ok_or("no number of agents does what is wanted".to_owned())
        };
        let agents = agents.map_or_else(found, Ok)?;
        Ok(Staffed::new(interval, arrivals_per_hour, demand, agents))
    }

    fn steady(&self, model: Model) -> Result<Staffed, Failure> {
        let (Some(rate), Some(handling)) = (self.arrivals, self.handling) else {
            return Err(wrong("say --arrivals and --handling, or --intervals"));
        };
        let demand = Demand {
            formula: self.formula(model, self.patience).map_err(wrong)?,
            arrival_rate: rate,
            handling_mean: handling.seconds(),
        };
        self.staffed(None, rate * 3600.0, demand, self.agents)
            .map_err(wrong)
    }

    fn by_interval(&self, model: Model, forecast: &[Expected]) -> Result<Vec<Staffed>, Failure> {
        let mut lines = Vec::new();
        let (mut whereabouts, mut end) = (Whereabouts::default(), Span::ZERO);
        for expected in forecast {
            let place = |why: String| wrong(format!("interval {}: {why}", expected.start));
            let handling = expected.handling.or(self.handling).ok_or_else(|| {
                place(
                    "it has no handling time: give the column `handling`, or --handling".to_owned(),
                )
            })?;
            let formula = self
                .formula(model, expected.patience.or(self.patience))
                .map_err(place)?;
            let rate = expected.arrivals / expected.length.seconds();
            let mut demand = Demand {
                formula,
                arrival_rate: rate,
                handling_mean: handling.seconds(),
            };
            if let (Formula::R { returns }, Some(away)) = (formula, self.away) {
                if expected.after > end {
                    whereabouts = Whereabouts::default();
                }
                let model = Returning {
                    handling_mean: handling.seconds(),
                    returns,
                    away_mean: away.seconds(),
                };
                let (then, mean) = model.pass(whereabouts, rate, expected.length.seconds());
                whereabouts = then;
                // The steady rate of openings that would bring as much load.
                demand.arrival_rate = mean.needy.max(0.0) * (1.0 - returns) / handling.seconds();
            }
            end = expected.after + expected.length;
            let interval = Some((expected.start.clone(), expected.length));
            let agents = expected.agents.or(self.agents);
            if agents.is_none() && self.wanted() == Wanted::default() {
                return Err(place(
                    "it has no number of agents, and nothing is wanted".to_owned(),
                ));
            }
            lines.push(
                self.staffed(interval, rate * 3600.0, demand, agents)
                    .map_err(place)?,
            );
        }
        Ok(lines)
    }
}

fn wrong(why: impl Into<String>) -> Failure {
    Failure::Wrong(format!("error: {}", why.into()))
}

/// A length of time.
fn duration(text: &str) -> Result<Span, String> {
    scenario::duration(text).map_err(|why| format!("{why}; as in \"90 s\" or \"4 min\""))
}

/// A length of time above 0.
fn long(text: &str) -> Result<Span, String> {
    match duration(text)? {
        Span::ZERO => Err("it is no time at all".to_owned()),
        span => Ok(span),
    }
}

/// Contacts per second: a number, `/` or `per`, and a duration or its unit alone.
fn rate(text: &str) -> Result<f64, String> {
    let (number, per) = text
        .split_once('/')
        .or_else(|| text.split_once(" per "))
        .ok_or("in what time? as in 120/h or \"60 per 30 min\"")?;
    let number: f64 = number
        .trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| format!("`{}` is no number of contacts", number.trim()))?;
    let per = per.trim();
    let time = if per.starts_with(|sign: char| sign.is_ascii_digit()) {
        long(per)
    } else {
        long(&format!("1 {per}"))
    };
    let time = time.map_err(|why| format!("`{per}` is no time: {why}"))?;
    Ok(number / time.seconds())
}

/// `80%` or `0.8`, as a share of 1.
fn share(text: &str) -> Result<f64, String> {
    let (number, whole) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text.trim(), 1.0),
    };
    let value = number.parse::<f64>().ok().filter(|value| value.is_finite());
    let value = value.ok_or("it is no share; write 80% or 0.8")? / whole;
    match value {
        value if value < 0.0 => Err("it is below nothing".to_owned()),
        value if value > 1.0 => Err("it is more than all; write 80% or 0.8".to_owned()),
        value => Ok(value),
    }
}

/// More than nothing and less than all.
fn part(text: &str) -> Result<f64, String> {
    match share(text)? {
        0.0 => Err("no number of agents brings that to nothing; expected more".to_owned()),
        1.0 => Err("no number of agents is enough for all; expected less than 100%".to_owned()),
        value => Ok(value),
    }
}

/// Less than all.
fn below_all(text: &str) -> Result<f64, String> {
    match share(text)? {
        1.0 => Err("nothing would be left; expected less than 100%".to_owned()),
        value => Ok(value),
    }
}

/// A mean number of visits, the first included.
fn visits(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(visits) if (1.0..1e6).contains(&visits) => Ok(visits),
        _ => Err("expected a number from 1 on, as in 2.5".to_owned()),
    }
}
