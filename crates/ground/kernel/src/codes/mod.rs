//! The codes by which people, bodies, places, items, cases and papers are known, one file a subject.

pub mod bank_card;
pub mod case_number;
pub mod credit;
pub mod department;
pub mod item;
pub mod licence;
pub mod mobile;
pub mod payment;
pub mod project;
pub mod region;
pub mod resident;
pub mod waybill;
