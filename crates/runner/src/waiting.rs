//! Arrivals about which the end of the source decides, kept out of memory.

use std::io;

use document::{Origin, Sha256};

use crate::spill::Spill;

/// An arrival without an id of its own, whose payload was that of another article before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waits {
    pub(crate) id: String,
    /// Where it was read from. Of what was not read the payload alone is known.
    pub(crate) origin: Origin,
    /// Digest of the supplied metadata and of what else counts for it.
    pub(crate) fingerprint: u64,
    /// Whether an earlier run committed that it stands in for another article.
    pub(crate) is_known: bool,
}

/// They in their order, in 16 bytes of memory each.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    bytes: Spill,
    /// Where each begins, and its length.
    places: Vec<(u64, u32)>,
}

impl Waiting {
    pub(crate) fn push(&mut self, waits: &Waits) -> io::Result<()> {
        let Waits { id, origin, fingerprint, is_known } = waits;
        let mut bytes = origin.sha256.0.to_vec();
        bytes.extend(fingerprint.to_le_bytes());
        bytes.push(u8::from(*is_known));
        for number in [origin.line, origin.member, origin.offset] {
            bytes.extend(number.unwrap_or(u64::MAX).to_le_bytes());
        }
        bytes.extend((id.len() as u64).to_le_bytes());
        bytes.extend(id.as_bytes());
        bytes.extend(origin.path.as_bytes());
        let length =
            u32::try_from(bytes.len()).map_err(|_| io::Error::other("an id of more than 4 GiB"))?;
        self.places.push((self.bytes.append(&bytes)?, length));
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The arrival with this number, counted from 0.
    pub(crate) fn get(&mut self, number: usize) -> io::Result<Waits> {
        let (start, length) = self.places[number];
        let mut bytes = vec![0; length as usize];
        self.bytes.read(start, &mut bytes)?;
        let mut rest = &bytes[..];
        let sha256 = Sha256(take(&mut rest));
        let fingerprint = u64::from_le_bytes(take(&mut rest));
        let [is_known] = take(&mut rest);
        let mut number = || Some(u64::from_le_bytes(take(&mut rest))).filter(|n| *n < u64::MAX);
        let (line, member, offset) = (number(), number(), number());
        let id_length = number().and_then(|length| usize::try_from(length).ok());
        let (id, path) = rest.split_at(id_length.expect("it was in memory before"));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text was stored");
        let origin = Origin { path: text(path), line, member, offset, sha256 };
        Ok(Waits { id: text(id), origin, fingerprint, is_known: is_known == 1 })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (taken, left) = rest.split_first_chunk().expect("its parts were stored");
    *rest = left;
    *taken
}

#[cfg(test)]
mod tests {
    use document::{Origin, Sha256};

    use super::{Waiting, Waits};

    #[test]
    fn what_waits_comes_back_as_it_was() {
        let origin = Origin {
            path: "drop/a.jsonl".to_owned(),
            line: Some(7),
            member: None,
            offset: Some(0),
            sha256: Sha256([5; 32]),
        };
        let waits = [
            Waits { id: "drop/a.jsonl#7".to_owned(), origin, fingerprint: 9, is_known: false },
            Waits { id: "b".to_owned(), origin: Origin::default(), fingerprint: 0, is_known: true },
        ];
        let mut waiting = Waiting::default();
        for one in &waits {
            waiting.push(one).unwrap();
        }
        assert_eq!(waiting.len(), 2);
        for number in [1, 0] {
            assert_eq!(waiting.get(number).unwrap(), waits[number]);
        }
    }
}
