//! `syncline run`: the main job.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::progress::{self, Telling};
use super::reading::{self, Given};
use super::{Failure, Format, Playing, Verdict, paint, print, say};
use crate::experiment::{Experiment, Stopped};
use crate::report::{self, Report};

/// What `run` understands.
#[derive(Args, Debug)]
pub(super) struct Run {
    /// Scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Where results go, each into a folder named like its scenario
    #[arg(long, value_name = "DIR", default_value = "output")]
    out: PathBuf,
    /// Only this strategy; may be given several times
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    /// Also write a row for each conversation of this replication (from 1)
    #[arg(long, value_name = "K", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    conversations: Option<u32>,
    /// Also write the pictures as PNG
    #[arg(long)]
    png: bool,
    /// Tell each interval of a run over 8 weeks, not averages by weekday and time of day
    #[arg(long)]
    all_intervals: bool,
    /// How the result is printed: json is everything, with an object for each scenario; csv the rows of summary.csv, the
    /// scenario's name before each
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Exit with 3 if a strategy misses a target
    #[arg(long)]
    fail_on_missed_target: bool,
    #[command(flatten)]
    playing: Playing,
}

impl Run {
    pub(super) fn execute(&self) -> Result<Verdict, Failure> {
        let given = reading::read_to_play(&self.scenarios, &self.playing)?;
        reading::all_named_apart(&given)?;
        let mut plans = Vec::new();
        for one in &given {
            let strategies = reading::strategies(one, &self.strategy)?;
            if !self.playing.reading.quiet {
                without_baseline(one, &strategies);
            }
            plans.push(strategies);
            self.can_tell_conversations(one)?;
        }
        for one in &given {
            Output::probe(&self.out, &one.scenario.name)?;
        }
        progress::listen()?;
        let pool = progress::pool(self.playing.threads)?;
        let mut objects: Vec<Vec<u8>> = Vec::new();
        let mut missed = false;
        for (number, (one, strategies)) in given.iter().zip(plans).enumerate() {
            let scenario = &one.scenario;
            let experiment = Experiment::new(scenario)
                .only(strategies)
                .by_interval(self.all_intervals);
            if !self.playing.reading.quiet {
                progress::foretell(&scenario.name, &experiment, pool.current_num_threads());
            }
            let telling = Telling::new(
                &scenario.name,
                experiment.size(),
                self.playing.reading.quiet,
            );
            let played = pool.install(|| experiment.run(&telling));
            let report = match played {
                Ok(played) => Report::new(scenario, played),
                Err(stopped) => {
                    telling.broken_off();
                    return Err(self.nothing_more(stopped, &given, number));
                }
            };
            let folder = self.write(one, &report)?;
            telling.done();
            missed |= report.misses();
            match self.format {
                Format::Table => print(|out| {
                    if number > 0 {
                        writeln!(out)?;
                    }
                    write!(out, "{}", report::table(&report, paint(&io::stdout())))?;
                    writeln!(out, "All figures: {}", folder.display())
                })?,
                Format::Csv => print(|out| {
                    if number == 0 {
                        report::header(true, out)?;
                    }
                    report::summary(&report, true, out)
                })?,
                Format::Json => {
                    let mut object = Vec::new();
                    report::json(&report, &mut object).map_err(|error| {
                        Failure::Failed(format!("cannot write the result as JSON: {error}"))
                    })?;
                    objects.push(object);
                }
            }
        }
        if self.format == Format::Json {
            print(|out| {
                out.write_all(b"[\n")?;
                out.write_all(&objects.join(&b",\n"[..]))?;
                out.write_all(b"\n]\n")
            })?;
        }
        Ok(if missed && self.fail_on_missed_target {
            Verdict::Missed
        } else {
            Verdict::Done
        })
    }

    /// The replication to tell must be one of those played.
    fn can_tell_conversations(&self, given: &Given) -> Result<(), Failure> {
        let replications = given.scenario.run.replications;
        match self.conversations {
            Some(wanted) if wanted > replications => Err(Failure::Wrong(format!(
                "error: `{}` has {replications} replications, so --conversations {wanted} is not one of them",
                given.path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Writes all files of a result; says where they are.
    fn write(&self, given: &Given, report: &Report) -> Result<PathBuf, Failure> {
        let mut output = Output::new(&self.out, &given.scenario.name)?;
        type Write = fn(&Report, &mut dyn io::Write) -> io::Result<()>;
        let tables: [(&str, Write); 5] = [
            ("summary.csv", |report, out| {
                report::header(false, out)?;
                report::summary(report, false, out)
            }),
            ("intervals.csv", report::intervals),
            ("comparison.csv", report::comparison),
            ("replications.csv", report::replications),
            ("distributions.csv", report::distributions),
        ];
        for (name, write) in tables {
            output.put(name, |out| write(report, out))?;
        }
        if let Some(replication) = self.conversations {
            let strategies: Vec<_> = report.strategies.iter().map(|told| told.strategy).collect();
            let name = "conversations.csv";
            output
                .write(name, |out| {
                    report::conversations(&given.scenario, &strategies, replication, out)
                })
                .map_err(|failure| match failure {
                    report::Failure::Write(error) => output.failed(name, &error),
                    report::Failure::Stuck(stuck) => Failure::Failed(stuck.message),
                })?;
        }
        output.draw(&report::plots(report), self.png)?;
        output.put("manifest.json", |out| {
            report::manifest(report, &given.inputs, out)
        })?;
        output.finish()
    }

    /// What to tell when a scenario came to nothing.
    fn nothing_more(&self, stopped: Stopped, given: &[Given], number: usize) -> Failure {
        let names = |given: &[Given]| {
            let names: Vec<&str> = given.iter().map(|one| one.scenario.name.as_str()).collect();
            names.join(", ")
        };
        let why = match Failure::from(stopped) {
            Failure::Failed(message) | Failure::Wrong(message) => message,
            Failure::NobodyReads => String::new(),
        };
        let done = match number {
            0 => String::new(),
            _ => format!("; finished before: {}", names(&given[..number])),
        };
        Failure::Failed(format!(
            "`{}`: {why}; nothing was written for {}, earlier results in `{}` are as they were{done}",
            given[number].path.display(),
            names(&given[number..]),
            self.out.display()
        ))
    }
}

/// Says that strategies are not compared because what they are compared with is not played.
fn without_baseline(given: &Given, strategies: &[usize]) {
    let scenario = &given.scenario;
    let baseline = scenario.run.baseline;
    if scenario.strategies.len() > 1 && !strategies.contains(&baseline) {
        let name = &scenario.strategies[baseline].name;
        say(format_args!(
            "{}: nothing is compared in comparison.csv: the baseline, `{name}`, is not played; add --strategy {name}, \
             or --set run.baseline=NAME",
            scenario.name
        ));
    }
}
