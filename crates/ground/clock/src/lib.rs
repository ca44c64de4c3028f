//! Working days and statutory limits: when something is due, and why exactly then.
//!
//! A [`Calendar`] knows which days are worked, as the State Council arranges them each year. A [`StatutoryClock`]
//! runs from acceptance to its limit, stands still in special procedures (行政许可法 第四十五条) and may be extended
//! once (第四十二条). Every date it gives can be [explained](StatutoryClock::explain) day by day, each day with the
//! article it rests on.
//!
//! Pure: today is always an argument. Years without a holiday notice count weekends only, and are reported.

mod calendar;
mod day_number;
mod explain;
mod extension;
mod fold;
mod ground;
mod limit;
mod statutory;

pub use calendar::{Calendar, CalendarDay, DayKind, DayNote};
pub use explain::{Day, DayLine, Explanation, When};
pub use extension::{BadExtension, EXTENSION_MAX, Extension};
pub use fold::{CELLS_MAX, Cell, Stretch};
pub use ground::Ground;
pub use limit::{ANSWER_LIMIT, DECISION_LIMIT, Limit, SERVICE_LIMIT};
pub use statutory::{BadPause, Due, Pause, StatutoryClock};
