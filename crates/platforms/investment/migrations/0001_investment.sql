-- One row a project. What lists filter and sort by stands in columns, all the rest of the value in body.
CREATE TABLE investment_project (
    code TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    county BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    is_listed BIGINT NOT NULL,
    owed BIGINT,
    due BIGINT,
    registered BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX investment_project_unit ON investment_project (unit, registered, code);
CREATE INDEX investment_project_county ON investment_project (county, registered, code);
CREATE INDEX investment_project_stage ON investment_project (stage, registered, code);
CREATE INDEX investment_project_listed ON investment_project (county, registered, code) WHERE is_listed = 1;
CREATE INDEX investment_project_owed ON investment_project (county, owed, code) WHERE owed IS NOT NULL;
CREATE INDEX investment_project_due ON investment_project (due) WHERE due IS NOT NULL;

-- Which project a case belongs to.
CREATE TABLE investment_case (
    number TEXT PRIMARY KEY,
    code TEXT NOT NULL
) WITHOUT ROWID;
