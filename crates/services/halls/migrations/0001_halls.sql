-- What a hall sets differently from what follows of its region.
CREATE TABLE halls_hall (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- Windows that were touched: whose they are and who sits there.
CREATE TABLE halls_window (
    hall TEXT NOT NULL,
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seat TEXT,
    clerk TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (hall, number)
) WITHOUT ROWID;
CREATE INDEX halls_window_seat ON halls_window (seat) WHERE seat IS NOT NULL;
CREATE INDEX halls_window_clerk ON halls_window (clerk) WHERE clerk IS NOT NULL;

-- Persons booked into a slot. It is counted up only as long as it stays within the capacity.
CREATE TABLE halls_slot (
    hall TEXT NOT NULL,
    service TEXT NOT NULL,
    day TEXT NOT NULL,
    minute BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    PRIMARY KEY (hall, service, day, minute)
) WITHOUT ROWID;

CREATE TABLE halls_appointment (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    hall TEXT NOT NULL,
    day TEXT NOT NULL,
    minute BIGINT NOT NULL,
    code TEXT NOT NULL,
    party TEXT NOT NULL,
    is_now TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (hall, day, code)
);
CREATE INDEX halls_appointment_party ON halls_appointment (party, at, id);
CREATE INDEX halls_appointment_open ON halls_appointment (party, is_now, day);
CREATE INDEX halls_appointment_day ON halls_appointment (hall, day, minute, id);

-- One queue a hall, service and day: how many tickets were drawn, how many calls were made. A command on the queue takes this row first.
CREATE TABLE halls_queue (
    hall TEXT NOT NULL,
    day TEXT NOT NULL,
    service TEXT NOT NULL,
    drawn BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (hall, day, service)
) WITHOUT ROWID;

CREATE TABLE halls_ticket (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    hall TEXT NOT NULL,
    day TEXT NOT NULL,
    service TEXT NOT NULL,
    is_now TEXT NOT NULL,
    lane TEXT NOT NULL,
    turn BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    at_window BIGINT,
    party TEXT,
    item TEXT,
    at BIGINT NOT NULL,
    called BIGINT,
    served BIGINT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX halls_ticket_queue ON halls_ticket (hall, day, is_now, service, turn, serial);
CREATE INDEX halls_ticket_called ON halls_ticket (hall, day, service, called) WHERE called IS NOT NULL;
CREATE INDEX halls_ticket_item ON halls_ticket (hall, item, called) WHERE item IS NOT NULL AND called IS NOT NULL;
CREATE INDEX halls_ticket_party ON halls_ticket (party, at, id) WHERE party IS NOT NULL;
CREATE INDEX halls_ticket_due ON halls_ticket (due) WHERE due IS NOT NULL;
