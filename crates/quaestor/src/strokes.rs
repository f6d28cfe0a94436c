//! Small pictures made of characters.

/// Eighths of a block.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Heights of a sparkline.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same where only ASCII may be used.
const LEVELS: [char; 8] = ['_', '.', ',', '-', '~', '=', '+', '#'];

/// A bar as long as the value is against the largest of all; a negative one is drawn lighter.
pub fn bar(value: Option<f64>, largest: f64, width: u16, ascii: bool) -> String {
    let Some(value) = value.filter(|v| v.is_finite()) else { return String::new() };
    if largest <= 0.0 {
        return String::new();
    }
    let eighths = (value.abs() / largest * f64::from(width) * 8.0).round() as usize;
    let (full, rest) = (eighths / 8, eighths % 8);
    match (value < 0.0, ascii) {
        (false, false) => "█".repeat(full) + EIGHTHS[rest],
        (false, true) => "#".repeat(full + usize::from(rest >= 4)),
        (true, false) => "░".repeat(full + usize::from(rest >= 4)),
        (true, true) => "-".repeat(full + usize::from(rest >= 4)),
    }
}

/// A line of heights from the smallest to the largest value; zero is the floor where nothing is
/// negative. A gap where there is no value.
pub fn sparkline(values: &[Option<f64>], ascii: bool) -> String {
    let known = || values.iter().flatten().copied().filter(|v| v.is_finite());
    let (low, high) = known().fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    let levels = if ascii { LEVELS } else { HEIGHTS };
    let height = |v: f64| {
        let share = if high > low { (v - low) / (high - low) } else { 0.0 };
        levels[((share * 7.0).round() as usize).min(7)]
    };
    values.iter().map(|v| v.filter(|v| v.is_finite()).map_or(' ', height)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_values() {
        assert_eq!(bar(Some(10.0), 10.0, 4, false), "████");
        assert_eq!(bar(Some(5.0), 10.0, 3, false), "█▌");
        assert_eq!(bar(Some(-5.0), 10.0, 4, true), "--");
        assert_eq!(bar(None, 10.0, 4, false), "");
        assert_eq!(bar(Some(0.0), 0.0, 4, false), "");
    }

    #[test]
    fn sparklines_stand_on_zero_and_keep_gaps() {
        assert_eq!(sparkline(&[Some(0.0), Some(7.0), None, Some(14.0)], false), "▁▅ █");
        assert_eq!(sparkline(&[Some(-1.0), Some(0.0), Some(1.0)], true), "_~#");
        assert_eq!(sparkline(&[Some(0.0), Some(0.0)], false), "▁▁");
    }
}
