//! Numbers over time: how many wait, are in the system, are on duty.

use crate::time::Time;

/// What a number was from one instant to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// The area under it \[ns\].
    pub area: i128,
    /// The largest that lasted, however shortly.
    pub max: i64,
    /// What it was at the end.
    pub end: i64,
}

impl Course {
    /// What it was from the start of this to the end of the `later`.
    fn join(&mut self, later: Course) {
        self.area += later.area;
        self.max = self.max.max(later.max);
        self.end = later.end;
    }

    /// Adds what it was at another time, so that averages over such times can be told.
    pub fn add(&mut self, other: Course) {
        self.area += other.area;
        self.max += other.max;
        self.end += other.end;
    }
}

/// A number that changes now and then; it is integrated when it does, and at cuts.
///
/// What lasts no time is no maximum: whoever is rejected at once was never in the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Level {
    value: i64,
    since: Time,
    /// Since the last cut.
    course: Course,
    /// From the start to the last cut.
    total: Course,
}

impl Level {
    /// One more or fewer.
    #[inline]
    pub fn change(&mut self, by: i64, now: Time) {
        self.pass(now);
        self.value += by;
    }

    #[inline]
    fn pass(&mut self, now: Time) {
        if now > self.since {
            self.course.area += i128::from(self.value) * i128::from((now - self.since).0);
            self.course.max = self.course.max.max(self.value);
            self.since = now;
        }
    }

    /// The counted time starts.
    pub fn start(&mut self, at: Time) {
        self.cut(at);
        self.total = Course::default();
    }

    /// What it was since the last cut, which is joined to the total.
    pub fn cut(&mut self, at: Time) -> Course {
        self.pass(at);
        let course = Course {
            end: self.value,
            ..std::mem::take(&mut self.course)
        };
        self.total.join(course);
        course
    }

    /// What it was from the start to the last cut.
    pub fn total(&self) -> Course {
        self.total
    }

    /// What it is now.
    #[inline]
    pub fn value(&self) -> i64 {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 until 10, for no time 9, 1 until 30, then 3; counted from 5, cut at 20 and 40.
    #[test]
    fn cuts_add_up_to_the_whole_and_an_instant_is_no_maximum() {
        let mut level = Level::default();
        level.change(2, Time(0));
        level.start(Time(5));
        level.change(7, Time(10));
        level.change(-8, Time(10));
        let first = level.cut(Time(20));
        level.change(2, Time(30));
        let second = level.cut(Time(40));
        level.change(5, Time(50));
        let course = |area, max, end| Course { area, max, end };
        assert_eq!(first, course(2 * 5 + 10, 2, 1));
        assert_eq!(second, course(10 + 3 * 10, 3, 3));
        assert_eq!(level.total(), course(60, 3, 3));
        assert_eq!(level.value(), 8);
    }
}
