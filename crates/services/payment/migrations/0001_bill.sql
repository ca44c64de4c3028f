-- One row a bill. What lists filter and sort by stands in columns; the whole value is in body.
CREATE TABLE payment_bill (
    code TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    payer TEXT NOT NULL,
    subject TEXT NOT NULL,
    stage BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX payment_bill_payer ON payment_bill (payer, opened, code);
CREATE INDEX payment_bill_subject ON payment_bill (subject);
CREATE INDEX payment_bill_queue ON payment_bill (county, stage, opened, code);
CREATE INDEX payment_bill_due ON payment_bill (due) WHERE due IS NOT NULL;

-- The ledger: the lines of one event (stream and version) sum to zero.
CREATE TABLE payment_entry (
    bill TEXT NOT NULL,
    version BIGINT NOT NULL,
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bill, version, line)
) WITHOUT ROWID;

-- The ledger by day and account, kept by a follower.
CREATE TABLE payment_book (
    day TEXT NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (day, account)
) WITHOUT ROWID;

-- Money that a channel moved, once each: by the channel's own number, and by its day for reconciliation.
CREATE TABLE payment_flow (
    channel TEXT NOT NULL,
    reference TEXT NOT NULL,
    kind TEXT NOT NULL,
    own_no TEXT NOT NULL,
    bill TEXT NOT NULL,
    amount BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, reference)
) WITHOUT ROWID;
CREATE INDEX payment_flow_day ON payment_flow (channel, at);

-- Orders and refunds whose end the channel has not told yet: when to ask next. Machinery, like the outbox.
CREATE TABLE payment_probe (
    own_no TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    bill TEXT NOT NULL,
    asked BIGINT NOT NULL,
    next_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX payment_probe_next ON payment_probe (next_at);

-- Fiscal receipts by their number.
CREATE TABLE payment_receipt (
    number TEXT PRIMARY KEY,
    bill TEXT NOT NULL
) WITHOUT ROWID;

-- What waits for a person: fees to assess, refunds to approve, money parked, differences of a day.
CREATE TABLE payment_work (
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    county BIGINT NOT NULL,
    kind TEXT NOT NULL,
    opened BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX payment_work_queue ON payment_work (county, opened, owner, id);

-- One row a channel and day that was reconciled.
CREATE TABLE payment_day (
    channel TEXT NOT NULL,
    day TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (channel, day)
) WITHOUT ROWID;
