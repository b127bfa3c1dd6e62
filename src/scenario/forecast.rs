//! Forecasts: a sheet with how many contacts are expected in each interval, for the Erlang formulas.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time as TimeOfDay};

use super::problem::{At, Findings, Problem, did_you_mean, list};
use super::sheet::{Row, Sheet, shown};
use crate::time::Span;

/// An interval of a forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// When it starts, as written.
    pub start: String,
    /// How long after the first interval that is.
    pub after: Span,
    /// How long it lasts.
    pub length: Span,
    /// How many contacts are expected in it.
    pub arrivals: f64,
    /// The mean handling time in it, if it says.
    pub handling: Option<Span>,
    /// The mean patience in it, if it says.
    pub patience: Option<Span>,
    /// How many agents are at work in it, if it says.
    pub agents: Option<u32>,
}

/// The columns that there may be, the needed ones first.
const COLUMNS: &[&str] = &["start", "arrivals", "handling", "patience", "agents"];

/// More agents than anybody has.
const MOST_AGENTS: f64 = 1e6;

/// Reads a forecast from the content of a file; what is wrong or doubtful is told at its line.
///
/// Intervals are `interval` long, or without it as long as the shortest step between two starts. Where the next one starts
/// later than that, nobody comes and nobody works in between.
pub fn forecast(
    path: &str,
    content: &[u8],
    interval: Option<Span>,
) -> Result<(Vec<Expected>, Vec<Problem>), Vec<Problem>> {
    let findings = Findings::default();
    let rows = match Sheet::read(&findings, path, content) {
        Ok(Some(sheet)) => rows(&findings, &sheet, interval),
        Ok(None) => None,
        Err(why) => {
            let at = At::new(findings.sheet(path, ""), 0..0);
            findings.error(at, format!("cannot read `{path}`: {why}"), "");
            None
        }
    };
    let problems = findings.problems(false);
    match rows {
        Some(rows) if !findings.any_error() => Ok((rows, problems)),
        _ => Err(problems),
    }
}

fn rows(findings: &Findings, sheet: &Sheet, interval: Option<Span>) -> Option<Vec<Expected>> {
    let columns = columns(findings, sheet)?;
    let read: Vec<Option<(Instant, Expected)>> = sheet
        .rows()
        .iter()
        .map(|row| line(findings, sheet, row, &columns))
        .collect();
    sheet.finish(findings);
    let mut read: Vec<(Instant, Expected)> = read.into_iter().collect::<Option<_>>()?;
    let Some(first) = read.first().map(|(instant, _)| *instant) else {
        let at = sheet.line_at(sheet.first());
        findings.error(at, "no line follows the names of the columns", "");
        return None;
    };
    let at = |number: usize| sheet.at(&sheet.rows()[number], columns[0].1);
    for (number, (instant, expected)) in read.iter_mut().enumerate() {
        if instant.kind != first.kind {
            findings.error(
                at(number),
                format!(
                    "{} is not written like the first start",
                    shown(&expected.start)
                ),
                "write all with their date or none, all with their offset or none",
            );
            return None;
        }
        expected.after = Span((instant.nanoseconds - first.nanoseconds) as i64);
    }
    let steps = read
        .windows(2)
        .map(|pair| pair[1].1.after - pair[0].1.after);
    for (number, step) in steps.clone().enumerate() {
        if step <= Span::ZERO {
            findings.error(
                at(number + 1),
                format!("{} does not come after the start before it", shown(&read[number + 1].1.start)),
                "lines follow one another in time; past midnight they need dates, as in 2026-03-02 09:00",
            );
            return None;
        }
        if let Some(interval) = interval.filter(|interval| *interval > step) {
            findings.error(
                at(number + 1),
                format!("it starts {step} after the one before, which lasts {interval}"),
                "give the --interval of the file, or leave it out",
            );
            return None;
        }
    }
    let Some(length) = interval.or(steps.min()) else {
        findings.error(
            at(0),
            "one line alone does not say how long its interval is",
            "as in --interval \"30 min\"",
        );
        return None;
    };
    Some(
        read.into_iter()
            .map(|(_, expected)| Expected { length, ..expected })
            .collect(),
    )
}

