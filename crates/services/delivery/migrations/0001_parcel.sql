-- One row a parcel. What lists and the wheel ask by stands in columns; the whole value is in body, names and addresses sealed in ends.
CREATE TABLE delivery_parcel (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    bound TEXT NOT NULL,
    party TEXT NOT NULL,
    department TEXT NOT NULL,
    county BIGINT NOT NULL,
    place BIGINT NOT NULL,
    trouble BIGINT NOT NULL,
    made BIGINT NOT NULL,
    due BIGINT,
    ask_at BIGINT,
    ends TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX delivery_parcel_bound ON delivery_parcel (bound, made);
CREATE INDEX delivery_parcel_party ON delivery_parcel (party, made);
CREATE INDEX delivery_parcel_place ON delivery_parcel (place, county, made) WHERE place < 90;
CREATE INDEX delivery_parcel_trouble ON delivery_parcel (county, made) WHERE trouble > 0;
CREATE INDEX delivery_parcel_due ON delivery_parcel (due) WHERE due IS NOT NULL;
CREATE INDEX delivery_parcel_ask ON delivery_parcel (ask_at) WHERE ask_at IS NOT NULL;

-- The numbers that couriers gave, the old ones of parcels sent again too: late news still finds its parcel.
CREATE TABLE delivery_waybill (
    number TEXT NOT NULL,
    courier TEXT NOT NULL,
    parcel TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    PRIMARY KEY (number, courier)
) WITHOUT ROWID;

-- What couriers reported, as they said it (sealed), each once. A code that the data file does not know has an empty meaning.
CREATE TABLE delivery_trace (
    parcel TEXT NOT NULL,
    trace_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    courier TEXT NOT NULL,
    at BIGINT NOT NULL,
    code TEXT NOT NULL,
    meaning TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (parcel, trace_key)
) WITHOUT ROWID;
CREATE INDEX delivery_trace_unknown ON delivery_trace (courier, code) WHERE meaning = '';
