//! `counts`: how many come in each interval, from a file.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::arrival::Volume;
use crate::scenario::fields::{Item, duration};
use crate::scenario::instant::{Instant, instant};
use crate::scenario::problem::{At, Findings};
use crate::scenario::sheet::{Row, Sheet, shown};
use crate::time::{Span, Time};

use super::Desk;

/// A gap between two intervals with so many contacts is surely no interval without any, which some files leave out.
const BUSY: f64 = 10.0;

/// Columns of Amazon Connect's forecast import that say whose the numbers are.
const WHOSE: &[&str] = &["QueueName", "ChannelType"];

/// Numbers by interval, in rising order and without overlap; the first may begin before the run.
pub(super) struct Volumes {
    intervals: Vec<Interval>,
}

/// What comes in an interval, added over all that share it.
#[derive(Clone, Copy)]
struct Interval {
    from: Time,
    to: Time,
    number: f64,
    /// Where it is written first.
    at: At,
}

/// Whether counts are to be met exactly.
pub(super) fn are_exact(item: &Item) -> bool {
    let counts = item.as_table().filter(|_| item.path.ends_with(".counts"));
    counts
        .and_then(|fields| fields.get("as"))
        .is_some_and(|kind| kind.as_text() == Some("exact"))
}

impl Volumes {
    /// As (start, length, number) from the start of the run; what reaches into it counts by its part.
    pub(super) fn expected(&self) -> Vec<(Time, Span, f64)> {
        let inside = self.intervals.iter().map(|interval| {
            let from = interval.from.max(Time::ZERO);
            let (left, whole) = (interval.to - from, interval.to - interval.from);
            (
                from,
                left,
                interval.number * left.seconds() / whole.seconds(),
            )
        });
        inside.collect()
    }

    /// As whole numbers; says so where one is none.
    pub(super) fn exact(&self, findings: &Findings) -> Option<Vec<Volume>> {
        let volume = |interval: &Interval| {
            let whole = interval.number.fract() == 0.0 && interval.number <= f64::from(u32::MAX);
            if !whole {
                findings.error(
                    interval.at,
                    format!("{} contacts cannot be met exactly", interval.number),
                    "expected whole numbers; as = \"expected\" takes any",
                );
            }
            whole.then_some(Volume {
                from: interval.from,
                to: interval.to,
                number: interval.number as u32,
            })
        };
        let volumes: Vec<Option<Volume>> = self.intervals.iter().map(volume).collect();
        volumes.into_iter().collect()
    }
}

/// Reads the table and its file, whose columns are those of Amazon Connect's forecast import.
pub(super) fn read(desk: &Desk, item: &Item) -> Option<Volumes> {
    let fields = item.fields()?;
    let file = fields.get("file");
    let sheet = match &file {
        Some(file) => desk.files.sheet(file),
        None => fields.need("file", "file = \"volumes.csv\"", |_| None),
    };
    if let Some(kind) = fields.get("as") {
        let _ = kind.choice(&[("expected", ()), ("exact", ())]);
    }
    let weekly = fields.read("repeat", |repeat| repeat.choice(&[("weekly", ())]));
    let mut filters = Vec::new();
    if let Some(inner) = fields.read("where", Item::fields) {
        for (column, value) in inner.all() {
            filters.extend(value.text().map(|text| (column, text)));
        }
    }
    fields.done();
    let (file, sheet) = (file?, sheet?);
    let reading = Reading {
        desk,
        findings: item.findings,
        sheet,
        file: &file,
    };
    let intervals = reading.intervals(&filters)?;
    reading.within_the_run(intervals, weekly.is_some())
}

struct Reading<'a> {
    desk: &'a Desk<'a>,
    findings: &'a Findings,
    sheet: Rc<Sheet>,
    file: &'a Item<'a>,
}

/// A line that is selected.
struct Line {
    /// The cells that say whose it is.
    whose: Vec<String>,
    stamp: Instant,
    from: Time,
    to: Time,
    number: f64,
    /// Where its time stands.
    at: At,
}

