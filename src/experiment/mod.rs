//! Experiments: every strategy of a scenario played for many replications, over all cores, merged in their order.
//!
//! Reads and writes nothing; who asked is told how far it is, and may stop it between replications.

mod comparison;
mod merge;
mod verdict;
mod verify;

pub use comparison::{Difference, Side, compare};
pub use verdict::{Decision, Judgement, Kept, Verdict, verdict};
pub use verify::{Finding, LUCK, checks, judge};

use crate::calendar::Origin;
use crate::metric::{Collector, Grid, Pool, Row, Scope};
use crate::random::Seed;
use crate::scenario::{Names, Scenario, Strategy};
use crate::simulation::Simulation;
use crate::time::{Span, Time};
use merge::{Job, Merge};

/// Runs longer than this are told by weekday and time of day rather than by each interval.
pub const LONG: Span = Span(8 * Span::WEEK.0);

/// What is played: some strategies of a scenario, some times.
#[derive(Clone, Debug)]
pub struct Experiment<'a> {
    scenario: &'a Scenario,
    strategies: Vec<usize>,
    /// The intervals to tell by, if any; the same under every strategy.
    grid: Option<Grid>,
}

/// One strategy, played for all its replications.
pub struct Played {
    /// Its position in [`Scenario::strategies`].
    pub strategy: usize,
    /// All its replications, merged.
    pub pool: Pool,
}

impl Played {
    /// Its figures, with intervals of this confidence.
    pub fn rows(&self, confidence: f64) -> Vec<Row> {
        self.pool.rows(confidence)
    }
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody asked for it.
    Interrupted,
    /// Events followed each other without end, or conversations came without end.
    Stuck {
        /// The strategy's name.
        strategy: String,
        /// The replication, from 1.
        replication: u32,
        /// What goes on without end and how to end it.
        message: String,
    },
}

/// Who is told how far it is.
pub trait Progress: Sync {
    /// So many replications of all are done.
    fn advanced(&self, done: usize, all: usize);

    /// Whether to stop; asked before each replication.
    fn stops(&self) -> bool;
}

/// Nobody is told, nobody stops it.
impl Progress for () {
    fn advanced(&self, _: usize, _: usize) {}

    fn stops(&self) -> bool {
        false
    }
}

impl<'a> Experiment<'a> {
    /// Plays all strategies of a scenario.
    pub fn new(scenario: &'a Scenario) -> Experiment<'a> {
        Experiment {
            scenario,
            strategies: (0..scenario.strategies.len()).collect(),
            grid: None,
        }
    }

    /// Tells figures by interval too: by each, or in runs over [`LONG`] as averages by weekday and time of day unless
    /// `each` is wanted.
    pub fn by_interval(self, each: bool) -> Experiment<'a> {
        let run = &self.scenario.run;
        let grid = self.scenario.strategies.first().map(|first| {
            let setup = &first.setup;
            if each || setup.length - Time::ZERO <= LONG {
                Grid::new(setup, run.interval)
            } else {
                let origin = Origin::midnight(run.start, &run.zone);
                Grid::by_weekday(setup, run.interval, origin, &run.zone)
            }
        });
        Experiment { grid, ..self }
    }

    /// Plays only these strategies, by their positions. Their results are the same bytes as among others.
    pub fn only(self, strategies: Vec<usize>) -> Experiment<'a> {
        Experiment { strategies, ..self }
    }

    /// How many replications there are in all.
    pub fn size(&self) -> usize {
        self.strategies.len() * self.scenario.run.replications as usize
    }

    /// How many intervals are told of, of all strategies together.
    pub fn intervals(&self) -> usize {
        self.strategies.len() * self.grid.as_ref().map_or(0, Grid::bins)
    }

    /// How many conversations are expected to open in all.
    pub fn conversations(&self) -> f64 {
        let of = |strategy: &usize| -> f64 {
            let setup = &self.scenario.strategies[*strategy].setup;
            let homes = setup
                .customers
                .iter()
                .flat_map(|customers| &customers.homes);
            homes
                .map(|home| home.arrivals.expected(Time::ZERO, setup.length))
                .sum()
        };
        let each: f64 = self.strategies.iter().map(of).sum();
        each * f64::from(self.scenario.run.replications)
    }

    /// Plays on all threads of the rayon pool it is called in; the result does not depend on how many they are.
    ///
    /// Threads take replications in order, strategy by strategy, and keep their simulation while the strategy stays
    /// the same. Outcomes are merged in order too; who is too far ahead waits, so that only a few outcomes are kept.
    pub fn run(&self, progress: &dyn Progress) -> Result<Vec<Played>, Stopped> {
        let replications = self.scenario.run.replications as usize;
        let pools = self.strategies.iter().map(|&strategy| {
            let pool = Pool::new(&self.scenario.strategies[strategy].setup);
            let pool = match &self.grid {
                Some(grid) => pool.by_interval(grid),
                None => pool,
            };
            Played { strategy, pool }
        });
        let merge = Merge::new(pools.collect(), replications, progress);
        rayon::broadcast(|_| self.work(&merge));
        merge.finish().map_err(|failure| match failure {
            merge::Failure::Interrupted => Stopped::Interrupted,
            merge::Failure::Stuck(job, stuck) => Stopped::Stuck {
                strategy: self.strategy(job).name.clone(),
                replication: job.replication + 1,
                message: stuck.message,
            },
        })
    }

    fn strategy(&self, job: Job) -> &'a Strategy {
        &self.scenario.strategies[self.strategies[job.strategy]]
    }

    fn work(&self, merge: &Merge) {
        let _guard = merge.guard();
        let mut ready: Option<(usize, Simulation<Collector>)> = None;
        while let Some(job) = merge.next() {
            let simulation = match &mut ready {
                Some((strategy, simulation)) if *strategy == job.strategy => simulation,
                _ => {
                    let strategy = self.strategy(job);
                    let listener = Collector::new(&strategy.setup);
                    let listener = match &self.grid {
                        Some(grid) => listener.by_interval(grid),
                        None => listener,
                    };
                    let fresh = Simulation::new(&strategy.setup, &strategy.routes, listener);
                    &mut ready.insert((job.strategy, fresh)).1
                }
            };
            match simulation.run_unless(self.seed(job.replication), || merge.stops()) {
                Ok(false) => merge.stop(),
                Ok(true) => merge.add(job, Ok(simulation.listener().take())),
                Err(stuck) => merge.add(job, Err(stuck)),
            }
        }
    }

    /// The seed of a replication, from 0.
    fn seed(&self, replication: u32) -> Seed {
        Seed {
            seed: self.scenario.run.seed,
            replication,
        }
    }
}

