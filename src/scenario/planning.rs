//! What may be planned.

use jiff::civil;

use crate::id::GroupId;
use crate::time::Span;

/// What plans are held to and made of (`[plan]`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Over what the targets are to be met.
    pub over: Over,
    /// `[plan.shifts]`, in file order.
    pub shifts: Vec<ShiftKind>,
}

/// Over what a plan meets the targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// The run: busy hours may be served worse and quiet ones better.
    #[default]
    Run,
    /// In each interval of the week too, on average.
    Interval,
}

/// A kind of shift that people may work (`[plan.shifts.NAME]`).
#[derive(Clone, Debug, PartialEq)]
pub struct ShiftKind {
    /// Its name.
    pub name: String,
    /// Whose agents may work it; `None` is all that are planned.
    pub groups: Option<Vec<GroupId>>,
    /// When it may start, in each group's local time. Never empty, sorted.
    pub starts: Vec<civil::Time>,
    /// From its start to its end on the clock, breaks included. Less than a day.
    pub length: Span,
    /// On which days.
    pub days: ShiftDays,
    /// At least so many agents of each group work it.
    pub least: u32,
    /// At most so many.
    pub most: Option<u32>,
    /// What an hour of it costs, as a multiple of the group's `cost_per_hour`.
    pub pay: f64,
}

/// On which days of the week somebody works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftDays {
    /// So many days in a row, beginning with any, the same every week.
    InARow(u8),
    /// Certain days, as in `Mo-Fr`.
    Certain(String),
}
