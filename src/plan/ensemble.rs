//! Ensembles: a strategy played many times, side by side, of which only what is asked for is kept.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::experiment::{Progress, Stopped};
use crate::fact::Listener;
use crate::metric::{Collector, Grid, Outcome};
use crate::random::Seed;
use crate::scenario::{Scenario, Strategy};
use crate::simulation::{Simulation, Stuck};
use crate::world::Setup;

/// Counts replications of several ensembles for who watches.
pub struct Steps<'a> {
    progress: &'a dyn Progress,
    done: AtomicUsize,
    all: usize,
}

impl<'a> Steps<'a> {
    /// None of so many replications is done.
    pub fn new(progress: &'a dyn Progress, all: usize) -> Steps<'a> {
        Steps {
            progress,
            done: AtomicUsize::new(0),
            all,
        }
    }

    fn step(&self) {
        let done = 1 + self.done.fetch_add(1, Ordering::Relaxed);
        self.progress.advanced(done, self.all);
    }
}

/// Some replications of a strategy.
#[derive(Clone, Copy)]
pub(super) struct Ensemble<'a> {
    pub(super) scenario: &'a Scenario,
    /// What is played.
    pub(super) strategy: &'a Strategy,
    /// By which tables it is counted: those played, perhaps with other targets.
    pub(super) counted: &'a Setup,
    /// What is told by interval, if anything.
    pub(super) grid: Option<&'a Grid>,
    /// The number of the first replication, from 0: others meet other customers.
    pub(super) first: u32,
    pub(super) steps: &'a Steps<'a>,
}

impl Ensemble<'_> {
    /// What `of` makes of each replication, in their order.
    pub(super) fn play<T: Send>(
        &self,
        of: impl Fn(Outcome) -> T + Sync,
    ) -> Result<Vec<T>, Stopped> {
        (self.first..self.first + self.scenario.run.replications)
            .into_par_iter()
            .map_init(
                || {
                    let listener = collector(self.counted, self.grid);
                    Simulation::new(&self.strategy.setup, &self.strategy.routes, listener)
                },
                |simulation, number| {
                    let Ensemble {
                        scenario,
                        strategy,
                        steps,
                        ..
                    } = self;
                    replication(scenario, strategy, simulation, number, steps.progress)?;
                    steps.step();
                    Ok(of(simulation.listener().take()))
                },
            )
            .collect()
    }
}

/// What counts a replication, by interval too if there is a grid.
pub(super) fn collector<'a>(counted: &'a Setup, grid: Option<&Grid>) -> Collector<'a> {
    let listener = Collector::new(counted);
    match grid {
        Some(grid) => listener.by_interval(grid),
        None => listener,
    }
}

/// Plays one replication of a strategy, from 0, to its listener, unless somebody stops it.
pub(super) fn replication<L: Listener>(
    scenario: &Scenario,
    strategy: &Strategy,
    simulation: &mut Simulation<L>,
    number: u32,
    progress: &dyn Progress,
) -> Result<(), Stopped> {
    // A short replication is over before it asks.
    if progress.stops() {
        return Err(Stopped::Interrupted);
    }
    let seed = Seed {
        seed: scenario.run.seed,
        replication: number,
    };
    match simulation.run_unless(seed, || progress.stops()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Stopped::Interrupted),
        Err(Stuck { message }) => Err(Stopped::Stuck {
            strategy: strategy.name.clone(),
            replication: number + 1,
            message,
        }),
    }
}
