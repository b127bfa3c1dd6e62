//! Instants in files: with an offset, by the clock on the wall, or as time since the start of the run.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::distributions::seconds_or_duration;
use super::fields::YEARS;
use super::sheet::shown;
use super::tables::run::RunTable;
use crate::time::Time;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Instant {
    /// One instant.
    At(Time),
    /// A local time the clocks of `run.zone` skip; the instant with the offset before the switch.
    Skipped(Time),
    /// A local time they show twice.
    Twice(Time, Time),
}

/// What a cell says, or what is wrong with it and what would be right.
pub(super) fn instant(run: &RunTable, cell: &str) -> Result<Instant, (String, String)> {
    let near = |year: i16| match YEARS.contains(&year) {
        true => Ok(()),
        false => Err((
            format!("`{cell}` is out of reach"),
            "expected a year from 1950 to 2150".to_owned(),
        )),
    };
    if let Ok(instant) = cell.parse::<Timestamp>() {
        near(TimeZone::UTC.to_datetime(instant).year())?;
        return Ok(Instant::At(run.origin.time_of(instant)));
    }
    if let Ok(local) = cell.parse::<DateTime>() {
        near(local.year())?;
        return Ok(at_local(run, local));
    }
    seconds_or_duration(cell)
        .map(|span| Instant::At(Time::ZERO.after(span)))
        .map_err(|_| {
            (
                format!("{} is no instant", shown(cell)),
                "as in 2026-03-02T09:00+01:00, 2026-03-02 09:00 (in `run.zone`), or seconds from the start"
                    .to_owned(),
            )
        })
}

/// The instant at which the clocks of `run.zone` show a local time.
pub(super) fn at_local(run: &RunTable, local: DateTime) -> Instant {
    let zone = &run.run.zone;
    let first = run.origin.time(local, zone);
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Instant::At(first),
        AmbiguousOffset::Gap { .. } => Instant::Skipped(first),
        AmbiguousOffset::Fold { .. } => match ambiguous.later() {
            Ok(second) => Instant::Twice(first, run.origin.time_of(second)),
            Err(_) => Instant::At(first),
        },
    }
}
