//! Promises: how many waits of a target there were, and what share of them kept it.

use crate::measure::Formula;
use crate::time::Span;
use crate::world::Target;

/// How many waits of a target there were, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Answered.
    pub answered: u64,
    /// Of which within the target's time.
    pub answered_within: u64,
    /// Left before they were answered.
    pub left: u64,
    /// Of which within the target's time.
    pub left_within: u64,
    /// Of which sooner than a short cut counts.
    pub left_at_once: u64,
}

impl Promise {
    /// Counts a wait that was answered.
    pub fn answer(&mut self, target: &Target, wait: Span) {
        self.answered += 1;
        self.answered_within += u64::from(wait <= target.within);
    }

    /// Counts a wait of somebody who left.
    pub fn leave(&mut self, target: &Target, wait: Span) {
        self.left += 1;
        self.left_within += u64::from(wait <= target.within);
        if let Formula::ShortCut(shorter_than) = target.formula {
            self.left_at_once += u64::from(wait < shorter_than);
        }
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Promise) {
        self.answered += other.answered;
        self.answered_within += other.answered_within;
        self.left += other.left;
        self.left_within += other.left_within;
        self.left_at_once += other.left_at_once;
    }

    /// What a service level is the ratio of.
    pub fn parts(&self, formula: Formula) -> (u64, u64) {
        let offered = self.answered + self.left;
        match formula {
            Formula::ExcludingEarlyLeavers => (self.answered_within, offered - self.left_within),
            Formula::AnsweredOfOffered => (self.answered_within, offered),
            Formula::AnsweredOfAnswered => (self.answered_within, self.answered),
            Formula::LeaversCount => (self.answered_within + self.left_within, offered),
            // Who left at once is no success, but was offered.
            Formula::ShortCut(_) => {
                let early = self.left_within.saturating_sub(self.left_at_once);
                (self.answered_within + early, offered)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1000 answered, 860 of them within; 60 left, 20 of them within, 10 of them at once.
    #[test]
    fn five_formulas_of_the_service_level_give_five_figures() {
        let promise = Promise {
            answered: 1000,
            answered_within: 860,
            left: 60,
            left_within: 20,
            left_at_once: 10,
        };
        let level = |formula| {
            let (kept, of) = promise.parts(formula);
            (kept as f64 / of as f64 * 1e4).round() / 1e4
        };
        assert_eq!(level(Formula::LeaversCount), 0.8302);
        assert_eq!(level(Formula::AnsweredOfAnswered), 0.86);
        assert_eq!(level(Formula::AnsweredOfOffered), 0.8113);
        assert_eq!(level(Formula::ExcludingEarlyLeavers), 0.8269);
        assert_eq!(level(Formula::ShortCut(Span::SECOND * 5)), 0.8208);
    }
}
