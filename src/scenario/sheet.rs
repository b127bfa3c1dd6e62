//! Sheets: tables in files beside the scenario, as spreadsheets, contact centres and programs write them.
//!
//! What can be read in one way only is read: a byte order mark, UTF-16, any line ends, commas, semicolons, tabs or bars between
//! cells, quotes, empty lines. What has to be assumed (another encoding, decimal commas) is assumed with a warning, and
//! what may mean two things is a mistake. Every mistake is told at its cell.

use std::cell::Cell as Noted;

use super::distributions::seconds_or_duration;
use super::problem::{At, Findings, did_you_mean};
use crate::time::Span;

/// A table in a file.
pub(super) struct Sheet {
    text: String,
    source: u32,
    separator: u8,
    /// The first line is among them.
    rows: Vec<Row>,
    /// The first numbers with a decimal comma and with a decimal point.
    comma: Noted<Option<At>>,
    point: Noted<Option<At>>,
}

/// A line of it.
pub(super) struct Row {
    cells: csv::StringRecord,
    /// Where its text starts.
    from: usize,
}

impl Row {
    /// The text of a cell; empty where the line is too short.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }
}

impl Sheet {
    /// Reads a file's content; `None` if something is wrong with a line, an error if it is no text at all.
    pub(super) fn read(
        findings: &Findings,
        path: &str,
        content: &[u8],
    ) -> Result<Option<Sheet>, String> {
        let (text, assumed) = decode(content)?;
        // A first line that some spreadsheets write for themselves.
        let told = text
            .strip_prefix("sep=")
            .and_then(|rest| rest.chars().next());
        let start = match told {
            Some(_) => text.find('\n').map_or(text.len(), |end| end + 1),
            None => 0,
        };
        let separator = match told {
            Some(sign) => sign as u8,
            None => separator(&text),
        };
        let source = findings.sheet(path, &text);
        let mut sheet = Sheet {
            text,
            source,
            separator,
            rows: Vec::new(),
            comma: Noted::new(None),
            point: Noted::new(None),
        };
        if let Some(byte) = assumed {
            findings.warning(
                At::new(source, byte..byte),
                format!("`{path}` is not UTF-8; it is read as Windows-1252 (Latin-1)"),
                "save it as UTF-8 if names look wrong",
            );
        }
        let sound = sheet.split(findings, start);
        if sheet.rows.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(sound.then_some(sheet))
    }

    /// Splits the text from `start` into lines and cells; whether all lines are whole.
    fn split(&mut self, findings: &Findings, start: usize) -> bool {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .delimiter(self.separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(&self.text.as_bytes()[start..]);
        let mut sound = true;
        let mut rows: Vec<Row> = Vec::new();
        // The text is UTF-8 and lines may have any length, so nothing else can go wrong.
        for cells in reader.records().map_while(Result::ok) {
            let position = cells.position().map_or(0, |position| position.byte());
            let from = start + position as usize;
            // The reader counts the empty lines before a line to it.
            let blank =
                self.text[from..].len() - self.text[from..].trim_start_matches(['\r', '\n']).len();
            let row = Row {
                cells,
                from: from + blank,
            };
            if row.cells.iter().all(str::is_empty) {
                continue;
            }
            let at = self.line_at(&row);
            if row.cells.iter().any(|cell| cell.contains('\n')) {
                findings.error(
                    at,
                    "a quote is opened and not closed on its line",
                    "close it",
                );
                sound = false;
                continue;
            }
            let (expected, found) = (
                rows.first()
                    .map_or(row.cells.len(), |first| first.cells.len()),
                row.cells.len(),
            );
            if found < expected || row.cells.iter().skip(expected).any(|cell| !cell.is_empty()) {
                let hint = match self.separator {
                    b',' if found > expected => {
                        "a number with a decimal comma needs quotes, or semicolons between cells"
                    }
                    _ => "each line has a cell for each column, if only an empty one",
                };
                findings.error(
                    at,
                    format!("the line has {found} cells, the first line {expected}"),
                    hint,
                );
                sound = false;
                continue;
            }
            rows.push(row);
        }
        self.rows = rows;
        sound
    }

    /// The column with a name; says so if there is none.
    pub(super) fn column(&self, findings: &Findings, name: &str) -> Option<usize> {
        let first = &self.rows[0];
        let mut columns = (0..first.cells.len()).filter(|column| first.cell(*column) == name);
        let Some(column) = columns.next() else {
            findings.error(
                self.line_at(first),
                format!("there is no column `{name}`"),
                did_you_mean(name, self.names()),
            );
            return None;
        };
        if let Some(again) = columns.next() {
            findings.error(
                self.at(first, again),
                format!("there are two columns `{name}`"),
                "keep one",
            );
            return None;
        }
        Some(column)
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    /// Whether the first line names the columns; no name begins as a number or is a duration.
    pub(super) fn has_names(&self) -> bool {
        let first = self.first().cell(0);
        !first.starts_with(|sign: char| sign.is_ascii_digit() || "+-.,".contains(sign))
            && seconds_or_duration(first).is_err()
    }

    /// What stands in the first line.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows[0].cells.iter()
    }

    /// The first line.
    pub(super) fn first(&self) -> &Row {
        &self.rows[0]
    }

    /// The lines after the first.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows[1..]
    }

    /// All lines, for a sheet whose first line names nothing.
    pub(super) fn all_rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where a line stands.
    pub(super) fn line_at(&self, row: &Row) -> At {
        let line = self.text[row.from..].lines().next().unwrap_or_default();
        At::new(self.source, row.from..row.from + line.len())
    }

