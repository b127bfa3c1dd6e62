//! What must hold for every picture of any scenario.

use super::sheet::{HEIGHT, MARGIN, Place, Shape, WIDTH};
use super::*;
use crate::experiment::Experiment;
use crate::plan::{
    Backlog, Events, Incident, Outlook, Plan, Planned, Steps, backlog, outlook, plan,
};
use crate::scenario::{self, Scenario};
use crate::time::{Span, Time};

const DESK: &str = r#"
    [customers.callers]
    arrivals = { per_hour = 60 }
    [agents.desk]
    count = 4
    serves = ["phone", "messaging"]
    [targets.fast]
    metric = "first_response_time"
    within = "20 s"
    share = 0.8
    [targets.within-the-hour-whatever-happens]
    metric = "first_response_time"
    channel = "messaging"
    within = "1 h"
    share = 0.95
"#;

/// A scenario of so many strategies with names of at least 24 letters.
fn of_strategies(number: usize, run: &str) -> String {
    let mut text = format!("title = \"Many <&> \\\"one\\\"\"\n[run]\n{run}\n{DESK}");
    for number in 0..number {
        let channel = ["phone", "messaging"][number % 2];
        text.push_str(&format!(
            "[strategies.answer-everybody-by-{channel}-in-manner-{number}]\nroutes = [{{ to = \"{channel}\" }}]\n"
        ));
    }
    text
}

fn read(text: &str) -> Scenario {
    let mut open = |_: &str| Err(String::new());
    let read = scenario::read("test.toml", text, &[], &mut open);
    read.expect("a sound scenario").0
}

fn played<T>(scenario: &Scenario, only: Option<usize>, look: impl FnOnce(&Report) -> T) -> T {
    let all = (0..scenario.strategies.len()).collect();
    let strategies = only.map_or(all, |one| vec![one]);
    let experiment = Experiment::new(scenario)
        .only(strategies)
        .by_interval(false);
    let played = experiment.run(&()).expect("nobody stops it");
    look(&Report::new(scenario, played))
}

/// Every kind of scenario that pictures have to cope with.
fn scenarios() -> Vec<(String, bool)> {
    let short = "length = \"2 h\"\nreplications = 3";
    let nobody = "length = \"2 h\"\nreplications = 2";
    vec![
        (of_strategies(1, short), true),
        (of_strategies(3, "length = \"2 h\"\nreplications = 1"), true),
        (of_strategies(8, short), true),
        (of_strategies(30, short), true),
        (
            of_strategies(2, "length = \"40 days\"\nreplications = 2"),
            true,
        ),
        (
            of_strategies(2, "length = \"15 min\"\nreplications = 2"),
            true,
        ),
        (
            of_strategies(2, nobody).replace("per_hour = 60", "per_hour = 0.0001"),
            false,
        ),
    ]
}

/// The lines of text of a picture with their places.
fn texts(plot: &Plot) -> Vec<(&str, Place)> {
    let texts = plot.sheet.shapes.iter().filter_map(|shape| match shape {
        Shape::Text {
            at,
            text,
            size,
            align,
            ..
        } => Some((text.as_str(), Place::of_text(*at, text, *size, *align))),
        _ => None,
    });
    texts.collect()
}

/// Fails where text is cut off or stands upon other text.
fn is_legible(plot: &Plot) {
    let sheet = Place {
        left: MARGIN - 1.0,
        top: MARGIN - 8.0,
        right: WIDTH - MARGIN + 1.0,
        bottom: HEIGHT - 8.0,
    };
    let texts = texts(plot);
    for (number, (one, place)) in texts.iter().enumerate() {
        let whole = sheet.holds(place);
        assert!(whole, "{}: `{one}` is cut off: {place:?}", plot.name);
        for (other, upon) in &texts[..number] {
            // Boxes hold room above and below the letters, which may meet.
            let shared = place.shared(upon) / (place.right - place.left);
            assert!(shared < 6.0, "{}: `{one}` upon `{other}`", plot.name);
        }
    }
}

#[test]
fn text_is_neither_cut_off_nor_upon_other_text() {
    for (text, _) in scenarios() {
        played(&read(&text), None, |report| {
            plots(report).iter().for_each(is_legible)
        });
    }
}

