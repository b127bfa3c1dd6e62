//! `[agents]`: who is there, when, for which queues, and how they work.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::agent::{
    Agents, Attention, Back, Check, Interrupted, Leave, Rework, Roster, Served, Shift, ShiftEnd,
};
use crate::calendar::{Calendar, Days, Rule};
use crate::id::CalendarId;
use crate::scenario::fields::{Fields, Item};
use crate::scenario::hours::Calendars;
use crate::scenario::names::find_key;
use crate::time::{Span, Time};

use super::channels::slots;
use super::{Desk, within_a_century};

pub(in crate::scenario) fn read(desk: &Desk, name: &str) -> Agents {
    let mut agents = nobody(desk);
    let Some(fields) = desk.open("agents", name) else {
        return agents;
    };
    let zone = fields
        .read("zone", Item::zone)
        .unwrap_or_else(|| desk.run.run.zone.clone());
    agents.zone = zone.clone();
    if let Some(roster) = roster(desk, &fields, &zone) {
        agents.closed = closed(desk, &roster, &zone);
        agents.roster = roster;
    }
    agents.serves = fields
        .need("serves", "serves = [\"chat\"]", |item| serves(desk, item))
        .unwrap_or_default();
    if let Some(item) = fields.get("capacity") {
        agents.capacity = match item.as_text() {
            Some("unlimited") => None,
            _ => Some(slots(&item).unwrap_or(1000)),
        };
    }
    if let Some(limits) = fields.read("concurrent", Item::fields) {
        for (channel, limit) in limits.all() {
            let position = find_key(&desk.names.channels, "there is no channel", channel, &limit);
            let most = limit.whole(1);
            if let Some(position) = position {
                agents.concurrent[position] = most;
            }
        }
    }
    agents.attention = attention(&fields);
    agents.switch_cost = desk
        .distribution(&fields, "switch_cost")
        .unwrap_or_else(Desk::nothing);
    for channel in fields
        .read("interruptible", Item::array)
        .unwrap_or_default()
    {
        if let Some(id) = desk.names.channel_id(&channel) {
            agents.interruptible[id.index()] = true;
        }
    }
    if let Some(inner) = fields.read("interrupted", Item::fields) {
        let backs = [("agent", Back::Agent), ("queue-head", Back::QueueHead)];
        let works = [
            ("resume", Rework::Resume),
            ("restart", Rework::Restart),
            ("resample", Rework::Resample),
        ];
        agents.interrupted.back = inner
            .read("back", |item| item.choice(&backs))
            .unwrap_or(Back::Agent);
        agents.interrupted.work = inner
            .read("work", |item| item.choice(&works))
            .unwrap_or(Rework::Resume);
        inner.done();
    }
    let ends = [
        ("finish", ShiftEnd::Finish),
        ("hand-over", ShiftEnd::HandOver),
        ("pause", ShiftEnd::Pause),
    ];
    agents.at_shift_end = fields.read("at_shift_end", |item| item.choice(&ends));
    agents.leave = fields
        .read("leave", |item| {
            item.choice(&[("named", Leave::Named), ("next", Leave::Next)])
        })
        .unwrap_or(Leave::Named);
    agents.check_every = fields.read("check_every", |item| check(desk, item));
    if let Some(inner) = fields.read("shrinkage", Item::fields) {
        agents.absent = inner.read("absent", Item::share).unwrap_or(0.0);
        if agents.absent > 0.0 {
            let calendars = desk.hours.calendars;
            agents.days = Days::compile(&zone, calendars.origin, calendars.horizon);
        }
        agents.in_office = inner.read("in_office", in_office).unwrap_or(0.0);
        inner.done();
    }
    let useless = |item: Option<Item>, why: &str| {
        if let Some(item) = item {
            let key = item.path.rsplit('.').next().unwrap_or_default();
            let what = format!("`{}` has no use for `{key}`", fields.path);
            desk.findings.error(item.key, what, why.to_owned());
        }
    };
    match agents.roster {
        Roster::Unlimited => {
            let why = "\"unlimited\" agents are as many as needed, and nobody pays them";
            ["shrinkage", "cost_per_hour", "overtime_factor", "leave"]
                .into_iter()
                .for_each(|key| useless(fields.get(key), why));
        }
        Roster::Counts(_) if agents.absent > 0.0 => {
            useless(
                fields.get("shrinkage"),
                "counts say who is there; take the absent out of them",
            );
        }
        _ => {}
    }
    agents.speed = fields.read("speed", Item::positive).unwrap_or(1.0);
    agents.cost_per_hour = fields.read("cost_per_hour", Item::amount).unwrap_or(0.0);
    agents.overtime_factor = fields.read("overtime_factor", Item::amount).unwrap_or(1.0);
    fields.later(&["skills", "busy", "resumption"]);
    fields.done();
    agents
}

