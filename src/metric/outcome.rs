//! What is known of one replication.

use super::Scope;
use super::cells::Kept;
use super::intervals::Told;
use super::level::Course;
use super::promise::Promise;
use super::staff::Crew;
use super::standing::{Age, Stood};
use super::stats::Stats;
use crate::id::{GroupId, TargetId};
use crate::measure::Measure;
use crate::world::Setup;

/// What is known of one replication: exact sums and counts, folded by scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub(super) scopes: Vec<(Scope, Stats)>,
    /// By [`GroupId`]; the last is all of them together.
    pub(super) crews: Vec<Crew>,
    pub(super) promises: Vec<Promise>,
    stood: Stood,
    told: Option<Told>,
}

impl Outcome {
    pub(super) fn fold(
        setup: &Setup,
        kept: &[Kept],
        crews: Vec<Crew>,
        promises: Vec<Promise>,
        stood: Stood,
        told: Option<Told>,
    ) -> Outcome {
        let mut scopes: Vec<(Scope, Stats)> = Scope::of(setup)
            .map(|scope| (scope, Stats::new()))
            .collect();
        for kept in kept {
            for (scope, stats) in &mut scopes {
                if kept.cell.is_of(*scope) {
                    stats.fold(&kept.stats, !kept.two_clocks);
                }
            }
        }
        Outcome {
            scopes,
            crews,
            promises,
            stood,
            told,
        }
    }

    /// The figures of every scope but targets, in the order of files.
    pub fn scopes(&self) -> impl Iterator<Item = (Scope, &Stats)> {
        self.scopes.iter().map(|(scope, stats)| (*scope, stats))
    }

    /// The exact sums and counts of a scope's conversations.
    pub fn stats(&self, scope: Scope) -> Option<&Stats> {
        self.scopes
            .iter()
            .find(|(known, _)| *known == scope)
            .map(|(_, stats)| stats)
    }

    /// The agent-time of a group, or of all.
    pub fn crew(&self, group: Option<GroupId>) -> &Crew {
        &self.crews[group.map_or(self.crews.len() - 1, GroupId::index)]
    }

    /// The waits of a target.
    pub fn promise(&self, target: TargetId) -> Promise {
        self.promises[target.index()]
    }

    /// A number of conversations over the counted time; nothing for measures that are none, and for scopes they do not
    /// stand in.
    pub fn level(&self, scope: Scope, measure: Measure) -> Option<Course> {
        self.stood.course(scope, measure)
    }

    /// How long the oldest of those who waited had waited.
    pub fn age(&self, scope: Scope) -> Option<Age> {
        self.stood.age(scope)
    }

    /// What was counted by interval, if that was asked for.
    pub fn by_interval(&self) -> Option<&Told> {
        self.told.as_ref()
    }
}
