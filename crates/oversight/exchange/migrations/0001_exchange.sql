-- Departmental systems that send records. key is the digest of the secret; nobody keeps the secret itself.
CREATE TABLE exchange_source (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    key TEXT UNIQUE,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX exchange_source_county ON exchange_source (county, id);

-- Batches as they were answered. origin is a source, or node.<name> for what another node handed up.
CREATE TABLE exchange_batch (
    origin TEXT NOT NULL,
    batch TEXT NOT NULL,
    digest TEXT NOT NULL,
    received BIGINT NOT NULL,
    county BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    replaced BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (origin, batch)
);
CREATE INDEX exchange_batch_latest ON exchange_batch (origin, received);

-- Records, each as last told; body sealed.
CREATE TABLE exchange_row (
    origin TEXT NOT NULL,
    guid TEXT NOT NULL,
    kind TEXT NOT NULL,
    project_no TEXT NOT NULL,
    cd_time BIGINT NOT NULL,
    event_at BIGINT NOT NULL,
    received BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    digest TEXT NOT NULL,
    batch TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (origin, guid)
);
CREATE INDEX exchange_row_case ON exchange_row (origin, project_no, event_at);

-- Cases that other systems handle; the applicant sealed, found by a blind index.
CREATE TABLE exchange_case (
    origin TEXT NOT NULL,
    project_no TEXT NOT NULL,
    department TEXT NOT NULL,
    county BIGINT NOT NULL,
    item TEXT NOT NULL,
    name TEXT NOT NULL,
    applicant TEXT NOT NULL,
    blind TEXT NOT NULL,
    instant BIGINT NOT NULL,
    applied BIGINT NOT NULL,
    accepted BIGINT,
    processes BIGINT NOT NULL,
    result TEXT,
    result_at BIGINT,
    received BIGINT NOT NULL,
    PRIMARY KEY (origin, project_no)
);
CREATE INDEX exchange_case_number ON exchange_case (project_no);
CREATE INDEX exchange_case_applicant ON exchange_case (blind, received);

-- Rows that were not taken, with the reasons; body sealed.
CREATE TABLE exchange_quarantine (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    origin TEXT NOT NULL,
    guid TEXT NOT NULL,
    batch TEXT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    received BIGINT NOT NULL,
    is_open BIGINT NOT NULL,
    state TEXT NOT NULL,
    faults TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (origin, guid)
);
CREATE INDEX exchange_quarantine_latest ON exchange_quarantine (is_open, received, id);

-- Late, back-dated and stepless entries.
CREATE TABLE exchange_mark (
    origin TEXT NOT NULL,
    guid TEXT NOT NULL,
    mark TEXT NOT NULL,
    project_no TEXT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    event_at BIGINT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (origin, guid, mark)
);
CREATE INDEX exchange_mark_latest ON exchange_mark (received, guid);

-- The resource catalogue (数据资源目录), requests to use what is in it, and each use.
CREATE TABLE exchange_resource (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE exchange_request (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    resource TEXT NOT NULL,
    asker TEXT NOT NULL,
    state TEXT NOT NULL,
    asked BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX exchange_request_resource ON exchange_request (resource, asked, id);
CREATE INDEX exchange_request_asker ON exchange_request (asker, resource, state);
CREATE TABLE exchange_use (
    request TEXT NOT NULL,
    version BIGINT NOT NULL,
    resource TEXT NOT NULL,
    asker TEXT NOT NULL,
    project_no TEXT NOT NULL,
    for_case TEXT NOT NULL,
    purpose TEXT NOT NULL,
    records BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (request, version)
);
CREATE INDEX exchange_use_resource ON exchange_use (resource, at);

-- Other nodes, and how far we have come with each.
CREATE TABLE exchange_peer (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    hands_up BIGINT NOT NULL,
    next_seq BIGINT NOT NULL,
    day TEXT NOT NULL,
    due BIGINT,
    kick BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT,
    receipt_at BIGINT,
    heard_at BIGINT,
    skew BIGINT NOT NULL
);
CREATE INDEX exchange_peer_due ON exchange_peer (due) WHERE due IS NOT NULL;

-- What is handed up: state open until the other side's signed receipt.
CREATE TABLE exchange_outgoing (
    peer TEXT NOT NULL,
    seq BIGINT NOT NULL,
    stream TEXT NOT NULL,
    step BIGINT NOT NULL,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    digest TEXT NOT NULL,
    signature TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (peer, seq)
);
CREATE INDEX exchange_outgoing_open ON exchange_outgoing (peer, state, seq);
CREATE INDEX exchange_outgoing_day ON exchange_outgoing (peer, day, seq);
CREATE TABLE exchange_out_stream (
    peer TEXT NOT NULL,
    stream TEXT NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (peer, stream)
);

-- What others handed up to us: state held until what comes before it in its stream is there.
CREATE TABLE exchange_incoming (
    peer TEXT NOT NULL,
    seq BIGINT NOT NULL,
    stream TEXT NOT NULL,
    step BIGINT NOT NULL,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    received BIGINT NOT NULL,
    digest TEXT NOT NULL,
    signature TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (peer, seq)
);
CREATE UNIQUE INDEX exchange_incoming_step ON exchange_incoming (peer, stream, step);
CREATE INDEX exchange_incoming_day ON exchange_incoming (peer, day, seq);
CREATE TABLE exchange_in_stream (
    peer TEXT NOT NULL,
    stream TEXT NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (peer, stream)
);

-- Signed receipts, as they came.
CREATE TABLE exchange_receipt (
    id TEXT PRIMARY KEY,
    peer TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- Reconciliation by day: our side, the other side.
CREATE TABLE exchange_day (
    peer TEXT NOT NULL,
    outgoing BIGINT NOT NULL,
    day TEXT NOT NULL,
    n BIGINT NOT NULL,
    root TEXT NOT NULL,
    other_n BIGINT NOT NULL,
    other_root TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    checked BIGINT NOT NULL,
    PRIMARY KEY (peer, outgoing, day)
);
CREATE INDEX exchange_incoming_held ON exchange_incoming (peer, state) WHERE state = 'held';