/// Agents that this strategy does not have.
fn nobody(desk: &Desk) -> Agents {
    let channels = desk.names.channels.len();
    Agents {
        zone: desk.run.run.zone.clone(),
        roster: Roster::Counts(vec![(Time::ZERO, 0)]),
        closed: Vec::new(),
        serves: Vec::new(),
        capacity: Some(1000),
        concurrent: vec![None; channels],
        attention: Attention::One,
        switch_cost: Desk::nothing(),
        interruptible: vec![false; channels],
        interrupted: Interrupted {
            back: Back::Agent,
            work: Rework::Resume,
        },
        at_shift_end: None,
        leave: Leave::Named,
        check_every: None,
        absent: 0.0,
        days: Days::default(),
        in_office: 0.0,
        speed: 1.0,
        cost_per_hour: 0.0,
        overtime_factor: 1.0,
    }
}

fn roster(desk: &Desk, fields: &Fields, zone: &TimeZone) -> Option<Roster> {
    let who = fields.one_of(&["count", "shifts", "staffing"]);
    let hours = fields.get("hours");
    let breaks = fields.get("breaks");
    let Some(who) = who else {
        // Read them all the same, so that their mistakes are known.
        if let Some(hours) = &hours {
            desk.hours.read(hours, zone);
        }
        return fields.need("count", "count = 14, or `shifts`, or `staffing`", |_| None);
    };
    let refuse = |item: &Option<Item>, key: &str, why: &str| {
        if let Some(item) = item {
            desk.findings.error(
                item.key,
                format!("`{}` has no use for `{key}`", fields.path),
                why.to_owned(),
            );
        }
    };
    if who.path.ends_with(".staffing") {
        refuse(&hours, "hours", "`staffing` says who is there when");
        refuse(
            &breaks,
            "breaks",
            "counts say who is there; take those on a break out of them",
        );
        return staffing(desk, &who, zone);
    }
    if who.as_text() == Some("unlimited") {
        refuse(&hours, "hours", "\"unlimited\" agents are always there");
        refuse(&breaks, "breaks", "\"unlimited\" agents are always there");
        return Some(Roster::Unlimited);
    }
    let planned: Vec<(CalendarId, u32)> = if who.path.ends_with(".shifts") {
        refuse(&hours, "hours", "each shift has its own");
        let shifts = who.array()?;
        if shifts.is_empty() {
            who.wrong(
                format!("`{}` is empty", who.path),
                "as in [{ hours = \"Mo-Fr 08:00-16:00\", count = 6 }]",
            );
        }
        let read = |shift: &Item| {
            let inner = shift.fields()?;
            let hours = inner.need("hours", "hours = \"Mo-Fr 08:00-16:00\"", |item| {
                desk.hours.read(item, zone)
            });
            let count = inner.need("count", "count = 6", Item::agents);
            inner.done();
            Some((hours?, count?))
        };
        shifts.iter().filter_map(read).collect()
    } else {
        let hours = hours.map_or(Some(Calendars::ALWAYS), |hours| {
            desk.hours.read(&hours, zone)
        });
        if who.as_text().is_some() {
            return who.expected("an integer or \"unlimited\"");
        }
        vec![(hours?, who.agents()?)]
    };
    let breaks = breaks.as_ref().map(read_breaks).unwrap_or_default();
    let shifts = planned.into_iter().map(|(hours, count)| Shift {
        hours,
        duty: without(desk, hours, &breaks, zone),
        count,
    });
    Some(Roster::Shifts(shifts.collect()))
}

/// The dates on which nobody of a roster is planned, but would be without public holidays and closed dates.
fn closed(desk: &Desk, roster: &Roster, zone: &TimeZone) -> Vec<Date> {
    let Roster::Shifts(shifts) = roster else {
        return Vec::new();
    };
    let calendars = desk.hours.calendars;
    let hours: Vec<CalendarId> = shifts.iter().map(|shift| shift.hours).collect();
    let usual: Vec<CalendarId> = hours.iter().map(|id| calendars.usual(*id)).collect();
    if hours == usual {
        return Vec::new();
    }
    let any = |ids: &[CalendarId]| {
        let each: Vec<Calendar> = ids.iter().map(|id| calendars.get(*id)).collect();
        Calendar::union(&each.iter().collect::<Vec<_>>())
    };
    let (hours, usual) = (any(&hours), any(&usual));
    let origin = desk.run.origin;
    let midnight = |day: Date| origin.time(day.at(0, 0, 0, 0), zone);
    origin
        .local_day(Time::ZERO, zone)
        .series(1.day())
        .take_while(|day| midnight(*day) < desk.run.limit)
        .filter(|day| {
            let (from, to) = (midnight(*day), midnight(day.saturating_add(1.day())));
            let open = |calendar: &Calendar| calendar.open_between(from, to) > Span::ZERO;
            open(&usual) && !open(&hours)
        })
        .collect()
}

