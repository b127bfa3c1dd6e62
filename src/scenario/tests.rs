//! Valid scenarios and what they mean; wrong ones and what is said about them.

mod documented;
mod sheets;
mod valid;
mod wrong;

use super::{Problem, Scenario, read};

const SHORTEST: &str = r#"
[customers.shoppers]
zone = "Europe/Berlin"
arrivals = { per_day = 900 }

[agents.lisbon]
zone = "Europe/Lisbon"
count = 14
hours = "Mo-Fr 09:00-18:00"
serves = ["chat", "messaging"]

[strategies.live-chat]
routes = [{ to = "chat" }]

[strategies.messaging]
routes = [{ to = "messaging" }]
"#;

fn no_files(path: &str) -> Result<Vec<u8>, String> {
    Err(format!("no file `{path}` in this test"))
}

fn try_with(text: &str, overrides: &[&str]) -> Result<(Scenario, Vec<Problem>), Vec<Problem>> {
    let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
    read("scenarios/test.toml", text, &overrides, &mut no_files)
}

fn good_with(text: &str, overrides: &[&str]) -> Scenario {
    match try_with(text, overrides) {
        Ok((scenario, _)) => scenario,
        Err(problems) => panic!(
            "{}\n{text}",
            problems
                .iter()
                .map(|problem| problem.render(false))
                .collect::<Vec<_>>()
                .join("\n\n")
        ),
    }
}

fn good(text: &str) -> Scenario {
    good_with(text, &[])
}

fn problems(text: &str) -> Vec<String> {
    match try_with(text, &[]) {
        Ok((_, warnings)) => warnings.iter().map(line).collect(),
        Err(problems) => problems.iter().map(line).collect(),
    }
}

/// `line:column: what (instead)`, with the file only if it is another.
fn line(problem: &Problem) -> String {
    let line = problem.to_string();
    line.strip_prefix("scenarios/test.toml:")
        .map_or(line.clone(), str::to_owned)
}
