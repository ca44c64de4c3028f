-- One row a lot. What lists and the wheel ask by stands in columns, the whole value in body. `gate` is touched by every envelope
-- and by the opening, so that no envelope slips in beside it.
CREATE TABLE trading_lot (
    code TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    family TEXT NOT NULL,
    county BIGINT NOT NULL,
    tenderer TEXT NOT NULL,
    made BIGINT NOT NULL,
    published BIGINT,
    due BIGINT,
    gate BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX trading_lot_public ON trading_lot (published, code) WHERE published IS NOT NULL;
CREATE INDEX trading_lot_family ON trading_lot (family, published, code) WHERE published IS NOT NULL;
CREATE INDEX trading_lot_stage ON trading_lot (stage, published, code) WHERE published IS NOT NULL;
CREATE INDEX trading_lot_both ON trading_lot (family, stage, published, code) WHERE published IS NOT NULL;
CREATE INDEX trading_lot_work ON trading_lot (stage, county, made);
CREATE INDEX trading_lot_tenderer ON trading_lot (tenderer, made, code);
CREATE INDEX trading_lot_project ON trading_lot (project, code);
CREATE INDEX trading_lot_due ON trading_lot (due) WHERE due IS NOT NULL;

-- The platform's half of each lot's keys: the public point, and the private one and the seed of the draw sealed.
CREATE TABLE trading_key (
    lot TEXT PRIMARY KEY,
    point TEXT NOT NULL,
    secret TEXT NOT NULL,
    seed TEXT NOT NULL
) WITHOUT ROWID;

-- What each company has with each lot: its sealed envelope by digest, and its deposit.
CREATE TABLE trading_bid (
    id TEXT PRIMARY KEY,
    lot TEXT NOT NULL,
    party TEXT NOT NULL,
    account TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    made BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX trading_bid_lot ON trading_bid (lot, party);
CREATE UNIQUE INDEX trading_bid_account ON trading_bid (account);
CREATE INDEX trading_bid_party ON trading_bid (party, made, id);

-- The experts who can be drawn. Names are sealed.
CREATE TABLE trading_expert (
    id TEXT PRIMARY KEY,
    staff TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX trading_expert_staff ON trading_expert (staff);

-- What each draw was made from, and at which seat of which lot an expert sits: the expert as a keyed blind index, so that the table
-- tells nobody who was drawn.
CREATE TABLE trading_draw (
    lot TEXT PRIMARY KEY,
    pool TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE trading_seat (
    expert TEXT NOT NULL,
    lot TEXT NOT NULL,
    seat BIGINT NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (expert, made, lot)
) WITHOUT ROWID;

-- Complaints to the supervision department.
CREATE TABLE trading_complaint (
    id TEXT PRIMARY KEY,
    lot TEXT NOT NULL,
    party TEXT NOT NULL,
    version BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    county BIGINT NOT NULL,
    made BIGINT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX trading_complaint_lot ON trading_complaint (lot, made);
CREATE INDEX trading_complaint_open ON trading_complaint (is_open, county, made, id);
CREATE INDEX trading_complaint_due ON trading_complaint (due) WHERE due IS NOT NULL;
