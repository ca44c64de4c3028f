//! The public's look at a case by number and password.

use casework::Refusal;
use kernel::CaseNumber;

use crate::desk::refusal;
use crate::house::*;

fn look_up(house: &House, number: CaseNumber, password: &str) -> Result<casework::Case, store::Failure<Refusal>> {
    look_up_from(house, number, password, "192.0.2.7")
}

fn look_up_from(
    house: &House,
    number: CaseNumber,
    password: &str,
    from: &str,
) -> Result<casework::Case, store::Failure<Refusal>> {
    let origin = identity::Origin { address: Some(from.parse().unwrap()), device: None };
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let mut looking = Box::pin(casework::look_up(&house.db, &number, password, &origin));
    loop {
        match looking.as_mut().poll(&mut context) {
            std::task::Poll::Ready(found) => return found,
            std::task::Poll::Pending => std::thread::yield_now(),
        }
    }
}

#[test]
fn number_and_password_show_where_a_case_stands_and_no_papers() {
    each_house(|house| {
        let receipt = house.submit(RENEWAL);
        let found = look_up(&house, receipt.number, &receipt.password).unwrap();
        assert_eq!((found.number, found.materials.len(), found.form.as_str()), (receipt.number, 0, ""));
    });
}

#[test]
fn wrong_passwords_keep_their_place_waiting_and_nobody_else() {
    each_house(|house| {
        let receipt = house.submit(RENEWAL);
        let wrong = if receipt.password == "000000" { "000001" } else { "000000" };
        let (region, kind) = (receipt.number.region(), receipt.number.kind());
        let unknown = CaseNumber::new(region, kind, house.today(), 999_999).unwrap();
        for number in [receipt.number, unknown] {
            for _ in 0..5 {
                assert_eq!(refusal(look_up(&house, number, wrong)), Refusal::WrongPassword);
            }
            assert!(matches!(refusal(look_up(&house, number, wrong)), Refusal::LookupLocked { .. }));
        }
        // Even the right one does not pass from there now; from elsewhere it does, and its applicant sees the case.
        assert!(matches!(refusal(look_up(&house, receipt.number, &receipt.password)), Refusal::LookupLocked { .. }));
        assert!(look_up_from(&house, receipt.number, &receipt.password, "203.0.113.9").is_ok());
        assert!(house.db.read(|read| casework::query::case_for(read, &house.citizen, &receipt.number)).is_ok());
        house.db.time().advance(std::time::Duration::from_secs(31));
        assert!(look_up(&house, receipt.number, &receipt.password).is_ok());
        house.verify();
    });
}
