//! `arrivals` of customers: when conversations open.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::arrival::{Arrivals, Given, Profile, Rates, Surge};
use crate::distribution::Count;
use crate::id::{TopicId, ZoneId};
use crate::scenario::distributions::seconds_or_duration;
use crate::scenario::fields::{Fields, Item, YEARS};
use crate::scenario::problem::did_you_mean;
use crate::time::{Span, Time};

use super::{Desk, within_a_century};

/// A zone customers live in, with its share of them.
pub(in crate::scenario) struct Place {
    pub(in crate::scenario) id: ZoneId,
    pub(in crate::scenario) zone: TimeZone,
    pub(in crate::scenario) share: f64,
}

/// The streams of the places, each `None` where something is wrong.
pub(in crate::scenario) fn read(
    desk: &Desk,
    item: &Item,
    places: &[Place],
) -> Vec<Option<Arrivals>> {
    let Some(fields) = item.fields() else {
        return Vec::new();
    };
    let kind = fields.one_of(&[
        "per_day",
        "per_hour",
        "rates",
        "every",
        "renewal",
        "counts",
        "times",
        "switching",
        "finite",
    ]);
    let key = kind
        .as_ref()
        .and_then(|kind| kind.path.rsplit('.').next())
        .unwrap_or_default()
        .to_owned();
    let companions = Companions::read(desk, &fields, &key);
    let streams = match &kind {
        None => {
            let _: Option<()> = fields.need("per_day", "per_day = 900, or one of `per_hour`, `rates`, `every`, `renewal`, `counts`, `times`, `switching`, `finite`", |_| None);
            Vec::new()
        }
        Some(kind) if RATED.contains(&key.as_str()) => {
            let rates = rates(desk, kind, &key, &companions, places);
            rates
                .into_iter()
                .map(|rates| {
                    vary(
                        desk,
                        item,
                        &companions,
                        Arrivals::poisson(surged(desk, item, &companions, rates?)?),
                    )
                })
                .collect()
        }
        Some(kind) => {
            if places.len() > 1 {
                item.findings.error(
                    kind.key,
                    format!("`{}` cannot be split over zones", kind.path),
                    "make a segment for each zone",
                );
            }
            vec![fixed(desk, kind, &key).and_then(|stream| vary(desk, item, &companions, stream))]
        }
    };
    fields.done();
    streams
}

/// Kinds whose rates are known beforehand.
const RATED: &[&str] = &["per_day", "per_hour", "rates", "counts"];

/// Kinds that are Poisson streams.
const POISSON: &[&str] = &["per_day", "per_hour", "rates", "counts", "switching"];

/// Kinds at whose instants several may open together.
const BATCHED: &[&str] = &[
    "per_day",
    "per_hour",
    "rates",
    "counts",
    "switching",
    "every",
    "renewal",
    "times",
];

/// Keys that stand beside the kind.
#[derive(Default)]
struct Companions {
    profile: Option<Vec<f64>>,
    weekdays: Option<[f64; 7]>,
    interval: Option<Span>,
    busyness_cv: f64,
    interval_cv: f64,
    surges: Vec<LocalSurge>,
    batch: Option<Count>,
}

/// A surge in local time.
struct LocalSurge {
    at: jiff::civil::DateTime,
    length: Span,
    factor: f64,
}

impl Companions {
    fn read(desk: &Desk, fields: &Fields, kind: &str) -> Companions {
        let only = |key: &'static str, kinds: &[&str], with: &str| {
            let item = fields.get(key)?;
            if !kind.is_empty() && !kinds.contains(&kind) {
                fields.findings.error(
                    item.key,
                    format!("`{key}` has no meaning with `{kind}`"),
                    format!("it goes with {with}"),
                );
                return None;
            }
            Some(item)
        };
        Companions {
            profile: only("profile", &["per_day"], "`per_day`")
                .as_ref()
                .and_then(profile),
            weekdays: only("weekdays", &["per_day"], "`per_day`")
                .as_ref()
                .and_then(weekdays),
            interval: only("interval", &["rates"], "`rates`")
                .as_ref()
                .and_then(Item::long),
            busyness_cv: only("busyness_cv", POISSON, "rates")
                .as_ref()
                .and_then(Item::amount)
                .unwrap_or(0.0),
            interval_cv: only("interval_cv", POISSON, "rates")
                .as_ref()
                .and_then(Item::amount)
                .unwrap_or(0.0),
            surges: only("surges", RATED, "rates")
                .as_ref()
                .and_then(surges)
                .unwrap_or_default(),
            batch: only("batch", BATCHED, "streams of openings")
                .as_ref()
                .and_then(|item| desk.distributions.count(item)),
        }
    }
}

