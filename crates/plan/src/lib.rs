//! From a question to a plan to SQL.

pub mod calendar;
