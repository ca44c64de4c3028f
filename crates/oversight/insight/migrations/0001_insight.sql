-- The figures in force, as their text.
CREATE TABLE insight_book (
    id BIGINT PRIMARY KEY,
    digest TEXT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- Roll-ups: how much of a measure there was, by day and place and by the dimensions of its cube (1 department and way, 2 department and
-- item, 3 hour, department and way); dimensions that a cube does not keep are empty. A value that was measured has a row of its own,
-- so that medians are exact.
CREATE TABLE insight_cell (
    measure TEXT NOT NULL,
    cube BIGINT NOT NULL,
    day BIGINT NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    way TEXT NOT NULL,
    hour BIGINT NOT NULL,
    value BIGINT NOT NULL,
    n BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (measure, cube, day, place, kind, item, way, hour, value)
) WITHOUT ROWID;

-- The last journal entry that is in the roll-ups: a recount goes as far.
CREATE TABLE insight_position (
    id BIGINT PRIMARY KEY,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL
) WITHOUT ROWID;
