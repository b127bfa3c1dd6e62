//! Handing out replications in order and merging what comes of them in the same order, with few kept in between.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Played, Progress};
use crate::metric::Outcome;
use crate::simulation::Stuck;

/// One replication of one strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// Among the strategies played.
    pub(super) strategy: usize,
    /// From 0.
    pub(super) replication: u32,
    number: usize,
}

/// Why it ended early.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Interrupted,
    Stuck(Job, Stuck),
}

/// The work and its results, shared by all threads.
pub(super) struct Merge<'p> {
    replications: usize,
    all: usize,
    ahead: usize,
    progress: &'p dyn Progress,
    state: Mutex<State>,
    merged: Condvar,
}

struct State {
    handed_out: usize,
    done: usize,
    waiting: BTreeMap<usize, Outcome>,
    played: Vec<Played>,
    failure: Option<Failure>,
    /// A thread panicked: what it had taken will never come.
    broken: bool,
}

impl<'p> Merge<'p> {
    pub(super) fn new(
        played: Vec<Played>,
        replications: usize,
        progress: &'p dyn Progress,
    ) -> Merge<'p> {
        Merge {
            replications,
            all: played.len() * replications,
            // Each thread may be two replications ahead of the slowest.
            ahead: 2 * rayon::current_num_threads(),
            progress,
            state: Mutex::new(State {
                handed_out: 0,
                done: 0,
                waiting: BTreeMap::new(),
                played,
                failure: None,
                broken: false,
            }),
            merged: Condvar::new(),
        }
    }

    /// The next replication to play, once it is not too far ahead; nothing when all are taken or it is to stop.
    pub(super) fn next(&self) -> Option<Job> {
        let mut state = self.state();
        // Whoever has the oldest replication does not wait here, so that it comes and the others go on.
        while state.goes_on()
            && state.handed_out < self.all
            && state.handed_out >= state.done + self.ahead
        {
            state = self
                .merged
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if !state.goes_on() || state.handed_out == self.all {
            return None;
        }
        if self.progress.stops() {
            drop(state);
            self.stop();
            return None;
        }
        let job = self.job(state.handed_out);
        state.handed_out += 1;
        Some(job)
    }

    /// Whether it is to stop in the middle of a replication.
    pub(super) fn stops(&self) -> bool {
        self.progress.stops()
    }

    /// Nothing more is played.
    pub(super) fn stop(&self) {
        self.state().failure.get_or_insert(Failure::Interrupted);
        self.merged.notify_all();
    }

    /// What came of a replication. The first in order to be stuck is the one reported.
    pub(super) fn add(&self, job: Job, outcome: Result<Outcome, Stuck>) {
        let mut state = self.state();
        match outcome {
            Ok(outcome) => {
                state.waiting.insert(job.number, outcome);
            }
            Err(stuck) => {
                let first = match &state.failure {
                    Some(Failure::Stuck(other, _)) => job.number < other.number,
                    _ => true,
                };
                if first {
                    state.failure = Some(Failure::Stuck(job, stuck));
                }
            }
        }
        while let Some(outcome) = {
            let done = state.done;
            state.waiting.remove(&done)
        } {
            let strategy = self.job(state.done).strategy;
            state.played[strategy].pool.add(outcome);
            state.done += 1;
            self.progress.advanced(state.done, self.all);
        }
        self.merged.notify_all();
    }

    /// All strategies, or why not. Interrupted after the last replication is not interrupted.
    pub(super) fn finish(self) -> Result<Vec<Played>, Failure> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match state.failure {
            Some(failure) => Err(failure),
            None => {
                assert_eq!(state.done, self.all, "every replication was merged");
                Ok(state.played)
            }
        }
    }

    /// Held by each thread while it works.
    pub(super) fn guard(&self) -> Guard<'_> {
        Guard(self)
    }

    fn job(&self, number: usize) -> Job {
        Job {
            strategy: number / self.replications,
            replication: (number % self.replications) as u32,
            number,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn goes_on(&self) -> bool {
        self.failure.is_none() && !self.broken
    }
}

/// Wakes those who wait if its thread panics; otherwise they would wait for ever.
pub(super) struct Guard<'m>(&'m Merge<'m>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().broken = true;
            self.0.merged.notify_all();
        }
    }
}
