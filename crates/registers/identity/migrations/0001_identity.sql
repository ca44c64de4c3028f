CREATE TABLE identity_party (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    particulars TEXT NOT NULL,
    identifier BYTES NOT NULL,
    representative BYTES,
    region TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_party_identifier ON identity_party (identifier);
CREATE INDEX identity_party_representative ON identity_party (representative) WHERE representative IS NOT NULL;

CREATE TABLE identity_account (
    id TEXT PRIMARY KEY,
    login BYTES NOT NULL,
    holder_kind TEXT NOT NULL,
    holder TEXT NOT NULL,
    phc TEXT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    enabled BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_account_login ON identity_account (login);
CREATE UNIQUE INDEX identity_account_holder ON identity_account (holder);

CREATE TABLE identity_session (
    token BYTES PRIMARY KEY,
    account TEXT NOT NULL,
    acting TEXT,
    body TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX identity_session_account ON identity_session (account);
CREATE INDEX identity_session_acting ON identity_session (acting) WHERE acting IS NOT NULL;
CREATE INDEX identity_session_end ON identity_session (ends_at);

CREATE TABLE identity_delegation (
    id TEXT PRIMARY KEY,
    principal TEXT NOT NULL,
    agent TEXT NOT NULL,
    extent TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    revoked_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX identity_delegation_principal ON identity_delegation (principal, id);
CREATE INDEX identity_delegation_agent ON identity_delegation (agent, principal);

CREATE TABLE identity_staff (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    person TEXT,
    post TEXT NOT NULL,
    department TEXT NOT NULL,
    powers TEXT NOT NULL,
    pending TEXT,
    active BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_staff_number ON identity_staff (number);
CREATE INDEX identity_staff_department ON identity_staff (department, number);
CREATE INDEX identity_staff_person ON identity_staff (person) WHERE person IS NOT NULL;

CREATE TABLE identity_look (
    id TEXT PRIMARY KEY,
    party TEXT NOT NULL,
    seen_by TEXT NOT NULL,
    purpose TEXT NOT NULL,
    fields TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX identity_look_party ON identity_look (party, id);
