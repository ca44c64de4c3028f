//! Files that cannot be taken: every bad line is told, and nothing else happens.

use kernel::RegionCode;
use organisation::{BadLine, parse};
use proptest::prelude::*;

fn lines<T: std::fmt::Debug>(result: Result<Vec<T>, Vec<BadLine>>) -> Vec<usize> {
    result.unwrap_err().into_iter().map(|bad| bad.line).collect()
}

#[test]
fn every_bad_region_is_told_with_its_line() {
    let text = "code,name,level,parent_code,kind
320000000000,江苏省,1,000000000000,province
32010000000,南京市,2,320000000000,city
320200000000,,2,320000000000,city
320300000000,徐州市,3,320000000000,city
320400000000,常州市,2,310000000000,city
320500000000,苏州市,2,320000000000,town
320600000000,南通市,2,320000000000,city
320600000000,南通市,2,320000000000,city
320703000000,连云区,3,320700000000,county
320800000000,淮安市,2
";
    assert_eq!(lines(parse::regions(text, |_| false)), [3, 4, 5, 6, 7, 9, 10, 11]);
}

#[test]
fn villages_may_stand_in_a_file_of_their_own() {
    let text = "code,name,level,parent_code\n320102002001,梅园新村社区居委会,5,320102002000\n";
    let town: RegionCode = "320102002000".parse().unwrap();
    assert_eq!(parse::regions(text, |code| code == town).unwrap().len(), 1);
    assert_eq!(lines(parse::regions(text, |_| false)), [2]);
}

#[test]
fn a_heading_without_its_columns_is_told() {
    assert_eq!(lines(parse::regions("code,name\n", |_| true)), [1]);
    assert_eq!(lines(parse::calendar("")), [1]);
    assert_eq!(lines(parse::kinds("\u{feff}code\n1\n")), [1]);
}

#[test]
fn a_day_off_is_no_make_up_day_and_stands_once() {
    let text = "date,kind,name,in_lieu
2026-10-01,holiday,国庆节,0
2026-10-01,holiday,国庆节,0
2026-10-12,workday,国庆节,0
2026-13-01,holiday,元旦,0
2026-10-10,working,国庆节,0
2026-10-10,workday,国庆节,0
";
    assert_eq!(lines(parse::calendar(text)), [3, 4, 5, 6]);
}

#[test]
fn a_pattern_knows_only_the_regions_above_it() {
    let head = "code,national_code,department,short,category,province,city,district,county,zone,town,village\n";
    let check = |line: &str, bad: &[usize]| {
        let found = parse::kinds(&format!("{head}{line}\n")).err().unwrap_or_default();
        assert_eq!(found.iter().map(|bad| bad.line).collect::<Vec<_>>(), bad, "{line}");
    };
    check("090,09,公安部门,公安,1,{province}公安厅,{city}公安局,,,,,", &[]);
    check("090,09,公安部门,公安,1,{city}公安厅,,,,,,", &[2]);
    check("090,09,公安部门,公安,1,{province公安厅,,,,,,", &[2]);
    check("090,31,公安部门,公安,1,{province}公安厅,,,,,,", &[2]);
    check("090,09,公安部门,公安,9,{province}公安厅,,,,,,", &[2]);
    check("09,09,公安部门,公安,1,,,,,,,", &[2]);
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "(code,name,level,parent_code,kind\n)?(.|\n|,|\"){0,200}") {
        let _ = parse::regions(&text, |_| true);
        let _ = parse::aliases(&text, |_| true);
        let _ = parse::area_codes(&text);
        let _ = parse::calendar(&text);
        let _ = parse::kinds(&text);
    }
}