fn rates(
    desk: &Desk,
    item: &Item,
    kind: &str,
    companions: &Companions,
    places: &[Place],
) -> Vec<Option<Rates>> {
    let each = |read: &dyn Fn(&Place) -> Option<Result<Rates, String>>| -> Vec<Option<Rates>> {
        places
            .iter()
            .map(|place| read(place)?.map_err(|why| item.wrong(why, "")).ok())
            .collect()
    };
    match kind {
        "per_day" => {
            let Some(per_day) = item.rate() else {
                return Vec::new();
            };
            let slots = companions.profile.clone().unwrap_or_else(|| vec![1.0]);
            let weekdays = companions.weekdays.unwrap_or([1.0; 7]);
            each(&|place| {
                let profile = Profile {
                    per_day: per_day * place.share,
                    slots: slots.clone(),
                    weekdays,
                };
                Some(Rates::profiled(
                    &profile,
                    &place.zone,
                    desk.run.origin.timestamp(),
                    desk.run.limit - Time::ZERO,
                ))
            })
        }
        "per_hour" => {
            let Some(per_hour) = item.rate() else {
                return Vec::new();
            };
            each(&|place| Some(Rates::constant(per_hour * place.share)))
        }
        "rates" => {
            let rates = item
                .array()
                .and_then(|rates| rates.iter().map(Item::rate).collect::<Option<Vec<f64>>>());
            if companions.interval.is_none() {
                item.findings.absent(
                    item.key,
                    format!("`{}` needs `interval` beside it", item.path),
                    "as in interval = \"30 min\"",
                );
            }
            let (Some(rates), Some(interval)) = (rates, companions.interval) else {
                return Vec::new();
            };
            if !within_a_century(item, interval, rates.len()) {
                return Vec::new();
            }
            each(&|place| {
                Some(Rates::by_interval(
                    &rates
                        .iter()
                        .map(|rate| rate * place.share)
                        .collect::<Vec<_>>(),
                    interval,
                ))
            })
        }
        _ => {
            let Some((volumes, weekly)) = volumes(desk, item) else {
                return Vec::new();
            };
            each(&|place| {
                let share: Vec<Volume> = volumes
                    .iter()
                    .map(|(at, length, number)| (*at, *length, number * place.share))
                    .collect();
                Some(Rates::by_volume(&share, weekly))
            })
        }
    }
}

/// What cannot be split: fixed times, gaps, rates that switch, and populations.
fn fixed(desk: &Desk, item: &Item, kind: &str) -> Option<Arrivals> {
    let built = match kind {
        "every" => {
            let fields = item.fields()?;
            let gap = fields.need("gap", "gap = \"60 s\"", Item::span);
            let first = fields.read("first", Item::span).unwrap_or(Span::ZERO);
            let count = fields.read("count", |count| count.whole(0)).map(u64::from);
            fields.done();
            Arrivals::every(gap?, Time::ZERO.after(first), count)
        }
        "switching" => {
            let state = |member: &Item| {
                let fields = member.fields()?;
                let per_hour = fields.need("per_hour", "per_hour = 10.0", Item::rate);
                let lasts = fields.need("lasts", "lasts = { exponential = \"1 h\" }", |item| {
                    desk.distributions.read(item)
                });
                fields.done();
                Some((per_hour?, lasts?))
            };
            Arrivals::switching(
                item.array()?
                    .iter()
                    .map(state)
                    .collect::<Option<Vec<_>>>()?,
            )
        }
        "renewal" => Arrivals::renewal(desk.distributions.read(item)?),
        "finite" => {
            let fields = item.fields()?;
            let population = fields.need("population", "population = 20", |members| {
                members.integer(1..=1_000_000)
            });
            let think = fields.need("think", "think = { exponential = \"30 min\" }", |item| {
                desk.distributions.read(item)
            });
            fields.done();
            Ok(Arrivals::finite(population? as u32, think?))
        }
        _ => Arrivals::replay(times(desk, item)?),
    };
    built.map_err(|why| item.wrong(why, "")).ok()
}

