//! A block of header lines, as WARC, HTTP and mail have them: a first line, then `Name: value`.

/// The lines of a block, names in any case. Bytes that are no UTF-8 became U+FFFD.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    fields: Vec<(String, String)>,
}

impl Headers {
    /// The bytes of the block that `bytes` begin with, its empty line included; `None` where no
    /// empty line ends it.
    pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
        let mut start = 0;
        for feed in memchr::memchr_iter(b'\n', bytes) {
            if matches!(&bytes[start..feed], b"" | b"\r") {
                return Some(feed + 1);
            }
            start = feed + 1;
        }
        None
    }

    /// Reads a block without its first line. What is no header line is passed over; a line that
    /// begins with a blank goes on with the one before.
    pub(crate) fn parse(block: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in block.lines().skip(1) {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { fields }
    }

    /// The first value under `name`, which is given in lower case. Empty values are absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        values.find_map(|(_, value)| (!value.is_empty()).then_some(value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_with_an_empty_line() {
        for (bytes, expected) in [
            (&b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\n\n"[..], Some(25)),
            (b"WARC/1.0\nA: b\n\nbody", Some(15)),
            (b"\r\nbody", Some(2)),
            (b"WARC/1.0\r\nA: b\r\n", None),
            (b"", None),
        ] {
            assert_eq!(Headers::length(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn names_have_any_case_and_values_may_go_on() {
        let headers =
            Headers::parse("GET: no\r\nNAME : a\r\n\t b\r\nEmpty:\r\nname: c\r\nrubbish\r\n");
        assert_eq!(headers.get("name"), Some("a b"));
        assert_eq!((headers.get("empty"), headers.get("get")), (None, None));
    }
}
