//! `[channels]`: ways to talk.

use crate::channel::{Channel, Closing, Inactive, Inactivity, Returning, Silent, Slot, Sticky};
use crate::id::QueueId;
use crate::rule::{Patience, Slots};
use crate::scenario::document::{Node, Table, Value};
use crate::scenario::fields::{Fields, Item};
use crate::scenario::hours::Calendars;
use crate::scenario::presets;
use crate::scenario::problem::{At, Findings, did_you_mean};

use super::Desk;

/// Lays every channel of a document over its preset, so that the document says everything about it.
pub(in crate::scenario) fn lay_over_presets(
    document: &mut Table,
    channels: &[String],
    findings: &Findings,
) {
    let section = match document
        .entries
        .iter_mut()
        .find(|(key, _)| key.text == "channels")
    {
        Some((
            _,
            Node {
                value: Value::Table(section),
                ..
            },
        )) => section,
        Some(_) => return,
        None => {
            let Some((key, node)) = document.entries.first() else {
                return;
            };
            let key = crate::scenario::document::Key {
                at: key.at,
                text: "channels".to_owned(),
            };
            let node = Node {
                at: node.at,
                value: Value::Table(Table::default()),
            };
            document.entries.push((key, node));
            match &mut document.entries.last_mut().expect("one was pushed").1.value {
                Value::Table(section) => section,
                _ => return,
            }
        }
    };
    for name in channels {
        let Some(position) = section
            .entries
            .iter()
            .position(|(key, _)| key.text == *name)
        else {
            if let Some(preset) = presets::table(name, findings) {
                let at = preset.keys().next().map_or(At::new(0, 0..0), |key| key.at);
                let key = crate::scenario::document::Key {
                    at,
                    text: name.clone(),
                };
                section.entries.push((
                    key,
                    Node {
                        at,
                        value: Value::Table(preset),
                    },
                ));
            }
            continue;
        };
        let (_, node) = &mut section.entries[position];
        let Value::Table(own) = &node.value else {
            continue;
        };
        let preset = match own.get("like") {
            None => presets::table(name, findings),
            Some((
                _,
                Node {
                    at,
                    value: Value::Text(like),
                },
            )) => preset_like(like, *at, findings),
            Some((_, node)) => {
                findings.error(
                    node.at,
                    format!("`channels.{name}.like` is {}", node.kind()),
                    "expected the name of a preset",
                );
                None
            }
        };
        if preset.is_none() && own.get("like").is_none() && presets::LATER.contains(&name.as_str())
        {
            let at = section.entries[position].0.at;
            findings.error(
                at,
                format!("preset `{name}` is not built yet"),
                "like = \"none\" makes it a plain channel of your own",
            );
            continue;
        }
        if let Some(mut table) = preset {
            table.lay(own);
            section.entries[position].1.value = Value::Table(table);
        }
    }
}

fn preset_like(like: &str, at: At, findings: &Findings) -> Option<Table> {
    if like == "none" {
        return None;
    }
    let preset = presets::table(like, findings);
    if preset.is_none() {
        if presets::LATER.contains(&like) {
            findings.error(at, format!("preset `{like}` is not built yet"), "");
        } else {
            findings.error(
                at,
                format!("there is no preset `{like}`"),
                did_you_mean(like, presets::names()),
            );
        }
    }
    preset
}

