//! `cargo run --release -p fuzz -- TARGET SECONDS [NUMBER]`: feeds a target until the time is over. An input on which it
//! panics or takes longer than ten seconds is written to `fuzz-TARGET-…` in this folder.

#![allow(clippy::print_stdout, reason = "it reports")]
#![expect(clippy::disallowed_methods, reason = "it runs for a time, and measures")]

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fuzz::{Changes, TARGETS};

const TOO_LONG: Duration = Duration::from_secs(10);

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, rest @ ..] = &args[..] else {
        let names = TARGETS.map(|target| target.name).join(", ");
        bail!("name a target ({names}) and a number of seconds");
    };
    let target = TARGETS.into_iter().find(|target| target.name == name);
    let target = target.with_context(|| format!("there is no target `{name}`"))?;
    let seconds: u64 = seconds.parse().context("seconds are a number")?;
    let number = rest.first().map_or(Ok(2), |number| number.parse())?;
    let mut changes = Changes::new((target.seeds)(), number);
    let begun = Instant::now();
    let (mut inputs, mut bad) = (0_u64, 0_u64);
    let mut slowest = Duration::ZERO;
    while begun.elapsed() < Duration::from_secs(seconds) {
        let input = changes.input();
        let one = Instant::now();
        let ended = catch_unwind(|| (target.run)(&input));
        inputs += 1;
        slowest = slowest.max(one.elapsed());
        if ended.is_err() || one.elapsed() > TOO_LONG {
            bad += 1;
            std::fs::write(format!("fuzz-{name}-{number}-{inputs}"), &input)?;
        }
    }
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    println!(
        "{name}: {inputs} inputs in {seconds} s, {bad} bad, slowest {slowest:?}, peak {} MiB",
        peak.unwrap_or(0) / 1024
    );
    if bad > 0 {
        bail!("{bad} inputs were bad; they are in this folder");
    }
    Ok(())
}
