//! Exact formulas for queues simple enough to have them: what tests, `verify`, planning and `erlang` use or compare with.
//!
//! Times may be in any one unit and rates in its inverse; results follow. Probabilities of states are summed upwards from
//! logarithms, so thousands of agents do not overflow. `None` where there is no steady state. Queues whose answer needs a
//! transform or a matrix (M/D/c, GI/M/c, retrials, more than one skill) are not here: they stand in tables of truths.

mod classes;
mod erlang_a;
mod erlang_b;
mod erlang_c;
mod erlang_r;
mod single_agent;
mod staffing;

#[cfg(test)]
mod tests;

pub use classes::{
    single_agent_times_with_interruption, single_agent_waits_by_class, times_with_interruption,
    waits_by_class,
};
pub use erlang_a::{Station, Steady};
pub use erlang_b::erlang_b;
pub use erlang_c::ErlangC;
pub use erlang_r::{Returning, Whereabouts};
pub use single_agent::{
    Moments, shared_attention_time, single_agent_wait, single_agent_wait_with_other_work,
};
pub use staffing::{Demand, Formula, Service, Wanted};
