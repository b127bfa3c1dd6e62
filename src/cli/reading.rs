//! Reading scenarios from files: all of them, with all their mistakes, before anything runs.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Failure, Playing, Reading, meant, paint, say};
use crate::experiment::Stopped;
use crate::report::Input;
use crate::scenario::{self, Names, Problem, Scenario};

/// A scenario and what it was read from.
pub(super) struct Given {
    /// The scenario.
    pub(super) scenario: Scenario,
    /// Where it stands.
    pub(super) path: PathBuf,
    /// The files it names, as they were read.
    pub(super) inputs: Vec<Input>,
}

/// Reads all scenarios; says what is wrong with any of them, and what is doubtful unless it is to be quiet.
pub(super) fn read(paths: &[PathBuf], reading: &Reading) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    let mut mistakes = 0;
    let colour = paint(&io::stderr()).0;
    let report = |problems: &[Problem]| {
        for problem in problems {
            say(format_args!("{}\n", problem.render(colour)));
        }
    };
    for path in paths {
        let text = match text(path) {
            Ok(text) => text,
            Err(why) => {
                say(format_args!(
                    "error: cannot read `{}`: {why}",
                    path.display()
                ));
                mistakes += 1;
                continue;
            }
        };
        match scenario(path, &text, &reading.set, None) {
            Ok((one, warnings)) => {
                if !reading.quiet {
                    report(&warnings);
                }
                given.push(one);
            }
            Err(problems) => {
                report(&problems);
                let wrong = |problem: &&Problem| problem.severity == scenario::Severity::Error;
                mistakes += problems.iter().filter(wrong).count();
            }
        }
    }
    match mistakes {
        0 => Ok(given),
        1 => Err(Failure::Wrong("1 mistake: nothing was run".to_owned())),
        _ => Err(Failure::Wrong(format!(
            "{mistakes} mistakes: nothing was run"
        ))),
    }
}

/// Reads all scenarios that are to be played, as often and with the seed that the command line says.
pub(super) fn read_to_play(paths: &[PathBuf], playing: &Playing) -> Result<Vec<Given>, Failure> {
    let mut given = read(paths, &playing.reading)?;
    for one in &mut given {
        let run = &mut one.scenario.run;
        run.replications = playing.replications.unwrap_or(run.replications);
        run.seed = playing.seed.unwrap_or(run.seed);
    }
    Ok(given)
}

/// Reads the only scenario that is to be played.
pub(super) fn read_one_to_play(path: &PathBuf, playing: &Playing) -> Result<Given, Failure> {
    let given = read_to_play(std::slice::from_ref(path), playing)?;
    given
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Failed(format!("`{}` gave no scenario", path.display())))
}

fn scenario(
    path: &Path,
    text: &str,
    overrides: &[String],
    known: Option<&Names>,
) -> Result<(Given, Vec<Problem>), Vec<Problem>> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let inputs = RefCell::new(Vec::new());
    let mut open = |name: &str| {
        let content = bytes(&folder.join(name))?;
        inputs.borrow_mut().push(Input {
            path: name.to_owned(),
            content: content.clone(),
        });
        Ok(content)
    };
    let file = path.display().to_string();
    let (scenario, warnings) = scenario::read_like(&file, text, overrides, &mut open, known)?;
    let mut inputs = inputs.into_inner();
    inputs.sort();
    inputs.dedup();
    let given = Given {
        scenario,
        path: path.to_owned(),
        inputs,
    };
    Ok((given, warnings))
}

/// Reads another text of a scenario, as the scenario itself was read; names keep their ids.
pub(super) fn again(given: &Given, text: &str) -> Option<Scenario> {
    let (again, _) = scenario(&given.path, text, &[], Some(&given.scenario.names)).ok()?;
    Some(again.scenario)
}

/// The content of a file, or why there is none.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder; expected a file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    })
}

/// The text of a scenario, or why there is none.
fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(bytes(path)?).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        format!("line {line} is not UTF-8 text")
    })
}

/// The positions of the strategies with these names, in file order; all without names.
pub(super) fn strategies(given: &Given, names: &[String]) -> Result<Vec<usize>, Failure> {
    let all = &given.scenario.strategies;
    for name in names {
        if !all.iter().any(|strategy| strategy.name == *name) {
            let known = all.iter().map(|strategy| strategy.name.as_str());
            return Err(Failure::Wrong(format!(
                "error: `{}` has no strategy `{name}`: {}",
                given.path.display(),
                meant(name, known)
            )));
        }
    }
    let wanted = |position: &usize| names.is_empty() || names.contains(&all[*position].name);
    Ok((0..all.len()).filter(wanted).collect())
}

/// Results stand in folders named like their scenarios, so each needs a name of its own.
pub(super) fn all_named_apart(given: &[Given]) -> Result<(), Failure> {
    for (position, one) in given.iter().enumerate() {
        if ["", ".", ".."].contains(&one.scenario.name.as_str()) {
            return Err(Failure::Wrong(format!(
                "error: `{}` has no name that a folder could have; rename it",
                one.path.display()
            )));
        }
        let same = |other: &&Given| other.scenario.name == one.scenario.name;
        if let Some(other) = given[..position].iter().find(same) {
            return Err(Failure::Wrong(format!(
                "error: `{}` and `{}` would both write to `{}`; run them one after the other with another --out",
                other.path.display(),
                one.path.display(),
                one.scenario.name
            )));
        }
    }
    Ok(())
}

/// What to tell when a command that writes one result came to nothing.
pub(super) fn nothing_written(stopped: Stopped, path: &Path) -> Failure {
    match Failure::from(stopped) {
        Failure::Failed(why) => {
            Failure::Failed(format!("`{}`: {why}; nothing was written", path.display()))
        }
        other => other,
    }
}
