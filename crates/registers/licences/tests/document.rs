//! The licence on paper.

use licences::{
    Content, HolderName,
    document::{BadFont, FontFile, Fonts, Paper, Unprintable, pdf, qr_svg},
    file,
};

use crate::fixtures::{content, keys, sealed, signer};

const PAPER: Paper<'_> = Paper { verify_url: "https://tongban.example/verify/1.2.156.3005.2", demo: true };

/// The fonts of the machine; a machine without them tests the refusal alone.
fn fonts() -> Option<Fonts> {
    let fonts = Fonts::find();
    if fonts.is_none() {
        eprintln!("the package fonts-noto-cjk is not installed: pages are not drawn in this run");
    }
    fonts
}

fn print(content: Content) -> Option<(Vec<u8>, Vec<char>)> {
    let (fonts, signer) = (fonts()?, signer());
    let licence = sealed(content, &signer);
    let page = pdf(licence.content(), licence.seal(), &PAPER, &fonts, &signer).unwrap();
    let genuine = file::check(&page.bytes, &keys(&signer)).unwrap();
    assert_eq!(&genuine.content, licence.content());
    Some((page.bytes, page.missing))
}

#[test]
fn a_licence_is_printed_under_seal() {
    let Some((bytes, missing)) = print(content()) else { return };
    assert_eq!(missing, vec![]);
    assert!(bytes.len() < 400_000, "{} bytes: the fonts are not subset", bytes.len());
    if let Ok(folder) = std::env::var("TONGBAN_PRINT") {
        std::fs::write(std::path::Path::new(&folder).join("licence.pdf"), bytes).unwrap();
    }
}

#[test]
fn rare_characters_are_printed_and_missing_ones_are_reported() {
    let named = |name: &str| {
        let holder = HolderName { name: name.to_owned(), ..content().holder };
        print(Content { holder, ..content() }).map(|(_, missing)| missing)
    };
    if fonts().is_some() {
        assert_eq!(named("𠮷䶮"), Some(vec![]));
        assert_eq!(named("王\u{10fffd}"), Some(vec!['\u{10fffd}']));
    }
}

#[test]
fn a_long_licence_goes_on_over_the_page() {
    let long = |n| {
        (format!("许可事项{n}"), "从事经批准的经营活动，并遵守安全生产、环境保护和消费者权益保护的规定。".repeat(3))
    };
    let Some((bytes, _)) = print(Content { fields: (1..=30).map(long).collect(), ..content() }) else { return };
    assert!(bytes.windows(11).any(|window| window == b"/Type/Pages" || window == b"/Type /Page"), "no pages");
}

#[test]
fn a_font_that_is_not_there_is_named() {
    let signer = signer();
    let licence = sealed(content(), &signer);
    let file = FontFile::new("/nowhere/NotoSerifCJK-Bold.ttc");
    assert_eq!(file.face, 2);
    let fonts = Fonts { serif: file.clone(), sans: file };
    let refused = pdf(licence.content(), licence.seal(), &PAPER, &fonts, &signer);
    assert!(matches!(refused, Err(Unprintable::Font(BadFont::Unreadable(..)))));
}

#[test]
fn a_code_for_a_page_is_one_svg_element() {
    let svg = qr_svg("https://tongban.example/verify/1", "核验 <码>").unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert!(svg.contains("aria-label=\"核验 &lt;码>\""));
    assert_eq!(qr_svg(&"长".repeat(2000), "x"), None);
}
