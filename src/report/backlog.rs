//! Backlogs and their burn-down told: backlog.csv, and what a team lead reads on the console.

use std::fmt::Write as _;
use std::io;

use comfy_table::CellAlignment;

use super::console::{Paint, plain_table, right, wrap};
use super::summary::{cell, of_writing};
use super::units::{Quantity, count};
use crate::calendar::Origin;
use crate::plan::{Backlog, Band, Events, Upset};
use crate::scenario::Scenario;
use crate::time::Time;

/// The columns of backlog.csv.
const COLUMNS: [&str; 6] = ["strategy", "start", "course", "mean", "low", "high"];

/// Writes backlog.csv: a row for each interval of each course.
///
/// Courses are `usual`; `upset` and `upset-more` (less the usual, in pairs of replications); `relieved` and
/// `relieved-more` with the extra shifts.
pub fn backlog_rows(
    scenario: &Scenario,
    backlogs: &[Backlog],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    for of_strategy in backlogs {
        let mut courses: Vec<(&str, &[Band])> = vec![("usual", &of_strategy.usual)];
        if let Some(upset) = &of_strategy.upset {
            courses.push(("upset", &upset.backlog));
            courses.push(("upset-more", &upset.more));
        }
        if let Some(relieved) = &of_strategy.relieved {
            courses.push(("relieved", &relieved.backlog));
            courses.push(("relieved-more", &relieved.more));
        }
        for (course, bands) in courses {
            for (start, band) in of_strategy.starts.iter().zip(bands) {
                csv.write_record([
                    scenario.strategies[of_strategy.strategy].name.as_str(),
                    &origin.iso(*start, &run.zone),
                    course,
                    &cell(Some(band.mean)),
                    &cell(Some(band.low)),
                    &cell(Some(band.high)),
                ])
                .map_err(of_writing)?;
            }
        }
    }
    csv.flush()
}

/// The backlog of each strategy, when it is burnt down, and what extra shifts buy.
pub fn backlog_table(
    scenario: &Scenario,
    backlogs: &[Backlog],
    events: &Events,
    paint: Paint,
) -> String {
    let mut text = format!("{}\n", paint.title(&scenario.title));
    paragraph(
        &mut text,
        "Backlog: conversations that wait for us or are being worked on. The band is that of 5 to 95% of replications.",
    );
    let _ = write!(text, "\n{}", levels(scenario, backlogs, paint));
    if events.upset() {
        let _ = write!(text, "\n{}", burn_downs(scenario, backlogs, paint));
        paragraph(
            &mut text,
            &format!(
                "Burnt down: from when on hardly more wait than the same customers would have left waiting without it (1 \
                 in 100 of the most that it added, or a single one), by intervals of {}. Waiting and lost (ended without \
                 being resolved): how much more, with the {}% interval.",
                Quantity::Duration.value(scenario.run.interval.seconds(), None),
                (1e6 * scenario.run.confidence).round() / 1e4
            ),
        );
        text.push('\n');
        let mut told = String::new();
        paragraph(
            &mut told,
            &format!("Verdict: {}", verdict(scenario, backlogs, events)),
        );
        text += &told.replacen("Verdict:", &paint.title("Verdict:"), 1);
    }
    text
}

fn paragraph(text: &mut String, words: &str) {
    for line in wrap(words, 80) {
        let _ = writeln!(text, "{line}");
    }
}

/// `Wed 14 Jan 09:00`.
pub(super) fn moment(scenario: &Scenario, at: Time) -> String {
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    let local = origin.local(at, &run.zone);
    local.strftime("%a %-d %b %H:%M").to_string()
}

fn after(scenario: &Scenario, at: Option<Time>) -> String {
    match at {
        None => "after the run".to_owned(),
        Some(at) => moment(scenario, at),
    }
}

/// A strategy's courses with their names.
fn courses(backlog: &Backlog) -> Vec<(&'static str, &[Band])> {
    let mut courses = vec![("as it is", backlog.usual.as_slice())];
    if let Some(upset) = &backlog.upset {
        courses.push(("upset", &upset.backlog));
    }
    if let Some(relieved) = &backlog.relieved {
        courses.push(("with extra shifts", &relieved.backlog));
    }
    courses
}

fn levels(scenario: &Scenario, backlogs: &[Backlog], paint: Paint) -> String {
    let mut table = plain_table();
    table.set_header(["Backlog", "mean", "at most", "band", "then", "at the end"]);
    for backlog in backlogs {
        let name = &scenario.strategies[backlog.strategy].name;
        table.add_row([paint.title(name)]);
        for (course, bands) in courses(backlog) {
            let mean = bands.iter().map(|band| band.mean).sum::<f64>() / bands.len().max(1) as f64;
            let most = bands
                .iter()
                .zip(&backlog.starts)
                .rev()
                .max_by(|(a, _), (b, _)| a.mean.total_cmp(&b.mean));
            let Some((most, start)) = most else { continue };
            table.add_row([
                format!(" {course}"),
                count(mean),
                count(most.mean),
                format!("{} to {}", count(most.low), count(most.high)),
                moment(scenario, *start),
                bands.last().map_or(String::new(), |band| count(band.mean)),
            ]);
        }
    }
    right(&mut table, 1..=5, CellAlignment::Right);
    format!("{table}\n")
}

