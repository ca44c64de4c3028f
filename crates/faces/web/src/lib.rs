//! What the three faces share: the page frame, who is visiting, forms with their guard, uploads, assets, and one way
//! to turn a failure into a page or a problem document.
//!
//! A face builds its routes on [`House`], gives pages a [`Frame`] from the [`Visitor`], answers `Result<Response, Fault>`,
//! and is dressed once by [`dress`]. No rule and no SQL stands here.

pub mod assets;
mod cache;
pub mod chart;
mod cookie;
mod doorstep;
mod dress;
mod fault;
mod form;
mod frame;
mod guard;
mod health;
mod house;
pub mod invest;
mod limit;
mod page;
pub mod paper;
mod prelude;
mod query;
pub mod question;
pub mod sheet;
mod ticket;
pub mod trade;
pub mod upload;
pub mod view;
mod visitor;
pub mod words;

pub use cookie::{Cookie, cleared};
pub use doorstep::{DEVICE_COOKIE, Doorstep, TICKET_COOKIE};
pub use dress::dress;
pub use fault::{Fault, Problem, Said};
pub use form::{Fields, Form};
pub use frame::{Frame, MenuEntry, RegionWords, Section, Site, Ui};
pub use health::figures;
pub use house::{Config, House};
pub use limit::Client;
pub use page::{page, page_with, redirect, safe_back, shared_page};
pub use prelude::Prelude;
pub use query::Query;
pub use ticket::Ticket;
pub use upload::{TriedUpload, Upload, UploadedFile};
pub use view::{Choice, Crumb, Field, FieldKind, Pages, Promise, Wrong};
pub use visitor::Visitor;

/// The name of the cookie that holds a browser's session.
pub const SESSION_COOKIE: &str = "tb_session";
/// The name of the cookie that remembers whether somebody looks for a person's or a company's affairs.
pub const SUBJECT_COOKIE: &str = "tb_for";
/// The name of the cookie that remembers the place.
pub const REGION_COOKIE: &str = "tb_region";
