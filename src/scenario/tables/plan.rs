//! `[plan]`: what plans are held to, and what shifts people may work, for `syncline plan`.

use jiff::civil::Weekday;

use crate::calendar::Rule;
use crate::scenario::fields::Item;
use crate::scenario::{Names, Over, ShiftDays, ShiftKind, Terms};
use crate::time::Span;

use super::agents::clock;

/// Starts this far apart, unless something else is written.
const EVERY: Span = Span::HOUR;

/// Reads `[plan]`; what is not sound has been reported.
pub(in crate::scenario) fn read(item: &Item, names: &Names) -> Terms {
    let Some(fields) = item.fields() else {
        return Terms::default();
    };
    let over = fields.read("promise", |item| {
        item.choice(&[("run", Over::Run), ("interval", Over::Interval)])
    });
    let shifts = fields.read("shifts", Item::fields);
    fields.done();
    let all = shifts.map(|shifts| shifts.all()).unwrap_or_default();
    let kinds = all.into_iter();
    Terms {
        over: over.unwrap_or_default(),
        shifts: kinds
            .filter_map(|(name, item)| kind(name, &item, names))
            .collect(),
    }
}

fn kind(name: &str, item: &Item, names: &Names) -> Option<ShiftKind> {
    let fields = item.fields()?;
    let groups = fields.get("agents").map(|agents| {
        let members = agents.array()?;
        let ids = members.iter().map(|member| names.group_id(member));
        ids.collect::<Option<Vec<_>>>()
    });
    let starts = fields.need(
        "start",
        "start = \"08:00\", or { from = \"07:00\", to = \"12:00\", every = \"1 h\" }",
        starts,
    );
    let length = fields.need("length", "length = \"8 h\"", |item| {
        let length = item.long()?;
        let good = length < Span::DAY && length.0 % Span::MINUTE.0 == 0;
        if !good {
            let what = format!("`{}` is {length}", item.path);
            item.wrong(what, "expected whole minutes, less than a day");
        }
        good.then_some(length)
    });
    let days = match fields.get("days") {
        None => Some(ShiftDays::InARow(5)),
        Some(item) => days(&item),
    };
    let least = fields.read("at_least", Item::agents).unwrap_or(0);
    let most_item = fields.get("at_most");
    let most = most_item.as_ref().map(Item::agents);
    if let (Some(item), Some(Some(most))) = (&most_item, most)
        && most < least
    {
        item.wrong(
            format!("at most {most} agents are fewer than at least {least}"),
            "expected no fewer than `at_least`",
        );
    }
    let pay = fields.read("pay", Item::positive).unwrap_or(1.0);
    fields.done();
    let (starts, length) = (starts?, length?);
    Some(ShiftKind {
        name: name.to_owned(),
        groups: match groups {
            Some(groups) => Some(groups?),
            None => None,
        },
        starts,
        length,
        days: days?,
        least,
        most: most.flatten(),
        pay,
    })
}

/// A time of day, or several apart by the same time.
fn starts(item: &Item) -> Option<Vec<jiff::civil::Time>> {
    if item.as_text().is_some() {
        return Some(vec![clock(item)?]);
    }
    let Some(fields) = item.as_table() else {
        return item
            .expected("a time of day as \"08:00\", or { from = \"07:00\", to = \"12:00\" }");
    };
    let from = fields.need("from", "from = \"07:00\"", clock);
    let to_item = fields.get("to");
    let to = fields.need("to", "to = \"12:00\"", clock);
    let every_item = fields.get("every");
    let every = match &every_item {
        None => Some(EVERY),
        Some(item) => item.long(),
    };
    fields.done();
    let (from, to, every) = (from?, to?, every?);
    if let Some(item) = every_item.filter(|_| every < Span::MINUTE || every.0 % Span::MINUTE.0 != 0)
    {
        item.wrong(
            format!("`{}` is {every}", item.path),
            "expected whole minutes",
        );
        return None;
    }
    if let Some(item) = to_item.filter(|_| to < from) {
        let what = format!(
            "the last start {} is before the first",
            to.strftime("%H:%M")
        );
        item.wrong(
            what,
            "shifts that start after midnight are another kind of shift",
        );
        return None;
    }
    let minutes = |time: jiff::civil::Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let step = (every.0 / Span::MINUTE.0) as usize;
    let all = (minutes(from)..=minutes(to)).step_by(step);
    let time = |minute: i64| jiff::civil::time((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    Some(all.map(time).collect())
}

/// So many days in a row, or certain days of the week.
fn days(item: &Item) -> Option<ShiftDays> {
    let Some(text) = item.as_text() else {
        return item
            .integer(1..=7)
            .map(|days| ShiftDays::InARow(days as u8));
    };
    let word = |word: &str| {
        Weekday::from_monday_zero_offset(
            ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
                .iter()
                .position(|day| *day == word)? as i8,
        )
        .ok()
    };
    // `Mo-Fr` and `Sa,Su`, no more: a rule of opening hours would say times too.
    let only_days = text
        .split([',', '-'])
        .all(|part| word(part.trim()).is_some());
    if !only_days || Rule::parse(text, None, &[], &[]).is_err() {
        item.wrong(
            format!("`{text}` are no days"),
            "as in \"Mo-Fr\", \"Sa,Su\", or 5 for any five in a row",
        );
        return None;
    }
    Some(ShiftDays::Certain(text.trim().to_owned()))
}
