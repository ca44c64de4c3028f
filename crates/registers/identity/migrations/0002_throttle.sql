-- Wrong tries, by what was tried (an account, whether there is one or not; a case) and from where. Both are keyed digests. An empty
-- origin counts the tries from all unknown places together.
CREATE TABLE identity_try (
    subject BYTES NOT NULL,
    origin BYTES NOT NULL,
    wrong BIGINT NOT NULL,
    since BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (subject, origin)
) WITHOUT ROWID;
CREATE INDEX identity_try_last ON identity_try (last);

-- The second factor of an account: the shared secret, sealed, and the last time step whose code was used.
CREATE TABLE identity_second (
    account TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    step BIGINT NOT NULL,
    since BIGINT NOT NULL
) WITHOUT ROWID;
