//! Systems with an exact or published answer: each scenario in `scenarios/known/` says what its run must give.
//!
//! An expectation holds when every bound it names holds: `luck` (the value lies in the two-sided Student-t interval at
//! level 1e-4 of the run's own figure), `relative` and `absolute`. Luck needs at least 30 replications and a practical
//! bound beside it, so that neither a noisy run nor a long one passes or fails for the wrong reason. Seeds are fixed:
//! a run that passes once passes always, until the model changes.
//!
//! The fast ones run always; all of them with `cargo test --release --test suite known -- --ignored`, or those whose
//! names contain one of the comma-separated words in `KNOWN`.

use std::path::{Path, PathBuf};

use syncline::experiment::{Experiment, judge};
use syncline::scenario::{self, Scenario};

/// How the names of those begin that run always: some of each kind, half a minute in all.
const FAST: &[&str] = &[
    "abandon-queue-and-service",
    "balking-",
    "blend-",
    "caseman-",
    "cc-mmcab-day",
    "chat-",
    "closed-team",
    "consult-",
    "dm4-",
    "engset-",
    "erlangb-",
    "erlanga-14-patient",
    "erlangr-open",
    "hospital-np-1",
    "md1-",
    "mh2-1-rho60",
    "mm1-lps3",
    "mm1-lcfs",
    "mm1-rho50",
    "mm1k-5",
    "mmc-5-1permin",
    "mmc-d-patience",
    "mmc-u14-patience",
    "mmck-m-3-8",
    "mtdinf-piecewise-8",
    "mtmct-fall-finish",
    "mx-1-geometric",
    "n-model-",
    "prio-",
    "ref-r4",
    "repair-",
    "retrial-4",
    "silent-abandonment",
    "ssj-callcenter-400",
    "tandem",
    "tt-",
    "tz-b",
    "tz-d",
    "tz-m",
    "tz-n",
    "tz-r",
    "tz-s",
    "vacation-mm1",
    "w-model",
    "wrap-up",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/known")
}

/// The scenarios whose name begins with one of the words, in alphabetical order.
fn files(chosen: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("scenarios/known is part of the project");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "toml") && chosen(&stem(file)));
    files.sort();
    files
}

fn stem(file: &Path) -> String {
    file.file_stem()
        .expect("a file has a name")
        .to_string_lossy()
        .into_owned()
}

fn read(file: &Path) -> Result<Scenario, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut open =
        |name: &str| std::fs::read(folder().join(name)).map_err(|error| error.to_string());
    let told = |problems: Vec<scenario::Problem>| {
        problems
            .iter()
            .map(|problem| problem.render(false))
            .collect::<Vec<_>>()
            .join("\n")
    };
    scenario::read(&stem(file), &text, &[], &mut open)
        .map(|(scenario, _)| scenario)
        .map_err(told)
}

/// Runs a scenario, tells all its figures if asked, and returns what is wrong with them.
fn verify(file: &Path) -> Vec<String> {
    let start = std::time::Instant::now();
    let scenario = match read(file) {
        Ok(scenario) => scenario,
        Err(problems) => return vec![format!("{} cannot be read:\n{problems}", stem(file))],
    };
    let played = match Experiment::new(&scenario).run(&()) {
        Ok(played) => played,
        Err(stopped) => return vec![format!("{} stopped: {stopped:?}", scenario.name)],
    };
    let findings = judge(&scenario, &played);
    let mut faults = Vec::new();
    for finding in &findings {
        let expect = finding.expect;
        let half = finding.interval.map(|(low, high)| (high - low) / 2.0);
        let told = format!(
            "{}:{}: {} {} {} {}: expected {}, got {:?} +- {half:?}",
            scenario.name,
            expect.line,
            expect.scope,
            expect.name,
            expect.metric,
            expect.statistic,
            expect.value,
            finding.value
        );
        if std::env::var_os("KNOWN_TABLE").is_some() {
            println!("{told}");
        }
        if let Some(failure) = &finding.failure {
            faults.push(format!("{told}: {failure}"));
        }
    }
    println!(
        "{}: {:.1} s, {} expectations, {} faults",
        scenario.name,
        start.elapsed().as_secs_f64(),
        findings.len(),
        faults.len()
    );
    faults
}

/// One file after the other, each on all cores; fails with all that is wrong.
fn verify_all(files: &[PathBuf]) {
    assert!(!files.is_empty(), "there is nothing to verify");
    let wrong: Vec<String> = files.iter().flat_map(|file| verify(file)).collect();
    assert!(
        wrong.is_empty(),
        "{} expectations are not met:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn systems_with_a_known_answer_give_it() {
    verify_all(&files(|name| {
        FAST.iter().any(|fast| name.starts_with(fast))
    }));
}

#[test]
#[ignore = "takes minutes; run it in release"]
fn all_systems_with_a_known_answer_give_it() {
    let words = std::env::var("KNOWN").unwrap_or_default();
    verify_all(&files(|name| {
        words.split(',').any(|word| name.contains(word))
    }));
}

#[test]
fn every_known_system_says_what_it_is_and_where_its_answer_is_from() {
    let index =
        std::fs::read_to_string(folder().join("README.md")).expect("the folder has an index");
    for file in files(|_| true) {
        let scenario = read(&file).unwrap_or_else(|problems| panic!("{problems}"));
        let name = &scenario.name;
        assert!(
            !scenario.about.is_empty() && scenario.title != *name,
            "{name} says nothing about itself"
        );
        assert!(!scenario.expects.is_empty(), "{name} expects nothing");
        assert!(
            index.contains(&format!("`{name}`")),
            "{name} is not in the index"
        );
        for expect in &scenario.expects {
            let line = expect.line;
            assert!(
                !expect.source.is_empty(),
                "{name}:{line}: an answer without a source"
            );
            assert!(
                !expect.luck || scenario.run.replications >= 30,
                "{name}:{line}: luck needs 30 replications"
            );
            assert!(
                expect.relative.is_some() || expect.absolute.is_some(),
                "{name}:{line}: luck alone lets a noisy run pass"
            );
        }
    }
}