    /// Where a cell stands.
    pub(super) fn at(&self, row: &Row, column: usize) -> At {
        let line = self.text[row.from..].lines().next().unwrap_or_default();
        let (mut quoted, mut place, mut from) = (false, 0, 0);
        for (byte, sign) in line
            .bytes()
            .enumerate()
            .chain([(line.len(), self.separator)])
        {
            if sign == b'"' {
                quoted = !quoted;
            } else if sign == self.separator && !quoted {
                if place == column {
                    let cell = &line[from..byte];
                    let from = row.from + from + (cell.len() - cell.trim_start().len());
                    return At::new(self.source, from..from + cell.trim().len());
                }
                (place, from) = (place + 1, byte + 1);
            }
        }
        self.line_at(row)
    }

    /// A number, with a decimal point or comma; says so if it is none.
    pub(super) fn number(&self, findings: &Findings, row: &Row, column: usize) -> Option<f64> {
        let cell = row.cell(column);
        match self.decimal(row, column) {
            Ok(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => return Some(number),
                _ => findings.error(
                    self.at(row, column),
                    format!("{} is no number", shown(cell)),
                    "as in 12 or 12.5",
                ),
            },
            Err(why) => findings.error(self.at(row, column), why.0, why.1),
        }
        None
    }

    /// Seconds, or a duration with its unit; says so if it is neither.
    pub(super) fn span(&self, findings: &Findings, row: &Row, column: usize) -> Option<Span> {
        let cell = row.cell(column);
        let read = self.decimal(row, column).and_then(|text| {
            seconds_or_duration(&text).map_err(|why| {
                let what = format!("{} is no duration: {why}", shown(cell));
                (what, "seconds, or as in \"4 min\"")
            })
        });
        read.map_err(|(what, instead)| findings.error(self.at(row, column), what, instead))
            .ok()
    }

    /// A cell with its decimal comma, if it has one, made a point.
    pub(super) fn decimal(
        &self,
        row: &Row,
        column: usize,
    ) -> Result<String, (String, &'static str)> {
        let cell = row.cell(column);
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let note = |place: &Noted<Option<At>>| {
            if place.get().is_none() {
                place.set(Some(self.at(row, column)));
            }
        };
        match cell.split_once(',') {
            // A comma before three digits separates thousands in one half of the world.
            Some((whole, part)) if digits(whole) && digits(part) => {
                if part.len() == 3 && whole.len() <= 3 && !whole.starts_with('0') {
                    let what = format!("`{cell}` may be {whole}{part} or {whole}.{part}");
                    return Err((what, "write it without the comma"));
                }
                note(&self.comma);
                return Ok(format!("{whole}.{part}"));
            }
            _ if cell.contains('.') && cell.parse::<f64>().is_ok() => note(&self.point),
            _ => {}
        }
        Ok(cell.to_owned())
    }

    /// Says what was assumed of the numbers read.
    pub(super) fn finish(&self, findings: &Findings) {
        match (self.comma.get(), self.point.get()) {
            (Some(comma), None) => findings.warning(
                comma,
                "numbers are read with decimal commas",
                "write a point to be sure",
            ),
            (Some(comma), Some(_)) => findings.error(
                comma,
                "some numbers have a comma and others a point",
                "write all with a decimal point, thousands without separator",
            ),
            _ => {}
        }
    }
}

/// A cell in a message.
pub(super) fn shown(cell: &str) -> String {
    match cell {
        "" => "an empty cell".to_owned(),
        cell => format!("`{cell}`"),
    }
}

/// What stands most often between the cells of the first line.
fn separator(text: &str) -> u8 {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let mut quoted = false;
    let plain: Vec<u8> = first
        .bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted
        })
        .collect();
    let count = |sign: u8| plain.iter().filter(|byte| **byte == sign).count();
    // Of equals the last is taken.
    *b"|\t;,"
        .iter()
        .max_by_key(|sign| count(**sign))
        .expect("there are some")
}

/// The text of a file, without byte order mark, and where it had to be assumed to be Windows-1252.
fn decode(content: &[u8]) -> Result<(String, Option<usize>), String> {
    if content.starts_with(b"PK\x03\x04") {
        return Err("it is a workbook or an archive; export the sheet as CSV".to_owned());
    }
    let words = |read: fn([u8; 2]) -> u16| {
        let (pairs, rest) = content[2..].as_chunks::<2>();
        match rest {
            [] => {
                String::from_utf16(&pairs.iter().map(|pair| read(*pair)).collect::<Vec<_>>()).ok()
            }
            _ => None,
        }
        .ok_or("it starts as UTF-16 but is damaged; save it as UTF-8")
    };
    let text = match content {
        [0xFF, 0xFE, ..] => words(u16::from_le_bytes)?,
        [0xFE, 0xFF, ..] => words(u16::from_be_bytes)?,
        _ => {
            let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
            match std::str::from_utf8(content) {
                Ok(text) => text.to_owned(),
                Err(error) => {
                    let of = |bytes: &[u8]| -> String {
                        bytes.iter().map(|byte| windows_1252(*byte)).collect()
                    };
                    let text = of(content);
                    no_text_is_refused(&text)?;
                    let first = of(&content[..error.valid_up_to()]).len();
                    return Ok((text, Some(first)));
                }
            }
        }
    };
    no_text_is_refused(&text)?;
    Ok((text, None))
}

fn no_text_is_refused(text: &str) -> Result<(), String> {
    match text.contains('\0') {
        true => Err("it is no text, or UTF-16 without its mark; save it as UTF-8".to_owned()),
        false => Ok(()),
    }
}

/// A character of Windows-1252; the five bytes it leaves free stay control characters, as the WHATWG's index has it.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
