//! A result as JSON: the same figures, differences, targets and verdict as in the files and on the console.

use std::io;

use serde::Serialize;

use super::Report;
use super::comparison::Compared;
use super::summary::Figure;
use super::targets::sentences;
use crate::experiment::Kept;
use crate::scenario::Names;

#[derive(Serialize)]
struct Whole<'a> {
    scenario: &'a str,
    title: &'a str,
    about: &'a str,
    seed: u64,
    replications: u32,
    confidence: f64,
    currency: &'a str,
    baseline: &'a str,
    verdict: Decided<'a>,
    strategies: Vec<OfStrategy<'a>>,
}

#[derive(Serialize)]
struct OfStrategy<'a> {
    strategy: &'a str,
    about: &'a str,
    targets: Vec<Judged<'a>>,
    figures: Vec<Figure<'a>>,
    comparison: Vec<Compared<'a>>,
}

/// What became of a target, as told.
#[derive(Serialize)]
pub(super) struct Judged<'a> {
    target: &'a str,
    share: f64,
    value: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    met: Option<bool>,
    judgement: &'static str,
}

impl<'a> Judged<'a> {
    /// The targets of a strategy.
    pub(super) fn all(kept: &[Kept], names: &'a Names) -> Vec<Judged<'a>> {
        let judged = |kept: &Kept| Judged {
            target: &names.targets[kept.target.index()],
            share: kept.share,
            value: kept.value,
            ci_low: kept.interval.map(|(low, _)| low),
            ci_high: kept.interval.map(|(_, high)| high),
            met: kept.judgement.met(),
            judgement: kept.judgement.name(),
        };
        kept.iter().map(judged).collect()
    }
}

/// The verdict, as told.
#[derive(Serialize)]
pub(super) struct Decided<'a> {
    /// `met`, `missed`, `too close to call` or `nothing to judge by`: whether any strategy meets all its targets.
    targets: &'static str,
    best: Option<&'a str>,
    ties: Vec<&'a str>,
    text: String,
}

impl<'a> Decided<'a> {
    pub(super) fn new(report: &Report<'a>) -> Decided<'a> {
        let decision = &report.verdict.decision;
        let name = |&played: &usize| report.strategies[played].strategy.name.as_str();
        let mut best = decision.best().iter().map(name);
        Decided {
            targets: decision.name(),
            best: best.next(),
            ties: best.collect(),
            text: sentences(report),
        }
    }
}

/// Writes everything about a scenario as a JSON object.
pub fn json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let scenario = report.scenario;
    let names = &scenario.names;
    let strategies = report.strategies.iter().zip(&report.verdict.kept);
    let whole = Whole {
        scenario: &scenario.name,
        title: &scenario.title,
        about: &scenario.about,
        seed: scenario.run.seed,
        replications: scenario.run.replications,
        confidence: scenario.run.confidence,
        currency: &scenario.run.currency,
        baseline: report.baseline_name(),
        verdict: Decided::new(report),
        strategies: strategies
            .map(|(told, kept)| OfStrategy {
                strategy: &told.strategy.name,
                about: &told.strategy.about,
                targets: Judged::all(kept, names),
                figures: told
                    .rows
                    .iter()
                    .map(|row| Figure::new(row, names))
                    .collect(),
                comparison: told
                    .differences
                    .iter()
                    .map(|difference| Compared::new(difference, names))
                    .collect(),
            })
            .collect(),
    };
    Ok(serde_json::to_writer_pretty(&mut *out, &whole)?)
}
