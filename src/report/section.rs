//! What is told before anybody draws it: the console and the page show the same tables and the same sentences.

use comfy_table::CellAlignment;
use serde::Serialize;

use super::console::{Paint, paragraph, plain_table, right};

/// Some of what is told, under one heading.
#[derive(Serialize)]
pub(super) struct Section {
    /// What it is about; the console does without.
    pub heading: String,
    pub parts: Vec<Part>,
}

/// A paragraph or a table.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    Words(String),
    Table(Table),
}

/// A table whose first column names its rows.
#[derive(Serialize)]
pub(super) struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Row>,
    /// So many columns are words; those after them are numbers, which stand at the right.
    pub words: usize,
}

/// A row: a title, or one of those that belong to the title above.
#[derive(Serialize)]
pub(super) struct Row {
    pub title: bool,
    /// Empty if it goes on with what the row above is about.
    pub name: String,
    pub cells: Vec<Cell>,
}

/// What stands in a table, and how it is to be taken.
#[derive(Serialize)]
pub(super) struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// Whether something is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tone {
    Plain,
    Good,
    Bad,
}

impl Section {
    /// As it stands on the console: an empty line before each table.
    pub(super) fn on_console(&self, paint: Paint) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => paragraph(&mut text, words),
                Part::Table(table) => text += &format!("\n{}\n", table.on_console(paint)),
            }
        }
        text
    }
}

impl Table {
    fn on_console(&self, paint: Paint) -> comfy_table::Table {
        let mut table = plain_table();
        table.set_header(&self.head);
        for row in &self.rows {
            let name = match row.title {
                true => paint.title(&row.name),
                false => format!(" {}", row.name),
            };
            let cells = row.cells.iter().map(|cell| match cell.tone {
                Tone::Plain => cell.text.clone(),
                Tone::Good => paint.good(&cell.text),
                Tone::Bad => paint.bad(&cell.text),
            });
            table.add_row(std::iter::once(name).chain(cells));
        }
        let numbers = self.words..=self.head.len() - 1;
        right(&mut table, numbers, CellAlignment::Right);
        table
    }
}

impl Row {
    /// A row that others belong to.
    pub(super) fn title(name: &str, cells: Vec<Cell>) -> Row {
        Row {
            title: true,
            name: name.to_owned(),
            cells,
        }
    }

    /// A row that belongs to the title above.
    pub(super) fn of(name: &str, cells: Vec<Cell>) -> Row {
        Row {
            title: false,
            name: name.to_owned(),
            cells,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell {
            text: text.into(),
            tone: Tone::Plain,
        }
    }
}
