//! Which words of a statement signal a report.

use crate::lexicon::{Form, Frames, Verb};
use crate::token::{Class, Token, is_possessive};

/// A word, or `according to`, that signals a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cue {
    /// Index of its first token.
    pub(crate) first: usize,
    /// Index of its last token.
    pub(crate) last: usize,
    /// Which content it can take.
    pub(crate) frames: Frames,
    /// How it is inflected; `None` for `according to`.
    pub(crate) form: Option<Form>,
    /// Whether it says what was not said.
    pub(crate) negated: bool,
}

/// The cues of a statement, in order.
pub(crate) fn find(text: &str, tokens: &[Token], cues: &mut Vec<Cue>) {
    cues.clear();
    for (at, token) in tokens.iter().enumerate() {
        let word = &text[token.span.range()];
        if word.eq_ignore_ascii_case("according") && is_word(text, tokens, at + 1, "to") {
            let frames = Frames::BARE;
            cues.push(Cue { first: at, last: at + 1, frames, form: None, negated: false });
            continue;
        }
        let Some(verb) = token.verb() else { continue };
        let points = word.starts_with("point");
        if points && !is_word(text, tokens, at + 1, "out") {
            continue; // only `point out` reports
        }
        if let Some(negated) = reports(text, tokens, at, verb) {
            let (frames, form) = (verb.frames, Some(verb.form));
            cues.push(Cue { first: at, last: at + usize::from(points), frames, form, negated });
        }
    }
}

/// Whether the token `at` is this word, in lower case.
pub(crate) fn is_word(text: &str, tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| &text[token.span.range()] == word)
}

/// Whether the form at this place is a finite report, and whether it is negated.
fn reports(text: &str, tokens: &[Token], at: usize, verb: Verb) -> Option<bool> {
    let word = &text[tokens[at].span.range()];
    let mut before = at;
    let mut negated = false;
    while before > 0
        && tokens[before - 1].is(Class::ADVERB.with(Class::NEGATION))
        && at - before < 4
    {
        before -= 1;
        negated |= tokens[before].is(Class::NEGATION);
    }
    let previous = before.checked_sub(1).map(|index| &tokens[index]);
    let previous_word = previous.map_or("", |token| &text[token.span.range()]);
    let is = |class| previous.is_some_and(|token| token.is(class));
    let nominal = is(Class::DETERMINER.with(Class::PREPOSITION))
        && !is(Class::PRONOUN.with(Class::RELATIVE))
        || is_possessive(previous_word) && !is(Class::PRONOUN)
        || previous.is_some_and(|token| token.is_mark('’') || token.is_mark('\''));
    let next = tokens.get(at + 1);
    let content_follows = next.is_some_and(|next| {
        next.stretch().is_some() || matches!(&text[next.span.range()], "that" | "," | ":")
    });
    let holds = match verb.form {
        _ if tokens[at].is_capital() && at > 0 => false,
        Form::Base if negated && is(Class::AUXILIARY) => {
            matches!(previous_word, "did" | "does" | "do")
        }
        Form::Base if previous_word == "did" || previous_word == "do" => negated,
        Form::Base if matches!(word, "say" | "tell" | "add" | "insist" | "argue") => {
            !is(Class::MODAL)
                && (is(Class::PRONOUN)
                    || !nominal
                        && previous.is_some_and(Token::is_word)
                        && !is(Class::AUXILIARY.with(Class::CONJUNCTION)))
        }
        Form::Base => {
            is(Class::PRONOUN) || !nominal && content_follows && previous_word.ends_with('s')
        }
        Form::Present => {
            let known =
                previous.is_some_and(|token| token.is_capital() || token.is(Class::PRONOUN));
            !nominal && (word == "says" || known || content_follows && !is(Class::AUXILIARY))
        }
        Form::Past => {
            let passive = is(Class::PASSIVE) || is_word(text, tokens, at + 1, "by");
            !passive && (!nominal || word == "said") && !is(Class::MODAL)
        }
        Form::Participle if before == 0 => false,
        Form::Participle => {
            let led = previous.is_none_or(|token| !token.is_word())
                || is(Class::AUXILIARY.with(Class::CONJUNCTION))
                || is(Class::PERSON) && is_possessive(previous_word)
                || matches!(previous_word, "by" | "in" | "after" | "as");
            word == "saying" || (led || content_follows) && !nominal
        }
    };
    holds.then_some(negated)
}
