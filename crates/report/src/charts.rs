//! Charts as inline SVG. Each is also told in words, for those who do not see it.

use std::collections::BTreeMap;

use maud::{Markup, html};

/// Bars of a chart at most; what is less goes into one bar.
const BARS: usize = 12;

/// Bars drawn from left to right, one a label, with the number at the end of each.
pub(crate) fn ranking(caption: &str, counts: &BTreeMap<String, usize>, others: &str) -> Markup {
    let mut bars: Vec<(&str, usize)> =
        counts.iter().map(|(label, count)| (label.as_str(), *count)).collect();
    bars.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let rest: usize = bars.iter().skip(BARS).map(|(_, count)| count).sum();
    bars.truncate(BARS);
    if rest > 0 {
        bars.push((others, rest));
    }
    let most = bars.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let told = told(&bars);
    html! {
        figure {
            figcaption { (caption) }
            svg viewBox={ "0 0 360 " (bars.len() * 26 + 4) } role="img" aria-label=(told) {
                @for (at, (label, count)) in bars.iter().enumerate() {
                    @let top = at * 26;
                    @let width = (count * 170).div_ceil(most);
                    text x="0" y=(top + 17) { (crate::text::shortened(label, 20)) title { (label) } }
                    rect.bar x="140" y=(top + 4) width=(width) height="18" rx="2" {}
                    text x=(146 + width) y=(top + 17) { (count) }
                }
            }
        }
    }
}

/// Bars that stand beside each other, one for each day that has articles.
pub(crate) fn days(caption: &str, counts: &BTreeMap<String, usize>) -> Markup {
    const WIDTH: usize = 360;
    const HEIGHT: usize = 120;
    const LABELLED: usize = 4;
    let bars: Vec<(&str, usize)> =
        counts.iter().map(|(label, count)| (label.as_str(), *count)).collect();
    let most = bars.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    // Few bars stand so far apart that each has its day below it.
    let each_is_labelled = bars.len() <= LABELLED;
    let most_apart = if each_is_labelled { WIDTH / LABELLED } else { 30 };
    let step = (WIDTH / bars.len().max(1)).clamp(1, most_apart);
    // Of more days than there is room for, the last.
    let bars = &bars[bars.len().saturating_sub(WIDTH)..];
    let (first, last) = (bars.first().map_or("", |bar| bar.0), bars.last().map_or("", |bar| bar.0));
    html! {
        figure {
            figcaption { (caption) }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 24) } role="img" aria-label=(told(bars)) {
                @for (at, (label, count)) in bars.iter().enumerate() {
                    @let height = (count * HEIGHT).div_ceil(most);
                    rect.bar x=(at * step) y=(HEIGHT - height) width=(step.saturating_sub(2).max(1)) height=(height) {
                        title { (label) ": " (count) }
                    }
                }
                line.axis x1="0" y1=(HEIGHT) x2=(WIDTH) y2=(HEIGHT) {}
                @if each_is_labelled {
                    @for (at, (label, _)) in bars.iter().enumerate() {
                        text x=(at * step) y=(HEIGHT + 17) { (label) }
                    }
                } @else {
                    text x="0" y=(HEIGHT + 17) { (first) }
                    text x=(bars.len() * step) y=(HEIGHT + 17) text-anchor="end" { (last) }
                }
            }
        }
    }
}

fn told(bars: &[(&str, usize)]) -> String {
    bars.iter().map(|(label, count)| format!("{label}: {count}")).collect::<Vec<_>>().join(", ")
}
