//! Which agents to exchange for which, many at once: a linear program over what each of them does for the targets.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::effect::{Step, help, least, price};

/// Exchanges are looked for among so many who are missed least and so many who help most.
const PROMISING: usize = 100;

/// Less than this of a step is none.
const PART: f64 = 1e-6;

/// The steps, one in a slot and so many at most, that save most after which no clause's slack is below 0, were their effects to add
/// up.
///
/// The program is relaxed, so that a few slots take parts of several steps; of those the greatest is taken, or none where
/// only a part would go.
pub(super) fn steps<'a>(steps: &'a [Step], slacks: &[f64], most: usize) -> Vec<&'a Step> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let taken: Vec<Variable> = steps
        .iter()
        .map(|step| problem.add_var(step.cost, (0.0, 1.0)))
        .collect();
    for (clause, slack) in slacks.iter().enumerate() {
        let row = taken.iter().zip(steps);
        let row: Vec<(Variable, f64)> = row
            .map(|(taken, step)| (*taken, step.slack[clause]))
            .filter(|(_, slack)| *slack != 0.0)
            .collect();
        problem.add_constraint(row.as_slice(), ComparisonOp::Ge, -slack);
    }
    let mut slots: BTreeMap<usize, Vec<(Variable, f64)>> = BTreeMap::new();
    for (taken, step) in taken.iter().zip(steps) {
        slots.entry(step.slot).or_default().push((*taken, 1.0));
    }
    for row in slots.values().filter(|row| row.len() > 1) {
        problem.add_constraint(row.as_slice(), ComparisonOp::Le, 1.0);
    }
    let all: Vec<(Variable, f64)> = taken.iter().map(|taken| (*taken, 1.0)).collect();
    problem.add_constraint(all.as_slice(), ComparisonOp::Le, most as f64);
    let solved = problem.solve().ok();
    let Some(solution) = solved.and_then(|outcome| outcome.into_solution().ok()) else {
        return Vec::new();
    };
    // By slot: the greatest step of which a part is taken, and how much of the slot is taken in all.
    let mut chosen: BTreeMap<usize, (&Step, f64)> = BTreeMap::new();
    for (taken, step) in taken.iter().zip(steps) {
        let part = solution.var_value(*taken);
        if part > PART {
            let (greatest, all) = chosen.entry(step.slot).or_insert((step, 0.0));
            *all += part;
            if step.by > greatest.by {
                *greatest = step;
            }
        }
    }
    let whole = chosen
        .into_values()
        .filter(|(step, all)| step.by > 0 || *all > 1.0 - PART);
    whole.map(|(step, _)| step).collect()
}

/// The exchanges of two who go for one who comes, and moves of one to where it costs less, which leave most slack were their
/// effects to add up; each as slots with by how much they change.
pub(super) fn swaps(
    slacks: &[f64],
    fewer: &[Step],
    more: &[Step],
    most: usize,
) -> Vec<Vec<(usize, i64)>> {
    let fewer = first(fewer, |step| price(slacks, step));
    let more = first(more, |step| help(slacks, step));
    let mut all: Vec<(f64, Vec<(usize, i64)>)> = Vec::new();
    let mut consider = |steps: &[&Step]| {
        let (come, go) = (steps[0], &steps[1..]);
        let saves = steps.iter().map(|step| step.cost).sum::<f64>() < -1e-9 * come.cost.abs();
        if !saves || go.iter().any(|step| step.slot == come.slot) {
            return;
        }
        let slots = steps.iter().map(|step| (step.slot, step.by));
        all.push((least(slacks, steps), slots.collect()));
    };
    for come in more {
        for (place, one) in fewer.iter().enumerate() {
            consider(&[come, one]);
            for other in &fewer[place..] {
                consider(&[come, one, other]);
            }
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(most);
    all.into_iter().map(|(_, steps)| steps).collect()
}

/// The steps that are worth most.
fn first(steps: &[Step], worth: impl Fn(&Step) -> f64) -> Vec<&Step> {
    let mut steps: Vec<&Step> = steps.iter().collect();
    steps.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.slot.cmp(&b.slot)));
    steps.truncate(PROMISING);
    steps
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

    /// Two go for one who comes, not for the one who comes dear; who is missed least goes first.
    #[test]
    fn few_are_exchanged_so_that_most_slack_is_left() {
        let fewer = [step(0, -1, -0.5), step(1, -1, -0.9), step(2, -1, -0.4)];
        let more = [step(2, 1, 1.0), step(3, 1, 0.7)];
        let all = swaps(&[0.1], &fewer, &more, 2);
        // 0.1 + 1.0 - 0.5 - 0.5 = 0.1, then 0.1 + 0.7 - 0.4 - 0.4 = 0.0.
        assert_eq!(all[0], [(2, 1), (0, -1), (0, -1)]);
        assert_eq!(all[1], [(3, 1), (2, -1), (2, -1)]);
    }

    /// With a slack of 1 the two that lose least can go (0.4 and 0.5); one more for 2 lets three go that lose 0.9 each.
    #[test]
    fn those_go_who_are_missed_least_and_those_come_who_let_more_go() {
        let fewer = [step(0, -1, -0.5), step(1, -1, -0.9), step(2, -1, -0.4)];
        let slots = |chosen: Vec<&Step>| chosen.iter().map(|step| step.slot).collect::<Vec<_>>();
        assert_eq!(slots(steps(&fewer, &[1.0], 9)), [0, 2]);
        assert!(steps(&fewer, &[0.3], 9).is_empty());
        assert_eq!(steps(&fewer, &[1.0], 1).len(), 1);
        let mut more: Vec<Step> = (0..3).map(|slot| step(slot, -1, -0.9)).collect();
        more.push(step(3, 1, 2.7));
        assert_eq!(slots(steps(&more, &[0.0], 9)), [0, 1, 2, 3]);
    }
}
