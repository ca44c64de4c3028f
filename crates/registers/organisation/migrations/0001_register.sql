CREATE TABLE organisation_region (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT
);

CREATE TABLE organisation_alias (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    successor TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (code, valid_to)
);

CREATE TABLE organisation_area (
    region TEXT PRIMARY KEY,
    area_code TEXT NOT NULL
);

CREATE TABLE organisation_calendar (
    day TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE organisation_kind (
    code TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE organisation_department (
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, kind)
);

-- How many events each stream of this room has, so that the next one knows its number.
CREATE TABLE organisation_stream (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);
