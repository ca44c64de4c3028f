//! Cases: submit, look, handle.

pub mod look;
pub mod step;
pub mod story;
pub mod submit;
pub mod view;