/// Rates with the surges, which are written in the time of the report.
fn surged(desk: &Desk, item: &Item, companions: &Companions, rates: Rates) -> Option<Rates> {
    if companions.surges.is_empty() {
        return Some(rates);
    }
    let surge = |surge: &LocalSurge| {
        let from = desk.run.origin.time(surge.at, &desk.run.run.zone);
        Surge {
            from,
            to: from.after(surge.length),
            factor: surge.factor,
        }
    };
    rates
        .surged(&companions.surges.iter().map(surge).collect::<Vec<_>>())
        .map_err(|why| item.wrong(why, ""))
        .ok()
}

/// A stream with what varies it.
fn vary(desk: &Desk, item: &Item, companions: &Companions, stream: Arrivals) -> Option<Arrivals> {
    let build = || {
        let mut stream = stream;
        if companions.busyness_cv > 0.0 {
            stream = stream.with_busyness(companions.busyness_cv)?;
        }
        if companions.interval_cv > 0.0 {
            stream =
                stream.with_interval_busyness(companions.interval_cv, desk.run.run.interval)?;
        }
        Ok(match &companions.batch {
            Some(batch) => stream.with_batch(batch.clone()),
            None => stream,
        })
    };
    build().map_err(|why: String| item.wrong(why, "")).ok()
}

/// "flat", "office-day", "evening", or weights of the hours, half or quarter hours of a day.
fn profile(item: &Item) -> Option<Vec<f64>> {
    if item.as_text().is_some() {
        return item.choice(&[
            ("flat", vec![1.0]),
            ("office-day", OFFICE_DAY.to_vec()),
            ("evening", EVENING.to_vec()),
        ]);
    }
    let Some(members) = item.as_array() else {
        return item.expected("\"flat\", \"office-day\", \"evening\", or 24, 48 or 96 weights");
    };
    let weights = members
        .iter()
        .map(Item::amount)
        .collect::<Option<Vec<f64>>>()?;
    if ![24, 48, 96].contains(&weights.len()) {
        item.wrong(
            format!("`{}` has {} weights", item.path, weights.len()),
            "expected 24, 48 or 96, one for each hour, half or quarter hour",
        );
        return None;
    }
    if weights.iter().all(|weight| *weight == 0.0) {
        item.wrong(
            format!("`{}` adds up to nothing", item.path),
            "at least one weight above 0",
        );
        return None;
    }
    Some(weights)
}

/// Two humps: peaks 09:30-11:30, 13:00-14:30 and 15:30-17:30, 2.5 to 4 times the quietest hour of the day (Turnella,
/// contact centre volume patterns; `domain.md` 3.1). The night is assumed.
const OFFICE_DAY: &[f64; 24] = &[
    0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0, 2.0, 3.2, 3.6, 3.0, 2.2, 3.0, 2.8, 3.0, 3.2, 2.4, 1.4,
    1.0, 0.8, 0.6, 0.4, 0.2,
];

/// People who write after work: most between 18:00 and 23:00. Assumed.
const EVENING: &[f64; 24] = &[
    0.6, 0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 0.6, 0.8, 0.9, 1.0, 1.1, 1.3, 1.2, 1.1, 1.1, 1.3, 1.8, 2.6,
    3.2, 3.6, 3.4, 2.4, 1.2,
];

fn weekdays(item: &Item) -> Option<[f64; 7]> {
    let factors = item
        .array()?
        .iter()
        .map(Item::amount)
        .collect::<Option<Vec<f64>>>()?;
    let count = factors.len();
    let factors = factors.try_into().ok();
    if factors.is_none() {
        item.wrong(
            format!("`{}` has {count} factors", item.path),
            "expected 7, Monday to Sunday",
        );
    }
    factors
}

