-- One row a case. What lists filter and sort by stands in columns; its sealed answers are in form, what was handed in is in
-- materials, and all the rest of the value in body. Nothing asks for materials across cases, so they need no table of their own.
CREATE TABLE casework_case (
    number TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    applicant TEXT NOT NULL,
    stage BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    next_by BIGINT NOT NULL,
    due BIGINT,
    form TEXT NOT NULL,
    materials TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX casework_case_owner ON casework_case (applicant, submitted, number);
CREATE INDEX casework_case_queue ON casework_case (county, stage, next_by, number) WHERE stage < 90;
CREATE INDEX casework_case_due ON casework_case (due) WHERE due IS NOT NULL;

-- Files that were uploaded and examined: what they are, by digest.
CREATE TABLE casework_file (
    digest TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    media TEXT NOT NULL,
    uploaded BIGINT NOT NULL
) WITHOUT ROWID;

-- Private scratch: sealed, not journalled, gone after thirty days.
CREATE TABLE casework_draft (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    item TEXT NOT NULL,
    region TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX casework_draft_owner ON casework_draft (owner, updated);
CREATE INDEX casework_draft_expires ON casework_draft (expires);

-- Wrong query passwords, for locking out guessers.
CREATE TABLE casework_guess (
    number TEXT PRIMARY KEY,
    wrong BIGINT NOT NULL,
    since BIGINT NOT NULL
) WITHOUT ROWID;

-- How many cases came in and went out, by day and county; kept by a follower.
CREATE TABLE casework_tally (
    day TEXT NOT NULL,
    county BIGINT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, county, what)
) WITHOUT ROWID;
