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
use std::sync::Mutex;

use syncline::metric::{Collector, Pool, Row, Scope};
use syncline::random::Seed;
use syncline::scenario::{self, Expect, Names, Scenario};
use syncline::simulation::Simulation;

/// How often luck alone may reject a true figure.
const LEVEL: f64 = 1e-4;

/// Those that take a second or less, one or two of each kind.
const FAST: &[&str] = &[
    "caseman-2-cap3",
    "cc-mmcab-day",
    "chat-1x3",
    "chat-1x5-impatient",
    "chat-2x3-least",
    "erlangb-10-8",
    "erlangr-open",
    "mm1-lps3",
    "mmc-5-1permin",
    "mmc-d-patience",
    "mtmct-fall-finish",
    "n-model-reserve",
    "prio-mg1-3",
    "prio-pr-mm4",
    "silent-abandonment",
    "tt-",
    "tz-berlin-ny-spring",
    "tz-day-lengths",
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
    let mut open = |name: &str| {
        std::fs::read_to_string(folder().join(name)).map_err(|error| error.to_string())
    };
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

/// The name of what a figure is about, empty for all.
fn name(scope: Scope, names: &Names) -> &str {
    match scope {
        Scope::All => "",
        Scope::Customers(id) => &names.customers[id.index()],
        Scope::Topic(id) => &names.topics[id.index()],
        Scope::Channel(id) => &names.channels[id.index()],
        Scope::Queue(id) => &names.queues[id.index()],
        Scope::Agents(id) => &names.agents[id.index()],
        Scope::Target(id) => &names.targets[id.index()],
    }
}

fn is_of(row: &Row, expect: &Expect, names: &Names) -> bool {
    row.measure.name() == expect.metric
        && row.statistic == expect.statistic
        && row.scope.name() == expect.scope
        && name(row.scope, names) == expect.name
        && row.clock.is_none_or(|clock| clock == expect.clock)
}

/// What is wrong with a figure; nothing if it is as expected. The interval is the one at `LEVEL`.
fn fault(expect: &Expect, row: Option<&Row>) -> Option<String> {
    let Some(row) = row else {
        return Some("has no such figure".to_owned());
    };
    let Some(value) = row.value else {
        return Some("counted nothing".to_owned());
    };
    let difference = (value - expect.value).abs();
    let mut faults = Vec::new();
    if expect.luck {
        match row.interval {
            _ if row.replications < 30 => faults.push(format!(
                "rests on {} replications, not 30",
                row.replications
            )),
            Some((low, high)) if !(low..=high).contains(&expect.value) => {
                faults.push("is more than luck away".to_owned())
            }
            Some(_) => {}
            None => faults.push("has no interval".to_owned()),
        }
        if expect.relative.is_none() && expect.absolute.is_none() {
            faults.push("has no practical bound beside luck".to_owned());
        }
    }
    if expect
        .relative
        .is_some_and(|most| difference > most * expect.value.abs())
    {
        faults.push(format!(
            "is {:.3} % away",
            100.0 * difference / expect.value.abs()
        ));
    }
    if expect.absolute.is_some_and(|most| difference > most) {
        faults.push(format!("is {difference:e} away"));
    }
    (!faults.is_empty()).then(|| format!("{value} ({:?}) {}", row.interval, faults.join(" and ")))
}

/// Runs a scenario and returns what it tells and what is wrong.
fn verify(file: &Path) -> (Vec<String>, Vec<String>) {
    let scenario = match read(file) {
        Ok(scenario) => scenario,
        Err(problems) => {
            return (
                Vec::new(),
                vec![format!("{}: cannot be read\n{problems}", stem(file))],
            );
        }
    };
    let (mut table, mut faults) = (Vec::new(), Vec::new());
    if scenario.expects.is_empty() {
        faults.push(format!("{}: expects nothing", scenario.name));
    }
    for (position, strategy) in scenario.strategies.iter().enumerate() {
        let mut simulation = Simulation::new(
            &strategy.setup,
            &strategy.routes,
            Collector::new(&strategy.setup),
        );
        let mut pool = Pool::new(&strategy.setup);
        for replication in 0..scenario.run.replications {
            let seed = Seed {
                seed: scenario.run.seed,
                replication,
            };
            if let Err(error) = simulation.run(seed) {
                faults.push(format!(
                    "{}: replication {replication} stopped: {error:?}",
                    scenario.name
                ));
                return (table, faults);
            }
            pool.add(simulation.listener().take());
        }
        let rows = pool.rows(1.0 - LEVEL);
        for expect in scenario
            .expects
            .iter()
            .filter(|expect| expect.strategy == position)
        {
            let row = rows.iter().find(|row| is_of(row, expect, &scenario.names));
            let what = format!(
                "{}:{}: {} {} {} {}",
                scenario.name,
                expect.line,
                expect.scope,
                expect.name,
                expect.metric,
                expect.statistic
            );
            let (value, half) = row.map_or((None, None), |row| {
                (
                    row.value,
                    row.interval.map(|(low, high)| (high - low) / 2.0),
                )
            });
            table.push(format!(
                "{what}: expected {}, got {value:?} +- {half:?}",
                expect.value
            ));
            if let Some(fault) = fault(expect, row) {
                faults.push(format!("{what}: expected {}, but {fault}", expect.value));
            }
        }
    }
    (table, faults)
}

/// Every file on all cores, one file a thread; fails with all that is wrong.
fn verify_all(files: Vec<PathBuf>) {
    assert!(!files.is_empty(), "there is nothing to verify");
    let waiting = Mutex::new(files);
    let wrong: Mutex<Vec<String>> = Mutex::default();
    let work = || {
        while let Some(file) = { waiting.lock().expect("nobody panicked").pop() } {
            let start = std::time::Instant::now();
            let (table, faults) = verify(&file);
            println!(
                "{}: {:.1} s, {} expectations, {} faults",
                stem(&file),
                start.elapsed().as_secs_f64(),
                table.len(),
                faults.len()
            );
            if std::env::var_os("KNOWN_TABLE").is_some() {
                println!("{}", table.join("\n"));
            }
            wrong.lock().expect("nobody panicked").extend(faults);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut wrong = wrong.into_inner().expect("nobody panicked");
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} expectations are not met:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn systems_with_a_known_answer_give_it() {
    verify_all(files(|name| FAST.iter().any(|fast| name.starts_with(fast))));
}

#[test]
#[ignore = "takes minutes; run it in release"]
fn all_systems_with_a_known_answer_give_it() {
    let words = std::env::var("KNOWN").unwrap_or_default();
    verify_all(files(|name| {
        words.split(',').any(|word| name.contains(word))
    }));
}

#[test]
fn every_known_system_says_what_it_is_and_where_its_answer_is_from() {
    for file in files(|_| true) {
        let scenario = read(&file).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(
            !scenario.about.is_empty() && scenario.title != scenario.name,
            "{} says nothing about itself",
            scenario.name
        );
        assert!(
            scenario
                .expects
                .iter()
                .all(|expect| !expect.source.is_empty()),
            "{} has an expectation without a source",
            scenario.name
        );
    }
}
