//! Experiments: every strategy of a scenario played for many replications, over all cores, merged in their order.
//!
//! Reads and writes nothing; who asked is told how far it is, and may stop it between replications.

mod merge;
mod verify;

pub use verify::{Finding, LUCK, judge};

use crate::metric::{Collector, Pool, Row, Scope};
use crate::random::Seed;
use crate::scenario::{Names, Scenario, Strategy};
use crate::simulation::Simulation;
use merge::{Job, Merge};

/// What is played: some strategies of a scenario, some times.
#[derive(Clone, Debug)]
pub struct Experiment<'a> {
    scenario: &'a Scenario,
    strategies: Vec<usize>,
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
    /// Events followed each other without end.
    Stuck {
        /// The strategy's name.
        strategy: String,
        /// The replication, from 1.
        replication: u32,
        /// Where the cycle is and how to break it.
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
        }
    }

    /// Plays only these strategies, by their positions. Their results are the same bytes as among others.
    pub fn only(self, strategies: Vec<usize>) -> Experiment<'a> {
        Experiment { strategies, ..self }
    }

    /// How many replications there are in all.
    pub fn size(&self) -> usize {
        self.strategies.len() * self.scenario.run.replications as usize
    }

    /// Plays on all threads of the rayon pool it is called in; the result does not depend on how many they are.
    ///
    /// Threads take replications in order, strategy by strategy, and keep their simulation while the strategy stays
    /// the same. Outcomes are merged in order too; who is too far ahead waits, so that only a few outcomes are kept.
    pub fn run(&self, progress: &dyn Progress) -> Result<Vec<Played>, Stopped> {
        let replications = self.scenario.run.replications as usize;
        let pools = self.strategies.iter().map(|&strategy| Played {
            strategy,
            pool: Pool::new(&self.scenario.strategies[strategy].setup),
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
                    let fresh = Simulation::new(&strategy.setup, &strategy.routes, listener);
                    &mut ready.insert((job.strategy, fresh)).1
                }
            };
            let played = simulation.run(self.seed(job.replication));
            merge.add(job, played.map(|()| simulation.listener().take()));
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
