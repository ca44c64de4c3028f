CREATE TABLE catalogue_item (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE INDEX catalogue_item_current ON catalogue_item (valid_to);

CREATE TABLE catalogue_adjustment (
    code TEXT NOT NULL,
    region TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (code, region)
);

CREATE TABLE catalogue_form (
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

-- How many events each stream of this room has, so that the next one knows its number.
CREATE TABLE catalogue_stream (
    name TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);
