//! The backlog over the days, as it is, upset, and with extra shifts, and when it is burnt down.

use super::course::{Course, Days, Field, Sample, fields};
use super::ink;
use super::page::{LEADING, Look, Page, SIZE};
use super::sheet::{Align, BLACK, Colour, Dashes, GREY, Place, Sheet};
use crate::plan::{Backlog, Band, Events, Upset};
use crate::report::backlog::moment;
use crate::scenario::Scenario;
use crate::time::{Span, Time};

/// As many panels have room for their dates.
const MOST: usize = 6;
/// How the usual course is drawn beside an upset one.
const USUAL: Dashes = &[10.0, 6.0];
/// Of the dot from which a date is told \[pixel\].
const RADIUS: f64 = 6.0;

/// How a course of a strategy is drawn.
struct Line {
    course: Course,
    dashes: Dashes,
    colour: Colour,
    banded: bool,
}

/// How the backlog of each strategy goes, and by when what upsets it is burnt down.
pub(super) fn draw(scenario: &Scenario, backlogs: &[Backlog], events: &Events) -> Sheet {
    let title = match events.upset() {
        true => "How the backlog burns down",
        false => "The backlog as it is",
    };
    let how = how(scenario, backlogs, events);
    let mut page = Page::of(scenario, Vec::new(), title, &how);
    let Some(days) = days(scenario, backlogs, events) else {
        return page.nothing("No strategy was played, so there is nothing to show.");
    };
    let shown = &backlogs[..backlogs.len().min(MOST)];
    let all: Vec<Vec<Line>> = shown
        .iter()
        .map(|backlog| lines(scenario, backlog, &days))
        .collect();
    let courses = || all.iter().flatten().map(|line| &line.course);
    let most = courses().map(Course::most).fold(0.0, f64::max);
    if most <= 0.0 {
        return page.nothing("No conversation ever waits for us, so there is nothing to show.");
    }
    let fields = fields(&days, page.top, shown.len(), most);
    let sheet = &mut page.sheet;
    for ((backlog, lines), field) in shown.iter().zip(&all).zip(fields) {
        let panel = &field.panel;
        let (top, bottom) = (panel.up.ends().1, panel.bottom);
        let across = |at: Time| panel.across.at(days.hour(at));
        for (from, to) in &events.closed {
            let corners = [(*from, top), (*to, top), (*to, bottom), (*from, bottom)];
            sheet.area(corners.map(|(at, y)| (across(at), y)).into(), GREY, 0.2);
        }
        let name = &scenario.strategies[backlog.strategy].name;
        let title = format!("{name}: backlog (conversations)");
        field.draw(sheet, &days, &title);
        if let Some(incident) = &events.incident {
            let x = across(incident.at);
            sheet.line(vec![(x, top), (x, bottom)], &[], GREY, 3.0);
        }
        dates(sheet, &field, &title, &days, told(scenario, backlog));
        for line in lines.iter().filter(|line| line.banded) {
            for band in line.course.bands(panel) {
                sheet.area(band, line.colour, 0.2);
            }
        }
        for line in lines {
            for steps in line.course.steps(panel) {
                sheet.line(steps, line.dashes, line.colour, 3.0);
            }
        }
        if field.lowest {
            days.name(sheet, panel);
        }
    }
    page.sheet
}

/// What is drawn, in words.
fn how(scenario: &Scenario, backlogs: &[Backlog], events: &Events) -> String {
    let mut how =
        "Conversations that wait for us or are being worked on, on average over each interval. "
            .to_owned();
    if !events.upset() {
        how += "Shaded: 5 to 95% of replications.";
    } else {
        how += "Dashed: as it is. Coloured: upset. ";
        if !events.shifts.is_empty() {
            how += "Black: with the extra shifts. ";
        }
        how += "Shaded: 5 to 95% of replications. Dates: by when half and 95% of them have burnt it down.";
    }
    if let Some(incident) = &events.incident {
        let when = match incident.lasts > Span::ZERO {
            true => "from",
            false => "on",
        };
        how += &format!(
            " Grey line: the incident, {} conversations {when} {}.",
            incident.extra,
            moment(scenario, incident.at)
        );
    }
    if !events.closed.is_empty() {
        how += " Grey area: closed.";
    }
    if backlogs.len() > MOST {
        how += &format!(" The first {MOST} of {} strategies.", backlogs.len());
    }
    how
}

/// What upsets and a day before and after it until it is burnt down; without, the run or its average week.
fn days(scenario: &Scenario, backlogs: &[Backlog], events: &Events) -> Option<Days> {
    let (run, backlog) = (&scenario.run, backlogs.first()?);
    let Some(from) = events.begins() else {
        return Some(Days::new(run, backlog.end));
    };
    let upsets = backlogs
        .iter()
        .flat_map(|backlog| backlog.upset.iter().chain(&backlog.relieved));
    let burnt = upsets.map(|upset| upset.burnt_in(0.95).unwrap_or(backlog.end));
    let to = burnt.max().unwrap_or(backlog.end) + Span::DAY;
    let last = backlog.end - Span::SECOND;
    Some(Days::between(
        run,
        (from - Span::DAY).max(Time::ZERO),
        to.min(last),
    ))
}

