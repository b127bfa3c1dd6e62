//! `[customers]`: who comes, with what, and how long they put up with waiting.

use crate::arrival::Arrivals;
use crate::customer::{Customers, Home, Retry};
use crate::fact::{End, Reason};
use crate::id::{TopicId, ZoneId};
use crate::rule::Patience;
use crate::scenario::fields::{Fields, Item, zone};
use crate::scenario::hours::Calendars;
use crate::scenario::names::find_key;

use super::arrivals::{self, Place};
use super::channels::patience;
use super::{Desk, cumulative};

pub(in crate::scenario) fn read(desk: &Desk, name: &str) -> Customers {
    let mut customers = nobody(desk);
    let Some(fields) = desk.open("customers", name) else {
        return customers;
    };
    let zones = zones(desk, &fields);
    let places: Vec<Place> = zones
        .iter()
        .map(|(id, zone, share)| Place {
            id: *id,
            zone: zone.clone(),
            share: *share,
        })
        .collect();
    let streams: Vec<Option<Arrivals>> = fields
        .need("arrivals", "arrivals = { per_day = 900 }", |item| {
            Some(arrivals::read(desk, item, &places))
        })
        .unwrap_or_default();
    let online = fields.get("online");
    for (place, stream) in places.iter().zip(streams) {
        let online = online.as_ref().map_or(Some(Calendars::ALWAYS), |online| {
            desk.hours.read(online, &place.zone)
        });
        if let (Some(online), Some(arrivals)) = (online, stream) {
            customers.homes.push(Home {
                zone: place.id,
                arrivals,
                online,
            });
        }
    }
    if let Some(topics) = fields.read("topics", |item| topics(desk, item)) {
        customers.topics = topics;
    }
    customers.patience = fields
        .read("patience", |item| patience(desk, item))
        .unwrap_or_default();
    customers.tolerance = desk.distribution(&fields, "tolerance");
    customers.urgency = fields
        .read("urgency", |urgency| urgency.integer(1..=9))
        .unwrap_or(3) as u8;
    let balk = fields.read("balk", |item| {
        item.array()?
            .iter()
            .map(Item::share)
            .collect::<Option<Vec<f64>>>()
    });
    customers.balk = balk.unwrap_or_default();
    if let Some(accepts) = fields.read("accepts", Item::fields) {
        for (channel, probability) in accepts.all() {
            let position = find_key(
                &desk.names.channels,
                "there is no channel",
                channel,
                &probability,
            );
            let share = probability.share();
            if let (Some(position), Some(share)) = (position, share) {
                customers.accepts[position] = share;
            }
        }
    }
    customers.retry = fields.read("retry", |item| retry(desk, item));
    fields.later(&["repeat"]);
    fields.done();
    customers
}

/// Customers that this strategy does not have.
fn nobody(desk: &Desk) -> Customers {
    Customers {
        homes: Vec::new(),
        topics: all_topics_alike(desk),
        patience: Patience::default(),
        tolerance: None,
        urgency: 3,
        balk: Vec::new(),
        accepts: vec![1.0; desk.names.channels.len()],
        retry: None,
    }
}

/// The topics this strategy has; `any` if there are none at all.
fn all_topics_alike(desk: &Desk) -> Vec<(TopicId, f64)> {
    let section = desk.document.table("topics");
    let has = |name: &String| section.is_some_and(|section| section.get(name).is_some());
    let mut ids: Vec<TopicId> = (0..desk.names.topics.len())
        .filter(|&topic| has(&desk.names.topics[topic]))
        .map(TopicId::from)
        .collect();
    if ids.is_empty() {
        ids.push(TopicId(0));
    }
    let shares = cumulative(&vec![1.0; ids.len()]).unwrap_or_default();
    ids.into_iter().zip(shares).collect()
}

