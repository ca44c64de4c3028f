-- Which texts go to whom: whole versions, the highest is in force.
CREATE TABLE messages_routing (
    version BIGINT PRIMARY KEY,
    digest TEXT NOT NULL,
    at BIGINT NOT NULL,
    text TEXT NOT NULL
);

-- When each route last did something, and how often its text lacked a value.
CREATE TABLE messages_fired (
    route TEXT PRIMARY KEY,
    last BIGINT NOT NULL,
    n BIGINT NOT NULL,
    lacking BIGINT NOT NULL
) WITHOUT ROWID;

-- One dialogue: everything that one recipient was told about one subject.
CREATE TABLE messages_thread (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT,
    title TEXT NOT NULL,
    latest BIGINT NOT NULL,
    message TEXT,
    unread BIGINT NOT NULL,
    CONSTRAINT messages_thread_subject UNIQUE (subject, recipient)
);
CREATE INDEX messages_thread_recipient ON messages_thread (recipient, latest, id);

CREATE TABLE messages_message (
    id TEXT PRIMARY KEY,
    thread TEXT NOT NULL,
    recipient TEXT NOT NULL,
    source TEXT NOT NULL,
    route TEXT NOT NULL,
    cause TEXT,
    at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    side BIGINT NOT NULL,
    body TEXT NOT NULL,
    read_at BIGINT,
    settled BIGINT NOT NULL,
    CONSTRAINT messages_message_source UNIQUE (recipient, source)
);
CREATE INDEX messages_message_thread ON messages_message (thread, at, seq);

-- How many messages wait unread: one row a recipient, for the badge.
CREATE TABLE messages_box (recipient TEXT PRIMARY KEY, unread BIGINT NOT NULL) WITHOUT ROWID;

-- The SMS of a message; its key is the message's id and the outbox's key.
CREATE TABLE messages_sms (
    message TEXT PRIMARY KEY,
    party TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    due BIGINT,
    receipt TEXT,
    at BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    body TEXT
);
CREATE INDEX messages_sms_due ON messages_sms (due) WHERE due IS NOT NULL;
CREATE INDEX messages_sms_receipt ON messages_sms (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX messages_sms_state ON messages_sms (state, changed);

-- What is still to be recalled; gone once it was, or once its cause is.
CREATE TABLE messages_reminder (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    cause TEXT NOT NULL,
    recipient TEXT NOT NULL,
    code TEXT NOT NULL,
    days BIGINT NOT NULL,
    due BIGINT NOT NULL,
    telling TEXT NOT NULL,
    CONSTRAINT messages_reminder_once UNIQUE (subject, recipient, code, days)
);
CREATE INDEX messages_reminder_due ON messages_reminder (due, id);

CREATE TABLE messages_preference (
    party TEXT NOT NULL,
    group_code TEXT NOT NULL,
    channel TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (party, group_code, channel)
) WITHOUT ROWID;

CREATE TABLE messages_question (
    id TEXT PRIMARY KEY,
    case_number TEXT NOT NULL,
    party TEXT NOT NULL,
    county BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    answer_by TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX messages_question_case ON messages_question (case_number, id);
CREATE INDEX messages_question_waiting ON messages_question (county, answer_by, id) WHERE waiting = 1;

-- One-time codes by SMS: never the code itself, only a keyed digest.
CREATE TABLE messages_code (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    purpose TEXT NOT NULL,
    digest BYTES NOT NULL,
    sent BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    used BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX messages_code_account ON messages_code (account, sent);

-- How many codes went to a number or were asked for from an address on a day; both only as keyed digests.
CREATE TABLE messages_code_count (
    what BYTES NOT NULL,
    day TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (what, day)
) WITHOUT ROWID;
CREATE INDEX messages_code_count_day ON messages_code_count (day);
