//! Inputs made from seeds: bytes flipped, pieces cut, doubled and put elsewhere, numbers at their ends.

/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 20] = [
    b"\"",
    b"'",
    b"<",
    b">",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff",
    b"&#x110000;",
    b"-1",
    b"18446744073709551616",
    b"<div>",
    b"\xe2\x80\x9c",
    b"\xe2\x80\x9d",
    b"${",
    b"\\u",
];

/// A stream of inputs, the same for the same seeds and number.
#[derive(Debug)]
pub struct Changes {
    seeds: Vec<Vec<u8>>,
    state: u64,
}

impl Changes {
    /// The stream with this number.
    pub fn new(seeds: Vec<Vec<u8>>, number: u64) -> Self {
        Self { seeds, state: number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// The next input, shorter than 64 KiB.
    pub fn input(&mut self) -> Vec<u8> {
        let seed = self.below(self.seeds.len());
        let mut bytes = self.seeds[seed].clone();
        for _ in 0..=self.below(12) {
            self.change(&mut bytes);
        }
        bytes.truncate(64 << 10);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let end = (at + self.below(64)).min(bytes.len());
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                let times = 1 << self.below(9);
                let to = self.below(bytes.len() + 1);
                drop(bytes.splice(to..to, piece.repeat(times)));
            }
            3 if at < bytes.len() => bytes[at] = self.below(256) as u8,
            4 => bytes.truncate(at),
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                let times = if self.below(10) == 0 { 1 + self.below(2_000) } else { 1 };
                drop(bytes.splice(at..at, piece.iter().copied().cycle().take(piece.len() * times)));
            }
        }
    }

    fn below(&mut self, end: usize) -> usize {
        // xorshift64*, by Vigna (2016).
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        number as usize % end.max(1)
    }
}