fn surges(item: &Item) -> Option<Vec<LocalSurge>> {
    let read = |entry: &Item| {
        let fields = entry.fields()?;
        let at = fields.need("at", "at = 2026-03-10T09:00:00", Item::date_time);
        let length = fields.need("length", "length = \"2 h\"", Item::long);
        let factor = fields.need("factor", "factor = 3.0", Item::amount);
        fields.done();
        Some(LocalSurge {
            at: at?,
            length: length?,
            factor: factor?,
        })
    };
    Some(item.array()?.iter().filter_map(read).collect())
}

/// Openings as durations from the start, written here or in a file whose first column, or column `opened`, holds them
/// beside what else is given.
fn times(desk: &Desk, item: &Item) -> Option<Vec<(Time, Given)>> {
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
    let file = fields.get("file");
    let content = match &file {
        Some(file) => desk.files.read(file),
        None => fields.need("file", "file = \"openings.csv\"", |_| None),
    };
    fields.done();
    let (file, content) = (file?, content?);
    let read = || {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(content.as_bytes());
        let headers = reader.headers().map_err(|error| error.to_string())?.clone();
        let opened = headers.iter().position(|header| header == "opened");
        if opened.is_none() && headers.get(0).is_some_and(|first| GIVEN.contains(&first)) {
            return Err("there is no column `opened`".to_owned());
        }
        let column = opened.unwrap_or(0);
        let mut times = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, |position| position.line());
            let at = time_of(desk, record.get(column).unwrap_or_default());
            let given = given(desk, headers.iter().zip(&record));
            let row = at.and_then(|at| Ok((at, given?)));
            times.push(row.map_err(|why| format!("line {line}: {why}"))?);
        }
        Ok(times)
    };
    read()
        .map_err(|why| {
            file.wrong(
                format!("`{}`: {why}", file.as_text().unwrap_or_default()),
                "",
            )
        })
        .ok()
}

/// Columns beside `opened`.
const GIVEN: &[&str] = &["topic", "urgency", "work", "turns", "patience", "reply_gap"];

/// What the columns of a line give; an empty cell gives nothing.
fn given<'a>(
    desk: &Desk,
    cells: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Given, String> {
    let mut given = Given::default();
    for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        let expected = |what: &str| format!("`{column}` is `{cell}`; expected {what}");
        let span =
            || seconds_or_duration(cell).map_err(|why| format!("`{column}` is `{cell}`: {why}"));
        match column {
            "topic" => {
                let topics = &desk.names.topics;
                let position = topics.iter().position(|topic| topic == cell);
                given.topic = Some(TopicId::from(position.ok_or_else(|| {
                    let near = did_you_mean(cell, topics.iter().map(String::as_str));
                    format!("there is no topic `{cell}`; {near}")
                })?));
            }
            "urgency" => {
                let urgency = cell
                    .parse()
                    .ok()
                    .filter(|urgency| (1..=9).contains(urgency));
                given.urgency = Some(urgency.ok_or_else(|| expected("an integer from 1 to 9"))?);
            }
            "turns" => {
                let turns = cell.parse().ok();
                given.turns = Some(turns.ok_or_else(|| expected("an integer from 0 on"))?);
            }
            "work" => given.work = Some(span()?),
            "patience" => given.patience = Some(span()?),
            "reply_gap" => given.reply_gap = Some(span()?),
            _ => {}
        }
    }
    Ok(given)
}

/// Seconds or a duration from the start of the run, or an instant in ISO 8601.
fn time_of(desk: &Desk, cell: &str) -> Result<Time, String> {
    let near = |year: i16| match YEARS.contains(&year) {
        true => Ok(()),
        false => Err(format!("`{cell}`: expected a year from 1950 to 2150")),
    };
    if let Ok(instant) = cell.parse::<Timestamp>() {
        near(TimeZone::UTC.to_datetime(instant).year())?;
        return Ok(desk.run.origin.time_of(instant));
    }
    if let Ok(local) = cell.parse::<jiff::civil::DateTime>() {
        near(local.year())?;
        return Ok(desk.run.origin.time(local, &desk.run.run.zone));
    }
    seconds_or_duration(cell)
        .map(|span| Time::ZERO.after(span))
        .map_err(|why| format!("`{cell}`: {why}"))
}

/// When an interval starts, how long it is, and how many are expected in it.
type Volume = (Time, Span, f64);

