#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]
fn main() {
    for seed in 0..40 {
        for s in [0.03, 0.1, 0.3] {
            let (b, tally) = books::demo(s, seed);
            let t = b.table("bank_balances").unwrap();
            let neg: Vec<String> = t
                .rows
                .iter()
                .filter(|r| r[2].to_string().starts_with('-'))
                .map(|r| format!("{} {} {}", r[0], r[1], r[2]))
                .collect();
            let n = tally.evaluate("net profit / by year").unwrap();
            println!(
                "{seed} {s} neg {} {:?} {:?}",
                neg.len(),
                neg.first(),
                n.iter().map(|r| r.1.to_plain_string()).collect::<Vec<_>>()
            );
        }
    }
}
