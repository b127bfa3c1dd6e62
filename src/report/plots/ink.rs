//! Sheets drawn as SVG and as PNG: the only place that knows what draws, the crate `plotters`.
//!
//! Text is laid out by the measures of DejaVu Sans, which is built in, so no machine needs a font to draw. In an SVG it
//! stays text, in the reader's own sans-serif: it can be searched and read aloud, and takes a tenth of the room of
//! outlines. Few faces are as wide as DejaVu Sans, and it is measured 6 % larger than an SVG asks for, so others fit.

use std::error::Error;
use std::fmt::Write;
use std::sync::Once;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::prelude::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, TextStyle, register_font};

use super::sheet::{Align, Colour, HEIGHT, Point, Shape, Sheet, WIDTH};

/// The reader's own font in an SVG; the one that is built in everywhere else.
const FAMILY: &str = "sans-serif";

static FONT: &[u8] = include_bytes!("../../../assets/DejaVuSans.ttf");

/// What differs between the two.
#[derive(Clone, Copy)]
struct Medium {
    /// Units in a pixel each way: `plotters` knows whole units only, and lines between whole pixels are jagged.
    units: u32,
    /// What `plotters` is told as the size of a font \[em\].
    size: f64,
    /// How far below the middle that `plotters` takes letters are in the middle \[em\].
    drop: f64,
}

/// `plotters` divides the size by 1.24, and puts text in its middle by the height of small letters, as wanted.
const SVG: Medium = Medium {
    units: 8,
    size: 1.24,
    drop: 0.0,
};

/// Three dots each way make a pixel, which is their mean.
///
/// Here the size is ascent and descent (2384 of 2048 units), half of which `plotters` puts the baseline below the top
/// of a line that it takes for 1/1.24 of the size high. Small letters are 1120 units high.
const PNG: Medium = Medium {
    units: 3,
    size: 2384.0 / 2048.0,
    drop: 1120.0 / 2048.0 / 2.0 - (0.5 - 0.5 / 1.24) * 2384.0 / 2048.0,
};

/// Makes the font known, once.
fn font() {
    static KNOWN: Once = Once::new();
    KNOWN.call_once(|| {
        let registered = register_font(FAMILY, FontStyle::Normal, FONT);
        assert!(registered.is_ok(), "the font built in is a font");
    });
}

/// How wide a line of text is at most \[pixel\]; `size` in pixels per em.
pub(super) fn width(text: &str, size: f64) -> f64 {
    font();
    // Widths come in whole units.
    let large = (FAMILY, size * SVG.size * 16.0).into_font();
    let (width, _) = large.box_size(text).expect("the font is known");
    f64::from(width) / 16.0
}

/// A sheet as an SVG document.
pub(super) fn svg(sheet: &Sheet) -> String {
    element(sheet, "", "")
}

