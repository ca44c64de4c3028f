//! `journal verify`: the events of a stream, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{Event, HallId, Settings, Window, rules, table};

/// Replays halls, windows, appointments and tickets.
pub struct HallReplay;

impl Replay for HallReplay {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events: Vec<Event> = entries.iter().map(Entry::event).collect::<Result<_, _>>()?;
        let Some((about, id)) = stream.split_once(':') else { return differs("the stream names nothing") };
        match about {
            "hall" => hall(read, id, &events),
            "window" => window(read, id, &events),
            "appointment" => appointment(read, id, &events),
            "ticket" => ticket(read, id, &events),
            _ => differs("the stream is of none of this room's things"),
        }
    }
}

type Difference = Result<Option<String>, Error>;

fn differs(words: &str) -> Difference {
    Ok(Some(words.to_owned()))
}

fn id_of<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::Corrupt(format!("{text} is no id of a stream")))
}

fn hall(read: &mut dyn Read, id: &str, events: &[Event]) -> Difference {
    let id: HallId = id_of(id)?;
    let mut replayed = Settings::default();
    for event in events {
        let Event::Hall(event) = event else { return differs("an event of another subject") };
        rules::hall::apply(&mut replayed, event);
    }
    if table::hall::load(read, &id)? == Some(replayed) { Ok(None) } else { differs("what the hall sets") }
}

fn window(read: &mut dyn Read, id: &str, events: &[Event]) -> Difference {
    let Some((hall, number)) = id.split_once('-') else { return differs("the stream names no window") };
    let (hall, number): (HallId, u16) = (id_of(hall)?, id_of(number)?);
    let mut replayed = Window::untouched(hall, number);
    for event in events {
        let Event::Window(event) = event else { return differs("an event of another subject") };
        rules::window::apply(&mut replayed, event);
    }
    if table::window::load(read, &hall, number)? == Some(replayed) { Ok(None) } else { differs("the window") }
}

fn appointment(read: &mut dyn Read, id: &str, events: &[Event]) -> Difference {
    let mut replayed = None;
    for event in events {
        let Event::Appointment(event) = event else { return differs("an event of another subject") };
        match &mut replayed {
            None => replayed = rules::appointment::open(id_of(id)?, event),
            Some(appointment) => rules::appointment::apply(appointment, event),
        }
    }
    let Some(replayed) = replayed else { return differs("the stream does not begin with a booking") };
    if table::appointment::load(read, &replayed.id)?.as_ref() != Some(&replayed) {
        return differs("the appointment");
    }
    let right = table::appointment::is_listed_right(read, &replayed)?;
    if right { Ok(None) } else { differs("lists find the appointment otherwise than its events say") }
}

fn ticket(read: &mut dyn Read, id: &str, events: &[Event]) -> Difference {
    let mut replayed = None;
    for event in events {
        let Event::Ticket(event) = event else { return differs("an event of another subject") };
        match &mut replayed {
            None => replayed = rules::ticket::open(id_of(id)?, event),
            Some(ticket) => rules::ticket::apply(ticket, event),
        }
    }
    let Some(replayed) = replayed else { return differs("the stream does not begin with a drawing") };
    if table::ticket::load(read, &replayed.id)?.as_ref() != Some(&replayed) {
        return differs("the ticket");
    }
    let right = table::ticket::is_listed_right(read, &replayed)?;
    if right { Ok(None) } else { differs("queues find the ticket otherwise than its events say") }
}
