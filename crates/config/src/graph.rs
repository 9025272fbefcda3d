//! The plan as a picture.

use std::fmt::Write as _;

use crate::overview::{kind, reads, segment_lines};
use crate::when::when_text;
use crate::{Plan, SegmentKind};

/// How [`graph`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// Indented lines, for a terminal.
    Text,
    /// A Mermaid flowchart.
    Mermaid,
    /// The language of Graphviz.
    Dot,
}

/// The way of an article from the sources through the stages, grouped by segment, to the sinks,
/// with the layers that each stage hands to which other. Ends with a line end.
pub fn graph(plan: &Plan, format: GraphFormat) -> String {
    match format {
        GraphFormat::Text => text(plan),
        GraphFormat::Mermaid => mermaid(plan),
        GraphFormat::Dot => dot(plan),
    }
}

fn text(plan: &Plan) -> String {
    let mut out = String::new();
    for source in &plan.sources {
        let _ = writeln!(out, "source {}", source.name);
    }
    for (segment, line) in plan.segments().iter().zip(segment_lines(plan)) {
        let _ = writeln!(out, "  ↓\n{line}");
        for at in segment.stages.clone() {
            let stage = &plan.stages[at];
            let reads: Vec<_> = reads(plan, at)
                .iter()
                .filter_map(|read| Some(format!("{} from {}", read.layer, read.from?)))
                .collect();
            let from = if reads.is_empty() {
                String::new()
            } else {
                format!("; reads {}", reads.join(", "))
            };
            let writes = stage.spec.info.writes.join(", ");
            let when = if stage.when.conditions.is_empty() {
                String::new()
            } else {
                format!("; when {}", when_text(&stage.when))
            };
            let _ = writeln!(
                out,
                "    {}: writes {}{from}{when}",
                stage.name,
                if writes.is_empty() { "nothing" } else { &writes }
            );
        }
    }
    out.push_str("  ↓\n");
    for sink in &plan.sinks {
        let _ = writeln!(out, "sink {}", sink.name);
    }
    out
}

/// The parts of a drawing: groups of nodes, and arrows between nodes.
struct Drawing {
    /// Title and nodes, each with its label.
    groups: Vec<(String, Vec<(String, String)>)>,
    /// From, to, label.
    arrows: Vec<(String, String, String)>,
}

fn drawing(plan: &Plan) -> Drawing {
    let sources: Vec<_> = plan
        .sources
        .iter()
        .enumerate()
        .map(|(at, s)| (format!("source{at}"), s.name.clone()))
        .collect();
    let sinks: Vec<_> = plan
        .sinks
        .iter()
        .enumerate()
        .map(|(at, s)| (format!("sink{at}"), s.name.clone()))
        .collect();
    let mut arrows = Vec::new();
    let first = if plan.stages.is_empty() { None } else { Some("stage0".to_owned()) };
    let last = plan.stages.len().checked_sub(1).map(|last| format!("stage{last}"));
    for (source, _) in &sources {
        match &first {
            Some(first) => arrows.push((source.clone(), first.clone(), "articles".to_owned())),
            None => arrows.extend(
                sinks.iter().map(|(sink, _)| (source.clone(), sink.clone(), "articles".to_owned())),
            ),
        }
    }
    for at in 1..plan.stages.len() {
        let from_before =
            reads(plan, at).iter().any(|read| read.from == Some(plan.stages[at - 1].name.as_str()));
        if !from_before {
            arrows.push((format!("stage{}", at - 1), format!("stage{at}"), String::new()));
        }
    }
    for at in 0..plan.stages.len() {
        let reads = reads(plan, at);
        for (from, stage) in plan.stages[..at].iter().enumerate() {
            let layers: Vec<_> = reads
                .iter()
                .filter(|read| read.from == Some(stage.name.as_str()))
                .map(|read| read.layer)
                .collect();
            if !layers.is_empty() {
                arrows.push((format!("stage{from}"), format!("stage{at}"), layers.join(", ")));
            }
        }
    }
    if let Some(last) = last {
        arrows.extend(
            sinks.iter().map(|(sink, _)| (last.clone(), sink.clone(), "records".to_owned())),
        );
    }
    let mut groups = vec![("sources".to_owned(), sources)];
    for segment in plan.segments() {
        let title = match segment.kind {
            SegmentKind::Pool => "one worker pool".to_owned(),
            SegmentKind::Ordered => "one thread, in input order".to_owned(),
            SegmentKind::Own(workers) => format!("{workers} of its own"),
        };
        let nodes = segment.stages.map(|at| {
            (format!("stage{at}"), format!("{} ({})", plan.stages[at].name, kind(&plan.stages[at])))
        });
        groups.push((title, nodes.collect()));
    }
    groups.push(("sinks".to_owned(), sinks));
    groups.retain(|(_, nodes)| !nodes.is_empty());
    Drawing { groups, arrows }
}

fn mermaid(plan: &Plan) -> String {
    let Drawing { groups, arrows } = drawing(plan);
    let label = |text: &str| text.replace('"', "#quot;");
    let mut out = String::from("flowchart TD\n");
    for (at, (title, nodes)) in groups.iter().enumerate() {
        let _ = writeln!(out, "  subgraph g{at}[\"{}\"]", label(title));
        for (id, text) in nodes {
            let _ = writeln!(out, "    {id}[\"{}\"]", label(text));
        }
        out.push_str("  end\n");
    }
    for (from, to, text) in &arrows {
        let text = if text.is_empty() { String::new() } else { format!("|\"{}\"| ", label(text)) };
        let _ = writeln!(out, "  {from} --> {text}{to}");
    }
    out
}

fn dot(plan: &Plan) -> String {
    let Drawing { groups, arrows } = drawing(plan);
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph pipeline {\n  node [shape=box];\n");
    for (at, (title, nodes)) in groups.iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster{at} {{\n    label={};", quoted(title));
        for (id, text) in nodes {
            let _ = writeln!(out, "    {id} [label={}];", quoted(text));
        }
        out.push_str("  }\n");
    }
    for (from, to, text) in &arrows {
        let _ = writeln!(out, "  {from} -> {to} [label={}];", quoted(text));
    }
    out.push_str("}\n");
    out
}
