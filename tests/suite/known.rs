//! Systems with an exact or published answer: each scenario in `scenarios/known/` says what its run must give.
//!
//! An expectation holds when every bound it names holds: `luck` (the value lies in the two-sided Student-t interval of the
//! run's own figure, at level 1e-4 divided by the number of such checks in the folder), `relative` and `absolute`. Luck needs at least 30 replications and a practical
//! bound beside it, so that neither a noisy run nor a long one passes or fails for the wrong reason. Seeds are fixed:
//! a run that passes once passes always, until the model changes.
//!
//! The fast ones run always; all of them with `cargo test --release --test suite known -- --ignored`, or those whose
//! names contain one of the comma-separated words in `KNOWN`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use syncline::experiment::{Experiment, Finding, checks, judge};
use syncline::scenario::{self, Expect, Scenario};

/// How the names of those begin that run always: some of each kind, half a minute in all.
const FAST: &[&str] = &[
    "abandon-queue-and-service",
    "balking-",
    "blend-",
    "breaks-",
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
    "hospital-pr-1",
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
    "ref-a10",
    "ref-a14",
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
        .map_err(|problems| format!("{} cannot be read:\n{}", stem(file), told(problems)))
}

/// The scenarios whose name begins with one of the words; panics if one cannot be read.
fn scenarios(chosen: impl Fn(&str) -> bool) -> Vec<Scenario> {
    let read = |file: &PathBuf| read(file).unwrap_or_else(|problems| panic!("{problems}"));
    files(chosen).iter().map(read).collect()
}

/// Plays one scenario after the other, each on all cores, and hands over what it finds; fails with all that is wrong.
fn verify(chosen: impl Fn(&str) -> bool, mut found: impl FnMut(&Scenario, &[Finding])) {
    let all = scenarios(|_| true);
    let checks = checks(&all);
    let mut faults = Vec::new();
    let mut number = 0;
    for scenario in all.iter().filter(|scenario| chosen(&scenario.name)) {
        let played = match Experiment::new(scenario).run(&()) {
            Ok(played) => played,
            Err(stopped) => panic!("{} stopped: {stopped:?}", scenario.name),
        };
        let findings = judge(scenario, &played, checks);
        for finding in findings.iter().filter(|finding| !finding.holds()) {
            let line = finding.expect.line;
            faults.push(format!("{}:{line}: {finding:?}", scenario.name));
        }
        number += findings.len();
        found(scenario, &findings);
    }
    assert!(number > 0, "there is nothing to verify");
    assert!(
        faults.is_empty(),
        "{} of {number} expectations are not met:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn systems_with_a_known_answer_give_it() {
    verify(
        |name| FAST.iter().any(|fast| name.starts_with(fast)),
        |_, _| {},
    );
}

/// Of a number as many digits as anybody compares.
fn digits(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| format!("{:.6}", Digits(value)))
}

/// Writes a number with so many digits that matter.
struct Digits(f64);

impl std::fmt::Display for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let before = match self.0 {
            0.0 => 1,
            value => value.abs().log10().floor() as i32 + 1,
        };
        let wanted = f.precision().unwrap_or(6) as i32;
        write!(f, "{:.*}", (wanted - before).clamp(0, 12) as usize, self.0)
    }
}

/// The rows of a scenario in the table of `docs/validation.md`.
fn told(scenario: &Scenario, findings: &[Finding]) -> String {
    let mut rows = String::new();
    for finding in findings {
        let expect = finding.expect;
        let (low, high) = finding.interval.unzip();
        let strategy = match scenario.strategies.len() {
            1 => String::new(),
            _ => format!("{}: ", finding.strategy),
        };
        let _ = writeln!(
            rows,
            "| `{}` | {strategy}{} {} {} {} | {} | {} | {} | {} | {} |",
            scenario.name,
            expect.metric,
            expect.statistic,
            expect.scope.replace("all", ""),
            expect.name,
            digits(Some(expect.value)),
            digits(finding.value),
            digits(low),
            digits(high),
            expect.source,
        );
    }
    rows
}

/// Where the table begins in `docs/validation.md`.
const TABLE: &str =
    "| system | figure | exact | simulated | from | to | source |\n|---|---|---|---|---|---|---|\n";

fn validation() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md")
}