fn burn_downs(scenario: &Scenario, backlogs: &[Backlog], paint: Paint) -> String {
    let mut table = plain_table();
    table.set_header([
        "Burnt down",
        "half of the runs",
        "95% of them",
        "hours of waiting",
        "lost",
    ]);
    let figure = |(value, interval): (f64, Option<(f64, f64)>)| match interval {
        None => signed(value),
        Some((low, high)) => format!("{} ± {}", signed(value), signed((high - low) / 2.0)),
    };
    for backlog in backlogs {
        let name = &scenario.strategies[backlog.strategy].name;
        table.add_row([paint.title(name)]);
        let upsets = [
            ("upset", &backlog.upset),
            ("with extra shifts", &backlog.relieved),
        ];
        for (course, upset) in upsets {
            let Some(upset) = upset else { continue };
            table.add_row([
                format!(" {course}"),
                after(scenario, upset.burnt_in(0.5)),
                after(scenario, upset.burnt_in(0.95)),
                figure(upset.waiting),
                figure(upset.lost),
            ]);
        }
    }
    right(&mut table, 1..=4, CellAlignment::Right);
    format!("{table}\n")
}

/// When all is as before, and what the extra shifts buy.
fn verdict(scenario: &Scenario, backlogs: &[Backlog], events: &Events) -> String {
    let one = |backlog: &Backlog| {
        let name = &scenario.strategies[backlog.strategy].name;
        let Some(upset) = &backlog.upset else {
            return String::new();
        };
        let mut told = format!(
            "{name} is back to its usual backlog {}",
            back(scenario, upset)
        );
        if upset.lost.1.is_none_or(|(low, _)| low > 0.0) && upset.lost.0 > 0.0 {
            let _ = write!(
                told,
                "; {} more conversations are lost",
                signed(upset.lost.0)
            );
        }
        if let Some(relieved) = &backlog.relieved {
            let (hours, cost) = paid(scenario, backlog, events);
            let _ = write!(told, ". With {} agent-hours more", signed(hours));
            if cost > 0.0 {
                let currency = &scenario.run.currency;
                let cost = Quantity::Amount.value(cost, None);
                let _ = write!(told, " ({})", format!("{currency} {cost}").trim());
            }
            let _ = write!(told, " it is back {}", back(scenario, relieved));
            if let (Some(late), Some(early)) = (upset.burnt_in(0.5), relieved.burnt_in(0.5))
                && early < late
            {
                let sooner = Quantity::Duration.value((late - early).seconds(), None);
                let _ = write!(told, ", {sooner} earlier");
            }
            let _ = write!(
                told,
                ": {} hours of waiting and {} lost conversations less",
                signed(upset.waiting.0 - relieved.waiting.0),
                signed(upset.lost.0 - relieved.lost.0)
            );
        }
        told + "."
    };
    backlogs.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// A number that may be below 0.
fn signed(value: f64) -> String {
    match value {
        value if value.abs() < 0.05 => "0".to_owned(),
        value if value < 0.0 => format!("-{}", count(-value)),
        value => count(value),
    }
}

/// `by Wed 14 Jan 11:00 (5 to 95%: Wed 14 Jan 10:30 to Wed 14 Jan 12:00)`.
fn back(scenario: &Scenario, upset: &Upset) -> String {
    let (low, high) = (upset.burnt_in(0.05), upset.burnt_in(0.95));
    match (upset.burnt_in(0.5), low) {
        (Some(middle), _) if low == high => format!("by {}", moment(scenario, middle)),
        (Some(middle), _) => format!(
            "by {} (5 to 95%: {} to {})",
            moment(scenario, middle),
            after(scenario, low),
            after(scenario, high)
        ),
        (None, None) => "only after the end of the run (a longer run.length tells when)".to_owned(),
        (None, Some(early)) => format!(
            "by {} at the earliest, mostly after the end of the run (a longer run.length tells when)",
            moment(scenario, early)
        ),
    }
}

/// Agent-hours and cost of the extra shifts.
fn paid(scenario: &Scenario, backlog: &Backlog, events: &Events) -> (f64, f64) {
    let setup = &scenario.strategies[backlog.strategy].setup;
    let each = events.shifts.iter().map(|shift| {
        let hours = shift.agent_hours(setup);
        let price = setup.agents[shift.group.index()].cost_per_hour;
        (hours, hours * price)
    });
    each.fold((0.0, 0.0), |sum, (hours, cost)| {
        (sum.0 + hours, sum.1 + cost)
    })
}
