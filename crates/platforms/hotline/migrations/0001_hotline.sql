-- One row a work order. What lists filter and sort by stands in columns, the whole value in body. `phone`, `party` and `place` are keyed
-- digests: equal callers and places are found, and nobody without the key learns of whom. `counted` is what the figures hold of it.
CREATE TABLE hotline_order (
    number TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    county BIGINT NOT NULL,
    region TEXT NOT NULL,
    category TEXT NOT NULL,
    stage BIGINT NOT NULL,
    next_by BIGINT NOT NULL,
    supervised BIGINT NOT NULL,
    public BIGINT NOT NULL,
    registered BIGINT NOT NULL,
    phone TEXT NOT NULL,
    party TEXT NOT NULL,
    place TEXT NOT NULL,
    due BIGINT,
    counted TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX hotline_order_stage ON hotline_order (stage, next_by, number);
CREATE INDEX hotline_order_supervised ON hotline_order (supervised, next_by, number) WHERE supervised > 0;
CREATE INDEX hotline_order_public ON hotline_order (registered, number) WHERE public > 0;
CREATE INDEX hotline_order_phone ON hotline_order (phone, registered) WHERE phone <> '';
CREATE INDEX hotline_order_party ON hotline_order (party, registered, number) WHERE party <> '';
CREATE INDEX hotline_order_place ON hotline_order (place, registered) WHERE place <> '';
CREATE INDEX hotline_order_category ON hotline_order (category, region, registered);
CREATE INDEX hotline_order_due ON hotline_order (due) WHERE due IS NOT NULL;

-- The units of the present round of an order: who answers for it and who helps.
CREATE TABLE hotline_unit (
    number TEXT NOT NULL,
    department TEXT NOT NULL,
    county BIGINT NOT NULL,
    lead BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    next_by BIGINT NOT NULL,
    PRIMARY KEY (number, department)
) WITHOUT ROWID;
CREATE INDEX hotline_unit_stage ON hotline_unit (stage, next_by, number);

CREATE TABLE hotline_article (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    state BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX hotline_article_state ON hotline_article (state, id);

-- Keys of programs: a keyed digest of each.
CREATE TABLE hotline_key (
    id TEXT PRIMARY KEY,
    mark TEXT NOT NULL,
    name TEXT NOT NULL,
    issued BIGINT NOT NULL,
    revoked BIGINT
);
CREATE UNIQUE INDEX hotline_key_mark ON hotline_key (mark);

-- How often one source wrote on one day; the source is a keyed digest.
CREATE TABLE hotline_source (
    day BIGINT NOT NULL,
    mark TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, mark)
) WITHOUT ROWID;

-- What followers of the WeChat account said so far: sealed, under a keyed digest of who it is.
CREATE TABLE hotline_chat (
    mark TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- The figures: by month of dispatch, county and unit; kept by a follower.
CREATE TABLE hotline_figure (
    month BIGINT NOT NULL,
    county BIGINT NOT NULL,
    unit TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (month, county, unit, what)
) WITHOUT ROWID;
