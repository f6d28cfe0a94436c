//! How trouble looks: a fault on standard error, and a defect of ours without a dump of its insides.

use std::fmt::Write;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use fault::{Fault, Kind};

use crate::console::{Console, RED, plain};
use crate::parse::When;

/// A fault as text: what happened, why, what to try.
pub fn text(fault: &Fault) -> String {
    let mut out = format!("{RED}error{RED:#}: {}\n", plain(&fault.message));
    for cause in &fault.causes {
        let _ = writeln!(out, "  because {}", plain(cause));
    }
    for hint in &fault.hints {
        let _ = writeln!(out, "  try: {}", plain(hint));
    }
    out
}

static PANICKED: AtomicBool = AtomicBool::new(false);

/// Whether a thread of this process panicked.
pub fn panicked() -> bool {
    PANICKED.load(Ordering::Relaxed)
}

/// Makes a panic of any thread print a short fault, once.
pub fn hook_panics() {
    std::panic::set_hook(Box::new(|info| {
        if !PANICKED.swap(true, Ordering::Relaxed) {
            Console::new(When::Auto, false).complain(&text(&defect(info.payload_as_str(), info.location())));
        }
    }));
}

fn defect(what: Option<&str>, place: Option<&Location<'_>>) -> Fault {
    let what = what.unwrap_or("no message");
    let place = place.map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
    Fault::new(Kind::Internal, "quaestor.defect", "this is a defect of quaestor, nothing was changed")
        .cause(format!("{what}{place}"))
        .hint("report it with the line above and the output of `quaestor doctor`, see CONTRIBUTING.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_noticed_and_told_in_three_lines() {
        let fault = defect(Some("index out of bounds"), Some(Location::caller()));
        assert!(fault.causes[0].starts_with("index out of bounds at ") && fault.causes[0].contains("trouble.rs:"));
        assert_eq!((fault.kind, text(&fault).lines().count()), (Kind::Internal, 3));
        hook_panics();
        let ended = std::thread::spawn(|| panic!("on purpose")).join();
        let _ = std::panic::take_hook();
        assert!(ended.is_err() && panicked());
    }

    #[test]
    fn a_fault_says_what_why_and_what_to_try() {
        let fault = Fault::new(Kind::Missing, "t.x", "it is gone").cause("moved\u{1b}[2J").hint("look there");
        let text = anstream::adapter::strip_str(&text(&fault)).to_string();
        assert_eq!(text, "error: it is gone\n  because moved\u{fffd}[2J\n  try: look there\n");
    }
}
