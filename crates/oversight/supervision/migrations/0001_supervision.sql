-- The rules in force, as their text.
CREATE TABLE supervision_rulebook (
    id BIGINT PRIMARY KEY,
    digest TEXT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- One row a case: what the rules know of it, and the next instant at which one becomes true.
CREATE TABLE supervision_watch (
    number TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX supervision_watch_due ON supervision_watch (due) WHERE due IS NOT NULL;

-- Which case a bill is for.
CREATE TABLE supervision_link (
    stream TEXT PRIMARY KEY,
    number TEXT NOT NULL
) WITHOUT ROWID;

-- Flags. What lists filter and sort by stands in columns, all the rest of the value in body.
CREATE TABLE supervision_flag (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    number TEXT NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    grade BIGINT NOT NULL,
    state TEXT NOT NULL,
    counts BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    person TEXT NOT NULL,
    raised BIGINT NOT NULL,
    day BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX supervision_flag_case ON supervision_flag (number, raised);
CREATE INDEX supervision_flag_latest ON supervision_flag (raised, id);
CREATE INDEX supervision_flag_county ON supervision_flag (county, raised, id);
CREATE INDEX supervision_flag_state ON supervision_flag (state, grade, raised, id);
CREATE INDEX supervision_flag_rule ON supervision_flag (rule, raised);
CREATE INDEX supervision_flag_day ON supervision_flag (day, county);

-- Supervision orders.
CREATE TABLE supervision_order (
    number TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    flag TEXT NOT NULL,
    state TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    issued BIGINT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX supervision_order_latest ON supervision_order (is_open, issued, number);
CREATE INDEX supervision_order_due ON supervision_order (due) WHERE due IS NOT NULL;

-- What came in and went out, by day and department.
CREATE TABLE supervision_tally (
    day BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, county, department, what)
) WITHOUT ROWID;
