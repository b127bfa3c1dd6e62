//! The people who cover a requirement at the least cost: an integer program.
//!
//! Dantzig's set covering of shifts ("A comment on Edie's 'Traffic delays at toll booths'", Operations Research 2, 1954): the
//! fewest (cheapest) people x, by the tour they work, so that in each interval there are as many as are needed.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions, Variable};

use super::tour::Candidate;
use crate::id::GroupId;
use crate::scenario::ShiftKind;

/// Who covers a requirement.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// People, by candidate.
    pub(super) counts: Vec<u32>,
    /// What they cost.
    pub(super) cost: f64,
    /// What nobody can go below.
    pub(super) bound: f64,
}

/// Why nobody covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Uncoverable {
    /// Nobody is allowed to work in these slots.
    Slots(Vec<usize>),
    /// At most so many of these groups may work each kind of shift, and that is not enough.
    Limits(Vec<GroupId>),
}

/// The solver looks at so many branches. It is a number of steps, not of seconds, so that every machine finds the same.
const BRANCHES: u64 = 10_000;

/// Fewer than this part of a person is nobody.
const NOBODY: f64 = 1e-6;

/// The cheapest cover of what is needed by slot, group by group. `kinds` are those of a group.
pub(super) fn cover(
    candidates: &[Candidate],
    needs: &[f64],
    kinds: impl Fn(GroupId) -> Vec<ShiftKind>,
) -> Result<Cover, Uncoverable> {
    let mut reached = vec![false; needs.len()];
    for (slot, share) in candidates.iter().flat_map(|one| &one.covers) {
        reached[*slot] |= *share > NOBODY;
    }
    let missed = |slot: &usize| needs[*slot] > 0.0 && !reached[*slot];
    let missed: Vec<usize> = (0..needs.len()).filter(missed).collect();
    if !missed.is_empty() {
        return Err(Uncoverable::Slots(missed));
    }
    let mut groups: Vec<GroupId> = candidates.iter().map(|one| one.tour.group).collect();
    groups.dedup();
    let mut whole = Cover {
        counts: vec![0; candidates.len()],
        cost: 0.0,
        bound: 0.0,
    };
    let mut short = Vec::new();
    for group in groups {
        let own = |place: &usize| candidates[*place].tour.group == group;
        let places: Vec<usize> = (0..candidates.len()).filter(own).collect();
        let own: Vec<&Candidate> = places.iter().map(|place| &candidates[*place]).collect();
        let Some(cover) = cover_one(&own, needs, &kinds(group)) else {
            short.push(group);
            continue;
        };
        for (place, count) in places.into_iter().zip(cover.counts) {
            whole.counts[place] = count;
        }
        whole.cost += cover.cost;
        whole.bound += cover.bound;
    }
    if short.is_empty() {
        Ok(whole)
    } else {
        Err(Uncoverable::Limits(short))
    }
}

/// One group's cover; nothing if its kinds of shift do not allow any.
fn cover_one(candidates: &[&Candidate], needs: &[f64], kinds: &[ShiftKind]) -> Option<Cover> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let people: Vec<Variable> = candidates
        .iter()
        .map(|one| problem.add_integer_var(one.cost, (0, i32::from(i16::MAX))))
        .collect();
    let mut rows: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); needs.len()];
    for (one, person) in candidates.iter().zip(&people) {
        for (slot, share) in &one.covers {
            rows[*slot].push((*person, *share));
        }
    }
    for (row, need) in rows.iter().zip(needs) {
        if *need > 0.0 && !row.is_empty() {
            problem.add_constraint(row.as_slice(), ComparisonOp::Ge, *need);
        }
    }
    for kind in kinds {
        let each = candidates.iter().zip(&people);
        let row: Vec<(Variable, f64)> = each
            .filter(|(one, _)| one.tour.kind == kind.name)
            .map(|(_, person)| (*person, 1.0))
            .collect();
        if kind.least > 0 {
            problem.add_constraint(row.as_slice(), ComparisonOp::Ge, f64::from(kind.least));
        }
        if let Some(most) = kind.most {
            problem.add_constraint(row.as_slice(), ComparisonOp::Le, f64::from(most));
        }
    }
    let options = |start: Option<&Vec<u32>>| {
        let mut options = SolveOptions::default();
        options.node_limit = Some(BRANCHES);
        options.warm_start = start.map(|start| {
            let each = people.iter().zip(start);
            each.map(|(person, count)| (*person, f64::from(*count)))
                .collect()
        });
        options
    };
    let greedy = greedy(candidates, needs, kinds);
    let cost = |counts: &[u32]| -> f64 {
        let each = candidates.iter().zip(counts);
        each.map(|(one, count)| one.cost * f64::from(*count)).sum()
    };
    let solution = match problem.solve_with(options(greedy.as_ref())) {
        Ok(outcome) => outcome.into_solution().ok(),
        Err(Error::Infeasible) => return None,
        // The solver gave up; what is tried first still covers.
        Err(_) => None,
    };
    let solved = solution.map(|solution| {
        let counts: Vec<u32> = people
            .iter()
            .map(|person| solution.var_value(*person).round().max(0.0) as u32)
            .collect();
        // Costs are at least 0, so that nothing is below it.
        let bound = solution.objective() * (1.0 - solution.gap().unwrap_or(1.0)).clamp(0.0, 1.0);
        Cover {
            cost: cost(&counts),
            counts,
            bound,
        }
    });
    let begun = greedy.map(|counts| Cover {
        cost: cost(&counts),
        counts,
        bound: 0.0,
    });
    match (solved, begun) {
        (Some(solved), Some(begun)) if begun.cost < solved.cost => Some(Cover {
            bound: solved.bound,
            ..begun
        }),
        (Some(solved), _) => Some(solved),
        (None, begun) => begun,
    }
}

