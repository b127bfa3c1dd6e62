//! `[targets]`: promises to keep.

use crate::measure::{Clock, Formula, Kind, Measure};
use crate::scenario::fields::{Fields, Item};
use crate::scenario::problem::did_you_mean;
use crate::time::Span;
use crate::world::Target;

use super::Desk;

/// Reads a target; `None` if it is not sound, which has been reported.
pub(in crate::scenario) fn read(desk: &Desk, name: &str) -> Option<Target> {
    let fields = desk.open("targets", name)?;
    let metric = fields.need("metric", "metric = \"queue_wait\"", metric);
    let customers = fields.read("customers", |item| desk.names.customers_id(item));
    let topic = fields.read("topic", |item| desk.names.topic_id(item));
    let channel = fields.read("channel", |item| desk.names.channel_id(item));
    let queue = fields.read("queue", |item| desk.names.queue_id(item));
    let within = fields.need("within", "within = \"60 s\"", Item::span);
    let share = fields.need("share", "share = 0.8", Item::share);
    let clock = fields.read("clock", clock).unwrap_or(Clock::Calendar);
    let formula = formula(&fields, metric);
    fields.done();
    Some(Target {
        metric: metric?,
        customers,
        topic,
        channel,
        queue,
        within: within?,
        share: share?,
        clock,
        formula: formula?,
    })
}

/// A wait that has a target: one duration a time, read on both clocks.
fn metric(item: &Item) -> Option<Measure> {
    let waits = || {
        Measure::ALL
            .iter()
            .copied()
            .filter(|measure| measure.entry().kind == Kind::Duration && measure.entry().clocks)
    };
    let name = item.text()?;
    let found = waits().find(|measure| measure.name() == name);
    if found.is_none() {
        let what = if Measure::by_name(name).is_some() {
            format!("`{name}` is no wait")
        } else {
            format!("there is no metric `{name}`")
        };
        let names: Vec<&str> = waits().map(Measure::name).collect();
        item.wrong(what, did_you_mean(name, names));
    }
    found
}

pub(in crate::scenario) fn clock(item: &Item) -> Option<Clock> {
    item.choice(&[("calendar", Clock::Calendar), ("business", Clock::Business)])
}

fn formula(fields: &Fields, metric: Option<Measure>) -> Option<Formula> {
    let item = fields.get("formula");
    let shorter_than = fields.get("shorter_than");
    let Some(item) = item else {
        if let Some(shorter) = shorter_than {
            fields.findings.error(
                shorter.key,
                "`shorter_than` goes with `formula = \"short-cut\"`",
                "",
            );
        }
        return Some(Formula::ExcludingEarlyLeavers);
    };
    if metric.is_some_and(|metric| metric != Measure::QueueWait) {
        item.findings.error(
            item.key,
            "`formula` is for `queue_wait` only",
            "leave it out",
        );
    }
    let formulas = [
        ("excluding-early-leavers", Formula::ExcludingEarlyLeavers),
        ("answered/offered", Formula::AnsweredOfOffered),
        ("answered/answered", Formula::AnsweredOfAnswered),
        ("leavers-count", Formula::LeaversCount),
        ("short-cut", Formula::ShortCut(Span::ZERO)),
    ];
    let formula = item.choice(&formulas)?;
    match (formula, shorter_than) {
        (Formula::ShortCut(_), Some(shorter)) => shorter.span().map(Formula::ShortCut),
        (Formula::ShortCut(_), None) => {
            fields.need("shorter_than", "shorter_than = \"5 s\"", |_| None)
        }
        (formula, Some(shorter)) => {
            fields.findings.error(
                shorter.key,
                "`shorter_than` goes with `formula = \"short-cut\"`",
                "",
            );
            Some(formula)
        }
        (formula, None) => Some(formula),
    }
}
