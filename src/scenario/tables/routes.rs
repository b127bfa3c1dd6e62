//! The routes of a strategy.

use crate::id::ChannelId;
use crate::route::{Condition, Route};
use crate::scenario::fields::{Fields, Item};

use super::Desk;

pub(in crate::scenario) fn read(desk: &Desk, item: &Item) -> Vec<Route> {
    let Some(members) = item.array() else {
        return Vec::new();
    };
    if members.is_empty() {
        item.wrong(
            format!("`{}` is empty", item.path),
            "as in [{ to = \"chat\" }]",
        );
    }
    members
        .iter()
        .filter_map(|member| route(desk, member))
        .collect()
}

fn route(desk: &Desk, item: &Item) -> Option<Route> {
    let fields = item.fields()?;
    let conditions = fields
        .read("if", Item::fields)
        .map(|inner| conditions(desk, inner))
        .unwrap_or_default();
    let to = fields.need("to", "to = \"chat\"", |to| channel(desk, to));
    let queue = fields.read("queue", |queue| desk.names.queue_id(queue));
    fields.done();
    Some(Route {
        conditions,
        to: to?,
        queue,
    })
}

/// A channel that this strategy has.
fn channel(desk: &Desk, item: &Item) -> Option<ChannelId> {
    let id = desk.names.channel_id(item)?;
    if desk
        .document
        .table("channels")
        .and_then(|channels| channels.get(&desk.names.channels[id.index()]))
        .is_none()
    {
        item.findings.absent(
            item.node.at,
            format!("`{}` is a channel of another strategy only", item.text()?),
            "define it under [channels]",
        );
        return None;
    }
    Some(id)
}

/// Descriptive conditions first, then those that give a reason.
fn conditions(desk: &Desk, fields: Fields) -> Vec<Condition> {
    let zone = |item: &Item| {
        item.zone()?;
        let name = item.text()?;
        let id = desk.names.zone_id(name);
        if id.is_none() {
            item.findings.absent(
                item.node.at,
                format!("no customers live in `{name}`"),
                super::super::problem::did_you_mean(
                    name,
                    desk.names.zones.iter().map(String::as_str),
                ),
            );
        }
        id
    };
    let conditions = [
        fields
            .read("topic", |item| desk.names.topic_id(item))
            .map(Condition::Topic),
        fields
            .read("customers", |item| desk.names.customers_id(item))
            .map(Condition::Customers),
        fields
            .read("urgency", |item| item.integer(1..=9))
            .map(|urgency| Condition::Urgency(urgency as u8)),
        fields.read("zone", zone).map(Condition::Zone),
        fields
            .read("hours", |item| desk.hours.read(item, &desk.run.run.zone))
            .map(Condition::Hours),
        fields.read("share", Item::share).map(Condition::Share),
        fields
            .read("open", |item| channel(desk, item))
            .map(Condition::Open),
        fields
            .read("staffed", |item| channel(desk, item))
            .map(Condition::Staffed),
        fields
            .read("wait_below", Item::span)
            .map(Condition::WaitBelow),
        fields
            .read("wait_above", Item::span)
            .map(Condition::WaitAbove),
        fields
            .read("queue_below", |item| item.whole(0))
            .map(Condition::QueueBelow),
    ];
    fields.done();
    conditions.into_iter().flatten().collect()
}
