//! The walker: reads tables key by key, with the types and ranges expected, and collects what is wrong.
//!
//! A table is opened, its keys are read by name, and `done` reports the keys nobody asked for. So a key stands in one
//! place only: where it is read.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use jiff::SpanRelativeTo;

use crate::time::Span;

use super::document::{Key, Node, Table, Value};
use super::problem::{At, Findings, alternatives, did_you_mean};

#[cfg(test)]
thread_local! {
    /// The tables that were opened and the keys that were asked for, so that a test can say whether all are documented.
    pub(super) static ASKED: RefCell<std::collections::BTreeSet<(String, String)>> = RefCell::default();
    /// Those of them that are not built yet.
    pub(super) static LATER: RefCell<std::collections::BTreeSet<(String, String)>> = RefCell::default();
}

/// An open table.
pub(super) struct Fields<'a> {
    pub(super) findings: &'a Findings,
    table: &'a Table,
    /// Where to point when something is missing.
    pub(super) at: At,
    /// As in `agents.lisbon`; empty for the document.
    pub(super) path: String,
    known: RefCell<Vec<&'static str>>,
    /// Keys that must be there and are not, with what would be right.
    missing: RefCell<Vec<(&'static str, String)>>,
}

/// A value to be read.
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub(super) findings: &'a Findings,
    pub(super) node: &'a Node,
    /// Where the key stands.
    pub(super) key: At,
    /// As in `agents.lisbon.count`.
    pub(super) path: String,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        findings: &'a Findings,
        table: &'a Table,
        at: At,
        path: impl Into<String>,
    ) -> Fields<'a> {
        Fields {
            findings,
            table,
            at,
            path: path.into(),
            known: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// The value of a key; absent if it is not written or written as "none".
    pub(super) fn get(&self, key: &'static str) -> Option<Item<'a>> {
        #[cfg(test)]
        ASKED.with_borrow_mut(|asked| asked.insert((self.path.clone(), key.to_owned())));
        if !self.known.borrow().contains(&key) {
            self.known.borrow_mut().push(key);
        }
        let (place, node) = self.table.get(key)?;
        match &node.value {
            Value::Broken => None,
            Value::Text(text) if text == "none" => None,
            _ => Some(self.item(place, node)),
        }
    }

    fn item(&self, key: &Key, node: &'a Node) -> Item<'a> {
        let path = if self.path.is_empty() {
            key.text.clone()
        } else {
            format!("{}.{}", self.path, key.text)
        };
        Item {
            findings: self.findings,
            node,
            key: key.at,
            path,
        }
    }

    /// A key read in one way.
    pub(super) fn read<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Option<T> {
        self.get(key).and_then(|item| read(&item))
    }

    /// A key that must be there.
    pub(super) fn need<T>(
        &self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&Item<'a>) -> Option<T>,
    ) -> Option<T> {
        if let Some(item) = self.get(key) {
            return read(&item);
        }
        if !matches!(
            self.table.get(key),
            Some((
                _,
                Node {
                    value: Value::Broken,
                    ..
                }
            ))
        ) {
            self.missing
                .borrow_mut()
                .push((key, format!("as in {example}")));
        }
        None
    }

    /// Keys that will be there some day.
    pub(super) fn later(&self, keys: &[&'static str]) {
        for key in keys {
            #[cfg(test)]
            LATER.with_borrow_mut(|later| later.insert((self.path.clone(), (*key).to_owned())));
            if let Some(item) = self.get(key) {
                self.findings.error(
                    item.key,
                    format!("`{key}` is not built yet"),
                    "leave it out",
                );
            }
        }
    }

    /// At most one of these keys; which is there.
    pub(super) fn one_of(&self, keys: &[&'static str]) -> Option<Item<'a>> {
        let there: Vec<Item> = keys.iter().filter_map(|key| self.get(key)).collect();
        if let [first, second, ..] = there.as_slice() {
            let name = |item: &Item| item.path.rsplit('.').next().unwrap_or_default().to_owned();
            let what = format!(
                "{} has both `{}` and `{}`",
                self.named(),
                name(first),
                name(second)
            );
            self.findings.error(
                second.key,
                what,
                "keep one; \"none\" unsets what another table gave",
            );
        }
        there.into_iter().next()
    }

    /// Whether the key is written, were it only to unset it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// All keys, for tables whose keys are names.
    pub(super) fn all(&self) -> Vec<(&'a str, Item<'a>)> {
        let sound = self
            .table
            .entries
            .iter()
            .filter(|(_, node)| !matches!(node.value, Value::Broken));
        sound
            .map(|(key, node)| (key.text.as_str(), self.item(key, node)))
            .collect()
    }

    /// Reports the keys that are missing, and those nobody asked for.
    pub(super) fn done(self) {
        let known = self.known.borrow();
        let unknown: Vec<&str> = self
            .table
            .keys()
            .map(|key| key.text.as_str())
            .filter(|key| !known.contains(key))
            .collect();
        for (key, example) in self.missing.borrow().iter() {
            // A misspelt key is one mistake, not two.
            if !unknown.iter().any(|unknown| {
                did_you_mean(unknown, known.iter().copied()).contains(&format!("mean `{key}`"))
            }) {
                self.findings.absent(
                    self.at,
                    format!("{} needs `{key}`", self.named()),
                    example.clone(),
                );
            }
        }
        for key in self
            .table
            .keys()
            .filter(|key| !known.contains(&key.text.as_str()))
        {
            let what = match self.path.as_str() {
                "" => format!("unknown key `{}`", key.text),
                path => format!("unknown key `{}` in `{path}`", key.text),
            };
            self.findings
                .error(key.at, what, did_you_mean(&key.text, known.iter().copied()));
        }
    }

    fn named(&self) -> String {
        if self.path.is_empty() {
            "a scenario".to_owned()
        } else {
            format!("`{}`", self.path)
        }
    }
}

impl<'a> Item<'a> {
    /// Something is wrong with the value.
    pub(super) fn wrong(&self, what: impl Into<String>, instead: impl Into<String>) {
        self.findings.error(self.node.at, what, instead);
    }

    /// The value is of another type; says so and is nothing.
    pub(super) fn expected<T>(&self, what: &str) -> Option<T> {
        if !matches!(self.node.value, Value::Broken) {
            self.wrong(
                format!("`{}` is {}", self.path, self.node.kind()),
                format!("expected {what}"),
            );
        }
        None
    }

    /// A member of this value, an array.
    pub(super) fn member(&self, node: &'a Node) -> Item<'a> {
        Item {
            findings: self.findings,
            node,
            key: node.at,
            path: self.path.clone(),
        }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => self.expected("text"),
        }
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an array.
    pub(super) fn as_array(&self) -> Option<Vec<Item<'a>>> {
        match &self.node.value {
            Value::Array(members) => Some(members.iter().map(|node| self.member(node)).collect()),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub(super) fn as_table(&self) -> Option<Fields<'a>> {
        let table = self.node.table()?;
        let at = if self.key == self.node.at {
            self.node.at.part(0, self.node.at.len())
        } else {
            self.key
        };
        Some(Fields::new(self.findings, table, at, self.path.clone()))
    }

    pub(super) fn is_table(&self) -> bool {
        self.node.table().is_some()
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self.node.value {
            Value::Boolean(boolean) => Some(boolean),
            _ => self.expected("true or false"),
        }
    }

    pub(super) fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        match self.node.value {
            Value::Integer(integer) if range.contains(&integer) => Some(integer),
            Value::Integer(integer) => {
                let expected = match (*range.start(), *range.end()) {
                    (low, high) if low == high => format!("expected {low}"),
                    (low, high) if high >= i64::from(u32::MAX) => format!("expected {low} or more"),
                    (low, high) => format!("expected {low} to {high}"),
                };
                self.wrong(format!("`{}` is {integer}", self.path), expected);
                None
            }
            _ => self.expected("an integer"),
        }
    }

    /// An integer from `low`, at most what 32 bits hold.
    pub(super) fn whole(&self, low: u32) -> Option<u32> {
        self.integer(i64::from(low)..=i64::from(u32::MAX))
            .map(|integer| integer as u32)
    }

    /// A finite number.
    pub(super) fn number(&self) -> Option<f64> {
        match self.node.value {
            Value::Integer(integer) => Some(integer as f64),
            Value::Number(number) if number.is_finite() => Some(number),
            Value::Number(number) => {
                self.wrong(
                    format!("`{}` is {number}", self.path),
                    "expected a finite number",
                );
                None
            }
            _ => self.expected("a number"),
        }
    }

    fn number_where(&self, holds: impl Fn(f64) -> bool, expected: &str) -> Option<f64> {
        let number = self.number()?;
        if holds(number) {
            return Some(number);
        }
        // 1e300 in full would be 301 digits.
        let number = match number.abs() {
            1e-9..1e15 => number.to_string(),
            0.0 => "0".to_owned(),
            _ => format!("{number:e}"),
        };
        self.wrong(
            format!("`{}` is {number}", self.path),
            format!("expected {expected}"),
        );
        None
    }

    /// A probability.
    pub(super) fn share(&self) -> Option<f64> {
        self.number_where(
            |number| (0.0..=1.0).contains(&number),
            "a probability, 0 to 1",
        )
    }

    /// A number, not negative.
    pub(super) fn amount(&self) -> Option<f64> {
        self.number_where(|number| number >= 0.0, "0 or more")
    }

    /// A number above 0.
    pub(super) fn positive(&self) -> Option<f64> {
        self.number_where(|number| number > 0.0, "more than 0")
    }

    /// A number of openings in a length of time.
    pub(super) fn rate(&self) -> Option<f64> {
        self.number_where(
            |number| (0.0..=1e9).contains(&number),
            "0 to a thousand million",
        )
    }

    /// A number of agents.
    pub(super) fn agents(&self) -> Option<u32> {
        self.integer(0..=1_000_000).map(|integer| integer as u32)
    }

    /// One of several words.
    pub(super) fn choice<T: Clone>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(meaning.clone());
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = did_you_mean(text, names.iter().copied());
        let hint = if near.starts_with("did") {
            near
        } else {
            format!("expected {}", alternatives(&names))
        };
        self.wrong(format!("`{}` cannot be `{text}`", self.path), hint);
        None
    }

    /// A length of time, not negative.
    pub(super) fn span(&self) -> Option<Span> {
        let Value::Text(text) = &self.node.value else {
            return self.expected("a duration with its unit, as in \"90 s\"");
        };
        match duration(text) {
            Ok(span) => Some(span),
            Err(why) => {
                self.wrong(
                    format!("`{text}` is no duration: {why}"),
                    "as in \"90 s\", \"4 min\", \"1h 30m\" or \"2 days\"",
                );
                None
            }
        }
    }

    /// A length of time above 0.
    pub(super) fn long(&self) -> Option<Span> {
        let span = self.span()?;
        if span > Span::ZERO {
            return Some(span);
        }
        self.wrong(
            format!("`{}` is no time at all", self.path),
            "expected more than 0",
        );
        None
    }

    pub(super) fn date(&self) -> Option<jiff::civil::Date> {
        if let Value::Date(toml::value::Datetime {
            date: Some(date),
            time: None,
            offset: None,
        }) = &self.node.value
        {
            return self.day(date);
        }
        self.expected("a date, as in 2026-03-02")
    }

    fn day(&self, date: &toml::value::Date) -> Option<jiff::civil::Date> {
        if !YEARS.contains(&(date.year as i16)) {
            self.wrong(
                format!("{} is out of reach", date.year),
                "expected a year from 1950 to 2150",
            );
            return None;
        }
        // The parser has checked the calendar.
        jiff::civil::Date::new(date.year as i16, date.month as i8, date.day as i8).ok()
    }

    /// A date with a time of day, without offset.
    pub(super) fn date_time(&self) -> Option<jiff::civil::DateTime> {
        if let Value::Date(toml::value::Datetime {
            date: Some(date),
            time,
            offset: None,
        }) = &self.node.value
        {
            let day = self.day(date)?;
            let time = time.as_ref().map_or((0, 0, 0), |time| {
                (time.hour, time.minute, time.second.unwrap_or(0))
            });
            return Some(day.at(time.0 as i8, time.1 as i8, time.2 as i8, 0));
        }
        self.expected("a local date and time, as in 2026-03-10T09:00:00")
    }

    pub(super) fn array(&self) -> Option<Vec<Item<'a>>> {
        match self.as_array() {
            Some(members) => Some(members),
            None => self.expected("an array"),
        }
    }

    pub(super) fn fields(&self) -> Option<Fields<'a>> {
        match self.as_table() {
            Some(fields) => Some(fields),
            None => self.expected("a table"),
        }
    }

    /// A zone of the time zone database.
    pub(super) fn zone(&self) -> Option<jiff::tz::TimeZone> {
        let text = self.text()?;
        zone(self.findings, self.node.at, text)
    }
}

/// A zone by its name; reports an unknown one.
pub(super) fn zone(findings: &Findings, at: At, name: &str) -> Option<jiff::tz::TimeZone> {
    if let Ok(zone) = jiff::tz::db().get(name) {
        return Some(zone);
    }
    let names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect();
    let hint = did_you_mean(name, names.iter().map(String::as_str));
    let hint = if hint.is_empty() {
        "expected an IANA name, as in \"Europe/Berlin\"".to_owned()
    } else {
        hint
    };
    findings.error(at, format!("unknown time zone `{name}`"), hint);
    None
}

/// Years whose distance in nanoseconds fits, with a century of run behind them.
pub(super) const YEARS: RangeInclusive<i16> = 1950..=2150;

/// Reads "90 s", "4 min", "1h 30m", "PT90S", "2 days"; a day has 24 hours, a week 7 days.
pub fn duration(text: &str) -> Result<Span, String> {
    if text.trim().parse::<f64>().is_ok() {
        return Err("the unit is missing".to_owned());
    }
    let digits = |after: &str| after.chars().take_while(char::is_ascii_digit).count();
    if text.split('.').skip(1).any(|after| digits(after) > 9) {
        return Err("it has more than nine decimals".to_owned());
    }
    let span: jiff::Span = text
        .parse()
        .map_err(|error: jiff::Error| short(&error.to_string()))?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err("months and years have no fixed length".to_owned());
    }
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|error| short(&error.to_string()))?;
    if length.is_negative() {
        return Err("it is negative".to_owned());
    }
    // Times are sums of such spans, and they must fit.
    let century = 36_525 * i128::from(Span::DAY.0);
    if length.as_nanos() > century {
        return Err("it is longer than a century".to_owned());
    }
    Ok(Span(length.as_nanos() as i64))
}

/// The part of the library's message that says what is wrong.
fn short(message: &str) -> String {
    if message.contains("fractional days") {
        return "days and weeks are whole; write hours".to_owned();
    }
    if message.contains("remains") || message.contains("unit designator") {
        return "unknown unit".to_owned();
    }
    "it cannot be read".to_owned()
}
