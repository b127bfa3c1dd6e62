//! Scenarios that stand in a test's own text.

use syncline::scenario::{self, Scenario};

/// Reads a scenario that names no files; what is wrong with it fails the test.
pub(crate) fn read(text: &str) -> Scenario {
    let mut open = |_: &str| Err("no files".to_owned());
    match scenario::read("test.toml", text, &[], &mut open) {
        Ok((scenario, _)) => scenario,
        Err(problems) => {
            let told: Vec<String> = problems
                .iter()
                .map(|problem| problem.render(false))
                .collect();
            panic!("{}", told.join("\n"))
        }
    }
}