/// A scope and the name within it, as written in scenarios and files; all has no name.
pub fn place(scope: Scope, names: &Names) -> (&'static str, &str) {
    let name = match scope {
        Scope::All => "",
        Scope::Customers(id) => &names.customers[id.index()],
        Scope::Topic(id) => &names.topics[id.index()],
        Scope::Channel(id) => &names.channels[id.index()],
        Scope::Queue(id) => &names.queues[id.index()],
        Scope::Agents(id) => &names.agents[id.index()],
        Scope::Target(id) => &names.targets[id.index()],
    };
    (scope.name(), name)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const TEXT: &str = r#"
        [run]
        length = "2 h"
        replications = 7
        [customers.callers]
        arrivals = { per_hour = 60 }
        [agents.desk]
        count = 6
        serves = ["phone"]
        [strategies.one]
        routes = [{ to = "phone" }]
        [strategies.two]
        routes = [{ to = "phone" }]
        agents.desk.count = 5
    "#;

    fn scenario() -> Scenario {
        let mut open = |_: &str| Err(String::new());
        let read = crate::scenario::read("test.toml", TEXT, &[], &mut open);
        read.expect("a sound scenario").0
    }

    fn rows(scenario: &Scenario, threads: usize, strategies: Vec<usize>) -> Vec<Vec<Row>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let experiment = Experiment::new(scenario).only(strategies);
        let played = pool.expect("threads").install(|| experiment.run(&()));
        let played = played.expect("nobody stops it");
        played.iter().map(|played| played.rows(0.95)).collect()
    }

    #[test]
    fn who_comes_without_end_is_told_before_memory_ends() {
        let text = TEXT.replace("per_hour = 60", "per_hour = 1e9");
        let mut open = |_: &str| Err(String::new());
        let read = crate::scenario::read(
            "test.toml",
            &text,
            &["channels.phone.patience.queue=1 h".to_owned()],
            &mut open,
        );
        let (scenario, _) = read.unwrap_or_else(|problems| panic!("{}", problems[0]));
        let experiment = Experiment::new(&scenario);
        // Two strategies, seven replications of two hours.
        assert!((experiment.conversations() / 28e9 - 1.0).abs() < 1e-9);
        let Err(Stopped::Stuck {
            replication,
            message,
            ..
        }) = experiment.run(&())
        else {
            panic!("so many do not fit");
        };
        assert_eq!(replication, 1);
        assert!(message.contains("in the system at once"), "{message}");
    }

    #[test]
    fn neither_threads_nor_other_strategies_change_a_figure() {
        let scenario = scenario();
        let alone = rows(&scenario, 1, vec![0, 1]);
        assert!(!alone[0].is_empty() && alone[0] != alone[1]);
        assert_eq!(alone, rows(&scenario, 2, vec![0, 1]));
        assert_eq!(alone, rows(&scenario, 5, vec![0, 1]));
        assert_eq!(alone[1..], rows(&scenario, 3, vec![1])[..]);
    }

    /// Asks to stop after some replications.
    struct Impatient {
        after: usize,
        asked: AtomicUsize,
        told: Mutex<Vec<(usize, usize)>>,
    }

    impl Progress for Impatient {
        fn advanced(&self, done: usize, all: usize) {
            self.told.lock().expect("nobody panicked").push((done, all));
        }

        fn stops(&self) -> bool {
            self.asked.fetch_add(1, Ordering::Relaxed) >= self.after
        }
    }

    #[test]
    fn progress_is_told_in_order_and_stops_between_replications() {
        let scenario = scenario();
        let experiment = Experiment::new(&scenario);
        let impatient = |after| Impatient {
            after,
            asked: AtomicUsize::new(0),
            told: Mutex::default(),
        };
        let patient = impatient(usize::MAX);
        assert!(experiment.run(&patient).is_ok());
        let all: Vec<_> = (1..=14).map(|done| (done, 14)).collect();
        assert_eq!(*patient.told.lock().expect("nobody panicked"), all);
        let hasty = impatient(3);
        assert_eq!(experiment.run(&hasty).err(), Some(Stopped::Interrupted));
        assert_eq!(hasty.told.lock().expect("nobody panicked").len(), 3);
    }
}
