//! Rules by table and by property; the desk on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod codes;
mod desk;
mod filing;
mod given;
mod house;
mod joint;
mod reports;
mod route;
mod stages;
mod used;
