//! `arrivals` of customers: when conversations open.

use jiff::tz::TimeZone;

use crate::arrival::{Arrivals, Profile, Rates, Surge};
use crate::distribution::Count;
use crate::id::ZoneId;
use crate::scenario::fields::{Fields, Item};
use crate::time::{Span, Time};

use super::{Desk, replay, volumes, within_a_century};

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
    let key = match kind.as_ref() {
        Some(kind) if volumes::are_exact(kind) => EXACT,
        Some(kind) => kind.path.rsplit('.').next().unwrap_or_default(),
        None => "",
    }
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

/// Counts that are met exactly: their own kind, since they are no rates.
const EXACT: &str = "as = \"exact\"";

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
            batch: only("batch", BATCHED, "rates, gaps and times")
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
            let Some(volumes) = volumes::read(desk, item).map(|volumes| volumes.expected()) else {
                return Vec::new();
            };
            each(&|place| {
                let share: Vec<_> = volumes
                    .iter()
                    .map(|(at, length, number)| (*at, *length, number * place.share))
                    .collect();
                Some(Rates::by_volume(&share))
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
        EXACT => Arrivals::exact(volumes::read(desk, item)?.exact(item.findings)?),
        _ => Arrivals::replay(replay::read(desk, item)?),
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
/// contact centre volume patterns). The night is assumed.
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
