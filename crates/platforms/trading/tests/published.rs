//! What is public as OCDS.

use std::path::Path;
use std::process::Command as Program;

use kernel::Fen;
use serde_json::Value;
use trading::{Command, ocds};

use crate::house::*;

const PUBLISHER: &str = "示例公共资源交易平台";

fn tags(releases: &[Value]) -> Vec<&str> {
    releases.iter().map(|release| release["tag"][0].as_str().unwrap()).collect()
}

#[test]
fn releases_tell_each_thing_when_it_became_public_and_never_a_bidder_before_the_opening() {
    each_house(|house| {
        let code = house.tendering();
        house.bid(&house.companies[0], code, 100);
        let early = house.db.read(|read| ocds::releases(read, &code)).unwrap();
        assert_eq!(tags(&early), ["tender"]);
        let text = serde_json::to_string(&early).unwrap();
        assert!(!text.contains("示例公司11") && !text.contains("numberOfTenderers"));
        let other = house.tendering();
        house.awarded(other);
        house.must(&house.tenderer.clone(), other, Command::Sign { amount: Fen(400_000_000) });
        let all = house.db.read(|read| ocds::releases(read, &other)).unwrap();
        assert_eq!(tags(&all), ["tender", "tenderUpdate", "tenderUpdate", "award", "awardUpdate", "contract"]);
        let last = all.last().unwrap();
        assert_eq!(last["contracts"][0]["value"]["amount"], 4_000_000.0);
        assert_eq!(last["awards"][0]["status"], "active");
        assert_eq!(last["tender"]["numberOfTenderers"], 3);
        let dates: Vec<&str> = all.iter().map(|release| release["date"].as_str().unwrap()).collect();
        assert!(dates.is_sorted(), "{dates:?}");
        assert_eq!(all[3]["awards"].as_array().unwrap().len(), 3);
        let hidden = house.plan("works-open");
        assert_eq!(code_of(house.db.read(|read| ocds::releases(read, &hidden))), "trading.not-found");
        assert_eq!(ocds::code_of(&ocds::ocid(&code)), Some(code));
        validate(&house, &[(code, early), (other, all)]);
    });
}

/// Against the schemas of the standard, where they and a validator are at hand. Says aloud when it is not checked.
fn validate(house: &House, lots: &[(trading::LotCode, Vec<Value>)]) {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/ocds-1.1.5");
    let schemas = std::env::var("OCDS_SCHEMAS").map_or(schemas, Into::into);
    let has_validator = Program::new("python3").args(["-c", "import jsonschema"]).output();
    if !schemas.is_dir() || !has_validator.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no OCDS schemas at {} or no python3 with jsonschema", schemas.display());
        return;
    }
    let now = house.db.now();
    let releases = lots.iter().flat_map(|(_, releases)| releases.clone()).collect();
    let package = ocds::package("https://example.org/ocds/releases", PUBLISHER, releases, now);
    let records = ocds::records("https://example.org/ocds/records", PUBLISHER, lots.to_vec(), now);
    for (name, json) in [("release-package-schema.json", package), ("record-package-schema.json", records)] {
        let file = house.db.data().join(name);
        std::fs::write(&file, json.to_string()).unwrap();
        let script = "import json,sys,jsonschema,pathlib
folder=pathlib.Path(sys.argv[1])
schema=json.load(open(folder/sys.argv[2])); release=json.load(open(folder/'release-schema.json'))
schema.pop('id'); release.pop('id')
definitions=schema.setdefault('definitions',{})
for name,one in release.pop('definitions').items(): assert name not in definitions; definitions[name]=one
definitions['WholeRelease']=release
def inline(node):
    if isinstance(node,dict):
        ref=node.get('$ref')
        if isinstance(ref,str) and ref.endswith('/release-schema.json'): node['$ref']='#/definitions/WholeRelease'
        if isinstance(ref,str) and 'versioned-release' in ref: node.clear()
        [inline(value) for value in node.values()]
    elif isinstance(node,list): [inline(value) for value in node]
inline(schema)
instance=json.load(open(sys.argv[3]))
errors=list(jsonschema.Draft4Validator(schema,format_checker=jsonschema.FormatChecker()).iter_errors(instance))
[print(list(error.path),error.message[:300]) for error in errors[:10]]
sys.exit(bool(errors))";
        let output =
            Program::new("python3").args(["-W", "ignore", "-c", script]).arg(&schemas).arg(name).arg(&file).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {said}");
    }
}
