//! Maps that are asked millions of times: a quick hash instead of one that withstands chosen keys.
//!
//! The multiplicative hash of the Firefox browser and the Rust compiler. Keys are numbers of nodes and names of code; whoever
//! chooses names that collide makes the scan of his own code slow. Nothing may depend on the order of such a map.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map.
pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
/// A set.
pub type Set<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// The state of a hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (whole, rest) = bytes.as_chunks::<8>();
        whole.iter().for_each(|chunk| self.write_u64(u64::from_le_bytes(*chunk)));
        rest.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        // Tables take their places from the low bits, which the product mixes least.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_spread() {
        let mut low = HashSet::new();
        for number in 0..4096_usize {
            let mut hash = Quick::default();
            hash.write_usize(3);
            hash.write_usize(number);
            low.insert(hash.finish() & 0xffff);
        }
        assert!(low.len() > 3500, "{}", low.len());
        let mut names: Set<String> = Set::default();
        names.extend(["a".to_owned(), "a long name of several words".to_owned(), String::new()]);
        assert!(names.contains("a long name of several words") && !names.contains("b"));
    }
}
