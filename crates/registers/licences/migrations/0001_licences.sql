CREATE TABLE licences_type (
    code TEXT PRIMARY KEY,
    definer TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE UNIQUE INDEX licences_type_name ON licences_type (definer, name);

CREATE TABLE licences_licence (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    holder TEXT NOT NULL,
    name TEXT NOT NULL,
    department TEXT NOT NULL,
    case_number TEXT,
    replaces TEXT,
    content TEXT NOT NULL,
    seal TEXT NOT NULL,
    standing TEXT NOT NULL,
    replaced BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    issued_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX licences_licence_holder ON licences_licence (holder, place);
CREATE INDEX licences_licence_case ON licences_licence (case_number) WHERE case_number IS NOT NULL;

CREATE TABLE licences_presentation (
    code BYTES PRIMARY KEY,
    short BYTES NOT NULL,
    id TEXT NOT NULL,
    licence TEXT NOT NULL,
    holder TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX licences_presentation_short ON licences_presentation (short);
CREATE INDEX licences_presentation_end ON licences_presentation (ends_at);