/// Which columns there are, by position; `start` is the first of them.
fn columns(findings: &Findings, sheet: &Sheet) -> Option<Vec<(&'static str, usize)>> {
    let mut columns = Vec::new();
    let mut sound = true;
    for (number, name) in COLUMNS.iter().enumerate() {
        if number < 2 || sheet.has(name) {
            match sheet.column(findings, name) {
                Some(column) => columns.push((*name, column)),
                None => sound = false,
            }
        }
    }
    for (column, name) in sheet.names().enumerate() {
        if COLUMNS.contains(&name) {
            continue;
        }
        let near = did_you_mean(name, COLUMNS.iter().copied());
        let at = sheet.at(sheet.first(), column);
        // A name that is nearly one of ours is surely meant to be it.
        if near.starts_with("did") {
            findings.error(at, format!("there is no such column as `{name}`"), near);
            sound = false;
        } else {
            let instead = format!("there may be {}", list(COLUMNS));
            findings.warning(at, format!("the column `{name}` is not read"), instead);
        }
    }
    sound.then_some(columns)
}

/// When an interval starts, as its cell writes it: times of one kind only can be compared.
#[derive(Clone, Copy, Debug)]
struct Instant {
    kind: Kind,
    nanoseconds: i128,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    TimeOfDay,
    Local,
    WithOffset,
}

fn instant(cell: &str) -> Option<Instant> {
    let of = |kind, nanoseconds| Some(Instant { kind, nanoseconds });
    if let Ok(instant) = cell.parse::<Timestamp>() {
        return of(Kind::WithOffset, instant.as_nanosecond());
    }
    // A time of day reads as one, a date with a time as both.
    if let Ok(local) = cell.parse::<DateTime>() {
        let since = local.duration_since(DateTime::constant(2000, 1, 1, 0, 0, 0, 0));
        return of(Kind::Local, since.as_nanos());
    }
    let time = cell.parse::<TimeOfDay>().ok()?;
    of(
        Kind::TimeOfDay,
        time.duration_since(TimeOfDay::midnight()).as_nanos(),
    )
}

