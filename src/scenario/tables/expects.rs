//! `[[expect]]`: numbers that a run must reproduce.

use crate::measure::{Clock, Measure, Unit};
use crate::scenario::fields::Item;
use crate::scenario::names::find;
use crate::scenario::problem::did_you_mean;
use crate::scenario::{Expect, Names};

pub(in crate::scenario) fn read(
    item: &Item,
    names: &Names,
    strategies: &[String],
) -> Option<Expect> {
    let fields = item.fields()?;
    let strategy = match fields.get("strategy") {
        Some(item) => find(strategies, "there is no strategy", &item),
        None if strategies.len() == 1 => Some(0),
        None => fields.need(
            "strategy",
            &format!(
                "strategy = \"{}\"",
                strategies.first().map_or("as-is", String::as_str)
            ),
            |_| None,
        ),
    };
    let (scope, name) = scope(&fields, names);
    let metric = fields.need("metric", "metric = \"queue_wait\"", |item| {
        let name = item.text()?;
        let found = Measure::by_name(name);
        if found.is_none() {
            let all: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
            item.wrong(
                format!("there is no metric `{name}`"),
                did_you_mean(name, all),
            );
        }
        found
    });
    if metric == Some(Measure::ServiceLevel) && scope != "target" {
        fields.findings.error(
            fields.at,
            "`service_level` belongs to a target",
            "as in scope = \"target\" with the target's `name`",
        );
    }
    let clock_item = fields.get("clock");
    let clock = clock_item
        .as_ref()
        .and_then(super::targets::clock)
        .unwrap_or(Clock::Calendar);
    if let (Some(item), Some(metric), Clock::Business) = (&clock_item, metric, clock)
        && !metric.entry().clocks
    {
        item.wrong(
            format!("`{}` has no business clock", metric.name()),
            "leave `clock` out",
        );
    }
    let statistic = fields.need("statistic", "statistic = \"mean\"", |item| {
        let statistic = item.text()?;
        let known = metric?.entry().kind.statistics();
        if !known.contains(&statistic) {
            item.wrong(
                format!("`{}` has no statistic `{statistic}`", metric?.name()),
                did_you_mean(statistic, known.iter().copied()),
            );
            return None;
        }
        Some(statistic)
    });
    let value = fields.need("value", "value = \"176.3 s\"", |item| amount(item, metric));
    let luck = fields
        .read("within", |item| item.choice(&[("luck", true)]))
        .unwrap_or(false);
    let relative = fields.read("relative", Item::amount);
    let absolute = fields.read("absolute", |item| amount(item, metric));
    if !["within", "relative", "absolute"]
        .iter()
        .any(|key| fields.has(key))
    {
        fields.findings.absent(
            fields.at,
            "an expectation needs its tolerance",
            "within = \"luck\", relative = 0.02 or absolute = \"1 ns\"",
        );
    }
    let source = fields
        .read("source", |item| item.text())
        .unwrap_or_default()
        .to_owned();
    fields.done();
    Some(Expect {
        strategy: strategy?,
        scope,
        name: name?,
        metric: metric?.name().to_owned(),
        clock,
        statistic: statistic?.to_owned(),
        value: value?,
        luck,
        relative,
        absolute,
        source,
        line: item.findings.line(item.node.at),
    })
}

/// The scope and, unless it is `all`, the name within it.
fn scope(fields: &super::Fields, names: &Names) -> (String, Option<String>) {
    let scopes = [
        ("all", None),
        (
            "customers",
            Some((&names.customers, "there are no customers")),
        ),
        ("topic", Some((&names.topics, "there is no topic"))),
        ("channel", Some((&names.channels, "there is no channel"))),
        ("queue", Some((&names.queues, "there is no queue"))),
        ("agents", Some((&names.agents, "there are no agents"))),
        ("target", Some((&names.targets, "there is no target"))),
    ];
    let item = fields.get("scope");
    let named = item.as_ref().and_then(|item| item.choice(&scopes));
    let scope = item
        .as_ref()
        .and_then(Item::as_text)
        .unwrap_or("all")
        .to_owned();
    let name = match (named, item.is_some()) {
        (Some(Some((known, is_none))), _) => fields.need("name", "name = \"chat\"", |name| {
            find(known, is_none, name).map(|position| known[position].clone())
        }),
        (None, true) => fields.get("name").and(None),
        _ => {
            if let Some(name) = fields.get("name") {
                name.wrong("`name` needs a `scope`", "as in scope = \"queue\"");
            }
            Some(String::new())
        }
    };
    (scope, name)
}

/// A number in the measure's unit; durations for those in seconds.
fn amount(item: &Item, metric: Option<Measure>) -> Option<f64> {
    if item.as_text().is_none() {
        return item.number();
    }
    let span = item.span()?;
    if metric.is_some_and(|metric| metric.entry().unit != Unit::Seconds) {
        item.wrong(
            format!("`{}` is no length of time", metric?.name()),
            "expected a number",
        );
        return None;
    }
    Some(span.seconds())
}
