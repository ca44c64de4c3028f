CREATE TABLE store_journal (
    seq JOURNAL_KEY,
    epoch BIGINT NOT NULL,
    stream TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT store_journal_stream UNIQUE (stream, version)
);

-- One row a follower, wheel or sender: how far it is, who runs it, how it fares.
CREATE TABLE store_worker (
    name TEXT PRIMARY KEY,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    holder TEXT,
    held_until BIGINT NOT NULL,
    last_run BIGINT,
    failures BIGINT NOT NULL,
    last_error TEXT,
    last_error_at BIGINT
);

CREATE TABLE store_outbox (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    party TEXT,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT,
    sent_at BIGINT,
    last_error TEXT,
    UNIQUE (channel, idempotency_key)
);
CREATE INDEX store_outbox_due ON store_outbox (channel, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX store_outbox_sent ON store_outbox (sent_at) WHERE sent_at IS NOT NULL;

-- By key first: keys that sort by birth (UUID version 7) grow the table at its end.
CREATE TABLE store_once (
    idempotency_key TEXT NOT NULL,
    client TEXT NOT NULL,
    request BYTES NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (idempotency_key, client)
) WITHOUT ROWID;

CREATE TABLE store_number (series TEXT PRIMARY KEY, next BIGINT NOT NULL) WITHOUT ROWID;

CREATE TABLE store_cache (name TEXT PRIMARY KEY, generation BIGINT NOT NULL) WITHOUT ROWID;

-- A party's key, wrapped by the master key; no key any more once the party is erased.
CREATE TABLE store_key (party TEXT PRIMARY KEY, wrapped BYTES, erased_at BIGINT) WITHOUT ROWID;

-- Single values: where the clock stood, the base of epochs.
CREATE TABLE store_value (name TEXT PRIMARY KEY, value BIGINT NOT NULL) WITHOUT ROWID;

-- The Merkle tree over the journal, in tiles: the hashes of up to 256 neighbouring nodes of one level, which is a
-- multiple of eight. Tiles of level 0 hold the leaves and the entries they stand for.
CREATE TABLE store_tree_tile (
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    first_epoch BIGINT,
    first_seq BIGINT,
    hashes BYTES NOT NULL,
    entries BYTES,
    PRIMARY KEY (level, position)
);
CREATE INDEX store_tree_tile_first ON store_tree_tile (first_epoch, first_seq) WHERE level = 0;
CREATE TABLE store_tree_head (
    size BIGINT PRIMARY KEY,
    root BYTES NOT NULL,
    at BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    signature BYTES NOT NULL
);
CREATE TABLE store_tree_key (key_id TEXT PRIMARY KEY, public_key BYTES NOT NULL, since BIGINT NOT NULL);
