//! Numbers and texts as bytes: small numbers are one byte.

/// Bytes that grow.
#[derive(Default)]
pub struct Put(pub Vec<u8>);

impl Put {
    /// A number, seven bits a byte, the lowest first.
    pub fn number(&mut self, number: usize) {
        let mut rest = number as u64;
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    /// How far a number is from another, which is near.
    pub fn near(&mut self, number: usize, other: usize) {
        let way = number as i64 - other as i64;
        self.number(((way << 1) ^ (way >> 63)) as u64 as usize);
    }

    /// A number or none.
    pub fn maybe(&mut self, number: Option<usize>) {
        self.number(number.map_or(0, |n| n + 1));
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// As many things as there are, each written by a function.
    pub fn each<T>(&mut self, things: &[T], mut one: impl FnMut(&mut Put, &T)) {
        self.number(things.len());
        things.iter().for_each(|thing| one(self, thing));
    }
}

/// Bytes that are read; nothing where they end too early or are none that were written.
pub struct Get<'b> {
    bytes: &'b [u8],
}

impl<'b> Get<'b> {
    /// Reads from the beginning.
    pub fn new(bytes: &'b [u8]) -> Get<'b> {
        Get { bytes }
    }

    /// Whether all was read.
    pub fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A number.
    pub fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0u64, 0);
        loop {
            let (first, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(first & 0x7f).checked_shl(shift)?;
            if first & 0x80 == 0 {
                return usize::try_from(number).ok();
            }
            shift += 7;
        }
    }

    /// A number that is near another.
    pub fn near(&mut self, other: usize) -> Option<usize> {
        let way = self.number()? as u64;
        let way = (way >> 1) as i64 ^ -((way & 1) as i64);
        usize::try_from((other as i64).checked_add(way)?).ok()
    }

    /// A number or none.
    pub fn maybe(&mut self) -> Option<Option<usize>> {
        Some(self.number()?.checked_sub(1))
    }

    /// A text.
    pub fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }

    /// As many things as were written, each read by a function.
    pub fn each<T>(&mut self, mut one: impl FnMut(&mut Get<'b>) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        // Every thing is at least a byte: no damaged number takes all memory.
        if count > self.bytes.len() {
            return None;
        }
        let mut things = Vec::with_capacity(count);
        for _ in 0..count {
            things.push(one(self)?);
        }
        Some(things)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_got_and_what_is_cut_off_is_nothing() {
        let mut put = Put::default();
        for number in [0, 127, 128, 300_000, usize::MAX >> 1] {
            put.number(number);
            put.near(number, 64);
            put.maybe(Some(number));
        }
        put.maybe(None);
        put.text("gr\u{fc}n");
        let bytes = put.0;
        let read = |bytes: &[u8]| -> Option<String> {
            let mut get = Get::new(bytes);
            for number in [0, 127, 128, 300_000, usize::MAX >> 1] {
                assert_eq!((get.number()?, get.near(64)?, get.maybe()?), (number, number, Some(number)));
            }
            assert_eq!(get.maybe()?, None);
            get.text().filter(|_| get.is_done())
        };
        assert_eq!(read(&bytes).as_deref(), Some("gr\u{fc}n"));
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), None);
        }
    }
}
