//! An application put together from the guide alone, as any program could: answers from the form's example, each material
//! from a licence that is held or from a file.

use serde_json::{Value, json};

/// A one-page PDF that says nothing, as a file to hand in. `mark` makes its digest its own.
pub fn paper(mark: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n%{mark}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    .into_bytes()
}

/// The materials of `guide`: licences where one of `held` fits, the file `digest` otherwise; what the government asks itself is left out.
pub fn materials(guide: &Value, held: &[(String, String)], digest: &str) -> Vec<Value> {
    let listed = guide["materials"].as_array().map_or(&[][..], Vec::as_slice);
    let wanted = listed.iter().filter(|material| material["required"] == true && material["source"] != "government");
    wanted
        .map(|material| {
            let name = material["name"].as_str().unwrap_or("");
            let licence = held.iter().find(|(kind, _)| material["source"] == "licence" && name.contains(kind.as_str()));
            match licence {
                Some((_, id)) => json!({"name": name, "licence": id}),
                None => json!({"name": name, "digest": digest}),
            }
        })
        .collect()
}

/// The whole application.
pub fn application(guide: &Value, region: &str, held: &[(String, String)], digest: &str) -> Value {
    json!({
        "item": guide["code"],
        "region": region,
        "form": guide["form"]["example"],
        "materials": materials(guide, held, digest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_licence_stands_for_the_paper_and_the_government_asks_itself() {
        let guide = json!({"materials": [
            {"name": "营业执照（统一社会信用代码证照）", "required": true, "source": "licence"},
            {"name": "平面图", "required": true, "source": "applicant"},
            {"name": "完税证明", "required": true, "source": "government"},
            {"name": "监护人证件", "required": false, "source": "licence"},
        ]});
        let held = vec![("营业执照".to_owned(), "L1".to_owned())];
        let want = [
            json!({"name": "营业执照（统一社会信用代码证照）", "licence": "L1"}),
            json!({"name": "平面图", "digest": "d"}),
        ];
        assert_eq!(materials(&guide, &held, "d"), want);
    }
}
