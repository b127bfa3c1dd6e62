//! Targets in words: what was promised, what came of it under each strategy, and the verdict.

use std::fmt::Write;

use super::units::{Quantity, list};
use super::{Paint, Report};
use crate::experiment::{Decision, Judgement, Kept};
use crate::id::TargetId;
use crate::measure::{Clock, Measure};
use crate::scenario::Names;
use crate::world::Target;

/// So many strategies are named one by one.
const NAMED: usize = 4;
/// More replications than this are not worth proposing.
const PATIENCE: f64 = 10_000.0;

/// Every target with a line for each strategy that it is judged for.
pub(super) fn targets(report: &Report, paint: Paint) -> String {
    let mut text = String::new();
    let names = &report.scenario.names;
    let strategies = report.strategies.iter();
    let widest = strategies
        .map(|told| told.strategy.name.chars().count())
        .max()
        .unwrap_or(0);
    for (position, name) in names.targets.iter().enumerate() {
        let id = TargetId::from(position);
        let mut wish: Option<String> = None;
        for (told, kept) in report.strategies.iter().zip(&report.verdict.kept) {
            let Some(kept) = kept.iter().find(|kept| kept.target == id) else {
                continue;
            };
            let promise = promise(&told.strategy.setup.targets[position], names);
            // A strategy may promise something else under the same name.
            if wish.as_ref() != Some(&promise) {
                let _ = writeln!(text, "Target {name}: {promise}");
                wish = Some(promise);
            }
            let strategy = &told.strategy.name;
            let _ = writeln!(text, "  {strategy:<widest$}  {}", attained(kept, paint));
        }
    }
    text
}

/// `first response time within 2 min for 80%`.
pub(super) fn promise(target: &Target, names: &Names) -> String {
    let share = Quantity::Share.value(target.share, None);
    let wish = format!(
        "{} within {}{} for {}",
        target.metric.name().replace('_', " "),
        target.within,
        match target.clock {
            Clock::Business => " of open time",
            Clock::Calendar => "",
        },
        share.replace(".0%", "%"),
    );
    wish + &whose(target, names)
}

/// Of whom alone a target speaks: `, chat`.
pub(super) fn whose(target: &Target, names: &Names) -> String {
    let whose = [
        target.customers.map(|id| &names.customers[id.index()]),
        target.topic.map(|id| &names.topics[id.index()]),
        target.channel.map(|id| &names.channels[id.index()]),
        target.queue.map(|id| &names.queues[id.index()]),
    ];
    let named = whose.into_iter().flatten();
    named.map(|name| format!(", {name}")).collect()
}

/// `76.0% ± 0.3%  missed`.
fn attained(kept: &Kept, paint: Paint) -> String {
    let judged = kept.judgement.name();
    let judged = match kept.judgement {
        Judgement::Met => paint.good(judged),
        Judgement::Missed => paint.bad(judged),
        Judgement::TooClose | Judgement::Nobody => judged.to_owned(),
    };
    let Some(value) = kept.value else {
        return format!("{:>16}  {judged}", "-");
    };
    let half = kept.interval.map(|(low, high)| (high - low) / 2.0);
    let spread = half.map_or(String::new(), |half| {
        format!("± {}", Quantity::Share.half(value, half))
    });
    let value = Quantity::Share.value(value, half);
    format!("{value:>7} {spread:<8}  {judged}")
}

