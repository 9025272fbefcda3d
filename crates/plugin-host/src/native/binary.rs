//! What a file is, from its first bytes: a library for this machine, for another, a program, neither.
//!
//! The system's own loader says as much in many different ways; this says it in one sentence.

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    /// A library that this program can load, as far as its head tells.
    Library,
    /// A library for something else: what, and what this is.
    Foreign { its: String, ours: String },
    /// A library whose end is missing; to load it could end the program.
    Cut,
    /// A program or a script with `#!`.
    Program,
    /// Neither.
    Other,
}

/// Looks at the first bytes of a file of `len` bytes: 4 KiB are enough.
pub(crate) fn look(head: &[u8], len: u64) -> Binary {
    if head.starts_with(b"#!") {
        return Binary::Program;
    }
    let found = elf(head).or_else(|| mach_o(head)).or_else(|| pe(head));
    let Some(found) = found else { return Binary::Other };
    if found.program {
        return Binary::Program;
    }
    let its = format!("{} on {}", found.system, found.machine);
    let ours = format!("{} on {}", system(), std::env::consts::ARCH);
    if its != ours {
        return Binary::Foreign { its, ours };
    }
    if found.needs > len { Binary::Cut } else { Binary::Library }
}

struct Found {
    system: &'static str,
    machine: String,
    program: bool,
    /// Bytes that the file must have, as far as its head tells.
    needs: u64,
}

/// How executables are called where this program runs.
fn system() -> &'static str {
    if cfg!(windows) {
        "Windows"
    } else if cfg!(target_vendor = "apple") {
        "macOS"
    } else {
        "Linux or BSD"
    }
}

/// The type of libraries, and of position-independent programs; but a program names its loader.
const DYNAMIC: u64 = 3;
/// The part of a file that names its loader.
const INTERPRETER: u64 = 3;
/// A part of a file that is loaded into memory.
const LOADED: u64 = 1;

fn elf(head: &[u8]) -> Option<Found> {
    let head = head.strip_prefix(b"\x7fELF")?;
    let wide = *head.first()? == 2;
    let big = *head.get(1)? == 2;
    let number = |at: usize, len: usize| -> Option<u64> {
        let bytes = head.get(at.checked_sub(4)?..)?.get(..len)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) })
    };
    let machine = match (number(18, 2)?, wide, big) {
        (62, true, _) => "x86_64".to_owned(),
        (3, ..) => "x86".to_owned(),
        (183, ..) => "aarch64".to_owned(),
        (40, ..) => "arm".to_owned(),
        (243, true, _) => "riscv64".to_owned(),
        (22, ..) => "s390x".to_owned(),
        (21, _, false) => "powerpc64le".to_owned(),
        (21, _, true) => "powerpc64".to_owned(),
        (258, ..) => "loongarch64".to_owned(),
        (other, ..) => format!("machine {other}"),
    };
    let (table, size, count) = if wide {
        (number(32, 8)?, number(54, 2)?, number(56, 2)?)
    } else {
        (number(28, 4)?, number(42, 2)?, number(44, 2)?)
    };
    let mut names_loader = false;
    let mut needs = 0;
    for index in 0..count {
        let entry = usize::try_from(table.checked_add(index * size)?).ok()?;
        let Some(kind) = number(entry, 4) else { break };
        names_loader |= kind == INTERPRETER;
        let (offset, bytes) = if wide {
            (number(entry + 8, 8), number(entry + 32, 8))
        } else {
            (number(entry + 4, 4), number(entry + 16, 4))
        };
        if let (LOADED, Some(offset), Some(bytes)) = (kind, offset, bytes) {
            needs = needs.max(offset.saturating_add(bytes));
        }
    }
    let program = number(16, 2)? != DYNAMIC || names_loader;
    Some(Found { system: "Linux or BSD", machine, program, needs })
}

fn mach_o(head: &[u8]) -> Option<Found> {
    let number = |at: usize| Some(u32::from_le_bytes(*head.get(at..)?.first_chunk()?));
    if head.starts_with(&[0xca, 0xfe, 0xba, 0xbe]) {
        // One file for several machines; the loader picks.
        let machine = std::env::consts::ARCH.to_owned();
        return Some(Found { system: "macOS", machine, program: false, needs: 0 });
    }
    if number(0)? != 0xfeed_facf {
        return None;
    }
    let machine = match number(4)? {
        0x0100_0007 => "x86_64".to_owned(),
        0x0100_000c => "aarch64".to_owned(),
        other => format!("machine {other:#x}"),
    };
    let program = !matches!(number(12)?, 6 | 8); // a library, a bundle
    Some(Found { system: "macOS", machine, program, needs: 0 })
}

fn pe(head: &[u8]) -> Option<Found> {
    head.strip_prefix(b"MZ")?;
    let start = u32::from_le_bytes(*head.get(60..)?.first_chunk()?) as usize;
    let rest = head.get(start..)?.strip_prefix(b"PE\0\0")?;
    let number = |at: usize| Some(u16::from_le_bytes(*rest.get(at..)?.first_chunk()?));
    let machine = match number(0)? {
        0x8664 => "x86_64".to_owned(),
        0x014c => "x86".to_owned(),
        0xaa64 => "aarch64".to_owned(),
        other => format!("machine {other:#x}"),
    };
    let program = number(18)? & 0x2000 == 0; // the bit of libraries
    Some(Found { system: "Windows", machine, program, needs: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a 64-bit ELF file without program headers.
    fn elf(kind: u8, machine: u8) -> Vec<u8> {
        let mut head = vec![0; 64];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (head[16], head[18]) = (kind, machine);
        head
    }

    #[test]
    fn a_file_is_told_from_its_head() {
        let other = if cfg!(target_arch = "aarch64") { (62, "x86_64") } else { (183, "aarch64") };
        let its = format!("Linux or BSD on {}", other.1);
        let ours = format!("{} on {}", system(), std::env::consts::ARCH);
        assert_eq!(look(&elf(3, other.0), 64), Binary::Foreign { its, ours });
        assert_eq!(look(&elf(2, 62), 64), Binary::Program);
        assert_eq!(look(b"#!/bin/sh\n", 10), Binary::Program);
        for other in [b"".as_slice(), b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"plain text"] {
            assert_eq!(look(other, 64), Binary::Other, "{other:?}");
        }
    }

    #[test]
    fn this_test_is_a_program() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(look(&bytes[..4096], bytes.len() as u64), Binary::Program);
    }
}
