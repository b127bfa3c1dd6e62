//! `times`: openings at fixed times, with what is known of each.

use crate::arrival::Given;
use crate::id::TopicId;
use crate::scenario::fields::Item;
use crate::scenario::instant::{Instant, instant};
use crate::scenario::problem::{Findings, did_you_mean, list};
use crate::scenario::sheet::{Row, Sheet, shown};
use crate::time::Time;

use super::Desk;

/// Columns beside `opened`.
const GIVEN: &[&str] = &["topic", "urgency", "work", "turns", "patience", "reply_gap"];

/// Openings as durations from the start, written here or in a file whose first column, or column `opened`, holds them
/// beside what else is given.
pub(super) fn read(desk: &Desk, item: &Item) -> Option<Vec<(Time, Given)>> {
    if let Some(members) = item.as_array() {
        return members
            .iter()
            .map(|member| Some((Time::ZERO.after(member.span()?), Given::default())))
            .collect();
    }
    let Some(fields) = item.as_table() else {
        return item
            .expected("durations as in [\"0 s\", \"30 s\"], or { file = \"openings.csv\" }");
    };
    let sheet = fields.need("file", "file = \"openings.csv\"", |file| {
        desk.files.sheet(file)
    });
    fields.done();
    rows(desk, item.findings, &*sheet?)
}

fn rows(desk: &Desk, findings: &Findings, sheet: &Sheet) -> Option<Vec<(Time, Given)>> {
    let first = sheet.first();
    let names: Vec<&str> = sheet.names().collect();
    let opened = match names.iter().position(|name| *name == "opened") {
        Some(_) => sheet.column(findings, "opened")?,
        // A list of times needs no name.
        None if names.len() == 1 && !sheet.has_names() => {
            let all = sheet.all_rows().iter();
            let all: Vec<_> = all
                .map(|row| Some((time(desk, findings, sheet, row, 0)?, Given::default())))
                .collect();
            sheet.finish(findings);
            return all.into_iter().collect();
        }
        None if !sheet.has_names() => {
            findings.error(
                sheet.line_at(first),
                "the first line is an opening, not the names of the columns",
                format!("put a line before it, as in opened,{}", GIVEN.join(",")),
            );
            return None;
        }
        None if GIVEN.contains(&names[0]) => {
            findings.error(
                sheet.line_at(first),
                "there is no column `opened`",
                "it says when each conversation opens",
            );
            return None;
        }
        None => {
            if names.len() > 1 {
                findings.warning(
                    sheet.at(first, 0),
                    format!("the first column, `{}`, is taken for `opened`", names[0]),
                    "name the column so",
                );
            }
            0
        }
    };
    let mut sound = true;
    let mut columns = Vec::new();
    for (column, name) in names
        .iter()
        .enumerate()
        .filter(|(column, _)| *column != opened)
    {
        if let Some(given) = GIVEN.iter().find(|given| *given == name) {
            sound &= sheet.column(findings, given).is_some();
            columns.push((column, *given));
            continue;
        }
        let near = did_you_mean(name, GIVEN.iter().copied());
        let at = sheet.at(first, column);
        // A name that is nearly one of ours is surely meant to be it.
        if near.starts_with("did") {
            findings.error(at, format!("there is no such column as `{name}`"), near);
            sound = false;
        } else {
            let instead = format!("beside `opened` there may be {}", list(GIVEN));
            findings.warning(at, format!("the column `{name}` is not read"), instead);
        }
    }
    let read: Vec<Option<(Time, Given)>> = sheet
        .rows()
        .iter()
        .map(|row| {
            let at = time(desk, findings, sheet, row, opened);
            let given = given(desk, findings, sheet, row, &columns);
            Some((at?, given?))
        })
        .collect();
    sheet.finish(findings);
    let read: Vec<(Time, Given)> = read.into_iter().collect::<Option<_>>()?;
    if read.is_empty() {
        findings.error(
            sheet.line_at(first),
            "no line follows the names of the columns",
            "nobody would come",
        );
        return None;
    }
    sound.then_some(read)
}

/// When a line's conversation opens.
fn time(desk: &Desk, findings: &Findings, sheet: &Sheet, row: &Row, column: usize) -> Option<Time> {
    let cell = row.cell(column);
    let at = sheet.at(row, column);
    let zone = &desk.run.zone_name;
    let read = sheet
        .decimal(row, column)
        .map_err(|(what, instead)| (what, instead.to_owned()))
        .and_then(|plain| instant(desk.run, &plain));
    let time = match read {
        Ok(Instant::At(time)) => time,
        Ok(Instant::Skipped(time)) => {
            findings.warning(
                at,
                format!("the clocks of {zone} skip `{cell}`; the time after the switch is taken"),
                "write it with its offset",
            );
            time
        }
        Ok(Instant::Twice(first, _)) => {
            findings.warning(
                at,
                format!("the clocks of {zone} show `{cell}` twice; the first is taken"),
                "write it with its offset",
            );
            first
        }
        Err((what, instead)) => {
            findings.error(at, what, instead);
            return None;
        }
    };
    if time < Time::ZERO {
        let start = desk.run.origin.iso(Time::ZERO, &desk.run.run.zone);
        findings.error(
            at,
            format!("{} is before the start of the run", shown(cell)),
            format!("the run starts at {start}; see `run.start`"),
        );
        return None;
    }
    Some(time)
}

/// What the columns of a line give; an empty cell gives nothing.
fn given(
    desk: &Desk,
    findings: &Findings,
    sheet: &Sheet,
    row: &Row,
    columns: &[(usize, &str)],
) -> Option<Given> {
    let mut given = Given::default();
    let mut sound = true;
    for (column, name) in columns {
        let cell = row.cell(*column);
        if cell.is_empty() {
            continue;
        }
        let at = sheet.at(row, *column);
        let whole = |low: u32, high: u32, expected: &str| {
            let whole = cell
                .parse()
                .ok()
                .filter(|whole| (low..=high).contains(whole));
            if whole.is_none() {
                let what = format!("`{name}` is `{cell}`");
                findings.error(at, what, format!("expected an integer {expected}"));
            }
            whole
        };
        let span = || sheet.span(findings, row, *column);
        let read = match *name {
            "topic" => {
                let topics = &desk.names.topics;
                given.topic = topics
                    .iter()
                    .position(|topic| topic == cell)
                    .map(TopicId::from);
                if given.topic.is_none() {
                    let near = did_you_mean(cell, topics.iter().map(String::as_str));
                    findings.error(at, format!("there is no topic `{cell}`"), near);
                }
                given.topic.is_some()
            }
            "urgency" => {
                given.urgency = whole(1, 9, "from 1 to 9").map(|urgency| urgency as u8);
                given.urgency.is_some()
            }
            "turns" => {
                given.turns = whole(0, u32::MAX, "from 0 on");
                given.turns.is_some()
            }
            "work" => {
                given.work = span();
                given.work.is_some()
            }
            "patience" => {
                given.patience = span();
                given.patience.is_some()
            }
            _ => {
                given.reply_gap = span();
                given.reply_gap.is_some()
            }
        };
        sound &= read;
    }
    sound.then_some(given)
}