/// The courses of a strategy, the lowest first: what is upset hides what is like it with the extra shifts.
fn lines(scenario: &Scenario, backlog: &Backlog, days: &Days) -> Vec<Line> {
    let course = |bands: &[Band]| {
        let samples = backlog.starts.iter().zip(bands).map(|(at, band)| Sample {
            at: *at,
            weight: 1.0,
            value: band.mean,
            band: Some((band.low, band.high)),
        });
        Course::averaged(days, scenario.run.interval, samples)
    };
    let colours = colours(backlog);
    let usual = Line {
        course: course(&backlog.usual),
        dashes: if backlog.upset.is_some() { USUAL } else { &[] },
        colour: GREY,
        banded: backlog.upset.is_none(),
    };
    let upsets = [&backlog.upset, &backlog.relieved].into_iter().zip(colours);
    let upset = upsets.rev().filter_map(|(upset, colour)| {
        Some(Line {
            course: course(&upset.as_ref()?.backlog),
            dashes: &[],
            colour,
            banded: true,
        })
    });
    [usual].into_iter().chain(upset).collect()
}

/// Of the upset course, and of that with the extra shifts.
fn colours(backlog: &Backlog) -> [Colour; 2] {
    [Look::at(backlog.strategy).colour, BLACK]
}

/// A date by which a course is burnt down.
struct Date {
    at: Option<Time>,
    told: String,
    colour: Colour,
}

/// Marks dates in rising order, each as high as no mark goes through the words of another; the highest beside the title.
fn dates(sheet: &mut Sheet, field: &Field, title: &str, days: &Days, dates: Vec<Date>) {
    let panel = &field.panel;
    let (top, edge) = (panel.up.ends().1, panel.across.ends().1);
    let high = LEADING.min((panel.bottom - top) / (dates.len() + 1) as f64);
    let title = field.left + ink::width(title, SIZE).min(field.wide);
    // Of what is told: its row, and from where to where it is.
    let mut placed: Vec<(usize, f64, f64)> = vec![(0, field.left, title)];
    for date in &dates {
        let wide = 2.0 * RADIUS + ink::width(&date.told, SIZE);
        let x = date
            .at
            .map_or(edge, |at| panel.across.at(days.hour(at)).min(edge));
        let right = x + wide <= edge;
        let (left, right, align) = match right {
            true => (x, x + wide, Align::Left),
            false => (x - wide, x, Align::Right),
        };
        let (left, right) = (left - RADIUS, right + RADIUS);
        let beside = |other: &&(usize, f64, f64)| other.1 < right && left < other.2;
        let row = placed
            .iter()
            .filter(beside)
            .map(|(row, ..)| row + 1)
            .max()
            .unwrap_or(0);
        placed.push((row, left, right));
        let y = match row {
            0 => field.top + 4.0 + LEADING / 2.0,
            row => top + high * (row as f64 - 0.5),
        };
        let start = match align {
            Align::Left => x + 2.0 * RADIUS,
            _ => x - 2.0 * RADIUS,
        };
        sheet.cover(Place::of_text((start, y), &date.told, SIZE, align));
        sheet.text((start, y), &date.told, SIZE, align, BLACK);
        if date.at.is_some() {
            sheet.line(vec![(x, y), (x, panel.bottom)], &[], date.colour, 2.0);
            sheet.dot((x, y), RADIUS, date.colour);
        }
    }
}

/// When half and 95 % of the replications have burnt down each course, in rising order; once, if that is the same.
fn told(scenario: &Scenario, backlog: &Backlog) -> Vec<Date> {
    let date = |name: &str, at: Option<Time>, colour: Colour| Date {
        at,
        told: match at {
            Some(at) => format!("{name}: {}", moment(scenario, at)),
            None => format!("{name}: after the run"),
        },
        colour,
    };
    let of = |(upset, colour): (&Upset, Colour)| {
        let (half, nearly_all) = (upset.burnt_in(0.5), upset.burnt_in(0.95));
        match half == nearly_all {
            true => vec![date("half and 95%", half, colour)],
            false => vec![date("half", half, colour), date("95%", nearly_all, colour)],
        }
    };
    let upsets = [&backlog.upset, &backlog.relieved].into_iter();
    let coloured = upsets.zip(colours(backlog));
    let mut dates: Vec<Date> = coloured
        .filter_map(|(upset, colour)| Some((upset.as_ref()?, colour)))
        .flat_map(of)
        .collect();
    dates.sort_by_key(|date| date.at.unwrap_or(Time::NEVER));
    dates
}