/// A sheet as an SVG element with title and description; their ids begin with `name`.
pub(super) fn inline(sheet: &Sheet, name: &str) -> String {
    let text = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    element(
        sheet,
        &format!(r#" aria-labelledby="{name}-title {name}-how""#),
        &format!(
            r#"<title id="{name}-title">{}</title><desc id="{name}-how">{}</desc>"#,
            text(&sheet.title),
            text(&sheet.how)
        ),
    )
}

fn element(sheet: &Sheet, attributes: &str, before: &str) -> String {
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    let (wide, high) = (width * SVG.units, height * SVG.units);
    let mut drawn = String::new();
    let backend = SVGBackend::with_string(&mut drawn, (wide, high));
    draw(sheet, &backend.into_drawing_area(), SVG);
    // Its header asks for a picture as many pixels wide as there are units.
    let (_, shapes) = drawn.split_once('>').expect("an element");
    let mut document = String::new();
    let _ = write!(
        document,
        r#"<svg width="{width}" height="{height}" viewBox="0 0 {wide} {high}" xmlns="http://www.w3.org/2000/svg" role="img"{attributes}>{before}"#
    );
    document.push_str(shapes);
    document
}

/// A sheet as a PNG file.
pub(super) fn png(sheet: &Sheet) -> Vec<u8> {
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    let (wide, high) = (width * PNG.units, height * PNG.units);
    let mut dots = vec![0; (wide * high * 3) as usize];
    let backend = BitMapBackend::with_buffer(&mut dots, (wide, high));
    draw(sheet, &backend.into_drawing_area(), PNG);
    let pixels = means(&dots, wide as usize, PNG.units as usize);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("memory takes a picture of this size");
    file
}

/// The colours of squares of dots, row by row.
fn means(dots: &[u8], wide: usize, side: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(dots.len() / (side * side));
    for rows in dots.chunks_exact(wide * side * 3) {
        for left in (0..wide * 3).step_by(side * 3) {
            for part in 0..3 {
                let square = (0..side).flat_map(|row| {
                    let first = row * wide * 3 + left + part;
                    (0..side).map(move |column| first + column * 3)
                });
                let sum: usize = square.map(|place| usize::from(rows[place])).sum();
                pixels.push(((sum + side * side / 2) / (side * side)) as u8);
            }
        }
    }
    pixels
}

/// Draws all shapes in memory, where nothing can fail.
fn draw<B: DrawingBackend>(sheet: &Sheet, area: &DrawingArea<B, Shift>, medium: Medium)
where
    B::ErrorType: Error + 'static,
{
    font();
    let drawn = area
        .fill(&plotters::style::WHITE)
        .and_then(|()| {
            sheet
                .shapes
                .iter()
                .try_for_each(|shape| put(shape, area, medium))
        })
        .and_then(|()| area.present());
    drawn.expect("memory takes what is drawn");
}

fn put<B: DrawingBackend>(
    shape: &Shape,
    area: &DrawingArea<B, Shift>,
    medium: Medium,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>>
where
    B::ErrorType: Error + 'static,
{
    let units = f64::from(medium.units);
    let place = |(x, y): Point| ((x * units).round() as i32, (y * units).round() as i32);
    match shape {
        Shape::Line {
            points,
            colour,
            width,
        } => {
            let points: Vec<_> = points.iter().map(|point| place(*point)).collect();
            let style = rgb(*colour).stroke_width((width * units).round() as u32);
            area.draw(&PathElement::new(points, style))
        }
        Shape::Area {
            points,
            colour,
            opacity,
        } => {
            let points: Vec<_> = points.iter().map(|point| place(*point)).collect();
            area.draw(&Polygon::new(points, rgb(*colour).mix(*opacity)))
        }
        Shape::Dot { at, radius, colour } => {
            let radius = (radius * units).round() as i32;
            area.draw(&Circle::new(place(*at), radius, rgb(*colour).filled()))
        }
        Shape::Text {
            at,
            text,
            size,
            align,
            colour,
        } => {
            let across = match align {
                Align::Left => HPos::Left,
                Align::Centre => HPos::Center,
                Align::Right => HPos::Right,
            };
            let colour = rgb(*colour);
            let at = (at.0, at.1 + medium.drop * size);
            let style = TextStyle::from((FAMILY, size * medium.size * units).into_font())
                .color(&colour)
                .pos(Pos::new(across, VPos::Center));
            area.draw(&Text::new(text.as_str(), place(at), style))
        }
    }
}

fn rgb(Colour(red, green, blue): Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_wide_as_the_font_says() {
        // DejaVu Sans: an `m` is 1995 of 2048 units wide; the font's ascent and descent together are 2384.
        let em = SVG.size / (2384.0 / 2048.0);
        let exact = 1995.0 / 2048.0 * 20.0 * em * 10.0;
        assert!((width("mmmmmmmmmm", 20.0) - exact).abs() < 0.1);
        assert_eq!(width("", 20.0), 0.0);
    }

    #[test]
    fn a_pixel_is_the_mean_of_its_dots() {
        let dots = [
            [0, 0, 0, 4, 8, 12, 255, 0, 0, 255, 0, 0],
            [0, 0, 0, 4, 8, 12, 255, 0, 0, 255, 0, 0],
        ];
        assert_eq!(means(dots.as_flattened(), 4, 2), [2, 4, 6, 255, 0, 0]);
    }
}
