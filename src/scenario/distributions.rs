//! Distributions and counts as written: a duration, a table with one key, or the name of one in `[distributions]`.

use std::cell::RefCell;

use crate::distribution::{Count, Distribution};
use crate::time::Span;

use super::document::Table;
use super::fields::{Fields, Item, duration};
use super::files::Files;
use super::problem::{Findings, did_you_mean};
use super::sheet::Sheet;

/// What is needed to read distributions: the named ones, and the files of measured values.
pub(super) struct Distributions<'a> {
    named: Option<&'a Table>,
    files: &'a Files<'a>,
    /// The names being read, outermost first: who is met again is in a circle.
    open: RefCell<Vec<String>>,
    /// Names whose circle has been reported.
    circular: RefCell<Vec<String>>,
}

impl<'a> Distributions<'a> {
    pub(super) fn new(document: &'a Table, files: &'a Files<'a>) -> Distributions<'a> {
        Distributions {
            named: document.table("distributions"),
            files,
            open: RefCell::default(),
            circular: RefCell::default(),
        }
    }

    /// Reads all named ones, also those nobody uses.
    pub(super) fn check(&self, findings: &Findings) {
        let Some(named) = self.named else { return };
        for (key, node) in &named.entries {
            let item = Item {
                findings,
                node,
                key: key.at,
                path: format!("distributions.{}", key.text),
            };
            self.open.borrow_mut().push(key.text.clone());
            let _ = self.read(&item);
            self.open.borrow_mut().pop();
        }
    }

    /// A distribution of durations.
    pub(super) fn read(&self, item: &Item) -> Option<Distribution> {
        if let Some(text) = item.as_text() {
            return self.by_text(item, text);
        }
        let Some(fields) = item.as_table() else {
            return item.expected("a duration such as \"4 min\", or a distribution such as { exponential = \"4 min\" }");
        };
        let there: Vec<(Item, &Reader)> = FAMILIES
            .iter()
            .filter_map(|(family, read)| Some((fields.get(family)?, read)))
            .collect();
        let written = fields.all().len();
        fields.done();
        let [(inner, read)] = there.as_slice() else {
            if written == there.len() {
                item.wrong(
                    format!("`{}` must name one distribution", item.path),
                    "as in { exponential = \"4 min\" }",
                );
            }
            return None;
        };
        read(self, inner)?.map_err(|why| inner.wrong(why, "")).ok()
    }

    fn by_text(&self, item: &Item, text: &str) -> Option<Distribution> {
        if let Some((key, node)) = self.named.and_then(|named| named.get(text)) {
            if self.circular.borrow().iter().any(|name| name == text) {
                return None;
            }
            let met = self.open.borrow().iter().position(|name| name == text);
            if let Some(met) = met {
                let mut circle = self.open.borrow()[met..].to_vec();
                self.circular.borrow_mut().extend(circle.iter().cloned());
                circle.push(text.to_owned());
                item.wrong(
                    format!("distribution `{text}` refers to itself"),
                    circle.join(" -> "),
                );
                return None;
            }
            // What is wrong with it is reported where it stands, and by `check` if nobody else does.
            self.open.borrow_mut().push(text.to_owned());
            let path = format!("distributions.{text}");
            let built = self.read(&Item {
                findings: item.findings,
                node,
                key: key.at,
                path,
            });
            self.open.borrow_mut().pop();
            return built;
        }
        let looks_like_a_name = !text.is_empty() && !text.contains(|c: char| c.is_ascii_digit());
        if looks_like_a_name {
            let names = self
                .named
                .into_iter()
                .flat_map(Table::keys)
                .map(|key| key.text.as_str());
            let hint = did_you_mean(text, names);
            let hint = if hint.is_empty() {
                "a duration needs a number and a unit, as in \"90 s\"".to_owned()
            } else {
                hint
            };
            item.findings.absent(
                item.node.at,
                format!("there is no distribution `{text}`"),
                hint,
            );
            return None;
        }
        Distribution::constant_of(item.span()?)
            .map_err(|why| item.wrong(why, ""))
            .ok()
    }

    /// A distribution of counts.
    pub(super) fn count(&self, item: &Item) -> Option<Count> {
        let Some(fields) = item.as_table() else {
            let count = item.integer(0..=i64::from(u32::MAX));
            return count.map(|count| Count::Constant(count as u32));
        };
        let kinds = ["geometric", "poisson", "uniform", "empirical", "binomial"];
        let there: Vec<Item> = kinds.iter().filter_map(|kind| fields.get(kind)).collect();
        let written = fields.all().len();
        fields.done();
        let [inner] = there.as_slice() else {
            if written == there.len() {
                item.wrong(
                    format!("`{}` must name one count", item.path),
                    "an integer, or as in { geometric = 3.0 }",
                );
            }
            return None;
        };
        let built = match inner.path.rsplit('.').next() {
            Some("geometric") => Count::geometric(inner.number()?),
            Some("poisson") => Count::poisson(inner.number()?),
            Some("uniform") => match inner.array()?.as_slice() {
                [low, high] => Count::uniform(low.whole(0)?, high.whole(0)?),
                _ => return inner.expected("two integers, as in [1, 5]"),
            },
            Some("empirical") => Count::empirical(
                &inner
                    .array()?
                    .iter()
                    .map(Item::number)
                    .collect::<Option<Vec<f64>>>()?,
            ),
            _ => {
                let inner_fields = inner.fields()?;
                let n = inner_fields.need("n", "n = 5", |n| n.whole(0));
                let p = inner_fields.need("p", "p = 0.3", Item::share);
                inner_fields.done();
                Count::binomial(n?, p?)
            }
        };
        built.map_err(|why| inner.wrong(why, "")).ok()
    }

    fn measured(&self, fields: &Fields) -> Option<Vec<Span>> {
        let values = fields.one_of(&["values", "file"]);
        let column = fields.read("column", |column| column.text());
        let Some(values) = values else {
            return fields.need("values", "values = [\"1 min\", \"2 min\"]", |_| None);
        };
        if let Some(members) = values.as_array() {
            return members
                .iter()
                .map(Item::span)
                .collect::<Option<Vec<Span>>>();
        }
        values_of_column(values.findings, &*self.files.sheet(&values)?, column)
    }
}

/// The durations of a column; numbers are seconds. Without a name the first column, whose first line may be a name or not.
fn values_of_column(findings: &Findings, sheet: &Sheet, column: Option<&str>) -> Option<Vec<Span>> {
    let position = match column {
        Some(column) => sheet.column(findings, column)?,
        None => 0,
    };
    let first = sheet.first();
    let named = column.is_some() || sheet.has_names();
    if column.is_none() && named && sheet.names().count() > 1 {
        findings.warning(
            sheet.at(first, 0),
            format!("of several columns the first is taken, `{}`", first.cell(0)),
            "say `column` beside `file`",
        );
    }
    if !named && sheet.names().count() > 1 {
        findings.error(
            sheet.line_at(first),
            "the lines have several cells without names",
            "name the columns on the first line and say `column`; decimals have a point",
        );
        return None;
    }
    let rows = if named {
        sheet.rows()
    } else {
        sheet.all_rows()
    };
    // Each is looked at, so that all mistakes are told.
    let values: Vec<Option<Span>> = rows
        .iter()
        .map(|row| sheet.span(findings, row, position))
        .collect();
    sheet.finish(findings);
    values.into_iter().collect()
}

/// \[s\]
const CENTURY: f64 = 36_525.0 * 86_400.0;

/// A cell of a table: seconds, or a duration with its unit.
pub(super) fn seconds_or_duration(cell: &str) -> Result<Span, String> {
    match cell.parse::<f64>() {
        Ok(seconds) if (0.0..=CENTURY).contains(&seconds) => Ok(Span::from_seconds(seconds)),
        Ok(_) => Err("it is negative, no number, or longer than a century".to_owned()),
        Err(_) => duration(cell),
    }
}

type Built = Option<Result<Distribution, String>>;

/// One way to read the table of a family.
type Reader = fn(&Distributions, &Item) -> Built;

/// Every family by its key.
const FAMILIES: &[(&str, Reader)] = &[
    ("constant", |_, item| {
        Some(Distribution::constant_of(item.span()?))
    }),
    ("exponential", |_, item| {
        Some(Distribution::exponential(item.span()?))
    }),
    ("lognormal", |_, item| {
        let fields = item.fields()?;
        let mean = fields.read("mean", Item::span);
        let cv = fields.read("cv", Item::number);
        let sd = fields.read("sd", Item::span);
        let median = fields.read("median", Item::span);
        let p90 = fields.read("p90", Item::span);
        let written = ["mean", "cv", "sd", "median", "p90"].map(|key| fields.has(key));
        let known = fields
            .all()
            .iter()
            .all(|(key, _)| ["mean", "cv", "sd", "median", "p90"].contains(key));
        fields.done();
        match written {
            [true, true, false, false, false] => Some(Distribution::lognormal_cv(mean?, cv?)),
            [true, false, true, false, false] => Some(Distribution::lognormal_sd(mean?, sd?)),
            [false, false, false, true, true] => Some(Distribution::lognormal_p90(median?, p90?)),
            _ if known => Some(Err(
                "`lognormal` takes `mean` and `cv`, `mean` and `sd`, or `median` and `p90`"
                    .to_owned(),
            )),
            _ => None,
        }
    }),
    ("gamma", |_, item| {
        let fields = item.fields()?;
        let mean = fields.need("mean", "mean = \"5 min\"", Item::span);
        let cv = fields.need("cv", "cv = 0.6", Item::number);
        fields.done();
        Some(Distribution::gamma(mean?, cv?))
    }),
    ("erlang", |_, item| {
        let fields = item.fields()?;
        let mean = fields.need("mean", "mean = \"5 min\"", Item::span);
        let phases = fields.need("phases", "phases = 3", |phases| phases.whole(1));
        fields.done();
        Some(Distribution::erlang(mean?, phases?))
    }),
    ("weibull", |_, item| {
        let fields = item.fields()?;
        let mean = fields.need("mean", "mean = \"5 min\"", Item::span);
        let shape = fields.need("shape", "shape = 1.5", Item::number);
        fields.done();
        Some(Distribution::weibull(mean?, shape?))
    }),
    ("pareto", |_, item| {
        let fields = item.fields()?;
        let mean = fields.need("mean", "mean = \"5 min\"", Item::span);
        let shape = fields.need("shape", "shape = 2.5", Item::number);
        fields.done();
        Some(Distribution::pareto(mean?, shape?))
    }),
    ("uniform", |_, item| {
        let fields = item.fields()?;
        let min = fields.need("min", "min = \"2 min\"", Item::span);
        let max = fields.need("max", "max = \"10 min\"", Item::span);
        fields.done();
        Some(Distribution::uniform(min?, max?))
    }),
    ("triangular", |_, item| {
        let fields = item.fields()?;
        let min = fields.need("min", "min = \"5 min\"", Item::span);
        let mode = fields.need("mode", "mode = \"7 min\"", Item::span);
        let max = fields.need("max", "max = \"10 min\"", Item::span);
        fields.done();
        Some(Distribution::triangular(min?, mode?, max?))
    }),
    ("hyperexponential", |_, item| {
        if let Some(members) = item.as_array() {
            let branches = members.iter().map(|member| {
                let fields = member.fields()?;
                let weight = fields.need("weight", "weight = 0.9", Item::amount);
                let mean = fields.need("mean", "mean = \"2 min\"", Item::span);
                fields.done();
                Some((weight?, mean?))
            });
            return Some(Distribution::hyperexponential(&all(branches)?));
        }
        let Some(fields) = item.as_table() else {
            return item
                .expected("branches with `weight` and `mean`, or a table with `mean` and `cv`");
        };
        let mean = fields.need("mean", "mean = \"5 min\"", Item::span);
        let cv = fields.need("cv", "cv = 2.0", Item::number);
        fields.done();
        Some(Distribution::hyperexponential_cv(mean?, cv?))
    }),
    ("empirical", |book, item| {
        let fields = item.fields()?;
        let values = book.measured(&fields);
        let interpolate = fields.read("interpolate", Item::boolean).unwrap_or(false);
        fields.done();
        Some(Distribution::empirical(values?, interpolate))
    }),
    ("mixture", |book, item| {
        let members = item.array()?;
        let parts = members.iter().map(|member| {
            let fields = member.fields()?;
            let weight = fields.need("weight", "weight = 0.1", Item::amount);
            let of = fields.need("of", "of = { exponential = \"4 min\" }", |of| book.read(of));
            fields.done();
            Some((weight?, of?))
        });
        Some(Distribution::mixture(all(parts)?))
    }),
    ("scaled", |book, item| {
        let fields = item.fields()?;
        let by = fields.need("by", "by = 0.75", Item::number);
        let of = fields.need("of", "of = { exponential = \"4 min\" }", |of| book.read(of));
        fields.done();
        Some(Distribution::scaled(by?, of?))
    }),
    ("truncated", |book, item| {
        let fields = item.fields()?;
        let of = fields.need("of", "of = { exponential = \"4 min\" }", |of| book.read(of));
        let max = fields.need("max", "max = \"1 h\"", Item::span);
        fields.done();
        Some(Distribution::truncated(of?, max?))
    }),
    ("longest", |book, item| {
        Some(Distribution::longest(all(item
            .array()?
            .iter()
            .map(|member| book.read(member)))?))
    }),
];

/// All of them or nothing, after looking at every one.
fn all<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}
