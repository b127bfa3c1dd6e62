//! A picture before it is drawn: shapes on a sheet of the size of a slide, the first lowest.

use super::ink;

/// How wide a sheet is \[pixel\].
pub(super) const WIDTH: f64 = 1600.0;
/// How high a sheet is \[pixel\].
pub(super) const HEIGHT: f64 = 900.0;
/// How far everything stays from the edges of a sheet \[pixel\].
pub(super) const MARGIN: f64 = 36.0;

/// Pixels from the left and from the top.
pub(super) type Point = (f64, f64);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

/// Of the sheet.
pub(super) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// Of text.
pub(super) const BLACK: Colour = Colour(0x22, 0x22, 0x22);
/// Of text that may be skipped.
pub(super) const GREY: Colour = Colour(0x59, 0x59, 0x59);
/// Of lines that only lead the eye.
pub(super) const PALE: Colour = Colour(0xdd, 0xdd, 0xdd);

/// Which part of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// Lengths \[pixel\] of what is drawn and what is left out in turns; without any all is drawn.
pub(super) type Dashes = &'static [f64];

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Line {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
    },
    Area {
        points: Vec<Point>,
        colour: Colour,
        opacity: f64,
    },
    Dot {
        at: Point,
        radius: f64,
        colour: Colour,
    },
    /// A line of text; its place is halfway up small letters.
    Text {
        at: Point,
        text: String,
        /// Pixels per em.
        size: f64,
        align: Align,
        colour: Colour,
    },
}

/// Where something is: left, top, right, bottom \[pixel\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Place {
    /// What a line of text takes.
    pub(super) fn of_text(at: Point, text: &str, size: f64, align: Align) -> Place {
        let width = ink::width(text, size);
        let left = match align {
            Align::Left => at.0,
            Align::Centre => at.0 - width / 2.0,
            Align::Right => at.0 - width,
        };
        Place {
            left,
            top: at.1 - 0.65 * size,
            right: left + width,
            bottom: at.1 + 0.65 * size,
        }
    }

    /// What both take \[pixel²\].
    pub(super) fn shared(&self, other: &Place) -> f64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        wide.max(0.0) * high.max(0.0)
    }

    /// Whether another is all within it.
    pub(super) fn holds(&self, other: &Place) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }
}

/// What is drawn, the lowest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheet {
    /// What it shows.
    pub(super) title: String,
    /// How it is read.
    pub(super) how: String,
    pub(super) shapes: Vec<Shape>,
}

impl Sheet {
    /// A line, dashed or not.
    pub(super) fn line(&mut self, points: Vec<Point>, dashes: Dashes, colour: Colour, width: f64) {
        for points in pieces(corners(points), dashes) {
            self.shapes.push(Shape::Line {
                points,
                colour,
                width,
            });
        }
    }

    /// A thin line that only leads the eye.
    pub(super) fn rule(&mut self, from: Point, to: Point, colour: Colour) {
        self.line(vec![from, to], &[], colour, 1.5);
    }

    /// A filled area.
    pub(super) fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        self.shapes.push(Shape::Area {
            points,
            colour,
            opacity,
        });
    }

    /// Hides what is below a place.
    pub(super) fn cover(&mut self, place: Place) {
        let corners = [
            (place.left, place.top),
            (place.right, place.top),
            (place.right, place.bottom),
            (place.left, place.bottom),
        ];
        self.area(corners.into(), WHITE, 1.0);
    }

    /// A filled circle.
    pub(super) fn dot(&mut self, at: Point, radius: f64, colour: Colour) {
        self.shapes.push(Shape::Dot { at, radius, colour });
    }

    /// A line of text.
    pub(super) fn text(&mut self, at: Point, text: &str, size: f64, align: Align, colour: Colour) {
        // What no document may hold is left out.
        let text = text.chars().filter(|character| !character.is_control());
        let text: String = text.collect();
        if !text.is_empty() {
            self.shapes.push(Shape::Text {
                at,
                text,
                size,
                align,
                colour,
            });
        }
    }
}