/// A pause within a shift.
#[derive(Clone, Copy, Debug)]
enum Pause {
    At(jiff::civil::Time),
    Every(Span),
}

fn read_breaks(item: &Item) -> Vec<(Pause, Span)> {
    let read = |entry: &Item| {
        let fields = entry.fields()?;
        let when = fields.one_of(&["at", "every"]);
        let length = fields.need("length", "length = \"30 min\"", Item::long);
        let pause = match &when {
            Some(at) if at.path.ends_with(".at") => clock(at).map(Pause::At),
            Some(every) => every.long().map(Pause::Every),
            None => fields.need("at", "at = \"12:00\", or every = \"4 h\"", |_| None),
        };
        fields.done();
        Some((pause?, length?))
    };
    item.array()
        .unwrap_or_default()
        .iter()
        .filter_map(read)
        .collect()
}

/// The hours without the breaks.
fn without(
    desk: &Desk,
    hours: CalendarId,
    breaks: &[(Pause, Span)],
    zone: &TimeZone,
) -> CalendarId {
    if breaks.is_empty() {
        return hours;
    }
    let calendars = desk.hours.calendars;
    let key = format!("{hours:?} without {breaks:?} in {:?}", zone.iana_name());
    let planned = calendars.get(hours);
    calendars.intern(&key, || {
        let taken: Vec<Calendar> = breaks
            .iter()
            .map(|(pause, length)| match pause {
                Pause::At(at) => {
                    Calendar::daily(*at, *length, zone, calendars.origin, calendars.horizon)
                }
                Pause::Every(every) => planned.breaks(*length, *every, calendars.horizon),
            })
            .collect();
        planned.minus(&Calendar::union(&taken.iter().collect::<Vec<_>>()))
    })
}

/// A time of day as text.
pub(super) fn clock(item: &Item) -> Option<jiff::civil::Time> {
    let text = item.text()?;
    let time = jiff::civil::Time::strptime("%H:%M", text).ok();
    if time.is_none() {
        item.wrong(format!("`{text}` is no time of day"), "as in \"08:00\"");
    }
    time
}

fn staffing(desk: &Desk, item: &Item, zone: &TimeZone) -> Option<Roster> {
    let fields = item.fields()?;
    let counts = fields.need("counts", "counts = [4, 6, 8]", |item| {
        let members = item.array()?;
        if members.is_empty() {
            item.wrong(format!("`{}` is empty", item.path), "as in [4, 6, 8]");
            return None;
        }
        members
            .iter()
            .map(Item::agents)
            .collect::<Option<Vec<u32>>>()
    });
    let interval = fields.need("interval", "interval = \"1 h\"", Item::long);
    let from_item = fields.get("from");
    let from = from_item.as_ref().map(clock);
    let days = fields.get("days").map(|days| {
        let text = days.text()?;
        let rule = Rule::parse(text, None, &[], &[]);
        rule.map_err(|error| days.wrong(format!("`{text}` are no days"), error.message))
            .ok()
    });
    if from.is_none() && days.is_some() {
        desk.findings.error(
            item.key,
            format!("`{}` has `days` without `from`", item.path),
            "as in from = \"08:00\"",
        );
    }
    fields.done();
    let (counts, interval) = (counts?, interval?);
    if !within_a_century(item, interval, counts.len()) {
        return None;
    }
    let Some(from) = from else {
        let steps = counts
            .iter()
            .enumerate()
            .map(|(step, count)| (Time::ZERO + interval * step as i64, *count))
            .collect();
        return Some(Roster::Counts(steps));
    };
    let (from, rule) = (from?, days.unwrap_or_else(|| Some(Rule::always()))?);
    if interval.0.saturating_mul(counts.len() as i64) > Span::DAY.0 {
        item.wrong(
            format!("{} counts of {interval} are more than a day", counts.len()),
            "with `from`, they are the counts of each day",
        );
        return None;
    }
    Some(Roster::Counts(daily(
        desk, &counts, interval, from, &rule, zone,
    )))
}

