//! The value of every step of an answer, as text.

/// What each step made, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    steps: Vec<(&'static str, String)>,
}

impl Trace {
    /// Notes what a step made.
    pub fn note(&mut self, step: &'static str, text: impl Into<String>) {
        self.steps.push((step, text.into()));
    }

    /// All steps with what they made.
    pub fn steps(&self) -> impl Iterator<Item = (&str, &str)> {
        self.steps.iter().map(|(step, text)| (*step, text.as_str()))
    }

    /// What a step made.
    pub fn get(&self, step: &str) -> Option<&str> {
        self.steps.iter().find(|(name, _)| *name == step).map(|(_, text)| text.as_str())
    }
}
