//! Tests of the whole house: over HTTP, from the command line, and of its own rules.

mod floors;
