//! Opening hours as written, compiled to calendars that are shared by whoever has the same.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Origin, Rule, RulePart};
use crate::id::CalendarId;
use crate::time::Span;

use super::document::Table;
use super::fields::Item;
use super::problem::{Findings, did_you_mean};

/// The calendars of a scenario, over all strategies.
pub(super) struct Calendars {
    pub(super) origin: Origin,
    pub(super) horizon: Span,
    compiled: RefCell<Vec<Calendar>>,
    known: RefCell<BTreeMap<String, CalendarId>>,
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
        let (rule, zone, key) = match self.named.and_then(|named| named.get(text)) {
            Some((key, node)) => {
                let path = format!("hours.{text}");
                let (rule, zone, key) = self.rule(&Item {
                    findings: item.findings,
                    node,
                    key: key.at,
                    path,
                })?;
                (rule, zone.unwrap_or_else(|| owner.clone()), key)
            }
            None => {
                if !text.is_empty()
                    && !text.contains(|c: char| c.is_ascii_digit() || c == ':' || c == ' ')
                    && text.len() > 2
                    && self.plain(text).is_err()
                {
                    let names = self
                        .named
                        .into_iter()
                        .flat_map(Table::keys)
                        .map(|key| key.text.as_str());
                    let hint = did_you_mean(text, names);
                    let hint = if hint.is_empty() {
                        "expected a name of [hours], or text as \"Mo-Fr 09:00-18:00\"".to_owned()
                    } else {
                        hint
                    };
                    item.findings.absent(
                        item.node.at,
                        format!("there are no hours `{text}`"),
                        hint,
                    );
                    return None;
                }
                (self.text(item, text)?, owner.clone(), format!("{text}|||"))
            }
        };
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        Some(self.calendars.intern(&format!("{name}|{key}"), || {
            Calendar::compile(&rule, &zone, self.calendars.origin, self.calendars.horizon)
        }))
    }

    fn plain(&self, text: &str) -> Result<Rule, ()> {
        Rule::parse(text, None, &[], &[]).map_err(|_| ())
    }

    fn text(&self, item: &Item, text: &str) -> Option<Rule> {
        self.parse(item, text, None, &[], &[], None)
    }

    /// Named hours: the rule, its zone if it has one, and what tells it from others.
    fn rule(&self, item: &Item) -> Option<(Rule, Option<TimeZone>, String)> {
        if let Some(text) = item.as_text() {
            return Some((self.text(item, text)?, None, format!("{text}|||")));
        }
        let Some(fields) = item.as_table() else {
            return item.expected("opening hours as \"Mo-Fr 09:00-18:00\", or a table with `rule`");
        };
        let rule = fields.need("rule", "rule = \"Mo-Fr 09:00-18:00\"", |rule| {
            rule.text().map(|text| (rule.clone(), text))
        });
        let zone = fields.get("zone").map(|zone| zone.zone());
        let country = fields.get("country");
        let code = country.as_ref().map(|country| country.text());
        let closed = fields.read("closed", Item::array).unwrap_or_default();
        let also = fields.get("also");
        let besides = also.as_ref().and_then(Item::array).unwrap_or_default();
        fields.done();
        let closed: Option<Vec<jiff::civil::Date>> = closed.iter().map(Item::date).collect();
        let texts: Option<Vec<&str>> = besides.iter().map(Item::text).collect();
        let (rule, text) = rule?;
        let (closed, texts) = (closed?, texts?);
        let code = match code {
            Some(code) => Some(code?),
            None => None,
        };
        let parsed = self.parse(
            &rule,
            text,
            country.as_ref().zip(code),
            &closed,
            &texts,
            Some(&besides),
        )?;
        let key = format!("{text}|{}|{closed:?}|{texts:?}", code.unwrap_or_default());
        match zone {
            Some(zone) => Some((parsed, Some(zone?), key)),
            None => Some((parsed, None, key)),
        }
    }

    fn parse(
        &self,
        item: &Item,
        text: &str,
        country: Option<(&Item, &str)>,
        closed: &[jiff::civil::Date],
        also: &[&str],
        besides: Option<&[Item]>,
    ) -> Option<Rule> {
        let error = match Rule::parse(text, country.map(|(_, code)| code), closed, also) {
            Ok(rule) => return Some(rule),
            Err(error) => error,
        };
        match (error.part, country, besides) {
            (RulePart::Country, Some((country, code)), _) => {
                country.wrong(format!("unknown country `{code}`"), error.message)
            }
            (RulePart::Also(index), _, Some(besides)) if index < besides.len() => {
                besides[index].wrong(error.message, "");
            }
            _ => {
                // The text starts after its quotation mark; characters before the fault count as bytes.
                let inside = error.column.map(|column| {
                    text.chars()
                        .take(column - 1)
                        .map(char::len_utf8)
                        .sum::<usize>()
                        + 1
                });
                let at = match inside {
                    Some(from) if item.node.at.len() == text.len() + 2 => item
                        .node
                        .at
                        .part(from.min(text.len()), (from + 1).max(text.len())),
                    _ => item.node.at,
                };
                item.findings
                    .error(at, format!("`{text}` are no opening hours"), error.message);
            }
        }
        None
    }
}
