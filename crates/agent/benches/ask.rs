//! How long questions take.

fn main() {
    divan::main();
}
