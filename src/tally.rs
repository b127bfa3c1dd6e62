//! Tallies: exact sums and counts of durations, which merge in any order to the same bits.

use crate::time::Span;

/// Buckets per doubling: a bucket is at most 1/128 of its values wide, so its middle is within 0.4 % of each.
const BUCKETS_BITS: u32 = 7;
/// So many buckets are one where they are shown: 8 are left of a doubling.
const COARSE_BITS: u32 = 4;
/// Values are told apart from about a microsecond on.
const FINEST_BITS: u32 = 10;

/// Durations counted by size in log-linear buckets, found without a logarithm.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u32>,
}

/// Only what was counted.
impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.buckets()).finish()
    }
}

impl Histogram {
    #[inline]
    fn bucket(value: Span) -> usize {
        let fine = (value.0.max(0) as u64) >> FINEST_BITS;
        let exponent = (63 - (fine | 1).leading_zeros()).saturating_sub(BUCKETS_BITS);
        ((exponent as usize) << BUCKETS_BITS) + (fine >> exponent) as usize
    }

    /// The middle of a bucket; of the first, 0.
    fn middle(bucket: usize) -> Span {
        if bucket == 0 {
            return Span::ZERO;
        }
        let (from, to) = (Self::lower(bucket), Self::lower(bucket + 1));
        Span((from.0 + to.0) / 2)
    }

    /// The smallest value of a bucket.
    pub fn lower(bucket: usize) -> Span {
        let exponent = (bucket >> BUCKETS_BITS).saturating_sub(1);
        let within = bucket - (exponent << BUCKETS_BITS);
        Span((within as i64) << (exponent as u32 + FINEST_BITS))
    }

    /// Counts a value.
    #[inline]
    pub fn add(&mut self, value: Span) {
        let bucket = Self::bucket(value);
        match self.counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => self.reach(bucket, 1),
        }
    }

    /// Counts in a new bucket: by whole octaves, so that it rarely happens and never again once warm.
    #[cold]
    fn reach(&mut self, bucket: usize, number: u32) {
        self.counts
            .resize((bucket | ((1 << BUCKETS_BITS) - 1)) + 1, 0);
        self.counts[bucket] += number;
    }

    /// Counts all that another has counted, none of it larger than `max`.
    fn merge(&mut self, other: &Histogram, max: Span) {
        let top = Self::bucket(max);
        if top >= self.counts.len() {
            self.reach(top, 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts[..=top]) {
            *mine += theirs;
        }
    }

    /// The values that the shares, in rising order, of the `count` counted ones do not exceed, within 0.4 %.
    fn quantiles<const N: usize>(&self, shares: [f64; N], count: u64) -> [Span; N] {
        let mut buckets = self.counts.iter().enumerate();
        let (mut seen, mut bucket) = (0, 0);
        shares.map(|share| {
            let rank = ((share * count as f64).ceil() as u64).clamp(1, count.max(1));
            while seen < rank
                && let Some((next, number)) = buckets.next()
            {
                seen += u64::from(*number);
                bucket = next;
            }
            Self::middle(bucket)
        })
    }

    /// The counted buckets: from, to, how many.
    pub fn buckets(&self) -> impl Iterator<Item = (Span, Span, u32)> + '_ {
        let counted = self
            .counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0);
        counted.map(|(bucket, count)| (Self::lower(bucket), Self::lower(bucket + 1), *count))
    }

    /// The same by wider buckets, 8 per doubling; what is of no length stays apart.
    pub fn coarse(&self) -> impl Iterator<Item = (Span, Span, u64)> + '_ {
        let wide = self.counts.chunks(1 << COARSE_BITS).enumerate();
        wide.flat_map(|(number, counts)| {
            let first = number << COARSE_BITS;
            let zeros = usize::from(first == 0);
            [(0, zeros), (zeros, counts.len())].map(|(from, to)| {
                let count = counts[from..to].iter().map(|count| u64::from(*count)).sum();
                let (from, to) = (Self::lower(first + from), Self::lower(first + to));
                (from, to, count)
            })
        })
        .filter(|(_, _, count)| *count > 0)
    }

    /// Nothing counted of what was at most `max`.
    fn clear(&mut self, max: Span) {
        let top = Self::bucket(max).min(self.counts.len().saturating_sub(1));
        if let Some(counts) = self.counts.get_mut(..=top) {
            counts.fill(0);
        }
    }
}

