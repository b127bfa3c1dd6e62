//! Opening hours as written, compiled to calendars that are shared by whoever has the same.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Origin, Rule, RulePart};
use crate::id::CalendarId;
use crate::time::Span;

use super::document::Table;
use super::fields::Item;
use super::problem::{At, Findings, did_you_mean};

/// The calendars of a scenario, over all strategies.
pub(super) struct Calendars {
    pub(super) origin: Origin,
    pub(super) horizon: Span,
    compiled: RefCell<Vec<Calendar>>,
    known: RefCell<BTreeMap<String, CalendarId>>,
    /// Those that are others without public holidays and closed dates, with what they are then.
    usual: RefCell<BTreeMap<CalendarId, CalendarId>>,
}

impl Calendars {
    /// Always open, whatever else there is.
    pub(super) const ALWAYS: CalendarId = CalendarId(0);

    pub(super) fn new(origin: Origin, horizon: Span) -> Calendars {
        Calendars {
            origin,
            horizon,
            compiled: RefCell::new(vec![Calendar::always()]),
            known: RefCell::default(),
            usual: RefCell::default(),
        }
    }

    /// The calendar described by `key`, made if it is new.
    pub(super) fn intern(&self, key: &str, make: impl FnOnce() -> Calendar) -> CalendarId {
        if let Some(id) = self.known.borrow().get(key) {
            return *id;
        }
        let calendar = make();
        let id = if calendar.is_always() {
            Calendars::ALWAYS
        } else {
            let mut compiled = self.compiled.borrow_mut();
            compiled.push(calendar);
            CalendarId::from(compiled.len() - 1)
        };
        self.known.borrow_mut().insert(key.to_owned(), id);
        id
    }

    /// Open when any of them is.
    pub(super) fn union(&self, mut ids: Vec<CalendarId>) -> CalendarId {
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [one] => *one,
            _ if ids.contains(&Calendars::ALWAYS) => Calendars::ALWAYS,
            _ => self.intern(&format!("union {ids:?}"), || {
                let calendars: Vec<Calendar> = ids.iter().map(|id| self.get(*id)).collect();
                Calendar::union(&calendars.iter().collect::<Vec<_>>())
            }),
        }
    }

    pub(super) fn get(&self, id: CalendarId) -> Calendar {
        self.compiled.borrow()[id.index()].clone()
    }

    /// What a calendar would be without public holidays, closed dates and times besides.
    pub(super) fn usual(&self, id: CalendarId) -> CalendarId {
        self.usual.borrow().get(&id).copied().unwrap_or(id)
    }

    pub(super) fn all(&self) -> Vec<Calendar> {
        self.compiled.borrow().clone()
    }
}

/// The hours of one strategy: its `[hours]`, and text wherever hours stand.
pub(super) struct Hours<'a> {
    pub(super) named: Option<&'a Table>,
    pub(super) calendars: &'a Calendars,
}

