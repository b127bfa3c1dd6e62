//! `[run]`: when, how long, how often.

use jiff::tz::TimeZone;

use crate::calendar::Origin;
use crate::scenario::Run;
use crate::scenario::fields::{Fields, Item};
use crate::time::{Span, Time};
use crate::world::Ending;

/// `[run]` as read; what concerns the engine stands beside what does not.
pub(in crate::scenario) struct RunTable {
    pub(in crate::scenario) run: Run,
    pub(in crate::scenario) zone_name: String,
    pub(in crate::scenario) origin: Origin,
    pub(in crate::scenario) warm_up: Time,
    pub(in crate::scenario) length: Time,
    pub(in crate::scenario) limit: Time,
    pub(in crate::scenario) ending: Ending,
    pub(in crate::scenario) count_balkers: bool,
}

/// Reads the table; `baseline` is left to the strategies.
pub(in crate::scenario) fn read<'a>(fields: Option<&Fields<'a>>) -> (RunTable, Option<Item<'a>>) {
    let mut baseline = None;
    let zone = fields
        .and_then(|fields| fields.read("zone", Item::zone))
        .unwrap_or(TimeZone::UTC);
    let mut run = Run {
        start: jiff::civil::date(2026, 1, 5),
        zone: zone.clone(),
        interval: Span::MINUTE * 30,
        replications: 20,
        seed: 1,
        confidence: 0.95,
        baseline: 0,
        currency: "EUR".to_owned(),
    };
    let mut length = Span::DAY * 7;
    let mut warm_up = Span::ZERO;
    let mut limit = Span::WEEK * 4;
    let mut ending = Ending::RunOn;
    let mut count_balkers = true;
    if let Some(fields) = fields {
        let set = |target: &mut Span, value: Option<Span>| {
            if let Some(value) = value {
                *target = value;
            }
        };
        if let Some(start) = fields.read("start", Item::date) {
            run.start = start;
        }
        set(&mut length, fields.read("length", Item::long));
        let warm_up_item = fields.get("warm_up");
        set(&mut warm_up, warm_up_item.as_ref().and_then(Item::span));
        if let Some(item) = warm_up_item.filter(|_| warm_up >= length) {
            item.wrong(
                format!("`run.warm_up` takes {warm_up}, but the run only {length}"),
                "nothing would count; expected less than `run.length`",
            );
            warm_up = Span::ZERO;
        }
        set(&mut run.interval, fields.read("interval", interval));
        if let Some(replications) = fields.read("replications", replications) {
            run.replications = replications;
        }
        if let Some(seed) = fields.read("seed", |seed| seed.integer(0..=i64::MAX)) {
            run.seed = seed as u64;
        }
        run.confidence = fields
            .read("confidence", confidence)
            .unwrap_or(run.confidence);
        let endings = [
            ("run-on", Ending::RunOn),
            ("drain", Ending::Drain),
            ("cut", Ending::Cut),
        ];
        ending = fields
            .read("ending", |item| item.choice(&endings))
            .unwrap_or(ending);
        set(&mut limit, fields.read("limit", Item::span));
        baseline = fields.get("baseline");
        count_balkers = fields.read("count_balkers", Item::boolean).unwrap_or(true);
        if let Some(currency) = fields.read("currency", |currency| currency.text()) {
            run.currency = currency.to_owned();
        }
        fields.later(&["precision"]);
    }
    let table = RunTable {
        zone_name: zone.iana_name().unwrap_or("UTC").to_owned(),
        origin: Origin::midnight(run.start, &zone),
        run,
        warm_up: Time::ZERO.after(warm_up),
        length: Time::ZERO.after(length),
        limit: Time::ZERO.after(length).after(limit),
        ending,
        count_balkers,
    };
    (table, baseline)
}

fn interval(item: &Item) -> Option<Span> {
    let interval = item.long()?;
    if Span::DAY.0 % interval.0 != 0 {
        item.wrong(
            format!("an interval of {interval} does not divide a day"),
            "as in \"15 min\", \"30 min\" or \"1 h\"",
        );
        return None;
    }
    if Span::HOUR.0 % interval.0 != 0 && interval.0 % Span::HOUR.0 != 0 {
        item.findings.warning(
            item.node.at,
            format!("an interval of {interval} does not divide the hour"),
            "labels will not fall on full hours",
        );
    }
    Some(interval)
}

fn replications(item: &Item) -> Option<u32> {
    let replications = item.whole(1)?;
    if replications < 2 {
        item.findings.warning(
            item.node.at,
            "one replication gives no intervals",
            "2 or more tell luck from effect",
        );
    }
    Some(replications)
}

fn confidence(item: &Item) -> Option<f64> {
    let confidence = item.share()?;
    if confidence > 0.0 && confidence < 1.0 {
        return Some(confidence);
    }
    item.wrong(
        format!("`run.confidence` is {confidence}"),
        "expected between 0 and 1, as in 0.95",
    );
    None
}
