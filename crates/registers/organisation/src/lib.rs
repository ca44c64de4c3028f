//! Who governs where: regions on five levels, the departments that each of them has, and the calendar of working days.
//!
//! Regions, the kinds of department and the calendar are data that are imported whole, checked line by line and journalled.
//! A department is not stored: it follows from a region and a kind. Only what a place sets differently is kept.
//! This room follows nobody and never asks who is signed in: the actor brings its powers along.

pub mod builtin;
mod credit;
mod derive;
pub mod desk;
mod kinds;
mod model;
pub mod parse;
pub mod query;
mod regions;
mod replay;
pub mod rules;
mod table;

pub use credit::department_credit_code;
pub use kinds::{AreaCodes, Kinds, Overrides};
pub use model::{
    Alias, AreaCode, BadLine, CalendarLine, Department, DepartmentKind, Event, Patterns, Place, Refusal, Region,
    RegionKind, RegionLine, Settings,
};
pub use query::{calendar, department};
pub use regions::Regions;
pub use replay::Registers;

/// The tables of this room, in the order in which they are made.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "organisation",
    number: 1,
    name: "register",
    sql: include_str!("../migrations/0001_register.sql"),
}];
