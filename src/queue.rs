//! Queues: who waits, in what order, and who is asked to take them.

use crate::id::GroupId;
use crate::rule::{Estimator, Order, Pick};

/// A named waiting line (`[queues.NAME]`).
#[derive(Clone, Debug)]
pub struct Queue {
    /// Who is taken first.
    pub order: Order,
    /// Waiting places; `None` is without limit.
    pub capacity: Option<u32>,
    /// The groups that serve it, in the order tried; equals together. Only groups that serve it, each once.
    pub agents: Vec<Vec<GroupId>>,
    /// Who within the groups tried together.
    pub pick: Pick,
    /// How a wait is foretold.
    pub estimator: Estimator,
}
