//! Opening hours as people write them, and their reading in a time zone.
//!
//! The text is OpenStreetMap's `opening_hours`. Left out, and refused rather than misread: school holidays, sunrise and
//! sunset (they need a place), hours without an end (`18:00+`) and `unknown`.

use super::Origin;
use super::sets::{self, Interval};
use crate::time::Time;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use opening_hours::localization::{Country, Localize, NoLocation};
use opening_hours::{Context, OpeningHours, RuleKind};
use std::fmt;
use std::str::FromStr;

type NaiveDateTime = <NoLocation as Localize>::DateTime;
type SyntaxError = <OpeningHours as FromStr>::Err;

/// Opening hours in local time: a weekly text, days it does not hold, and times besides.
///
/// A closed day is closed from midnight to midnight, and so is a public holiday under `PH off`: a night shift loses the
/// part that lies on that day, no more. Times besides are open whatever else is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    text: OpeningHours,
    closed: Vec<Date>,
    also: Vec<(DateTime, DateTime)>,
}

/// Which of the four things that make a [`Rule`] is mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulePart {
    /// The opening hours.
    Text,
    /// The country of the public holidays.
    Country,
    /// The time besides with this index.
    Also(usize),
}

/// Opening hours that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// What is mistaken.
    pub part: RulePart,
    /// The character of it at which reading failed, from 1.
    pub column: Option<usize>,
    /// What was expected.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "{} at character {column}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// Reads opening hours, with the ISO code of the country whose public holidays `PH` means, whole days on which it is
    /// closed, and times besides such as `2026-04-04 10:00-14:00`.
    pub fn parse(
        text: &str,
        country: Option<&str>,
        closed: &[Date],
        also: &[&str],
    ) -> Result<Rule, RuleError> {
        let hours = OpeningHours::from_str(text.trim_end()).map_err(syntax_error)?;
        refuse_what_would_be_misread(text, country.is_some())?;
        let mut context = Context::default();
        if let Some(code) = country {
            let country = Country::from_str(code).map_err(|_| RuleError {
                part: RulePart::Country,
                column: None,
                message: format!("no public holidays are known for `{code}`; expected a country's two letters, as DE or US"),
            })?;
            context = context.with_holidays(country.holidays());
        }
        let mut besides = Vec::new();
        for (index, range) in also.iter().enumerate() {
            besides.extend(times_of_day(range).ok_or_else(|| RuleError {
                part: RulePart::Also(index),
                column: None,
                message: format!(
                    "`{range}` is not a day with times; expected as 2026-04-04 10:00-14:00"
                ),
            })?);
        }
        Ok(Rule {
            text: hours.with_context(context),
            closed: closed.to_vec(),
            also: besides,
        })
    }

    /// Never closed.
    pub fn always() -> Rule {
        Rule::parse("24/7", None, &[], &[]).expect("24/7 is in the grammar")
    }

    /// The same without public holidays, closed days and times besides.
    pub fn usual(&self) -> Rule {
        Rule {
            text: self.text.clone().with_context(Context::default()),
            closed: Vec::new(),
            also: Vec::new(),
        }
    }

    /// The instants at which it is open between two instants, and somewhat beyond.
    ///
    /// Both ends of a local range become instants on their own ([`Origin::time`]). So a night shift is an hour shorter
    /// or longer when the clocks switch, and shifts that meet on the clock neither overlap nor leave a gap.
    pub(super) fn instants(
        &self,
        zone: &TimeZone,
        origin: Origin,
        from: Time,
        to: Time,
    ) -> Vec<Interval> {
        let whole_days = |at: Time, days: i64| {
            let day = origin.local_day(at, zone).saturating_add(days.days());
            day.to_datetime(jiff::civil::Time::midnight())
        };
        let first = naive(whole_days(from, -1));
        let last = naive(whole_days(to, 2));
        let open = self
            .text
            .iter_range(first, last)
            .filter(|range| range.kind == RuleKind::Open)
            .map(|range| {
                (
                    origin.time(civil(range.range.start), zone),
                    origin.time(civil(range.range.end), zone),
                )
            })
            .collect();
        let midnight =
            |day: Date| origin.time(day.to_datetime(jiff::civil::Time::midnight()), zone);
        let closed = self
            .closed
            .iter()
            .map(|&day| (midnight(day), midnight(day.saturating_add(1.day()))))
            .collect();
        let mut open = sets::without(&sets::merged(open), &sets::merged(closed));
        open.extend(
            self.also
                .iter()
                .map(|&(from, to)| (origin.time(from, zone), origin.time(to, zone))),
        );
        sets::merged(open)
    }
}

fn naive(local: DateTime) -> NaiveDateTime {
    local.to_string().parse().expect("both read ISO 8601")
}

fn civil(local: NaiveDateTime) -> DateTime {
    let as_if_utc =
        Timestamp::from_second(local.and_utc().timestamp()).expect("within the years asked for");
    TimeZone::UTC.to_datetime(as_if_utc)
}

/// `2026-04-04 10:00-14:00,22:00-02:00`; an end not after its start is on the next day. Without times, the whole day.
fn times_of_day(text: &str) -> Option<Vec<(DateTime, DateTime)>> {
    let text = text.trim();
    let (day, times) = text.split_once([' ', 'T']).unwrap_or((text, "00:00-24:00"));
    let day: Date = day.parse().ok()?;
    let next = day.tomorrow().ok()?;
    let clock = |text: &str| -> Option<DateTime> {
        match text.trim() {
            "24:00" => Some(next.to_datetime(jiff::civil::Time::midnight())),
            text => Some(day.to_datetime(jiff::civil::Time::strptime("%H:%M", text).ok()?)),
        }
    };
    let range = |text: &str| {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (clock(from)?, clock(to)?);
        Some((
            from,
            if to > from {
                to
            } else {
                next.to_datetime(to.time())
            },
        ))
    };
    times.split(',').map(range).collect()
}

