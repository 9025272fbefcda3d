//! Several versions of a headline → the headline.

use document::Field;

use crate::finding::Finding;
use crate::furniture;

/// What stands between a headline and what pages put behind it.
const BARS: [char; 8] = ['|', 'ㅣ', '–', '—', '-', '·', ':', '：'];

/// Where `title` ends without the outlet's name, which is `outlet` when folded: `Title - The Example`.
pub(super) fn end_without(title: &str, outlet: &str) -> Option<usize> {
    /// No outlet has a name so long, in bytes.
    const LONGEST: usize = 200;
    let ends = |at: usize, bar: &str| furniture::fold(&title[at + bar.len()..]) == outlet;
    let mut bars = title.rmatch_indices(BARS).take_while(|(at, _)| title.len() - at <= LONGEST);
    let (at, _) = bars.find(|(at, bar)| ends(*at, bar))?;
    let end = title[..at].trim_end().len();
    (end > 0).then_some(end)
}

/// Makes the surest title one without what was put around it, where another version shows what that is:
/// a section behind it (`Title | Sport`), or a catchword before it (`Games: Title`) that the page leaves
/// out when others link to it.
pub(super) fn settle(found: &mut [Finding]) {
    let titles = || found.iter().enumerate().filter(|(_, finding)| finding.field == Field::Title);
    let best = titles().max_by(|(first, one), (second, other)| {
        one.confidence.total_cmp(&other.confidence).then(second.cmp(first))
    });
    let Some((best, surest)) = best else { return };
    let title = &surest.values[0];
    let bare = titles().map(|(_, finding)| finding).filter(|other| {
        let (other, meta) = (other.values[0].as_str(), other.from == "meta");
        meta && title.strip_suffix(other).is_some_and(is_catchword)
            || title.strip_prefix(other).is_some_and(is_tail)
    });
    let bare = bare.map(|finding| finding.values[0].clone()).max_by_key(String::len);
    if let Some(bare) = bare {
        found[best].values[0] = bare;
    }
}

/// `Games: `
fn is_catchword(before: &str) -> bool {
    before.ends_with(": ")
}

/// ` | Sport`, ` - The Example Daily`
fn is_tail(behind: &str) -> bool {
    const MOST: usize = 6;
    let rest = behind.trim_start();
    rest.len() < behind.len()
        && rest
            .strip_prefix(BARS)
            .is_some_and(|rest| rest.starts_with(' ') && rest.split_whitespace().count() <= MOST)
}