/// The same counts by the local clock on each of the days, nobody in between.
fn daily(
    desk: &Desk,
    counts: &[u32],
    interval: Span,
    from: jiff::civil::Time,
    days: &Rule,
    zone: &TimeZone,
) -> Vec<(Time, u32)> {
    let origin = desk.run.origin;
    let open = Calendar::compile(days, zone, origin, desk.hours.calendars.horizon);
    let mut steps: BTreeMap<Time, u32> = BTreeMap::new();
    let first = origin.local_day(Time::ZERO - Span::DAY, zone);
    for day in first.series(1.day()) {
        let noon = origin.time(day.at(12, 0, 0, 0), zone);
        if noon > desk.run.limit + Span::DAY {
            break;
        }
        // The day before the run is not compiled; it is like the one a week later.
        if !open.is_open(if noon < Time::ZERO {
            noon + Span::WEEK
        } else {
            noon
        }) {
            continue;
        }
        let at = |step: usize| {
            origin.time(
                day.to_datetime(from)
                    .saturating_add((interval.0 * step as i64).nanoseconds()),
                zone,
            )
        };
        for (step, count) in counts.iter().enumerate() {
            steps.insert(at(step), *count);
        }
        // The next day's first count replaces this if it begins at the same moment.
        steps.entry(at(counts.len())).or_insert(0);
    }
    let before = steps
        .range(..=Time::ZERO)
        .next_back()
        .map_or(0, |(_, count)| *count);
    let mut compiled = vec![(Time::ZERO, before)];
    for (at, count) in steps.into_iter().filter(|(at, _)| *at > Time::ZERO) {
        if compiled.last().is_some_and(|(_, last)| *last != count) {
            compiled.push((at, count));
        }
    }
    compiled
}

fn serves(desk: &Desk, item: &Item) -> Option<Vec<Vec<Served>>> {
    let members = item.array()?;
    if members.is_empty() {
        item.wrong(
            format!("`{}` is empty", item.path),
            "as in [\"chat\", \"messaging\"]",
        );
    }
    let mut seen = Vec::new();
    let mut ranks = Vec::new();
    for member in members {
        let equals = member.as_array().unwrap_or_else(|| vec![member.clone()]);
        let mut rank = Vec::new();
        for served in equals {
            let Some(entry) = serve(desk, &served) else {
                continue;
            };
            if seen.contains(&entry.queue) {
                served.wrong(
                    format!("`{}` stands twice", desk.names.queues[entry.queue.index()]),
                    "each queue once",
                );
                continue;
            }
            seen.push(entry.queue);
            rank.push(entry);
        }
        if !rank.is_empty() {
            ranks.push(rank);
        }
    }
    Some(ranks)
}

fn serve(desk: &Desk, item: &Item) -> Option<Served> {
    let Some(fields) = item.as_table() else {
        if item.as_text().is_none() {
            return item
                .expected("the name of a queue, or as in { queue = \"phone\", after = \"30 s\" }");
        }
        return Some(Served {
            queue: desk.names.queue_id(item)?,
            after: Span::ZERO,
            keep_free: 0,
            speed: 1.0,
        });
    };
    let queue = fields.need("queue", "queue = \"phone\"", |queue| {
        desk.names.queue_id(queue)
    });
    let after = fields.read("after", Item::span).unwrap_or(Span::ZERO);
    let keep_free = fields.read("keep_free", |item| item.whole(0)).unwrap_or(0);
    let speed = fields.read("speed", Item::positive).unwrap_or(1.0);
    fields.done();
    Some(Served {
        queue: queue?,
        after,
        keep_free,
        speed,
    })
}

fn attention(fields: &Fields) -> Attention {
    let item = fields.get("attention");
    let shared = item
        .as_ref()
        .and_then(|item| item.choice(&[("one", false), ("shared", true)]));
    if let Some(slowdown) = fields.get("slowdown") {
        if shared == Some(false) {
            slowdown.findings.error(
                slowdown.key,
                "`slowdown` implies `attention = \"shared\"`",
                "leave out one of the two",
            );
        }
        let speeds: Option<Vec<f64>> = slowdown
            .array()
            .and_then(|speeds| speeds.iter().map(Item::positive).collect());
        return match speeds {
            Some(speeds) if !speeds.is_empty() => Attention::Slowdown(speeds),
            Some(_) => {
                slowdown.wrong(
                    format!("`{}` is empty", slowdown.path),
                    "as in [1.0, 0.6, 0.45]",
                );
                Attention::Shared
            }
            None => Attention::Shared,
        };
    }
    if shared == Some(true) {
        Attention::Shared
    } else {
        Attention::One
    }
}

fn check(desk: &Desk, item: &Item) -> Option<Check> {
    let fields = item.fields()?;
    let when = fields.one_of(&["period", "pause"]);
    let check = match &when {
        Some(period) if period.path.ends_with(".period") => period.long().map(Check::Period),
        Some(pause) => desk.distributions.read(pause).map(Check::Pause),
        None => fields.need(
            "period",
            "period = \"30 min\", or pause = \"10 min\"",
            |_| None,
        ),
    };
    fields.done();
    check
}

/// Somebody must be left.
fn in_office(item: &Item) -> Option<f64> {
    let share = item.share()?;
    if share < 1.0 {
        return Some(share);
    }
    item.wrong(
        format!("`{}` is 1: nobody would ever be available", item.path),
        "expected less than 1",
    );
    None
}