/// Two strategies of two groups each: what they need, today's agents, and what more of them buy.
#[test]
fn pictures_of_plans_show_every_group_and_strategy() {
    let text = "[run]\nlength = \"4 h\"\ninterval = \"1 h\"\nreplications = 6\n[customers.callers]\narrivals = { per_hour = 30 }\n\
        [topics.any]\nwork = { exponential = \"4 min\" }\n[agents.north]\ncount = 3\nserves = [\"phone\"]\n[agents.south]\ncount = 2\n\
        serves = [\"phone\"]\n[targets.soon]\nmetric = \"queue_wait\"\nwithin = \"1 min\"\nshare = 0.8\n\
        [strategies.one]\nroutes = [{ to = \"phone\" }]\n[strategies.two]\nroutes = [{ to = \"phone\" }]\nagents.south.count = 4\n";
    let scenario = read(text);
    let plans: Vec<Plan> = (0..2)
        .map(|strategy| match plan(&scenario, strategy, &()) {
            Ok(Planned::Plan(plan)) => *plan,
            other => panic!("{other:?}"),
        })
        .collect();
    let outlooks: Vec<Outlook> = plans
        .iter()
        .map(|plan| outlook(&scenario, plan, &()).expect("nobody stops it"))
        .collect();
    let planning = |outlooks| Planning {
        scenario: &scenario,
        plans: &plans,
        hopeless: &[],
        unplanned: &[],
        rosters: &[],
        outlooks,
    };
    let all = plan_plots(&planning(&outlooks));
    all.iter().for_each(is_legible);
    let told = |plot: &Plot| {
        texts(plot)
            .iter()
            .map(|(text, _)| format!("{text}\n"))
            .collect::<String>()
    };
    for name in ["one: north", "one: south", "two: north", "two: south"] {
        assert!(told(&all[0]).contains(name), "{name}");
    }
    let frontier = told(&all[1]);
    assert!(
        frontier.contains("one\n") && frontier.contains("two\n"),
        "{frontier}"
    );
    // Both plans are marked.
    let dots = all[1].sheet.shapes.iter();
    let dots = dots.filter(|shape| matches!(shape, Shape::Dot { .. }));
    assert_eq!(dots.count(), 2);
    // Without what more would buy there is one picture.
    assert_eq!(plan_plots(&planning(&[])).len(), 1);
}

/// What the picture says of all backlogs of a scenario.
fn burnt(text: &str, events: &Events) -> String {
    let scenario = read(text);
    let steps = Steps::new(&(), 1000);
    let backlogs: Vec<Backlog> = (0..scenario.strategies.len())
        .map(|strategy| backlog(&scenario, strategy, events, &steps).expect("nobody stops it"))
        .collect();
    let all = backlog_plots(&scenario, &backlogs, events);
    all.iter().for_each(is_legible);
    let texts = all.iter().flat_map(texts);
    let texts: Vec<&str> = texts.map(|(text, _)| text).collect();
    texts.join(" ")
}

/// Incidents and closed days that are over at once, late, and never, of strategies with and without a picture of their own.
#[test]
fn pictures_of_backlogs_name_the_dates_by_which_they_are_burnt_down() {
    let hour = |hours: i64| Time::ZERO + Span::HOUR * hours;
    let incident = |at: Time, lasts: Span, extra: u32| Events {
        incident: Some(Incident {
            at,
            lasts,
            extra,
            customers: None,
        }),
        ..Events::default()
    };
    let two_days = "length = \"2 days\"\nreplications = 3";
    let twelve_days = "length = \"12 days\"\nreplications = 2";
    let staffed = |number, run| of_strategies(number, run).replace("count = 4", "count = 30");
    let told = burnt(&staffed(3, two_days), &incident(hour(9), Span::ZERO, 200));
    assert!(
        told.contains("200 conversations on Mon 5 Jan 09:00"),
        "{told}"
    );
    assert!(told.matches("95%: Mon 5 Jan").count() >= 3, "{told}");
    assert!(!told.contains("after the run"), "{told}");
    // Two days and no more: the thousands are still there at the end.
    let told = burnt(&staffed(2, two_days), &incident(hour(40), Span::HOUR, 5000));
    assert!(told.contains("half and 95%: after the run"), "{told}");
    assert!(
        told.contains("conversations from Tue 6 Jan 16:00"),
        "{told}"
    );
    let closed = Events {
        closed: vec![(hour(48), hour(72))],
        ..Events::default()
    };
    let told = burnt(&staffed(8, twelve_days), &closed);
    assert!(
        told.contains("Grey area: closed.") && told.contains("The first 6 of 8"),
        "{told}"
    );
    // A day before and what follows, not the average week.
    assert!(told.contains("Days of the run, time of UTC"), "{told}");
    for text in [
        of_strategies(1, "length = \"2 h\"\nreplications = 1"),
        of_strategies(2, "length = \"40 days\"\nreplications = 2"),
    ] {
        let told = burnt(&text, &Events::default());
        assert!(
            told.contains("The backlog as it is") && !told.contains("half"),
            "{told}"
        );
    }
    let nobody = of_strategies(2, "length = \"2 h\"\nreplications = 2")
        .replace("per_hour = 60", "per_hour = 0.0001");
    let told = burnt(&nobody, &Events::default());
    assert!(told.contains("nothing to show"), "{told}");
}

