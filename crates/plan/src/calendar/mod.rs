//! Calendars and time expressions.