/// Where they live, with shares that add up to 1.
fn zones(desk: &Desk, fields: &Fields) -> Vec<(ZoneId, jiff::tz::TimeZone, f64)> {
    let Some(item) = fields.one_of(&["zone", "zones"]) else {
        let id = desk.names.zone_id(&desk.run.zone_name).unwrap_or(ZoneId(0));
        return vec![(id, desk.run.run.zone.clone(), 1.0)];
    };
    if item.path.ends_with(".zone") {
        let found = item
            .zone()
            .zip(item.text().and_then(|name| desk.names.zone_id(name)));
        return found
            .map(|(zone, id)| vec![(id, zone, 1.0)])
            .unwrap_or_default();
    }
    let Some(mix) = item.fields() else {
        return Vec::new();
    };
    let mut zones = Vec::new();
    let mut total = 0.0;
    for (name, weight) in mix.all() {
        let found = zone(item.findings, weight.key, name).zip(desk.names.zone_id(name));
        let weight = weight.amount();
        if let (Some((zone, id)), Some(weight)) = (found, weight) {
            total += weight;
            zones.push((id, zone, weight, name));
        }
    }
    // Their luck grows from their places.
    zones.sort_by_key(|(_, _, _, name)| *name);
    if zones.is_empty() || total <= 0.0 {
        if !item.findings.any_error() {
            item.wrong(
                format!("`{}` adds up to nothing", item.path),
                "as in { \"Europe/Berlin\" = 0.7, \"Europe/London\" = 0.3 }",
            );
        }
        return Vec::new();
    }
    zones
        .into_iter()
        .map(|(id, zone, weight, _)| (id, zone, weight / total))
        .collect()
}

fn topics(desk: &Desk, item: &Item) -> Option<Vec<(TopicId, f64)>> {
    let fields = item.fields()?;
    let mut mix = Vec::new();
    let mut sound = true;
    for (name, weight) in fields.all() {
        let position = find_key(&desk.names.topics, "there is no topic", name, &weight);
        match (position, weight.amount()) {
            (Some(position), Some(weight)) => {
                mix.push((TopicId::from(position), weight));
            }
            _ => sound = false,
        }
    }
    // Not the order of the file: the luck of a mix grows from its order.
    mix.sort_by_key(|(id, _)| *id);
    let (ids, weights): (Vec<_>, Vec<_>) = mix.into_iter().unzip();
    match cumulative(&weights) {
        Some(shares) => Some(ids.into_iter().zip(shares).collect()),
        None => {
            if sound {
                item.wrong(
                    format!("`{}` adds up to nothing", item.path),
                    "as in { billing = 0.6, technical = 0.4 }",
                );
            }
            None
        }
    }
}

/// What a customer may come back after.
#[derive(Clone, Copy)]
enum Failure {
    End(End),
    Reason(Reason),
    AnyReason,
}

fn retry(desk: &Desk, item: &Item) -> Option<Retry> {
    let fields = item.fields()?;
    let failures = [
        ("abandoned", Failure::End(End::Abandoned)),
        ("broke-off", Failure::End(End::BrokeOff)),
        ("left", Failure::End(End::Left)),
        ("timed-out", Failure::End(End::TimedOut)),
        ("rejected", Failure::AnyReason),
        ("closed", Failure::Reason(Reason::Closed)),
        ("unstaffed", Failure::Reason(Reason::Unstaffed)),
        ("wait-too-long", Failure::Reason(Reason::WaitTooLong)),
        ("queue-full", Failure::Reason(Reason::QueueFull)),
        ("refused", Failure::Reason(Reason::Refused)),
        ("no-route", Failure::Reason(Reason::NoRoute)),
    ];
    let every_reason = [
        Reason::Closed,
        Reason::Unstaffed,
        Reason::WaitTooLong,
        Reason::QueueFull,
        Reason::Refused,
        Reason::NoRoute,
    ];
    let (mut ends, mut reasons) = (Vec::new(), Vec::new());
    let on = fields.need("on", "on = [\"abandoned\", \"queue-full\"]", Item::array);
    for failure in on.iter().flatten() {
        match failure.choice(&failures) {
            Some(Failure::End(end)) => ends.push(end),
            Some(Failure::Reason(reason)) => reasons.push(reason),
            Some(Failure::AnyReason) => reasons.extend(every_reason),
            None => {}
        }
    }
    let probability = fields.read("probability", Item::share).unwrap_or(1.0);
    let after = fields.need("after", "after = { exponential = \"20 min\" }", |item| {
        desk.distributions.read(item)
    });
    let attempts = fields
        .get("attempts")
        .and_then(|item| match item.as_text() {
            Some("unlimited") => None,
            _ => item.whole(1),
        });
    fields.done();
    on?;
    Some(Retry {
        ends,
        reasons,
        probability,
        after: after?,
        attempts,
    })
}