#[test]
fn pictures_name_every_strategy_or_say_why_there_is_nothing() {
    for (text, something) in scenarios() {
        played(&read(&text), None, |report| {
            for plot in plots(report) {
                let texts = texts(&plot);
                let all: String = texts.iter().map(|(text, _)| *text).collect();
                // Agents are on duty even if nobody comes.
                if !something && plot.name != "staffing-and-load" {
                    assert!(all.contains("nothing to show"), "{}: {all}", plot.name);
                    continue;
                }
                // One panel each has room for fewer than one line each.
                let most = if plot.name == "staffing-and-load" {
                    8
                } else {
                    page::MOST
                };
                for told in report.strategies.iter().take(most) {
                    let name = &told.strategy.name;
                    assert!(all.contains(name), "{}: no `{name}` in {all}", plot.name);
                }
                let number = report.strategies.len();
                let told = all
                    .to_lowercase()
                    .contains(&format!("the first {most} of {number}"));
                assert_eq!(told, number > most, "{all}");
                let run = &report.scenario.run;
                let basis = match run.replications {
                    1 => "1 replication, so no intervals".to_owned(),
                    number => format!("{number} replications, 95% intervals"),
                };
                assert!(all.contains(&basis), "{}: {all}", plot.name);
            }
        });
    }
}

#[test]
fn an_svg_is_a_document_with_all_text_as_text() {
    let scenario = read(&of_strategies(3, "length = \"2 h\"\nreplications = 2"));
    played(&scenario, None, |report| {
        for plot in plots(report) {
            let svg = plot.svg();
            let document = roxmltree::Document::parse(&svg).expect("XML");
            let root = document.root_element();
            assert_eq!(root.attribute("width"), Some("1600"));
            let view: Vec<f64> = root
                .attribute("viewBox")
                .expect("a view box")
                .split(' ')
                .map(|number| number.parse().expect("a number"))
                .collect();
            let written: Vec<_> = root
                .children()
                .filter(|node| node.has_tag_name("text"))
                .collect();
            let texts = texts(&plot);
            assert_eq!(written.len(), texts.len());
            for (node, (text, place)) in written.iter().zip(texts) {
                assert_eq!(node.text().map(str::trim), Some(text));
                let number = |name| -> f64 {
                    let value = node.attribute(name).expect("a place");
                    value.parse().expect("a number")
                };
                // The width that the font gives it, from where it is anchored.
                let (x, units) = (number("x"), view[2] / WIDTH);
                let width = (place.right - place.left) * units;
                let left = match node.attribute("text-anchor") {
                    Some("start") => x,
                    Some("middle") => x - width / 2.0,
                    _ => x - width,
                };
                assert!(left >= 0.0 && left + width <= view[2], "{text}");
                assert!(
                    number("y") > number("font-size")
                        && number("y") < view[3] - number("font-size")
                );
            }
        }
    });
}

#[test]
fn a_png_is_the_same_picture() {
    let scenario = read(&of_strategies(1, "length = \"2 h\"\nreplications = 2"));
    played(&scenario, None, |report| {
        let plot = &plots(report)[0];
        let file = plot.png();
        let decoder = png::Decoder::new(std::io::Cursor::new(&file));
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small enough")];
        let info = reader.next_frame(&mut pixels).expect("a picture");
        assert_eq!((info.width, info.height), (1600, 900));
        let pixel = |x: f64, y: f64| {
            let first = (y as usize * 1600 + x as usize) * 3;
            [pixels[first], pixels[first + 1], pixels[first + 2]]
        };
        assert_eq!(pixel(1.0, 1.0), [255; 3]);
        // The thick line of the strategy, in its colour, where the sheet has it.
        let line = plot
            .sheet
            .shapes
            .iter()
            .rev()
            .find_map(|shape| match shape {
                Shape::Line { points, width, .. } if *width == 4.0 => points.last(),
                _ => None,
            });
        let (x, y) = *line.expect("a line");
        assert_eq!(pixel(x - 3.0, y), [0x00, 0x72, 0xb2]);
        // Letters are there: some pixels of the title are as dark as it is.
        let (_, title) = texts(plot)[0];
        let dark = (title.left as usize..title.right as usize)
            .flat_map(|x| (title.top as usize..title.bottom as usize).map(move |y| (x, y)))
            .filter(|(x, y)| pixel(*x as f64, *y as f64) == [0x22; 3]);
        assert!(dark.count() > 100);
    });
}

#[test]
fn a_strategy_looks_alike_whether_or_not_others_are_played() {
    let scenario = read(&of_strategies(6, "length = \"2 h\"\nreplications = 1"));
    let looks = |only| {
        played(&scenario, only, |report| {
            let looks = report
                .strategies
                .iter()
                .map(|told| page::Look::of(told, report.scenario));
            looks.collect::<Vec<_>>()
        })
    };
    let all = looks(None);
    for (place, look) in all.iter().enumerate() {
        assert_eq!(looks(Some(place)), [*look]);
        assert!(!all[..place].contains(look));
    }
}
