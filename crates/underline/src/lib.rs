//! Draws spans under the text that they mark, for people: `copydesk show`, differences, snapshots.
//!
//! It knows nothing of documents or records, only a text and byte ranges with labels.
//!
//! ```
//! use underline::{Mark, draw};
//!
//! let marks = [Mark::new(0..6, "PER"), Mark::new(14..20, "LOC")];
//! assert_eq!(draw("Ada Ek went to Lund.", &marks), "\
//! Ada Ek went to Lund.
//! ^^^^^^ PER    ^^^^^^ LOC
//! ");
//! ```
//!
//! Each line of the text is followed by as few lines of carets as its marks need; marks that
//! would touch go one line down. A mark over several lines is drawn under each of them and
//! labelled under the first. Columns are display columns, so wide and combining characters line up.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// A stretch of text to underline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text. An empty range is drawn as one caret.
    pub span: Range<usize>,
    /// What to write behind the carets.
    pub label: String,
}

impl Mark {
    /// A mark over `span`.
    pub fn new(span: Range<usize>, label: impl Into<String>) -> Self {
        Self { span, label: label.into() }
    }
}

/// The text with its marks, lines broken only where the text has a line break.
pub fn draw(text: &str, marks: &[Mark]) -> String {
    draw_wrapped(text, marks, usize::MAX, &|_, carets| carets.to_owned())
}

/// The text with its marks, wrapped at spaces to at most `columns` display columns (a longer word
/// stands alone). `paint` gets the index of a mark and its carets or label, and returns what to print
/// instead, of the same display width: the place for colour.
pub fn draw_wrapped(
    text: &str,
    marks: &[Mark],
    columns: usize,
    paint: &dyn Fn(usize, &str) -> String,
) -> String {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|&index| (marks[index].span.start, std::cmp::Reverse(marks[index].span.end)));
    let mut out = String::with_capacity(text.len() * 2);
    let mut open: Vec<usize> = Vec::new(); // marks that reach into the current line, in drawing order
    let mut next = order.into_iter().peekable();
    for line in wrapped_lines(text, columns) {
        while let Some(index) =
            next.next_if(|&index| marks[index].span.start < line.end.max(line.start + 1))
        {
            open.push(index);
        }
        out.push_str(text[line.clone()].trim_end_matches(['\n', ' ']));
        out.push('\n');
        draw_carets(&mut out, &text[line.clone()], line.start, &open, marks, paint);
        open.retain(|&index| marks[index].span.end > line.end);
    }
    out
}

/// The byte ranges of the lines, each with its line break or the spaces at which it was wrapped.
fn wrapped_lines(text: &str, columns: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < text.len()).then(|| {
            let start = at;
            at += line_len(&text[start..], columns);
            start..at
        })
    })
}

/// Bytes of the first line of `rest`.
fn line_len(rest: &str, columns: usize) -> usize {
    let mut width = 0;
    let mut last_space = None;
    for (at, character) in rest.char_indices() {
        if character == '\n' {
            return at + 1;
        }
        if character == ' ' {
            last_space = Some(at + 1);
        } else if width >= columns
            && let Some(space) = last_space
        {
            return space;
        }
        width += character.width().unwrap_or(0);
    }
    rest.len()
}

/// One caret line's free column, and what stands on it so far.
struct Row {
    end: usize,
    drawn: String,
}

fn draw_carets(
    out: &mut String,
    line: &str,
    line_start: usize,
    open: &[usize],
    marks: &[Mark],
    paint: &dyn Fn(usize, &str) -> String,
) {
    let mut rows: Vec<Row> = Vec::new();
    let visible = line.trim_end_matches(['\n', ' ']);
    let column = |at: usize| {
        visible[..at].chars().map(|character| character.width().unwrap_or(0)).sum::<usize>()
    };
    for &index in open {
        let mark = &marks[index];
        let first = mark.span.start >= line_start;
        let from = mark.span.start.saturating_sub(line_start).min(visible.len());
        let to = mark.span.end.saturating_sub(line_start).min(visible.len());
        if from == to && !mark.span.is_empty() {
            continue; // only the line break or trailing spaces
        }
        let (from, to) = (column(from), column(to));
        let carets = "^".repeat((to - from).max(1));
        let label = if first && !mark.label.is_empty() {
            format!(" {}", mark.label)
        } else {
            String::new()
        };
        let end =
            from + carets.len() + label.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        // A caret line has room where what stands on it ends a column before.
        let free = rows.iter().position(|row| row.end < from).unwrap_or_else(|| {
            rows.push(Row { end: 0, drawn: String::new() });
            rows.len() - 1
        });
        let row = &mut rows[free];
        row.drawn.extend(std::iter::repeat_n(' ', from - row.end));
        row.drawn.push_str(&paint(index, &carets));
        row.drawn.push_str(&paint(index, &label));
        row.end = end;
    }
    for row in rows {
        out.push_str(&row.drawn);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, draw, draw_wrapped};

    #[test]
    fn marks_that_would_touch_go_one_line_down() {
        let marks =
            [Mark::new(0..7, "a long label"), Mark::new(8..11, "x"), Mark::new(0..3, "inner")];
        assert_eq!(
            draw("one two six", &marks),
            "one two six\n^^^^^^^ a long label\n^^^ inner\n        ^^^ x\n"
        );
    }

    #[test]
    fn wide_and_combining_characters_line_up() {
        assert_eq!(
            draw("日本 e\u{301}x", &[Mark::new(10..11, "x")]),
            "日本 e\u{301}x\n      ^ x\n"
        );
    }

    #[test]
    fn a_mark_over_lines_is_labelled_once() {
        assert_eq!(draw("ab\ncd", &[Mark::new(1..4, "q")]), "ab\n ^ q\ncd\n^\n");
        assert_eq!(draw("ab\n\ncd", &[Mark::new(0..6, "q")]), "ab\n^^ q\n\ncd\n^^\n");
    }

    #[test]
    fn lines_wrap_at_spaces_and_marks_follow() {
        let drawn = draw_wrapped("one two three", &[Mark::new(4..13, "q")], 7, &|_, carets| {
            carets.to_owned()
        });
        assert_eq!(drawn, "one two\n    ^^^ q\nthree\n^^^^^\n");
    }
}