/// Numbers by interval, added over what is selected, and whether they repeat by the week.
///
/// The file has the columns of Amazon Connect's forecast import.
fn volumes(desk: &Desk, item: &Item) -> Option<(Vec<Volume>, bool)> {
    let fields = item.fields()?;
    let file = fields.get("file");
    let content = match &file {
        Some(file) => desk.files.read(file),
        None => fields.need("file", "file = \"volumes.csv\"", |_| None),
    };
    if let Some(kind) = fields.get("as")
        && kind.choice(&[("expected", true), ("exact", false)]) == Some(false)
    {
        kind.wrong(
            "`as = \"exact\"` is not built yet",
            "\"expected\" takes the numbers as rates",
        );
    }
    let weekly = fields
        .read("repeat", |repeat| repeat.choice(&[("weekly", true)]))
        .unwrap_or(false);
    let mut filters = Vec::new();
    if let Some(inner) = fields.read("where", Item::fields) {
        for (column, value) in inner.all() {
            filters.extend(value.text().map(|text| (column, text)));
        }
    }
    fields.done();
    let (file, content) = (file?, content?);
    let read = read_volumes(desk, &content, &filters);
    read.map_err(|why| {
        file.wrong(
            format!("`{}`: {why}", file.as_text().unwrap_or_default()),
            "columns TimeStamp, IntervalDuration, IncomingContactVolume",
        )
    })
    .ok()
    .map(|volumes| (volumes, weekly))
}

fn read_volumes(
    desk: &Desk,
    content: &str,
    filters: &[(&str, &str)],
) -> Result<Vec<Volume>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(content.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(str::to_owned)
        .collect();
    let column = |name: &str| {
        let found = headers.iter().position(|header| header == name);
        found.ok_or_else(|| {
            format!(
                "there is no column `{name}`; {}",
                did_you_mean(name, headers.iter().map(String::as_str))
            )
        })
    };
    let [stamp, duration, volume] = [
        column("TimeStamp")?,
        column("IntervalDuration")?,
        column("IncomingContactVolume")?,
    ];
    let filters = filters
        .iter()
        .map(|(name, value)| Ok((column(name)?, *value)))
        .collect::<Result<Vec<_>, String>>()?;
    // Several queues and channels may share an interval; their numbers add up.
    let mut sums: std::collections::BTreeMap<Time, (Span, f64)> = std::collections::BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |position| position.line());
        let cell = |column: usize| record.get(column).unwrap_or_default();
        if !filters
            .iter()
            .all(|(column, value)| cell(*column) == *value)
        {
            continue;
        }
        let at = time_of(desk, cell(stamp)).map_err(|why| format!("line {line}: {why}"))?;
        let length = length_of(cell(duration)).ok_or_else(|| {
            format!(
                "line {line}: `{}` is no interval, as 30mins",
                cell(duration)
            )
        })?;
        let number = cell(volume)
            .parse::<f64>()
            .ok()
            .filter(|number| *number >= 0.0 && number.is_finite());
        let number = number
            .ok_or_else(|| format!("line {line}: `{}` is no number of contacts", cell(volume)))?;
        let sum = sums.entry(at).or_insert((length, 0.0));
        if sum.0 != length {
            return Err(format!(
                "line {line}: two intervals of different length start at {}",
                cell(stamp)
            ));
        }
        sum.1 += number;
    }
    if sums.is_empty() {
        return Err("no line is selected".to_owned());
    }
    // What lies before the run is left out, what reaches into it counts by its part.
    let inside = sums
        .into_iter()
        .filter(|(at, (length, _))| at.after(*length) > Time::ZERO)
        .map(|(at, (length, number))| {
            let from = at.max(Time::ZERO);
            let left = at.after(length) - from;
            (from, left, number * left.seconds() / length.seconds())
        });
    let volumes: Vec<Volume> = inside.collect();
    if volumes.is_empty() || volumes[0].0 >= desk.run.length {
        return Err("no interval lies within the run; see `run.start` and `run.length`".to_owned());
    }
    Ok(volumes)
}

/// `15mins`, `30mins`, `daily`, or any duration.
fn length_of(cell: &str) -> Option<Span> {
    match cell {
        "daily" => Some(Span::DAY),
        "hourly" => Some(Span::HOUR),
        text => crate::scenario::fields::duration(text)
            .ok()
            .filter(|span| *span > Span::ZERO),
    }
}
