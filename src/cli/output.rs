//! Writing a result: to the side first, then all of it into place, so that a good one never becomes half of one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::report::{Plot, planned_file};

/// Every file of a result. Those that a run does not write are removed, for they would be another run's.
const RUN: [&str; 15] = [
    "summary.csv",
    "intervals.csv",
    "comparison.csv",
    "replications.csv",
    "distributions.csv",
    "conversations.csv",
    "plots/first-response.svg",
    "plots/first-response.png",
    "plots/held-and-elapsed.svg",
    "plots/held-and-elapsed.png",
    "plots/wait-and-backlog.svg",
    "plots/wait-and-backlog.png",
    "plots/staffing-and-load.svg",
    "plots/staffing-and-load.png",
    "manifest.json",
];

/// Every file of a plan, beside those of a run.
const PLAN: [&str; 9] = [
    "plan.html",
    "plan.csv",
    "outlook.csv",
    "frontier.csv",
    "roster.csv",
    "plots/requirement-and-roster.svg",
    "plots/requirement-and-roster.png",
    "plots/cost-and-response.svg",
    "plots/cost-and-response.png",
];

/// Every file of backlogs.
pub(super) const BACKLOG: [&str; 3] = ["backlog.csv", "plots/burn-down.svg", "plots/burn-down.png"];

/// Every file of promises.
pub(super) const PROMISE: [&str; 1] = ["promise.csv"];

/// A result being written.
pub(super) struct Output {
    files: Vec<String>,
    target: PathBuf,
    side: PathBuf,
    written: Vec<String>,
}

impl Output {
    /// Makes sure that a result can be written at all, before anybody works for it.
    pub(super) fn probe(out: &Path, scenario: &str) -> Result<(), Failure> {
        Output::new(out, scenario).map(drop)
    }

    /// A result of a scenario in `out`; nothing is in place before [`Output::finish`].
    pub(super) fn new(out: &Path, scenario: &str) -> Result<Output, Failure> {
        Output::of(&RUN, out, scenario)
    }

    /// A plan for a scenario in `out`; what runs have written stays.
    pub(super) fn of_plan(out: &Path, scenario: &str) -> Result<Output, Failure> {
        let mut output = Output::of(&PLAN, out, scenario)?;
        output.files.push(planned_file(scenario));
        Ok(output)
    }

    /// These files for a scenario in `out`; all else there stays.
    pub(super) fn of(files: &[&str], out: &Path, scenario: &str) -> Result<Output, Failure> {
        let target = out.join(scenario);
        let side = out.join(format!(".{scenario}.{}.partial", std::process::id()));
        // The folder, or what should become one above it.
        for path in target.ancestors() {
            if path.exists() && !path.is_dir() {
                return Err(cannot("write into", path, &"it is a file, not a folder"));
            }
        }
        fs::create_dir_all(&side).map_err(|error| cannot("write into", out, &error))?;
        let output = Output {
            files: files.iter().map(ToString::to_string).collect(),
            target,
            side,
            written: Vec::new(),
        };
        // The folder in place must take files too; it may be there and be read-only.
        if output.target.is_dir() {
            let trial = output.target.join(".trial");
            File::create(&trial)
                .and_then(|_| fs::remove_file(&trial))
                .map_err(|error| cannot("write into", &output.target, &error))?;
        }
        Ok(output)
    }

    /// Writes a file to the side; or the message that it could not be written.
    pub(super) fn put<E: Into<io::Error> + From<io::Error>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), Failure> {
        let written = self.write(name, write);
        written.map_err(|error| self.failed(name, &error.into()))
    }

    /// Writes pictures to the side, as PNG too if that is wanted.
    pub(super) fn draw(&mut self, plots: &[Plot], png: bool) -> Result<(), Failure> {
        for plot in plots {
            self.put(&format!("plots/{}.svg", plot.name), |out| {
                out.write_all(plot.svg().as_bytes())
            })?;
            if png {
                self.put(&format!("plots/{}.png", plot.name), |out| {
                    out.write_all(&plot.png())
                })?;
            }
        }
        Ok(())
    }

    /// Writes a file to the side.
    pub(super) fn write<E: From<io::Error>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        debug_assert!(self.files.iter().any(|file| file == name));
        let path = self.side.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = BufWriter::new(File::create(path)?);
        write(&mut file)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        // A full disk may only show now.
        file.sync_all()?;
        self.written.push(name.to_owned());
        Ok(())
    }

    /// The message for a file that could not be written.
    pub(super) fn failed(&self, name: &str, error: &io::Error) -> Failure {
        cannot("write", &self.target.join(name), error)
    }

    /// Puts all files in place; says where they are. Either all of them are there then, or what stood there before.
    pub(super) fn finish(self) -> Result<PathBuf, Failure> {
        let earlier = self.side.join("earlier");
        fs::create_dir_all(&self.target)
            .map_err(|error| cannot("write into", &self.target, &error))?;
        let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
        let result = self.files.iter().try_for_each(|name| {
            let place = self.target.join(name);
            let mut take = |from: PathBuf, to: PathBuf| -> Result<(), Failure> {
                let folder = to.parent().unwrap_or(&self.target);
                fs::create_dir_all(folder)
                    .and_then(|()| fs::rename(&from, &to))
                    .map_err(|error| cannot("write", &place, &error))?;
                moved.push((from, to));
                Ok(())
            };
            // A folder in the way is not ours to move.
            if place.is_dir() {
                return Err(cannot("write", &place, &"it is a folder, not a file"));
            }
            if place.exists() {
                take(place.clone(), earlier.join(name))?;
            }
            if self.written.iter().any(|written| written == name) {
                take(self.side.join(name), place.clone())?;
            }
            Ok(())
        });
        if let Err(failure) = result {
            for (from, to) in moved.iter().rev() {
                if let Err(error) = fs::rename(to, from) {
                    // The earlier file must not be cleared away with the rest.
                    let failure = cannot(
                        "put back",
                        from,
                        &format!("{error}; see `{}`", to.display()),
                    );
                    std::mem::forget(self);
                    return Err(failure);
                }
            }
            return Err(failure);
        }
        Ok(self.target.clone())
    }
}

/// What is at the side is nobody's.
impl Drop for Output {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.side);
    }
}

fn cannot(do_what: &str, path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Failed(format!("cannot {do_what} `{}`: {why}", path.display()))
}
