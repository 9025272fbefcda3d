//! Which words stand in quotation marks: "he" means somebody else there than around them.

use crate::article::Article;
use crate::token::Kind;

/// For each token whether it stands in quotation marks, the marks included. A paragraph closes what is open.
pub(crate) fn inside(article: &Article<'_>) -> Vec<bool> {
    let mut inside = Vec::with_capacity(article.tokens.len());
    let (mut double, mut single) = (false, false);
    for at in 0..article.tokens.len() {
        if begins_paragraph(article, at) {
            (double, single) = (false, false);
        }
        let before = double || single;
        let token = article.tokens[at];
        if token.kind == Kind::Mark {
            match article.word(at) {
                "“" | "«" | "„" => double = true,
                "”" | "»" => double = false,
                "\"" => double = !double,
                "‘" => single = true,
                "’" if token.glued() => single = false,
                _ => {}
            }
        }
        inside.push(before || double || single);
    }
    inside
}

/// Whether a line begins at token `at`.
pub(crate) fn begins_paragraph(article: &Article<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    let gap = article.tokens[before].end as usize..article.tokens[at].start as usize;
    article.tokens[at].first() && article.text[gap].contains('\n')
}
