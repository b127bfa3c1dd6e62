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
    page += INTERVALS;
    page
}

/// What `intervals.csv` has.
const INTERVALS: &str = "
## By interval

`intervals.csv` tells some of these figures for each interval of `run.interval`, of fixed length from the start of the run \
(where the clocks switch, the labels shift): the ends and counts `opened`, `attempts`, `rejected`, `resolved`, \
`abandoned`, `silently_abandoned`, `broke_off`, `left`, `timed_out`, `unresolved`, `answered` and `replies` (`total`); the \
waits with a business clock (`mean`; on that clock only if a channel has one that is not all time); `occupancy` (`share`); \
`queue_length`, `backlog`, `in_system`, `on_duty` and `busy` (`mean`, `max`, `end`): of all, by queue and by group of agents \
where they have a meaning; and `service_level` by target (`share`).

- A happening belongs to the interval in which it happened.
- A wait, also against a target, belongs to the interval in which it began: `queue_wait` and `time_to_abandon` where the queue was \
joined, `turn_wait` and `next_response_time` where the customer's turn arrived, the others where the conversation opened. So \
they say how long somebody waits who comes then.
- A level belongs to all the intervals it lasts through. Of an interval that the warm-up or the end of the run cuts, only the \
counted part is averaged.

The conversations are those of the other figures. So the intervals of a figure add up to it: totals are sums, means are means \
weighted with what they are of. What happens to counted conversations after the run has intervals there, without levels. \
Where intervals are told by weekday (runs over 8 weeks), totals, `max` and `end` are averages over the intervals in the run \
that are told as one; what comes after the run is counted to its weekday and time of day, as if the run went on by weeks: \
what is begun on its last days belongs to a steady week as much as what its first days lacked.

Values are means over replications with a Student-t interval; waits, service levels and occupancy are ratios of sums, with the \
interval of a ratio estimate (Cochran, *Sampling Techniques*, 6.3), which is known if two replications have anything. A \
figure that is nothing or 0 throughout has no rows.
";

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
            sound(name, example, "scenarios");
        }
    }
    for folder in ["scenarios", "scenarios/planning"] {
        let mut shipped = 0;
        for entry in fs::read_dir(page(folder)).expect("the scenarios") {
            let path = entry.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let text = fs::read_to_string(&path).expect("a scenario");
                sound(&path.display().to_string(), &text, folder);
                shipped += 1;
            }
        }
        assert!(shipped > 0, "{folder} has scenarios");
    }
}

/// A scenario without mistakes, whose files are found from `folder`.
fn sound(name: &str, text: &str, folder: &str) {
    let mut open =
        |file: &str| fs::read(page(folder).join(file)).map_err(|error| error.to_string());
    if let Err(problems) = scenario::read(name, text, &[], &mut open) {
        let told: Vec<String> = problems.iter().map(|problem| problem.to_string()).collect();
        panic!("{}\n{text}", told.join("\n"));
    }
}

/// Its figures are those of a full run; that it is of this scenario as it is now can be told without one.
#[test]
fn the_picture_in_the_readme_is_of_the_scenario_that_comes_with_it() {
    let read = |name: &str| fs::read_to_string(page(name)).expect("a file");
    assert!(read("README.md").contains("(docs/held-and-elapsed.svg)"));
    let picture = read("docs/held-and-elapsed.svg");
    let scenario = read("scenarios/live-chat-or-messaging.toml");
    let mut open = |_: &str| Err(String::new());
    let (scenario, _) = scenario::read("live-chat-or-messaging.toml", &scenario, &[], &mut open)
        .expect("a sound scenario");
    let basis = format!(
        "{} ({} replications",
        scenario.title, scenario.run.replications
    );
    let names = scenario.strategies.iter().map(|strategy| &strategy.name);
    for words in names.chain([&basis]) {
        assert!(
            picture.contains(words),
            "no `{words}` in docs/held-and-elapsed.svg: draw it anew as the README says"
        );
    }
}
