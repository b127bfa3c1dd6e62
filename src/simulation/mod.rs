//! STUB
use crate::fact::Listener;
use crate::random::Seed;
use crate::route::Route;
use crate::world::Setup;
/// One strategy, played: reset between replications, never rebuilt.
pub struct Simulation<'a, L: Listener> {
    listener: L,
    _setup: &'a Setup,
}
/// Events followed each other without end at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What to tell the user: where the cycle is and how to break it.
    pub message: String,
}
impl<'a, L: Listener> Simulation<'a, L> {
    /// Ready to play a strategy.
    pub fn new(setup: &'a Setup, _routes: &'a [Route], listener: L) -> Self {
        Simulation {
            listener,
            _setup: setup,
        }
    }
    /// Plays one replication.
    pub fn run(&mut self, _seed: Seed) -> Result<(), Stuck> {
        Ok(())
    }
    /// Who listens.
    pub fn listener(&mut self) -> &mut L {
        &mut self.listener
    }
}