/// All of them, and with `SYNCLINE_WRITE=1` their table anew.
#[test]
#[ignore = "takes minutes; run it in release"]
fn all_systems_with_a_known_answer_give_it() {
    let words = std::env::var("KNOWN").unwrap_or_default();
    let mut rows = String::new();
    verify(
        |name| words.split(',').any(|word| name.contains(word)),
        |scenario, findings| rows += &told(scenario, findings),
    );
    if std::env::var_os("SYNCLINE_WRITE").is_some() && words.is_empty() {
        let page = std::fs::read_to_string(validation()).expect("the page");
        let (text, _) = page.split_once(TABLE).expect("the page has its table");
        std::fs::write(validation(), format!("{text}{TABLE}{rows}")).expect("the page");
    }
}

/// Each expectation has its row in the table, with the value that is expected now.
#[test]
fn the_page_of_validation_has_every_expectation() {
    let page = std::fs::read_to_string(validation()).expect("the page");
    let (_, table) = page.split_once(TABLE).expect("the page has its table");
    let written: Vec<(&str, &str)> = table
        .lines()
        .map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let name = cells.next().unwrap_or_default().trim_matches('`');
            (name, cells.nth(1).unwrap_or_default())
        })
        .collect();
    let all = scenarios(|_| true);
    let expected: Vec<(&str, String)> = all
        .iter()
        .flat_map(|scenario| {
            let value = |expect: &Expect| (scenario.name.as_str(), digits(Some(expect.value)));
            scenario.expects.iter().map(value)
        })
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert!(
        written == expected,
        "docs/validation.md is old: SYNCLINE_WRITE=1 cargo test --release --test suite known -- --ignored"
    );
}

#[test]
fn every_known_system_says_what_it_is_and_where_its_answer_is_from() {
    let index =
        std::fs::read_to_string(folder().join("README.md")).expect("the folder has an index");
    for scenario in scenarios(|_| true) {
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

/// The second cell of each row names scenarios, and after the name of a file of tests the tests in it.
#[test]
fn every_proof_the_index_names_exists() {
    let index =
        std::fs::read_to_string(folder().join("README.md")).expect("the folder has an index");
    let (_, list) = index
        .split_once("## The whole list")
        .expect("the index lists every case");
    let names: Vec<String> = files(|_| true).iter().map(|file| stem(file)).collect();
    let mut proofs = 0;
    for row in list.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [case, proof] = cells[..] else {
            panic!("two cells, a case and its proof: {row}")
        };
        if case == "case" || case.starts_with("---") {
            continue;
        }
        let is_reason = ["cannot be said: ", "not yet: "]
            .iter()
            .any(|word| proof.starts_with(word));
        assert!(
            is_reason || proof.contains('`'),
            "{case} has neither proof nor reason"
        );
        if is_reason {
            continue;
        }
        let mut tests: Option<String> = None;
        for part in proof.split(&[';', '('][..]) {
            // What stands in brackets tells what is not compared.
            if !part.contains('`') {
                continue;
            }
            let file = part.split_once(".rs: ").map(|(file, _)| {
                let file = file.rsplit(' ').next().unwrap_or_default();
                format!("{file}.rs")
            });
            if let Some(file) = file {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
                let text = std::fs::read_to_string(path);
                tests = Some(text.unwrap_or_else(|error| panic!("{case}: {file}: {error}")));
            }
            for name in part.split('`').skip(1).step_by(2) {
                proofs += 1;
                match &tests {
                    Some(text) => assert!(
                        text.contains(&format!("fn {name}(")),
                        "{case}: there is no test {name}"
                    ),
                    None => assert!(
                        names.iter().any(|scenario| scenario == name),
                        "{case}: there is no scenario {name}"
                    ),
                }
            }
        }
    }
    assert!(proofs >= 60, "only {proofs} proofs are named");
}

/// Each row of the tables of scenarios begins with the name of one.
#[test]
fn every_scenario_the_index_lists_exists() {
    let index =
        std::fs::read_to_string(folder().join("README.md")).expect("the folder has an index");
    let names: Vec<String> = files(|_| true).iter().map(|file| stem(file)).collect();
    for row in index.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (name, _) = row.split_once('`').expect("a name ends");
        assert!(
            names.iter().any(|known| known == name),
            "{name} is no scenario"
        );
    }
}