/// A line without the points that only its level and upright stretches pass through.
fn corners(points: Vec<Point>) -> Vec<Point> {
    let mut corners: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if let [.., first, middle] = corners.as_slice()
            && (first.1 == middle.1 && middle.1 == point.1
                || first.0 == middle.0 && middle.0 == point.0)
        {
            corners.pop();
        }
        corners.push(point);
    }
    corners
}

/// A line cut into its dashes.
fn pieces(points: Vec<Point>, dashes: Dashes) -> Vec<Vec<Point>> {
    let mut lengths = dashes.iter().copied().cycle();
    let Some(mut left) = lengths.next() else {
        return vec![points];
    };
    let mut pieces = Vec::new();
    let mut drawn = true;
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let ((mut x, mut y), to) = (pair[0], pair[1]);
        loop {
            let rest = (to.0 - x).hypot(to.1 - y);
            if rest <= left {
                left -= rest;
                if drawn {
                    piece.push(to);
                }
                break;
            }
            let part = left / rest;
            (x, y) = (x + part * (to.0 - x), y + part * (to.1 - y));
            if drawn {
                piece.push((x, y));
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece.push((x, y));
            }
            drawn = !drawn;
            left = lengths.next().expect("a cycle has no end");
        }
    }
    if drawn && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// Text in lines of at most this width \[pixel\], broken after blanks and hyphens, or anywhere where there are none.
pub(super) fn fold(text: &str, size: f64, width: f64) -> Vec<String> {
    let fits = |line: &str| ink::width(line.trim_end(), size) <= width;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_inclusive([' ', '-', '_', '.', '/']) {
        let line = lines.last_mut().expect("there is a line");
        if fits(&format!("{line}{word}")) {
            line.push_str(word);
            continue;
        }
        lines.push(String::new());
        for letter in word.chars() {
            let line = lines.last_mut().expect("there is a line");
            line.push(letter);
            if !fits(line) && line.chars().count() > 1 {
                line.pop();
                lines.push(letter.to_string());
            }
        }
    }
    let lines = lines.iter().map(|line| line.trim());
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The first lines, the last of them ending in an ellipsis if there are more.
pub(super) fn first_lines(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_corners() {
        let steps = [
            (0.0, 1.0),
            (1.0, 1.0),
            (2.0, 1.0),
            (2.0, 3.0),
            (2.0, 4.0),
            (3.0, 5.0),
        ];
        let kept = [(0.0, 1.0), (2.0, 1.0), (2.0, 4.0), (3.0, 5.0)];
        assert_eq!(corners(steps.to_vec()), kept);
    }

    #[test]
    fn dashes_go_on_around_corners() {
        let corner = vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        assert_eq!(pieces(corner.clone(), &[]), vec![corner.clone()]);
        assert_eq!(
            pieces(corner, &[6.0, 2.0]),
            [
                vec![(0.0, 0.0), (6.0, 0.0)],
                vec![(8.0, 0.0), (10.0, 0.0), (10.0, 4.0)],
                vec![(10.0, 6.0), (10.0, 10.0)],
            ]
        );
    }

    #[test]
    fn lines_break_after_hyphens_and_blanks_or_where_they_must() {
        let width = ink::width("chat-only-", 20.0);
        assert_eq!(
            fold("chat-only-at night", 20.0, width),
            ["chat-only-", "at night"]
        );
        assert_eq!(fold("chat", 20.0, width), ["chat"]);
        let broken = fold("mmmmmmmmmmmmmmm", 20.0, width);
        assert_eq!(broken.concat(), "mmmmmmmmmmmmmmm");
        assert!(broken.len() > 1 && broken.iter().all(|line| ink::width(line, 20.0) <= width));
        assert_eq!(first_lines(vec!["one".into(), "two".into()], 1), ["on…"]);
        assert_eq!(first_lines(vec!["one".into()], 1), ["one"]);
    }
}