impl Reading<'_> {
    fn intervals(&self, filters: &[(&str, &str)]) -> Option<Vec<Interval>> {
        let column = |name: &str| self.sheet.column(self.findings, name);
        let needed = ["TimeStamp", "IntervalDuration", "IncomingContactVolume"].map(column);
        let filters: Vec<Option<(usize, &str)>> = filters
            .iter()
            .map(|(name, value)| Some((column(name)?, *value)))
            .collect();
        let [Some(stamp), Some(length), Some(volume)] = needed else {
            return None;
        };
        let filters: Vec<(usize, &str)> = filters.into_iter().collect::<Option<_>>()?;
        let whose: Vec<usize> = WHOSE
            .iter()
            .filter(|name| self.sheet.has(name))
            .filter_map(|name| column(name))
            .chain(filters.iter().map(|(column, _)| *column))
            .collect();
        let selected = |row: &&Row| {
            filters
                .iter()
                .all(|(column, value)| row.cell(*column) == *value)
        };
        let (mut lines, mut sound, mut found) = (Vec::new(), true, false);
        for row in self.sheet.rows().iter().filter(selected) {
            found = true;
            match self.line(row, &whose, [stamp, length, volume]) {
                Some(line) => lines.extend(line),
                None => sound = false,
            }
        }
        self.sheet.finish(self.findings);
        if !found {
            let wanted: Vec<String> = filters
                .iter()
                .map(|(column, value)| format!("{} = {value}", self.sheet.first().cell(*column)))
                .collect();
            let of = match wanted.as_slice() {
                [] => String::new(),
                wanted => format!(" with {}", wanted.join(" and ")),
            };
            self.file.wrong(
                format!(
                    "`{}` has no line{of}",
                    self.file.as_text().unwrap_or_default()
                ),
                "nobody would come",
            );
            return None;
        }
        let intervals = self.added(lines);
        intervals.filter(|_| sound)
    }

    /// What a line says; nothing inside if it is about no time at all, nothing if something is wrong.
    fn line(&self, row: &Row, whose: &[usize], columns: [usize; 3]) -> Option<Option<Line>> {
        let [stamp, length, volume] = columns;
        let at = self.sheet.at(row, stamp);
        let read = instant(self.desk.run, row.cell(stamp))
            .map_err(|(what, instead)| self.findings.error(at, what, instead));
        let length_at = self.sheet.at(row, length);
        let lasts = length_of(row.cell(length)).map_err(|why| {
            let what = format!("{} is no interval: {why}", shown(row.cell(length)));
            self.findings
                .error(length_at, what, "as in 15mins, 30mins, 1h, hourly or daily");
        });
        let number = self.sheet.number(self.findings, row, volume);
        if let Some(number) = number.filter(|number| *number < 0.0) {
            self.findings.error(
                self.sheet.at(row, volume),
                format!("{number} contacts are less than none"),
                "expected 0 or more",
            );
            return None;
        }
        let (read, lasts, number) = (read.ok()?, lasts.ok()?, number?);
        let from = match read {
            Instant::At(from) | Instant::Twice(from, _) => from,
            Instant::Skipped(_) if number == 0.0 => return Some(None),
            Instant::Skipped(_) => {
                self.findings.error(
                    at,
                    format!(
                        "the clocks of {} skip `{}`, but {number} contacts come then",
                        self.desk.run.zone_name,
                        row.cell(stamp)
                    ),
                    "write the time after the switch, or each time with its offset",
                );
                return None;
            }
        };
        Some(Some(Line {
            whose: whose
                .iter()
                .map(|column| row.cell(*column).to_owned())
                .collect(),
            stamp: read,
            from,
            to: self.end(from, lasts),
            number,
            at,
        }))
    }

    /// When an interval that starts at `from` ends; a day ends when the clocks show the same again.
    fn end(&self, from: Time, lasts: Lasts) -> Time {
        match lasts {
            Lasts::Span(span) => from.after(span),
            Lasts::Day => self.shifted(self.local(from), 1),
        }
    }

    /// What the clocks of the report show.
    fn local(&self, at: Time) -> DateTime {
        self.desk.run.origin.local(at, &self.desk.run.run.zone)
    }

    /// When they show the same so many days later.
    fn shifted(&self, local: DateTime, days: i64) -> Time {
        let later = local.saturating_add(days.days());
        self.desk.run.origin.time(later, &self.desk.run.run.zone)
    }

    /// Adds up lines of the same interval; no two of the same queue and channel, no two that overlap.
    fn added(&self, lines: Vec<Line>) -> Option<Vec<Interval>> {
        let sound = Cell::new(true);
        let wrong = |at: At, what: String, instead: &str| {
            sound.set(false);
            self.findings.error(at, what, instead);
        };
        let mut met: BTreeMap<(Vec<String>, Time), At> = BTreeMap::new();
        let mut sums: BTreeMap<Time, Interval> = BTreeMap::new();
        let mut twice: Option<At> = None;
        for mut line in lines {
            // The second line of a local time that comes twice is its second coming.
            if let Instant::Twice(first, second) = line.stamp {
                twice = twice.or(Some(line.at));
                if met.contains_key(&(line.whose.clone(), first)) {
                    line.to = line.to.after(second - first);
                    line.from = second;
                }
            }
            let name: Vec<&str> = line
                .whose
                .iter()
                .map(String::as_str)
                .filter(|name| !name.is_empty())
                .collect();
            let name = name.join(" ");
            if let Some(before) = met.insert((line.whose.clone(), line.from), line.at) {
                let of = if name.is_empty() {
                    name
                } else {
                    format!(" of {name}")
                };
                let what = format!(
                    "this interval{of} stands on line {} already",
                    self.findings.line(before)
                );
                wrong(line.at, what, "keep one of them");
                continue;
            }
            let Line {
                from,
                to,
                number,
                at,
                ..
            } = line;
            match sums.get_mut(&from) {
                Some(sum) if sum.to == to => sum.number += number,
                Some(sum) => {
                    let what = format!(
                        "another interval, of line {}, starts here and has another length",
                        self.findings.line(sum.at)
                    );
                    wrong(at, what, "write segments with a `where` each, or keep one");
                }
                None => {
                    sums.insert(
                        from,
                        Interval {
                            from,
                            to,
                            number,
                            at,
                        },
                    );
                }
            }
        }
        if let Some(at) = twice {
            self.findings.warning(
                at,
                format!("the clocks of {} show this time twice: its first line is the first, a second line the second", self.desk.run.zone_name),
                "write times with their offset",
            );
        }
        let sums: Vec<Interval> = sums.into_values().collect();
        let mut gaps = Vec::new();
        for pair in sums.windows(2) {
            let [before, after] = pair else { continue };
            if after.from < before.to {
                let what = format!(
                    "this interval begins before the one of line {} ends",
                    self.findings.line(before.at)
                );
                wrong(
                    after.at,
                    what,
                    "intervals follow one another; write segments with a `where` each, or keep one",
                );
            } else if after.from > before.to
                && before.number.min(after.number) >= BUSY
                && self.local(before.from).date() == self.local(after.from).date()
            {
                gaps.push(after.at);
            }
        }
        if let ([first, ..], true) = (gaps.as_slice(), sound.get()) {
            let what = match gaps.len() {
                1 => "no line is about the time before this interval: nobody comes then".to_owned(),
                count => format!(
                    "no line is about the time before this interval, nor before {} others: nobody comes then",
                    count - 1
                ),
            };
            self.findings
                .warning(*first, what, "write 0 where nobody comes");
        }
        sound.get().then_some(sums)
    }

    /// What of the intervals concerns the run, repeated by the week of the local calendar if asked.
    fn within_the_run(&self, written: Vec<Interval>, weekly: bool) -> Option<Volumes> {
        let run = self.desk.run;
        let (first, last) = (written.first()?, written.last()?);
        let mut intervals = Vec::new();
        if weekly {
            let start = self.local(first.from).date();
            let end = self.local(Time(last.to.0 - 1)).date();
            let days = (end - start).get_days() + 1;
            let period = i64::from((days + 6) / 7) * 7;
            let length = Span::DAY * period;
            // One more on either side, since local weeks are not all equally long.
            let from = (Time::ZERO - last.to).0.div_euclid(length.0) - 1;
            let to = (run.limit - first.from).0.div_euclid(length.0) + 1;
            let mut end = None;
            for round in from..=to {
                for interval in &written {
                    let shift = |at: Time| match round {
                        0 => at,
                        _ => self.shifted(self.local(at), round * period),
                    };
                    // What the clocks skip is no time, and nobody comes in it.
                    let from = end.map_or(shift(interval.from), |end: Time| {
                        end.max(shift(interval.from))
                    });
                    let to = shift(interval.to);
                    if to > from {
                        intervals.push(Interval {
                            from,
                            to,
                            ..*interval
                        });
                        end = Some(to);
                    }
                }
            }
        } else {
            intervals = written;
        }
        intervals.retain(|interval| interval.to > Time::ZERO && interval.from < run.limit);
        let ends = |at: Time| run.origin.iso(at, &run.run.zone);
        match (intervals.first(), intervals.last()) {
            (Some(first), _) if first.from >= run.length => None,
            (Some(_), Some(last)) => {
                if last.to < run.length {
                    self.findings.warning(
                        last.at,
                        format!(
                            "the volumes end at {}, before the run does: nobody comes then",
                            ends(last.to)
                        ),
                        "see `run.length`, or repeat = \"weekly\"",
                    );
                }
                Some(Volumes { intervals })
            }
            _ => None,
        }
        .or_else(|| {
            self.file.wrong(
                format!(
                    "no interval of `{}` lies within the run, from {} to {}",
                    self.file.as_text().unwrap_or_default(),
                    ends(Time::ZERO),
                    ends(run.length)
                ),
                "see `run.start` and `run.length`, or repeat = \"weekly\"",
            );
            None
        })
    }
}

/// How long an interval lasts.
#[derive(Clone, Copy)]
enum Lasts {
    Span(Span),
    /// A day of the local calendar, which has 23 to 25 hours.
    Day,
}

/// `15mins`, `30mins`, `hourly`, `daily`, or any duration.
fn length_of(cell: &str) -> Result<Lasts, String> {
    match cell {
        "daily" => Ok(Lasts::Day),
        "hourly" => Ok(Lasts::Span(Span::HOUR)),
        text => match duration(text)? {
            Span::ZERO => Err("it has no length".to_owned()),
            span => Ok(Lasts::Span(span)),
        },
    }
}
