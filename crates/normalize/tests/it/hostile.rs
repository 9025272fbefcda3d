//! Long stretches of what no author writes: nothing crashes, and a quadratic step would take minutes.

use document::{Document, Form, Origin};
use normalize::{Mode, Normalize};
use stage_api::Stage;

const SIZE: usize = 200_000;

fn check(start: &str, piece: &str, form: Form) {
    let payload = start.to_owned() + &piece.repeat(SIZE / piece.len());
    for mode in [Mode::Article, Mode::Verbatim] {
        let mut doc =
            Document::new("test", Origin::path("test"), payload.clone().into_bytes(), form);
        let _ = Normalize::new(mode).process(&mut doc);
    }
}

#[test]
fn plain_text() {
    for piece in [
        " ",
        "a",
        "a ",
        "a\n",
        ".",
        "… ",
        "“",
        "a.” ",
        "a?” B",
        "Mr. A ",
        "漢。",
        "| a ",
        "Share\n",
        "By Ada Ek\n",
        "\u{A0}\u{AD}",
    ] {
        check("", piece, Form::Text);
        check("The words of a first line", piece, Form::Text);
    }
}

#[test]
fn pages() {
    for piece in [
        "<div>",
        "<div></div>",
        "<b>",
        "<p><b>x",
        "<b><div>",
        "</p>",
        "</b>",
        "<li>a",
        "<table><tr><td>a",
        "<a href=x>a",
        "&amp;",
        "&notit;",
        "&",
        "&#8220;x",
        "<",
        "<!--",
        "<p a=b c>",
        "<script>",
        "<title>",
        "<svg>",
        "<br>a",
        "<p>One, two, three and four, five.</p>",
    ] {
        check("", piece, Form::Html);
        check("<article><p>Some words, and more.<div class='a b'><b><span>", piece, Form::Html);
    }
    check("<script type='application/ld+json'>", "[", Form::Html);
    check("<p class='", "a ", Form::Html);
    check("<p ", "a=b ", Form::Html);
    check("<meta property=og:site_name content=A><p>Some words.<title>", "Bridge - ", Form::Html);
    check("<title>Bridge</title><p>Words.<script>", "\"content\": \"Bridge, ", Form::Html);
    check("<title>Bridge</title><p>Words.<script>{\"content\": \"", "Bridge\\n", Form::Html);
}