/// A cover by always taking whoever does most for what they cost; nothing if that comes to an end before all is covered.
fn greedy(candidates: &[&Candidate], needs: &[f64], kinds: &[ShiftKind]) -> Option<Vec<u32>> {
    let mut open = needs.to_vec();
    let reached = |slot: usize| {
        let mut covers = candidates.iter().flat_map(|one| &one.covers);
        covers.any(|(covered, _)| *covered == slot)
    };
    // Other groups' slots are others' work.
    for (slot, need) in open.iter_mut().enumerate() {
        if !reached(slot) {
            *need = 0.0;
        }
    }
    let mut counts = vec![0u32; candidates.len()];
    let worked = |counts: &[u32], kind: &str| -> u32 {
        let each = candidates.iter().zip(counts);
        each.filter(|(one, _)| one.tour.kind == kind)
            .map(|(_, count)| *count)
            .sum()
    };
    let full = |counts: &[u32], kind: &ShiftKind| {
        kind.most
            .is_some_and(|most| worked(counts, &kind.name) >= most)
    };
    loop {
        let short = kinds
            .iter()
            .find(|kind| worked(&counts, &kind.name) < kind.least);
        let done = open.iter().all(|need| *need <= NOBODY);
        if done && short.is_none() {
            return Some(counts);
        }
        let may = |one: &Candidate| match short.filter(|_| done) {
            Some(short) => one.tour.kind == short.name,
            None => kinds
                .iter()
                .all(|kind| kind.name != one.tour.kind || !full(&counts, kind)),
        };
        let worth = |one: &Candidate| {
            let covered = one
                .covers
                .iter()
                .map(|(slot, share)| share.min(open[*slot]).max(0.0));
            covered.sum::<f64>() / one.cost.max(f64::MIN_POSITIVE)
        };
        let places = (0..candidates.len()).filter(|place| may(candidates[*place]));
        let best = places.max_by(|a, b| {
            let order = worth(candidates[*a]).total_cmp(&worth(candidates[*b]));
            order.then(b.cmp(a))
        })?;
        if !done && worth(candidates[best]) <= 0.0 {
            return None;
        }
        counts[best] += 1;
        for (slot, share) in &candidates[best].covers {
            open[*slot] -= share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tour::Tour;
    use crate::scenario::ShiftDays;
    use crate::time::Span;

    fn candidate(kind: &str, cost: f64, slots: std::ops::Range<usize>) -> Candidate {
        Candidate {
            tour: Tour {
                group: GroupId(0),
                kind: kind.to_owned(),
                hours: String::new(),
            },
            shift: 0,
            hours: cost,
            cost,
            covers: slots.map(|slot| (slot, 1.0)).collect(),
        }
    }

    fn kind(name: &str, most: Option<u32>) -> ShiftKind {
        ShiftKind {
            name: name.to_owned(),
            groups: None,
            starts: Vec::new(),
            length: Span::HOUR,
            days: ShiftDays::InARow(5),
            least: 0,
            most,
            pay: 1.0,
        }
    }

    /// Of all ways to have up to five people on each of six shifts none that covers costs less.
    #[test]
    fn nobody_covers_for_less() {
        let candidates: Vec<Candidate> = (0..4)
            .map(|start| candidate("long", 3.0, start..start + 3))
            .chain([candidate("short", 2.2, 0..2), candidate("short", 2.2, 3..5)])
            .collect();
        for needs in [
            [1.0, 2.0, 3.0, 2.0, 1.0, 1.0],
            [2.5, 0.0, 1.0, 4.0, 4.0, 0.5],
            [1.0, 4.0, 1.0, 4.0, 1.0, 4.0],
        ] {
            let found = cover(&candidates, &needs, |_| {
                vec![kind("long", None), kind("short", None)]
            });
            let found = found.expect("a cover");
            let covers = |counts: &[u32]| {
                (0..6).all(|slot| {
                    let each = candidates.iter().zip(counts);
                    let there =
                        each.filter(|(one, _)| one.covers.iter().any(|(own, _)| *own == slot));
                    there.map(|(_, count)| f64::from(*count)).sum::<f64>() >= needs[slot]
                })
            };
            assert!(covers(&found.counts), "{found:?}");
            let cheapest = (0..6u32.pow(6))
                .map(|code| {
                    (0..6)
                        .map(|place| code / 6u32.pow(place) % 6)
                        .collect::<Vec<u32>>()
                })
                .filter(|counts| covers(counts))
                .map(|counts| {
                    let each = candidates.iter().zip(&counts);
                    each.map(|(one, count)| one.cost * f64::from(*count))
                        .sum::<f64>()
                })
                .fold(f64::INFINITY, f64::min);
            assert!(
                (found.cost - cheapest).abs() < 1e-9,
                "{found:?}, {cheapest}"
            );
            assert!(found.bound <= cheapest + 1e-9, "{found:?}, {cheapest}");
        }
    }

    #[test]
    fn what_nobody_may_work_is_said() {
        let candidates = [candidate("long", 3.0, 0..3)];
        let cover = |needs: &[f64], most| cover(&candidates, needs, |_| vec![kind("long", most)]);
        assert_eq!(
            cover(&[1.0, 1.0, 1.0, 1.0], None).unwrap_err(),
            Uncoverable::Slots(vec![3])
        );
        assert_eq!(
            cover(&[3.0, 1.0, 1.0], Some(2)).unwrap_err(),
            Uncoverable::Limits(vec![GroupId(0)])
        );
        assert_eq!(
            cover(&[3.0, 1.0, 1.0], Some(3)).expect("a cover").counts,
            [3]
        );
    }
}
