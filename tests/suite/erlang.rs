//! `syncline erlang` as its users see it, against published numbers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder of a test's own.
fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("erlang-{test}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder for the test");
    path
}

fn erlang_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_syncline"))
        .arg("erlang")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn erlang(arguments: &[&str]) -> Output {
    erlang_in(Path::new(env!("CARGO_TARGET_TMPDIR")), arguments)
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The result as JSON, of a call that ends with 0 or 3.
fn json(arguments: &[&str]) -> Value {
    let output = erlang(&[arguments, &["--format", "json"]].concat());
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{}",
        said(&output)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[track_caller]
fn figures(arguments: &[&str], expected: &[(&str, f64)]) {
    let result = json(arguments);
    for (name, expected) in expected {
        let value = result["lines"][0][name].as_f64();
        let value = value.unwrap_or_else(|| panic!("{name}: {result}"));
        assert!(
            (value - expected).abs() <= 1e-9 * expected.abs(),
            "{name}: {value} for {expected}"
        );
    }
}

/// `mmc-14-200perh`, `mmc-55-360per30min`, `mmc-110-a100` and `mmc-500-a490` of the table of truths.
#[test]
fn erlang_c_gives_the_exact_figures() {
    figures(
        &[
            "--arrivals",
            "200/h",
            "--handling",
            "180 s",
            "--agents",
            "14",
            "--within",
            "20 s",
        ],
        &[
            ("occupancy", 0.71428571428571),
            ("wait_probability", 0.17413193359505),
            ("wait_mean", 7.8359370117772),
            ("queue_length", 0.43532983398762),
            ("service_level", 0.88835001917947),
        ],
    );
    figures(
        &[
            "--arrivals",
            "360 per 30 min",
            "--handling",
            "4 min",
            "--agents",
            "55",
            "--within",
            "15 s",
        ],
        &[
            ("load", 48.0),
            ("wait_mean", 8.1840321043889),
            ("service_level", 0.84588309217058),
        ],
    );
    figures(
        &[
            "--arrivals",
            "20/min",
            "--handling",
            "5 min",
            "--agents",
            "110",
            "--within",
            "20 s",
        ],
        &[
            ("wait_probability", 0.23700750028505),
            ("service_level", 0.87831629201453),
        ],
    );
    figures(
        &[
            "--arrivals",
            "49/min",
            "--handling",
            "10 min",
            "--agents",
            "500",
            "--within",
            "20 s",
        ],
        &[
            ("wait_probability", 0.54667327219483),
            ("service_level", 0.60829148381858),
        ],
    );
}

/// `erlangb-10-8` and `erlangb-100-100` of the table of truths.
#[test]
fn erlang_b_gives_the_exact_figures() {
    figures(
        &[
            "--model",
            "b",
            "--arrivals",
            "2/min",
            "--handling",
            "4 min",
            "--agents",
            "10",
        ],
        &[("blocked", 0.12166106425295)],
    );
    figures(
        &[
            "--model",
            "b",
            "--arrivals",
            "50/min",
            "--handling",
            "2 min",
            "--agents",
            "100",
        ],
        &[
            ("blocked", 0.075700452710861),
            ("occupancy", 0.92429954728914),
        ],
    );
}

/// `erlanga-50-a50` and `erlanga-14-patient` of the table of truths.
#[test]
fn erlang_a_gives_the_exact_figures() {
    figures(
        &[
            "--arrivals",
            "10/min",
            "--handling",
            "5 min",
            "--patience",
            "2.5 min",
            "--agents",
            "50",
            "--within",
            "20 s",
        ],
        &[
            ("abandonment", 0.06594072993775),
            ("wait_probability", 0.43665996707473),
            ("wait_mean", 60.0 * 0.16485182484437),
            ("service_level", 0.78847667128655),
            ("occupancy", 0.93405927006225),
        ],
    );
    figures(
        &[
            "--arrivals",
            "200/h",
            "--handling",
            "180 s",
            "--patience",
            "10 min",
            "--agents",
            "12",
            "--within",
            "20 s",
        ],
        &[
            ("abandonment", 0.030004508742635),
            ("wait_mean", 18.002705245581),
            ("service_level", 0.74161318212144),
        ],
    );
}

/// `erlangr-open` of the table of truths: waits per visit.
#[test]
fn erlang_r_gives_the_exact_figures() {
    let visit = [
        ("load", 6.0),
        ("wait_probability", 0.35698108587868),
        ("wait_mean", 3600.0 * 0.17849054293934),
        ("occupancy", 0.75),
    ];
    let of = |with: &[&'static str]| {
        [
            &["--arrivals", "1.8/h", "--handling", "1 h", "--agents", "8"],
            with,
        ]
        .concat()
    };
    figures(&of(&["--returns", "70%"]), &visit);
    let table = told(&erlang(&of(&["--returns", "0.7", "--away", "5 h"])));
    // In all 0.59496847646447 h of waiting and 15.594968476464 h until it is over.
    assert!(table.contains("a contact waits 35m 42s"), "{table}");
    assert!(
        table
            .replace('\n', " ")
            .contains("over 15h 36m after it came"),
        "{table}"
    );
}

#[test]
fn the_fewest_agents_meet_what_is_wanted_and_one_fewer_misses_it() {
    let of = ["--arrivals", "200/h", "--handling", "180 s"];
    let wanted = ["--within", "20 s", "--share", "80%"];
    let found = erlang(&[&of[..], &wanted, &["--shrinkage", "30%"]].concat());
    assert_eq!(found.status.code(), Some(0));
    let table = told(&found);
    assert!(
        table.contains("Answer: 14 agents at work are the fewest"),
        "{table}"
    );
    assert!(table.contains("schedule 20."), "{table}");
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    for (agents, code) in [("14", 0), ("13", 3)] {
        let judged = erlang(&[&of[..], &wanted, &["--agents", agents]].concat());
        assert_eq!(judged.status.code(), Some(code), "{agents}");
    }
    // The most demanding of several wishes decides.
    let calm = json(&[&of[..], &wanted, &["--occupancy-at-most", "60%"]].concat());
    assert_eq!(calm["lines"][0]["agents"], 17);
    let blocked = json(&[
        "--model",
        "b",
        "--arrivals",
        "10/min",
        "--handling",
        "1 min",
        "--blocked",
        "2%",
    ]);
    assert_eq!(blocked["lines"][0]["agents"], 17);
}

#[test]
fn each_formula_says_what_it_takes_for_granted() {
    let of = ["--arrivals", "60/h", "--handling", "3 min", "--agents", "6"];
    for (with, words) in [
        (&[][..], "everybody waits as long as it takes"),
        (&["--patience", "1 min"], "gives up after a random time"),
        (&["--model", "b"], "is turned away and does not come again"),
        (&["--visits", "1.5"], "comes back with the same probability"),
    ] {
        let table = told(&erlang(&[&of[..], with].concat())).replace('\n', " ");
        assert!(table.contains(words), "{table}");
        assert!(table.contains("an agent has one at a time"), "{table}");
    }
}

#[test]
fn without_customers_nobody_is_needed_and_overload_grows() {
    let none = erlang(&[
        "--arrivals",
        "0/h",
        "--handling",
        "3 min",
        "--wait-mean",
        "5 s",
    ]);
    assert_eq!(none.status.code(), Some(0));
    assert!(told(&none).contains("nobody comes, so nobody is needed"));
    // Exactly the load is too few, too, whatever rounding makes of it.
    for (arrivals, agents) in [("200/h", "10"), ("108/h", "9")] {
        let with: &[&str] = if agents == "9" {
            &["--handling", "90 s", "--returns", "70%"]
        } else {
            &["--handling", "3 min"]
        };
        let over = erlang(
            &[
                &[
                    "--arrivals",
                    arrivals,
                    "--agents",
                    agents,
                    "--within",
                    "20 s",
                    "--share",
                    "1%",
                ],
                with,
            ]
            .concat(),
        );
        assert_eq!(over.status.code(), Some(3));
        let table = told(&over).replace('\n', " ");
        assert!(table.contains("the queue grows without end"), "{table}");
    }
    // Ten thousand agents and more are reckoned all the same.
    let many = json(&[
        "--arrivals",
        "200000/h",
        "--handling",
        "180 s",
        "--patience",
        "1 h",
        "--within",
        "20 s",
        "--share",
        "80%",
    ]);
    let agents = many["lines"][0]["agents"].as_u64().expect("a number");
    assert!((9_900..10_200).contains(&agents), "{agents}");
}

const DAY: &str = "start,arrivals,handling\n2026-03-02 09:00,60,\n2026-03-02 09:30,90,\n2026-03-02 10:00,120,5 min\n2026-03-02 10:30,0,\n2026-03-02 13:00,40,\n";

/// Each interval is what the same call without a file says of its rate.
#[test]
fn intervals_are_each_a_desk_of_their_own() {
    let folder = folder("intervals");
    fs::write(folder.join("day.csv"), DAY).expect("a file");
    let wanted = ["--within", "20 s", "--share", "80%", "--patience", "3 min"];
    let of = [
        "--intervals",
        "day.csv",
        "--handling",
        "4 min",
        "--shrinkage",
        "25%",
    ];
    let output = erlang_in(&folder, &[&of[..], &wanted, &["--format", "csv"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = told(&output);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("names").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 5);
    let cell = |row: &csv::StringRecord, name: &str| {
        let column = header.iter().position(|other| other == name);
        row[column.expect("a column")].to_owned()
    };
    for (row, rate, handling) in [
        (0, "120/h", "4 min"),
        (1, "180/h", "4 min"),
        (2, "240/h", "5 min"),
        (4, "80/h", "4 min"),
    ] {
        let alone = json(
            &[
                &wanted[..],
                &[
                    "--arrivals",
                    rate,
                    "--handling",
                    handling,
                    "--shrinkage",
                    "25%",
                ],
            ]
            .concat(),
        );
        for name in [
            "agents",
            "scheduled",
            "service_level",
            "abandonment",
            "occupancy",
        ] {
            assert_eq!(
                cell(&rows[row], name),
                alone["lines"][0][name].to_string(),
                "{name}"
            );
        }
    }
    assert_eq!(cell(&rows[3], "agents"), "0");
    assert_eq!(cell(&rows[3], "service_level"), "");
    let table = told(&erlang_in(&folder, &[&of[..], &wanted].concat()));
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    let hours: f64 = rows
        .iter()
        .map(|row| 0.5 * cell(row, "agents").parse::<f64>().expect("a number"))
        .sum();
    assert!(
        table.contains(&format!("Answer: {hours:.2} agent-hours")),
        "{table}"
    );
}

/// Without returns the load of Erlang-R lags behind the arrivals by a handling time; with returns it lasts beyond them.
#[test]
fn those_who_come_back_load_later_intervals() {
    let folder = folder("returning");
    fs::write(
        folder.join("peak.csv"),
        "start,arrivals\n09:00,30\n10:00,90\n11:00,0\n12:00,0\n",
    )
    .expect("a file");
    let of = |returns: &'static str| {
        let arguments = [
            "--intervals",
            "peak.csv",
            "--handling",
            "10 min",
            "--returns",
            returns,
            "--away",
            "30 min",
            "--agents",
            "40",
            "--format",
            "json",
        ];
        let output = erlang_in(&folder, &arguments);
        let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let loads = result["lines"].as_array().expect("lines").iter();
        loads
            .map(|line| line["load"].as_f64().expect("a load"))
            .collect::<Vec<f64>>()
    };
    let (once, again) = (of("0%"), of("60%"));
    // In all as much work comes as is brought: 120 contacts of 10 min are 20 agent-hours, the last of it after 13:00.
    let sum: f64 = once.iter().sum();
    assert!((sum - 20.0).abs() < 0.01, "{once:?}");
    // The mean over the first hour of 30 an hour from empty: 5 (1 − (1 − exp(−6)) / 6).
    assert!((once[0] - 5.0 * (1.0 - (1.0 - (-6f64).exp()) / 6.0)).abs() < 1e-9);
    assert!(again[3] > 1.0 && once[3] < 0.05, "{once:?} {again:?}");
    for (once, again) in once.iter().zip(again) {
        assert!(again > *once);
    }
}

#[test]
fn mistakes_in_the_file_are_told_at_their_line() {
    let folder = folder("mistakes");
    fs::write(
        folder.join("day.csv"),
        "start,arrivals\n09:00,many\n09:30,-3\n",
    )
    .expect("a file");
    let output = erlang_in(
        &folder,
        &[
            "--intervals",
            "day.csv",
            "--handling",
            "4 min",
            "--agents",
            "3",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    let message = said(&output);
    for words in [
        "day.csv:2:7",
        "`many` is no number",
        "day.csv:3:7",
        "2 mistakes",
    ] {
        assert!(message.contains(words), "{message}");
    }
    let output = erlang_in(
        &folder,
        &[
            "--intervals",
            "none.csv",
            "--handling",
            "4 min",
            "--agents",
            "3",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("cannot read `none.csv`: there is no such file"));
    fs::write(
        folder.join("plain.csv"),
        "start,arrivals,patience\n09:00,3,60\n09:30,3,\n",
    )
    .expect("a file");
    for (with, words) in [
        (
            &["--agents", "3"][..],
            "interval 09:00: it has no handling time",
        ),
        (
            &["--agents", "3", "--handling", "60 s"],
            "interval 09:30: Erlang A needs",
        ),
        (
            &["--handling", "60 s", "--patience", "30 s"],
            "say how many --agents",
        ),
    ] {
        let output = erlang_in(&folder, &[&["--intervals", "plain.csv"], with].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

#[test]
fn what_a_formula_does_not_know_is_refused() {
    let of = ["--arrivals", "60/h", "--handling", "3 min"];
    for (with, words) in [
        (&[][..], "say how many --agents there are"),
        (
            &["--model", "a", "--agents", "5"],
            "Erlang A needs the mean time",
        ),
        (
            &["--model", "c", "--agents", "5", "--patience", "1 min"],
            "only Erlang A knows --patience",
        ),
        (
            &["--abandoned", "3%"],
            "for --abandoned give the --patience",
        ),
        (&["--blocked", "3%"], "--blocked needs --model b"),
        (
            &["--model", "b", "--within", "20 s", "--share", "80%"],
            "in Erlang B nobody waits",
        ),
        (
            &["--model", "r", "--agents", "5"],
            "--returns 60%, or --visits 2.5",
        ),
        (&["--share", "80%"], "--within"),
        (&["--within", "20 s", "--share", "80"], "write 80% or 0.8"),
        (
            &["--within", "20 s", "--share", "100%"],
            "expected less than 100%",
        ),
        (&["--within", "20", "--share", "80%"], "the unit is missing"),
        (&["--agents", "0"], "0 is not in 1..=1000000"),
        (
            &["--agents", "5", "--shrinkage", "100%"],
            "nothing would be left",
        ),
    ] {
        let output = erlang(&[&of[..], with].concat());
        assert_eq!(output.status.code(), Some(2), "{with:?}");
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    for (arrivals, words) in [
        ("60", "in what time?"),
        ("x/h", "no number of contacts"),
        ("6/fortnight", "is no time"),
    ] {
        let output = erlang(&[
            "--arrivals",
            arrivals,
            "--handling",
            "3 min",
            "--agents",
            "5",
        ]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}
