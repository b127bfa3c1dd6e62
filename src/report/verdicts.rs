//! What `verify` found, as a table: expected, simulated, its interval, the verdict.

use comfy_table::CellAlignment::Right;

use super::console::{plain_table, right};
use crate::experiment::Finding;
use crate::measure::{Measure, Unit};

/// The expectations of a scenario and what became of them.
pub fn findings(findings: &[Finding]) -> String {
    let mut table = plain_table();
    table.set_header([
        "Figure",
        "Expected",
        "Simulated",
        "Luck from",
        "to",
        "Verdict",
    ]);
    for finding in findings {
        let expect = finding.expect;
        let about = if expect.name.is_empty() {
            String::new()
        } else {
            format!(" of {} {}", expect.scope, expect.name)
        };
        let figure = format!(
            "{}: {} {}{about}",
            finding.strategy, expect.metric, expect.statistic
        );
        let unit = Measure::by_name(&expect.metric).map(|measure| measure.entry().unit);
        let number = |value: f64| match unit {
            Some(Unit::Seconds) => format!("{} s", digits(value)),
            _ => digits(value),
        };
        let or_nothing = |value: Option<f64>| value.map_or("-".to_owned(), number);
        table.add_row([
            figure,
            number(expect.value),
            or_nothing(finding.value),
            or_nothing(finding.interval.map(|(low, _)| low)),
            or_nothing(finding.interval.map(|(_, high)| high)),
            match &finding.failure {
                None => "holds".to_owned(),
                Some(failure) => format!("FAILS: {failure}"),
            },
        ]);
    }
    right(&mut table, 1..=4, Right);
    table.trim_fmt()
}

/// Six digits that matter, and no more zeros than they need.
fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let before = value.abs().log10().floor() as i32 + 1;
    let after = usize::try_from(6 - before).unwrap_or(0);
    let text = format!("{value:.after$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
