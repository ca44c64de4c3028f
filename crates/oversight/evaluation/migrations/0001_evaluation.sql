-- One row an ended service. What lists filter and sort by stands in columns, the whole value in body. `counted` is what the
-- figures hold of it, kept by the follower that counts.
CREATE TABLE evaluation_service (
    subject TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    party TEXT NOT NULL,
    item TEXT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    clerk TEXT,
    ended BIGINT NOT NULL,
    month BIGINT NOT NULL,
    level BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    next_by BIGINT NOT NULL,
    review BIGINT NOT NULL,
    published BIGINT,
    due BIGINT,
    counted TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX evaluation_service_party ON evaluation_service (party, ended, subject);
CREATE INDEX evaluation_service_stage ON evaluation_service (stage, next_by, subject) WHERE stage > 0;
CREATE INDEX evaluation_service_review ON evaluation_service (ended, subject) WHERE review = 1;
CREATE INDEX evaluation_service_published ON evaluation_service (item, published, subject) WHERE published IS NOT NULL;
CREATE INDEX evaluation_service_clerk ON evaluation_service (clerk, ended) WHERE clerk IS NOT NULL;
CREATE INDEX evaluation_service_month ON evaluation_service (month, subject);
CREATE INDEX evaluation_service_due ON evaluation_service (due) WHERE due IS NOT NULL;

-- Links with which somebody rates without signing in: a keyed digest of each, and which turn it is for.
CREATE TABLE evaluation_link (
    mark TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    turn BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE evaluation_exposure (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    mark TEXT NOT NULL,
    secret TEXT NOT NULL,
    stage BIGINT NOT NULL,
    next_by BIGINT NOT NULL,
    published BIGINT,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX evaluation_exposure_mark ON evaluation_exposure (mark, id);
CREATE INDEX evaluation_exposure_secret ON evaluation_exposure (secret);
CREATE INDEX evaluation_exposure_stage ON evaluation_exposure (stage, next_by, id);
CREATE INDEX evaluation_exposure_published ON evaluation_exposure (published, id) WHERE published IS NOT NULL;
CREATE INDEX evaluation_exposure_due ON evaluation_exposure (due) WHERE due IS NOT NULL;

-- How often one source reported something on one day; the source is a keyed digest.
CREATE TABLE evaluation_source (
    day BIGINT NOT NULL,
    mark TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, mark)
) WITHOUT ROWID;

-- The figures: by month, county, department, item and channel; kept by followers.
CREATE TABLE evaluation_figure (
    month BIGINT NOT NULL,
    county BIGINT NOT NULL,
    department TEXT NOT NULL,
    item TEXT NOT NULL,
    way TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (month, county, department, item, way, what)
) WITHOUT ROWID;
CREATE INDEX evaluation_figure_item ON evaluation_figure (item, month, county);
