//! Which licence serves for which material.

use licences::{normalise, serves};

#[test]
fn names_are_compared_without_brackets_and_small_words() {
    for (name, plain) in [
        ("申请人居民身份证", "居民身份证"),
        ("申请人身份证原件及复印件", "居民身份证"),
        ("营业执照（统一社会信用代码证照）", "营业执照"),
        ("营业执照副本复印件", "营业执照"),
        ("户口本", "居民户口簿"),
        (" 居民户口簿 (本人页) ", "居民户口簿"),
        ("不动产权证书（土地）", "不动产权证书"),
        ("申请人", "申请人"),
        ("", ""),
    ] {
        assert_eq!(normalise(name), plain, "{name}");
    }
}

#[test]
fn a_licence_serves_for_its_own_name_and_for_one_of_several() {
    for (licence, material, want) in [
        ("居民身份证", "申请人居民身份证", true),
        ("营业执照", "营业执照（统一社会信用代码证照）", true),
        ("结婚证", "结婚证或离婚证", true),
        ("不动产权证书", "购房合同或不动产权证书", true),
        ("残疾人证", "残疾人证或诊断证明", true),
        // Somebody else's licence is not the applicant's.
        ("居民身份证", "监护人居民身份证(未满16周岁时)", false),
        ("居民身份证", "法定代表人居民身份证", false),
        ("结婚证", "父母结婚证", false),
        ("结婚证", "结婚证遗失声明", false),
        ("建设工程规划许可证", "建设用地规划许可证", false),
    ] {
        assert_eq!(serves(licence, material), want, "{licence} for {material}");
    }
}
