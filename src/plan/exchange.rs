//! Which agents to exchange for which, many at once: a linear program over what each of them does for the targets.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

/// One agent fewer or more in a slot, and what that does.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) slot: usize,
    /// -1 or 1.
    pub(super) by: i64,
    /// What it adds to the cost.
    pub(super) cost: f64,
    /// By target: what it adds to the slack.
    pub(super) slack: Vec<f64>,
}

/// The steps that save most after which no target's slack is below 0, were their effects to add up.
///
/// A relaxed program has no more fractions than constraints; those who would go in part stay, those who would come in part come.
pub(super) fn steps<'a>(steps: &'a [Step], slacks: &[f64]) -> Vec<&'a Step> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let taken: Vec<Variable> = steps
        .iter()
        .map(|step| problem.add_var(step.cost, (0.0, 1.0)))
        .collect();
    for (target, slack) in slacks.iter().enumerate() {
        let row = taken.iter().zip(steps);
        let row: Vec<(Variable, f64)> = row
            .map(|(taken, step)| (*taken, step.slack[target]))
            .collect();
        problem.add_constraint(row.as_slice(), ComparisonOp::Ge, -slack);
    }
    let solved = problem.solve().ok();
    let Some(solution) = solved.and_then(|outcome| outcome.into_solution().ok()) else {
        return Vec::new();
    };
    let is_taken = |(taken, step): &(&Variable, &Step)| {
        let part = solution.var_value(**taken);
        part > 1.0 - 1e-6 || (step.by > 0 && part > 1e-6)
    };
    let chosen = taken.iter().zip(steps).filter(is_taken);
    chosen.map(|(_, step)| step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(slot: usize, by: i64, slack: f64) -> Step {
        Step {
            slot,
            by,
            cost: by as f64,
            slack: vec![slack],
        }
    }

    /// With a slack of 1 the two that lose least can go (0.4 and 0.5); one more for 2 lets three go that lose 0.9 each.
    #[test]
    fn those_go_who_are_missed_least_and_those_come_who_let_more_go() {
        let fewer = [step(0, -1, -0.5), step(1, -1, -0.9), step(2, -1, -0.4)];
        let slots = |chosen: Vec<&Step>| chosen.iter().map(|step| step.slot).collect::<Vec<_>>();
        assert_eq!(slots(steps(&fewer, &[1.0])), [0, 2]);
        assert!(steps(&fewer, &[0.3]).is_empty());
        let mut more: Vec<Step> = (0..3).map(|slot| step(slot, -1, -0.9)).collect();
        more.push(step(3, 1, 2.7));
        assert_eq!(slots(steps(&more, &[0.0])), [0, 1, 2, 3]);
    }
}