/// Reads a channel that has been laid over its preset.
pub(in crate::scenario) fn read(desk: &Desk, name: &str) -> Channel {
    let own_queue = desk
        .names
        .queues
        .iter()
        .position(|queue| queue == name)
        .map_or(QueueId(0), QueueId::from);
    let Some(fields) = desk.open("channels", name) else {
        return plain(own_queue);
    };
    let mut channel = plain(own_queue);
    let _ = fields.get("like");
    let mode = fields.get("mode");
    let synchronous = mode
        .as_ref()
        .and_then(|mode| mode.choice(&[("synchronous", true), ("asynchronous", false)]));
    let customer = fields.get("customer");
    let holds = customer
        .as_ref()
        .and_then(|customer| customer.choice(&[("held", true), ("released", false)]));
    let slot_item = fields.get("slot");
    let slot_written = slot_item.as_ref().and_then(slot);
    channel.holds_customer = holds.or(synchronous).unwrap_or(true);
    channel.slot = slot_written.unwrap_or(if synchronous.unwrap_or(true) {
        Slot::Held
    } else {
        Slot::Released
    });
    if let (Some(mode), Some(synchronous)) = (&mode, synchronous) {
        let word = mode.text().unwrap_or_default();
        let contradiction = |item: &Option<Item>, contradicts: bool, key: &str| {
            if let Some(item) = item
                .as_ref()
                .filter(|_| contradicts && !desk.findings.is_preset(mode.key))
            {
                item.wrong(
                    format!("`{key}` contradicts `mode = \"{word}\"`"),
                    "leave out one of the two: `mode` only sets defaults",
                );
            }
        };
        contradiction(&customer, holds == Some(!synchronous), "customer");
        let slot_contradicts = matches!(
            (synchronous, slot_written),
            (true, Some(Slot::Released)) | (false, Some(Slot::Held))
        );
        contradiction(&slot_item, slot_contradicts, "slot");
    }
    channel.returning = fields
        .read("returning", |item| {
            item.choice(&[("queue", Returning::Queue), ("exceed", Returning::Exceed)])
        })
        .unwrap_or(Returning::Queue);
    channel.spoken = fields.read("spoken", Item::boolean).unwrap_or(false);
    if let Some(weight) = fields.get("weight") {
        channel.weight = match weight.as_text() {
            Some("all") => None,
            _ => Some(slots(&weight).unwrap_or(1000)),
        };
    }
    if let Some(queue) = fields.read("queue", |queue| desk.names.queue_id(queue)) {
        channel.queue = queue;
    }
    channel.hours = fields
        .read("hours", |item| desk.hours.read(item, &desk.run.run.zone))
        .unwrap_or(Calendars::ALWAYS);
    let default_closing = if channel.holds_customer {
        Closing::Drain
    } else {
        Closing::CarryOver
    };
    let closings = [
        ("drain", Closing::Drain),
        ("purge", Closing::Purge),
        ("carry-over", Closing::CarryOver),
    ];
    channel.closing = fields
        .read("closing", |item| item.choice(&closings))
        .unwrap_or(default_closing);
    channel.lines = fields.read("lines", |item| item.whole(1));
    channel.patience = fields
        .read("patience", |item| patience(desk, item))
        .unwrap_or_default();
    channel.tolerance = desk.distribution(&fields, "tolerance");
    channel.reply_gap = desk
        .distribution(&fields, "reply_gap")
        .unwrap_or_else(Desk::nothing);
    channel.work_factor = fields.read("work_factor", Item::amount).unwrap_or(1.0);
    channel.turns_factor = fields.read("turns_factor", Item::positive).unwrap_or(1.0);
    channel.clarify = fields.read("clarify", clarify).unwrap_or(0.0);
    channel.resume_cost = desk
        .distribution(&fields, "resume_cost")
        .unwrap_or_else(Desk::nothing);
    channel.wrap_up = desk
        .distribution(&fields, "wrap_up")
        .unwrap_or_else(Desk::nothing);
    channel.inactivity = fields.read("inactivity", inactivity);
    channel.silent = fields.read("silent", |item| silent(desk, item));
    let default_sticky = if channel.holds_customer {
        Sticky::Agent
    } else {
        Sticky::Any
    };
    channel.sticky = fields.read("sticky", sticky).unwrap_or(default_sticky);
    fields.later(&[
        "quick_reply",
        "confirm_close",
        "chase",
        "announce",
        "acknowledge",
        "capture",
        "callback",
        "escalate",
        "survey",
        "timeout",
        "retries",
        "cancel",
        "time_to_live",
        "overflow_policy",
        "norm",
    ]);
    fields.done();
    channel
}

