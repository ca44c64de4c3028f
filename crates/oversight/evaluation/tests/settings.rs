//! The shipped settings can be read and hang together.

#[test]
fn the_shipped_settings_hang_together() {
    let settings = evaluation::settings();
    assert_eq!((settings.contact_days, settings.rectify_days), (1, 15));
    assert_eq!(settings.index.iter().map(|dimension| dimension.weight).sum::<u32>(), 100);
    assert_eq!(settings.index.len(), 5);
    assert_eq!((settings.aspects(true).len(), settings.aspects(false).len()), (4, 3));
    assert!(settings.service_office.parse::<kernel::KindCode>().is_ok());
    let mut codes: Vec<&str> = settings.exposure_kinds.iter().map(|kind| kind.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), settings.exposure_kinds.len());
}