/// The verdict in sentences.
pub(super) fn sentences(report: &Report) -> String {
    let verdict = &report.verdict;
    let name = |played: usize| report.strategies[played].strategy.name.as_str();
    let names = |played: &[usize]| match played.len() {
        number if number > NAMED && number == report.strategies.len() => {
            format!("All {number} strategies")
        }
        number if number > NAMED => {
            format!("{number} of {} strategies", report.strategies.len())
        }
        _ => list(played.iter().map(|&one| name(one))),
    };
    let alone = report.strategies.len() == 1;
    let targets = match report.scenario.names.targets.len() {
        1 => "the target",
        _ => "all targets",
    };
    let mut text = match &verdict.decision {
        Decision::NothingToJudgeBy if report.scenario.names.targets.is_empty() => {
            return "No targets: nothing to judge by. Add one, such as [targets.fast] with \
                    metric = \"first_response_time\", within = \"2 min\" and share = 0.8."
                .to_owned();
        }
        Decision::NothingToJudgeBy => {
            return "The targets are about nobody who came: nothing to judge by.".to_owned();
        }
        Decision::MeetAll { all, .. } if all.len() == 1 => {
            let only = if alone { "" } else { "alone " };
            format!("{} {only}meets {targets}.", names(all))
        }
        Decision::MeetAll { all, priced, .. } if !priced => format!(
            "{} meet {targets}. No agents have a cost_per_hour, so none is cheaper.",
            names(all)
        ),
        Decision::MeetAll { all, best, .. } => {
            let cost = cost(report, best[0]);
            format!(
                "{} meet {targets}. {} costs least per resolution{cost}{}.",
                names(all),
                name(best[0]),
                ties(&best[1..], &name)
            )
        }
        Decision::Open(open) => {
            let who = if alone {
                format!(
                    "It is too close to call whether {} meets {targets}",
                    name(open[0])
                )
            } else {
                let may = if open.len() == 1 { "it is" } else { "they are" };
                format!(
                    "No strategy surely meets {targets}; {} may: {may} too close to call",
                    names(open)
                )
            };
            format!("{who}. {}", would_tell(report, open))
        }
        Decision::NoneMeets {
            best,
            target,
            shortfall,
        } => {
            let target = &report.scenario.names.targets[target.index()];
            let points = 100.0 * shortfall;
            let least = if alone {
                format!("{} does not meet {targets}: it is", name(best[0]))
            } else {
                format!(
                    "No strategy meets {targets}. {} misses least: it is",
                    name(best[0])
                )
            };
            format!(
                "{least} {points:.1} points below what {target} promises{}.",
                ties(&best[1..], &name)
            )
        }
    };
    let solved = |played: usize| {
        let total = |measure| report.strategies[played].of_all(measure, "total")?.value;
        let share = total(Measure::Resolved)? / total(Measure::Attempts)?;
        share
            .is_finite()
            .then(|| Quantity::Share.value(share, None))
    };
    // Where many are as good, none speaks for them.
    let best = match verdict.decision.best() {
        [best] => Some(*best),
        [best, ..] if !alone && verdict.solves_more.is_some() => Some(*best),
        _ => None,
    };
    if let Some((best, share)) = best.and_then(|best| Some((best, solved(best)?))) {
        let _ = match verdict
            .solves_more
            .and_then(|more| Some((more, solved(more)?)))
        {
            None => write!(text, " It solved {share} of all attempts."),
            Some((more, most)) => write!(
                text,
                " But targets judge only those who were served: {} solved {share} of all attempts, {} {most}.",
                name(best),
                name(more)
            ),
        };
    }
    text
}

/// Those who cannot be told from the best.
fn ties<'a>(others: &[usize], name: &dyn Fn(usize) -> &'a str) -> String {
    match others {
        [] => String::new(),
        [other] => format!(
            "; {} ties with it (the difference may be luck)",
            name(*other)
        ),
        others => {
            let who = match others.len() {
                number if number > NAMED => format!("{number} others"),
                _ => list(others.iter().map(|&one| name(one))),
            };
            format!("; {who} tie with it (the differences may be luck)")
        }
    }
}

fn cost(report: &Report, played: usize) -> String {
    let row = report.strategies[played].of_all(Measure::CostPerResolved, "mean");
    let half = row
        .and_then(|row| row.interval)
        .map(|(low, high)| (high - low) / 2.0);
    let value = row.and_then(|row| row.value);
    value.map_or(String::new(), |value| {
        let amount = Quantity::Amount.value(value, half);
        format!(" ({} {amount})", report.scenario.run.currency)
    })
}

/// How many replications it takes until intervals are so narrow that they no longer span the promised shares.
fn would_tell(report: &Report, open: &[usize]) -> String {
    let kept = open.iter().flat_map(|&one| &report.verdict.kept[one]);
    let close = kept.filter(|kept| kept.judgement == Judgement::TooClose);
    let needed = close.filter_map(|kept| {
        let ((low, high), away) = (kept.interval?, kept.value? - kept.share);
        let times = (high - low) / 2.0 / away.abs();
        Some(f64::from(report.scenario.run.replications) * times * times)
    });
    match needed.fold(0.0, f64::max) {
        needed if needed <= PATIENCE => {
            // To two digits: it is a guess.
            let digit = 10f64.powf((needed.log10().floor() - 1.0).max(0.0));
            let needed = (needed / digit).ceil() * digit;
            format!("About {needed} replications would tell.")
        }
        _ => "It is just about what was promised.".to_owned(),
    }
}