fn plain(queue: QueueId) -> Channel {
    Channel {
        holds_customer: true,
        slot: Slot::Held,
        returning: Returning::Queue,
        spoken: false,
        weight: Some(1000),
        queue,
        hours: Calendars::ALWAYS,
        closing: Closing::Drain,
        lines: None,
        patience: Patience::default(),
        tolerance: None,
        reply_gap: Desk::nothing(),
        work_factor: 1.0,
        turns_factor: 1.0,
        clarify: 0.0,
        resume_cost: Desk::nothing(),
        wrap_up: Desk::nothing(),
        inactivity: None,
        silent: None,
        sticky: Sticky::Agent,
    }
}

/// A number of slots in thousandths.
pub(in crate::scenario) fn slots(item: &Item) -> Option<Slots> {
    let slots = item.positive()?;
    let thousandths = (slots * 1000.0).round();
    if (1.0..=1e9).contains(&thousandths) {
        return Some(thousandths as Slots);
    }
    item.wrong(
        format!("`{}` is {slots}", item.path),
        "expected 0.001 to 1000000",
    );
    None
}

/// A distribution, which is the patience in the queue, or a table with `queue`, `reply` and `talk`.
pub(in crate::scenario) fn patience(desk: &Desk, item: &Item) -> Option<Patience> {
    let parts = ["queue", "reply", "talk"];
    let is_parts = item
        .node
        .table()
        .is_some_and(|table| table.keys().any(|key| parts.contains(&key.text.as_str())));
    if !is_parts {
        return Some(Patience {
            queue: Some(desk.distributions.read(item)?),
            ..Patience::default()
        });
    }
    let fields: Fields = item.fields()?;
    let [queue, reply, talk] =
        parts.map(|part| fields.read(part, |item| desk.distributions.read(item)));
    fields.done();
    Some(Patience { queue, reply, talk })
}

fn slot(item: &Item) -> Option<Slot> {
    if item.as_text().is_some() {
        return item.choice(&[("held", Slot::Held), ("released", Slot::Released)]);
    }
    let Some(fields) = item.as_table() else {
        return item.expected("\"held\", \"released\" or as in { after = \"10 min\", to = 0.0 }");
    };
    let after = fields.need("after", "after = \"10 min\"", Item::span);
    let to = fields.read("to", Item::share);
    fields.done();
    Some(Slot::Fades {
        after: after?,
        to: to.unwrap_or(0.0),
    })
}

/// A conversation that is always clarified never ends.
fn clarify(item: &Item) -> Option<f64> {
    let clarify = item.share()?;
    if clarify < 1.0 {
        return Some(clarify);
    }
    item.wrong(
        format!("`{}` is 1: the conversation would never end", item.path),
        "expected less than 1",
    );
    None
}

fn inactivity(item: &Item) -> Option<Inactivity> {
    let fields = item.fields()?;
    let after = fields.need("after", "after = \"10 min\"", Item::span);
    let then = fields.read("then", |item| {
        item.choice(&[("end", Inactive::End), ("park", Inactive::Park)])
    });
    fields.done();
    Some(Inactivity {
        after: after?,
        then: then.unwrap_or(Inactive::End),
    })
}

fn silent(desk: &Desk, item: &Item) -> Option<Silent> {
    let fields = item.fields()?;
    let share = fields.need("share", "share = 0.3", Item::share);
    let notice = desk.distribution(&fields, "notice");
    fields.done();
    Some(Silent {
        share: share?,
        notice: notice.unwrap_or_else(Desk::nothing),
    })
}

fn sticky(item: &Item) -> Option<Sticky> {
    match item.text()? {
        "any" => Some(Sticky::Any),
        "agent" => Some(Sticky::Agent),
        "agent-while-on-duty" => Some(Sticky::AgentWhileOnDuty),
        text if text.contains(|c: char| c.is_ascii_digit()) => item.span().map(Sticky::Within),
        text => {
            let words = ["any", "agent", "agent-while-on-duty"];
            item.wrong(
                format!("`{}` cannot be `{text}`", item.path),
                did_you_mean(text, words),
            );
            None
        }
    }
}