/// Durations: how many, their sum, squares, largest and sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// How many.
    pub count: u64,
    /// Their sum \[ns\].
    pub sum: i128,
    /// The sum of their squares \[ns²\].
    pub squares: u128,
    /// The largest.
    pub max: Span,
    /// Their sizes.
    pub sizes: Histogram,
}

impl Durations {
    /// Counts a duration.
    #[inline]
    pub fn add(&mut self, value: Span) {
        // Many are of no length: whoever finds a free agent waits for nothing.
        if value == Span::ZERO {
            return self.add_zeros(1);
        }
        self.count += 1;
        self.sum += i128::from(value.0);
        let size = u128::from(value.0.unsigned_abs());
        self.squares += size * size;
        self.max = self.max.max(value);
        self.sizes.add(value);
    }

    /// Counts so many durations of no length.
    #[inline]
    pub fn add_zeros(&mut self, number: u64) {
        if number > 0 {
            self.count += number;
            match self.sizes.counts.first_mut() {
                Some(count) => *count += number as u32,
                None => self.sizes.reach(0, number as u32),
            }
        }
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Durations) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.max = self.max.max(other.max);
        if other.count > 0 {
            self.sizes.merge(&other.sizes, other.max);
        }
    }

    /// The values that the shares, in rising order, do not exceed \[s\], within 0.4 % and never beyond the largest;
    /// nothing if nothing was counted.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [Option<f64>; N] {
        if self.count == 0 {
            return [None; N];
        }
        let values = self.sizes.quantiles(shares, self.count);
        values.map(|value| Some(value.min(self.max).seconds()))
    }

    /// Nothing counted, keeping the memory.
    pub fn clear(&mut self) {
        if self.count > 0 {
            self.sizes.clear(self.max);
        }
        (self.count, self.sum, self.squares, self.max) = (0, 0, 0, Span::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_middle_of_a_bucket_is_within_four_thousandths(value in 200_000i64..i64::MAX / 4) {
            let middle = Histogram::middle(Histogram::bucket(Span(value))).0;
            prop_assert!((middle - value).abs() as f64 <= 0.004 * value as f64, "{value} falls to {middle}");
        }

        #[test]
        fn a_bucket_holds_its_values(value in 0i64..i64::MAX / 4) {
            let bucket = Histogram::bucket(Span(value));
            prop_assert!(Histogram::lower(bucket).0 <= value && value < Histogram::lower(bucket + 1).0);
        }

        #[test]
        fn wider_buckets_hold_the_same_values(values in prop::collection::vec(0i64..1 << 50, 0..50)) {
            let mut tally = Durations::default();
            values.iter().for_each(|value| tally.add(Span(*value)));
            let mut counted = 0;
            let mut end = Span::ZERO;
            for (from, to, count) in tally.sizes.coarse() {
                prop_assert!(end <= from && from < to);
                let within = values.iter().filter(|value| (from.0..to.0).contains(value));
                prop_assert_eq!(count, within.count() as u64);
                prop_assert!(from.0 < 1 << 17 || to.0 * 8 <= from.0 * 9);
                (end, counted) = (to, counted + count);
            }
            prop_assert_eq!(counted, values.len() as u64);
        }

        #[test]
        fn merging_in_any_order_gives_the_same(values in prop::collection::vec(0i64..1 << 50, 0..50), split in 0usize..50) {
            let tally = |values: &[i64]| {
                let mut tally = Durations::default();
                values.iter().for_each(|value| tally.add(Span(*value)));
                tally
            };
            let (left, right) = values.split_at(split.min(values.len()));
            let (mut one, mut other) = (tally(left), tally(right));
            one.merge(&tally(right));
            other.merge(&tally(left));
            // Which octaves have been reached is the same too.
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(one, tally(&values));
        }
    }
}
