-- Files that were uploaded and examined, each under whose it is: the party's for which they were handed in, or the clerk's who took them
-- in. What was uploaded before, and is part of no case yet, is uploaded again: nobody knows whose it was.
CREATE TABLE casework_upload (
    digest TEXT NOT NULL,
    owner TEXT NOT NULL,
    size BIGINT NOT NULL,
    media TEXT NOT NULL,
    uploaded BIGINT NOT NULL,
    PRIMARY KEY (digest, owner)
) WITHOUT ROWID;
DROP TABLE casework_file;

-- Wrong query passwords are counted with all other tries, by identity.
DROP TABLE casework_guess;