fn syntax_error(error: SyntaxError) -> RuleError {
    let (column, message) = match &error {
        SyntaxError::Syntax(error) => {
            // The first line of the parser's report is ` --> line:column`; its types are not ours to name.
            let report = error.to_string();
            let place = report.lines().next().and_then(|line| line.rsplit_once(':'));
            (
                place.and_then(|(_, column)| column.parse().ok()),
                in_plain_words(&error.variant.message()),
            )
        }
        other => (None, other.to_string()),
    };
    RuleError {
        part: RulePart::Text,
        column,
        message,
    }
}

/// The parser's "expected wday, or timespan" in words of the trade.
fn in_plain_words(message: &str) -> String {
    let Some(names) = message.strip_prefix("expected ") else {
        return "expected opening hours, as Mo-Fr 09:00-17:00".into();
    };
    let names = names.replace(" or ", ", ");
    let mut words: Vec<&str> = Vec::new();
    for name in names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let word = match name {
            "EOI" => "the end",
            "any_rule_separator" => "`;`",
            "rules_modifier" => "`off`",
            "wday" | "weekday_range" => "a weekday (Mo Tu We Th Fr Sa Su)",
            "timespan" | "time_selector" => "times as 09:00-17:00",
            "timespan_plus" | "extended_time" | "extended_hour_minutes" => "an end as -17:00",
            "time" | "hour_minutes" => "a time as 09:00",
            "holiday" => "`PH`",
            _ => "opening hours as Mo-Fr 09:00-17:00",
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    format!("expected {}", words.join(" or "))
}

/// The parser takes these, but evaluates them by guesses that a plan must not rest on.
fn refuse_what_would_be_misread(text: &str, has_country: bool) -> Result<(), RuleError> {
    let refuse = |byte: usize, message: &str| {
        let column = Some(text[..byte].chars().count() + 1);
        Err(RuleError {
            part: RulePart::Text,
            column,
            message: message.into(),
        })
    };
    let mut from = 0;
    for (index, part) in text.split('"').enumerate() {
        let start = from;
        from += part.len() + 1;
        if index % 2 == 1 {
            continue; // a comment
        }
        let mut at = start;
        for word in part.split_inclusive(|c: char| !c.is_ascii_alphabetic()) {
            let name = word
                .trim_end_matches(|c: char| !c.is_ascii_alphabetic())
                .to_ascii_lowercase();
            match name.as_str() {
                "ph" if !has_country => return refuse(at, "public holidays (PH) need a `country`"),
                "sh" => {
                    return refuse(
                        at,
                        "school holidays (SH) are not known; list the days under `closed`",
                    );
                }
                "dawn" | "sunrise" | "sunset" | "dusk" => {
                    return refuse(
                        at,
                        "sunrise and sunset are not known; expected a time as 09:00",
                    );
                }
                "unknown" => return refuse(at, "hours are open or closed, not `unknown`"),
                _ => {}
            }
            at += word.len();
        }
        let clock_then_plus = |window: &[u8]| matches!(window, [b':', a, b, b'+'] if a.is_ascii_digit() && b.is_ascii_digit());
        if let Some(place) = part.as_bytes().windows(4).position(clock_then_plus) {
            return refuse(start + place + 3, "hours need an end, as 18:00-22:00");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (Option<usize>, String) {
        let error = Rule::parse(text, None, &[], &[]).expect_err(text);
        assert_eq!(error.part, RulePart::Text);
        (error.column, error.message)
    }

    #[test]
    fn mistakes_are_shown_at_their_character_in_plain_words() {
        assert_eq!(
            error("Mo-Fx 09:00-18:00"),
            (Some(4), "expected a weekday (Mo Tu We Th Fr Sa Su)".into())
        );
        assert_eq!(
            error("Mo 09:00"),
            (Some(9), "expected an end as -17:00".into())
        );
        assert_eq!(
            error("Mo-Fr 09:00-18:00 x"),
            (Some(19), "expected the end or `;` or `off`".into())
        );
        assert_eq!(
            error(""),
            (
                Some(1),
                "expected opening hours, as Mo-Fr 09:00-17:00".into()
            )
        );
        assert_eq!(
            error("Mo 09:00-18:00; PH off"),
            (Some(17), "public holidays (PH) need a `country`".into())
        );
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        assert_eq!(error("Mo-Fr 18:00+").0, Some(12));
        assert_eq!(error("sunrise-18:00").0, Some(1));
        assert_eq!(error("Mo 09:00-12:00; SH off").0, Some(17));
        assert_eq!(error("Mo 09:00-12:00 unknown").0, Some(16));
        assert!(Rule::parse("Mo-Fr 09:00-12:00 \"SH, unknown 18:00+\"", None, &[], &[]).is_ok());
    }

    #[test]
    fn an_unknown_country_and_a_crooked_time_besides_are_named() {
        let country = Rule::parse("24/7", Some("XX"), &[], &[]).unwrap_err();
        assert_eq!(country.part, RulePart::Country);
        let besides =
            Rule::parse("24/7", None, &[], &["2026-04-04", "2026-04-04 10-14"]).unwrap_err();
        assert_eq!(besides.part, RulePart::Also(1));
        assert_eq!(
            besides.to_string(),
            "`2026-04-04 10-14` is not a day with times; expected as 2026-04-04 10:00-14:00"
        );
    }
}
