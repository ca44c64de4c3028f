CREATE TABLE bench_case (
    number TEXT PRIMARY KEY,
    region TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    department TEXT NOT NULL,
    applicant TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    state TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    due_at BIGINT,
    accepted_at BIGINT,
    decided_at BIGINT,
    corrections BIGINT NOT NULL,
    source TEXT NOT NULL,
    priority BIGINT NOT NULL,
    outcome TEXT,
    fee BIGINT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    form TEXT NOT NULL
);
CREATE INDEX bench_case_applicant ON bench_case (applicant, submitted_at);
CREATE INDEX bench_case_due ON bench_case (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE bench_material (
    number TEXT NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    digest BYTES NOT NULL,
    PRIMARY KEY (number, place)
) WITHOUT ROWID;
CREATE TABLE bench_count (caller BIGINT PRIMARY KEY, count BIGINT NOT NULL) WITHOUT ROWID;
