//! Sets of instants as sorted, disjoint, half-open intervals that do not touch: the arithmetic under [`super::Calendar`].

use crate::time::Time;

/// From an instant up to, but not including, another.
pub type Interval = (Time, Time);

/// The same instants in order, without overlaps, seams or empty intervals.
pub fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|(from, to)| from < to);
    intervals.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// The instants in both.
pub fn common(left: &[Interval], right: &[Interval]) -> Vec<Interval> {
    let mut common = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        let from = left[i].0.max(right[j].0);
        let to = left[i].1.min(right[j].1);
        if from < to {
            common.push((from, to));
        }
        if left[i].1 <= right[j].1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

/// The instants of `whole` that are not in `taken`.
pub fn without(whole: &[Interval], taken: &[Interval]) -> Vec<Interval> {
    let mut rest = Vec::new();
    let mut first = 0;
    for &(mut from, to) in whole {
        while first < taken.len() && taken[first].1 <= from {
            first += 1;
        }
        for &(taken_from, taken_to) in &taken[first..] {
            if taken_from >= to {
                break;
            }
            if from < taken_from {
                rest.push((from, taken_from));
            }
            from = from.max(taken_to);
        }
        if from < to {
            rest.push((from, to));
        }
    }
    rest
}