fn line(
    findings: &Findings,
    sheet: &Sheet,
    row: &Row,
    columns: &[(&'static str, usize)],
) -> Option<(Instant, Expected)> {
    let mut expected = Expected {
        start: String::new(),
        after: Span::ZERO,
        length: Span::ZERO,
        arrivals: 0.0,
        handling: None,
        patience: None,
        agents: None,
    };
    let (mut begins, mut sound) = (None, true);
    for &(name, column) in columns {
        let cell = row.cell(column);
        let wrong = |what: String, instead: &str| {
            findings.error(sheet.at(row, column), what, instead);
        };
        let number = || sheet.number(findings, row, column);
        let long = || match sheet.span(findings, row, column)? {
            Span::ZERO => {
                wrong(
                    format!("{} is no time at all", shown(cell)),
                    "expected more than 0",
                );
                None
            }
            span => Some(Some(span)),
        };
        let read = match name {
            "start" => {
                expected.start = cell.to_owned();
                begins = instant(cell);
                if begins.is_none() {
                    wrong(
                        format!("{} is no start", shown(cell)),
                        "as in 09:00, 2026-03-02 09:00 or 2026-03-02T09:00+01:00",
                    );
                }
                begins.map(drop)
            }
            "arrivals" => number().and_then(|number| {
                if number < 0.0 {
                    wrong(
                        format!("{number} contacts are less than none"),
                        "expected 0 or more",
                    );
                    return None;
                }
                expected.arrivals = number;
                Some(())
            }),
            // An empty cell of these leaves it to the command line.
            _ if cell.is_empty() => Some(()),
            "agents" => number().and_then(|number| {
                if number.fract() != 0.0 || !(0.0..=MOST_AGENTS).contains(&number) {
                    wrong(
                        format!("{number} is no number of agents"),
                        "expected a whole number up to a million",
                    );
                    return None;
                }
                expected.agents = Some(number as u32);
                Some(())
            }),
            "handling" => long().map(|span| expected.handling = span),
            _ => long().map(|span| expected.patience = span),
        };
        sound &= read.is_some();
    }
    begins.filter(|_| sound).map(|begins| (begins, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Expected> {
        let read = forecast("calls.csv", text.as_bytes(), None);
        read.expect("a sound file").0
    }

    #[track_caller]
    fn refused(text: &str, interval: Option<Span>, line: usize, what: &str) {
        let problems = forecast("calls.csv", text.as_bytes(), interval).expect_err("a mistake");
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        let place = format!("calls.csv:{line}:");
        let found = told
            .iter()
            .any(|told| told.starts_with(&place) && told.contains(what));
        assert!(found, "{told:?}");
    }

    #[test]
    fn intervals_are_as_long_as_the_shortest_step_and_gaps_stay_closed() {
        let rows = read("start,arrivals\n09:00,30\n09:30,45.5\n11:00,7\n");
        let of = |row: &Expected| (row.after, row.length, row.arrivals);
        let half = Span::MINUTE * 30;
        assert_eq!(
            rows.iter().map(of).collect::<Vec<_>>(),
            [
                (Span::ZERO, half, 30.0),
                (half, half, 45.5),
                (Span::HOUR * 2, half, 7.0)
            ]
        );
    }

    #[test]
    fn lines_may_say_their_own_handling_patience_and_agents() {
        let rows = read(
            "start;arrivals;handling;patience;agents\n2026-03-02 23:30;3;4 min;90;2\n2026-03-03 00:00;1;;;\n",
        );
        assert_eq!(rows[0].handling, Some(Span::MINUTE * 4));
        assert_eq!(rows[0].patience, Some(Span::SECOND * 90));
        assert_eq!(rows[0].agents, Some(2));
        assert_eq!(
            (rows[1].handling, rows[1].patience, rows[1].agents),
            (None, None, None)
        );
        assert_eq!(rows[1].after, Span::MINUTE * 30);
    }

    #[test]
    fn every_mistake_is_told_at_its_line() {
        let half = Some(Span::MINUTE * 30);
        refused("", half, 1, "it is empty");
        refused("start,arrivals\n", half, 1, "no line follows");
        refused(
            "start,contacts\n09:00,3\n",
            half,
            1,
            "there is no column `arrivals`",
        );
        refused(
            "start,arrivals,handlin\n09:00,3,4\n",
            half,
            1,
            "no such column as `handlin`",
        );
        refused("start,arrivals\n9 o'clock,3\n", half, 2, "is no start");
        refused(
            "start,arrivals\n09:00,many\n",
            half,
            2,
            "`many` is no number",
        );
        refused("start,arrivals\n09:00,-1\n", half, 2, "less than none");
        refused(
            "start,arrivals,handling\n09:00,3,0\n",
            half,
            2,
            "no time at all",
        );
        refused(
            "start,arrivals,agents\n09:00,3,2.5\n",
            half,
            2,
            "no number of agents",
        );
        refused(
            "start,arrivals\n09:00,3\n09:00,3\n",
            None,
            3,
            "does not come after",
        );
        refused(
            "start,arrivals\n23:30,3\n00:00,3\n",
            None,
            3,
            "does not come after",
        );
        refused(
            "start,arrivals\n09:00,3\n2026-03-02 10:00,3\n",
            None,
            3,
            "not written like the first",
        );
        refused(
            "start,arrivals\n09:00,3\n",
            None,
            2,
            "how long its interval is",
        );
        refused(
            "start,arrivals\n09:00,3\n09:15,3\n",
            half,
            3,
            "which lasts 30 min",
        );
        refused(
            "start,arrivals\n09:00,3,7\n",
            half,
            2,
            "the line has 3 cells",
        );
    }
}
