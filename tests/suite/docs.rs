//! The pages say what the program does.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use syncline::measure::{Better, Kind, Measure, Part};
use syncline::scenario;

fn page(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// `docs/measures.md` as the catalogue has it.
fn measures() -> String {
    let mut page = "# What is measured\n\n\
        Made from the catalogue in `src/measure.rs`: after a change there, `SYNCLINE_WRITE=1 cargo test docs` writes it anew.\n\n\
        Durations are in seconds. Those with a business clock are read on both clocks: *calendar*, where all time counts, \
        and *business*, the open time of the conversation's channel (`hours`), or without hours the rostered duty behind \
        its queue.\n\n\
        A figure is told for the scopes it has a meaning for: *every* is all conversations and each segment of customers, \
        topic, channel, queue and group of agents. A conversation is with the group whose agent had it last; what comes \
        before any agent has it is not told by group.\n"
        .to_owned();
    let titles = [
        (Kind::Count, "Ends and counts"),
        (Kind::Duration, "Waits and times held"),
        (Kind::Share, "Shares"),
        (Kind::Level, "Levels over time"),
        (Kind::Ratio, "Ratios"),
        (Kind::Rate, "Rates"),
        (Kind::Sum, "Sums"),
    ];
    for (kind, title) in titles {
        let statistics = kind.statistics().join("`, `");
        let _ = write!(
            page,
            "\n## {title}\n\nStatistics: `{statistics}`.\n\n\
             | name | unit | business clock | better | scopes | meaning |\n|---|---|---|---|---|---|\n"
        );
        for measure in Measure::ALL {
            let entry = measure.entry();
            if entry.kind != kind {
                continue;
            }
            let better = match entry.better {
                Better::Less => "less",
                Better::More => "more",
                Better::Neither => "",
            };
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {better} | {} | {} |",
                entry.name,
                entry.unit.name(),
                if entry.clocks { "yes" } else { "" },
                scopes(entry.parts),
                entry.meaning
            );
        }
    }
    page
}

/// The scopes of a measure in few words.
fn scopes(parts: &[Part]) -> String {
    let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
    match (parts.len(), parts.contains(&Part::Agents)) {
        (6, true) => "every".to_owned(),
        (5, false) => "every but agents".to_owned(),
        _ => names.join(", "),
    }
}

#[test]
fn the_page_of_measures_is_the_catalogue() {
    let path = page("docs/measures.md");
    if std::env::var_os("SYNCLINE_WRITE").is_some() {
        fs::write(&path, measures()).expect("the page");
    }
    let page = fs::read_to_string(&path).expect("the page");
    assert!(
        page == measures(),
        "docs/measures.md is not the catalogue: SYNCLINE_WRITE=1 cargo test docs"
    );
}

#[test]
fn the_scenarios_in_the_pages_and_those_shipped_are_sound() {
    for name in ["README.md", "docs/scenario.md"] {
        let text = fs::read_to_string(page(name)).expect("a page");
        let examples: Vec<&str> = text
            .split("```toml\n")
            .skip(1)
            .map(|rest| rest.split("```").next().unwrap_or_default())
            .collect();
        assert!(!examples.is_empty(), "{name} has examples");
        for example in examples {
            sound(name, example);
        }
    }
    for entry in fs::read_dir(page("scenarios")).expect("the scenarios") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            sound(
                &path.display().to_string(),
                &fs::read_to_string(&path).expect("a scenario"),
            );
        }
    }
}

fn sound(name: &str, text: &str) {
    let mut open = |file: &str| {
        fs::read_to_string(page("scenarios").join(file)).map_err(|error| error.to_string())
    };
    if let Err(problems) = scenario::read(name, text, &[], &mut open) {
        let told: Vec<String> = problems.iter().map(|problem| problem.to_string()).collect();
        panic!("{}\n{text}", told.join("\n"));
    }
}
