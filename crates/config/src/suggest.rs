//! Near misses: the word that was probably meant.

/// The candidate nearest to `word`, if one is near enough: equal but for case and `-`/`_`, two
/// edits away, or alike by Jaro-Winkler (0.8 or more).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    // The measures below are quadratic in the length, and no name of ours is that long.
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    let length = word.chars().count();
    let score = |candidate: &'a str| {
        let folded = fold(candidate);
        let edits = strsim::damerau_levenshtein(&word, &folded);
        let alike = strsim::jaro_winkler(&word, &folded);
        let near = edits <= 2 && edits * 2 < length.max(folded.chars().count());
        (near || alike >= 0.8).then_some((edits == 0, alike, candidate))
    };
    candidates
        .into_iter()
        .filter_map(score)
        .max_by(|a, b| (a.0.cmp(&b.0)).then(a.1.total_cmp(&b.1)).then(b.2.cmp(a.2)))
        .map(|(_, _, candidate)| candidate)
}

/// Whether two names differ only in case and in `-` against `_`.
pub(crate) fn same_but_for_case(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace('_', "-")
}

/// Names as a sentence lists them: `` `a`, `b` and `c` ``.
pub(crate) fn listed<S: AsRef<str>>(names: &[S], last: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        Some((end, _)) => end.clone(),
        None => String::new(),
    }
}