impl Hours<'_> {
    /// Reads all named ones, also those nobody uses.
    pub(super) fn check(&self, findings: &Findings) {
        let Some(named) = self.named else { return };
        for (key, node) in &named.entries {
            let _ = self.rule(&Item {
                findings,
                node,
                key: key.at,
                path: format!("hours.{}", key.text),
            });
        }
    }

    /// A name of `[hours]` or opening hours, read in the owner's zone unless the named hours have their own.
    pub(super) fn read(&self, item: &Item, owner: &TimeZone) -> Option<CalendarId> {
        let text = item.text()?;
        let named = self.named.and_then(|named| named.get(text));
        let (rule, zone, key) = match named {
            Some((key, node)) => {
                let path = format!("hours.{text}");
                self.rule(&Item {
                    findings: item.findings,
                    node,
                    key: key.at,
                    path,
                })?
            }
            None if looks_like_a_name(text) => {
                let names = self
                    .named
                    .into_iter()
                    .flat_map(Table::keys)
                    .map(|key| key.text.as_str());
                let mut hint = did_you_mean(text, names);
                if hint.is_empty() {
                    hint =
                        "expected a name of [hours], or text as \"Mo-Fr 09:00-18:00\"".to_owned();
                }
                item.findings
                    .absent(item.node.at, format!("there are no hours `{text}`"), hint);
                return None;
            }
            None => (Written::plain(item, text).rule()?, None, text.to_owned()),
        };
        let zone = zone.unwrap_or_else(|| owner.clone());
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        let calendars = self.calendars;
        let compile =
            |rule: &Rule| Calendar::compile(rule, &zone, calendars.origin, calendars.horizon);
        let id = calendars.intern(&format!("{name}|{key}"), || compile(&rule));
        if named.is_some() {
            let usual = calendars.intern(&format!("{name}|{key}|usual"), || compile(&rule.usual()));
            calendars.usual.borrow_mut().insert(id, usual);
        }
        Some(id)
    }

    /// Named hours: the rule, its zone if it has one, and what tells it from others.
    fn rule(&self, item: &Item) -> Option<(Rule, Option<TimeZone>, String)> {
        if let Some(text) = item.as_text() {
            return Some((Written::plain(item, text).rule()?, None, text.to_owned()));
        }
        let Some(fields) = item.as_table() else {
            return item.expected("opening hours as \"Mo-Fr 09:00-18:00\", or a table with `rule`");
        };
        let rule = fields.need("rule", "rule = \"Mo-Fr 09:00-18:00\"", |rule| {
            Some((rule.clone(), rule.text()?))
        });
        let zone = fields.get("zone").map(|zone| zone.zone());
        let country = fields
            .get("country")
            .map(|country| Some((country.clone(), country.text()?)));
        let closed = fields.read("closed", Item::array).unwrap_or_default();
        let closed: Option<Vec<Date>> = closed.iter().map(Item::date).collect();
        let also = fields.read("also", Item::array).unwrap_or_default();
        let also: Option<Vec<(Item, &str)>> = also
            .into_iter()
            .map(|times| Some((times.clone(), times.text()?)))
            .collect();
        fields.done();
        let (item, text) = rule?;
        let written = Written {
            item: &item,
            text,
            country: all_or_nothing(country)?,
            closed: closed?,
            also: also?,
        };
        let key = written.key();
        Some((written.rule()?, all_or_nothing(zone)?, key))
    }
}

/// Nothing if it is written and not sound; what is not written is `Some(None)`.
fn all_or_nothing<T>(written: Option<Option<T>>) -> Option<Option<T>> {
    match written {
        Some(sound) => sound.map(Some),
        None => Some(None),
    }
}

/// A word without digits is meant as a name; opening hours that are one word are short ("Mo", "off") or `Mo-Fr`.
fn looks_like_a_name(text: &str) -> bool {
    text.len() > 2
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c == '-' || c == '_')
        && Rule::parse(text, None, &[], &[]).is_err()
}

/// Opening hours as written, each part with its place.
struct Written<'a> {
    item: &'a Item<'a>,
    text: &'a str,
    country: Option<(Item<'a>, &'a str)>,
    closed: Vec<Date>,
    also: Vec<(Item<'a>, &'a str)>,
}

impl<'a> Written<'a> {
    fn plain(item: &'a Item<'a>, text: &'a str) -> Written<'a> {
        Written {
            item,
            text,
            country: None,
            closed: Vec::new(),
            also: Vec::new(),
        }
    }

    /// What tells it from others.
    fn key(&self) -> String {
        let also: Vec<&str> = self.also.iter().map(|(_, times)| *times).collect();
        format!(
            "{}|{:?}|{:?}|{also:?}",
            self.text,
            self.country.as_ref().map(|(_, code)| code),
            self.closed
        )
    }

    /// The rule, or its mistake reported at the part that is mistaken.
    fn rule(&self) -> Option<Rule> {
        let also: Vec<&str> = self.also.iter().map(|(_, times)| *times).collect();
        let country = self.country.as_ref().map(|(_, code)| *code);
        let error = match Rule::parse(self.text, country, &self.closed, &also) {
            Ok(rule) => return Some(rule),
            Err(error) => error,
        };
        match (error.part, &self.country) {
            (RulePart::Country, Some((item, code))) => {
                item.wrong(format!("unknown country `{code}`"), error.message)
            }
            (RulePart::Also(index), _) if index < self.also.len() => {
                self.also[index].0.wrong(error.message, "")
            }
            _ => {
                let what = format!("`{}` are no opening hours", self.text);
                self.item
                    .findings
                    .error(self.place(error.column), what, error.message);
            }
        }
        None
    }

    /// From a character of the text to its end; the whole value if its quotation is not plain.
    fn place(&self, column: Option<usize>) -> At {
        let whole = self.item.node.at;
        let Some(column) = column.filter(|_| whole.len() == self.text.len() + 2) else {
            return whole;
        };
        // The first byte is the quotation mark.
        let from = 1 + self
            .text
            .chars()
            .take(column - 1)
            .map(char::len_utf8)
            .sum::<usize>();
        let from = from.min(self.text.len());
        whole.part(from, (from + 1).max(self.text.len() + 1))
    }
}
