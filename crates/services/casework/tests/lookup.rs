//! The public's look at a case by number and password.

use casework::Refusal;
use kernel::CaseNumber;

use crate::desk::refusal;
use crate::house::*;

fn look_up(house: &House, number: CaseNumber, password: &str) -> Result<casework::Case, store::Failure<Refusal>> {
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    let mut looking = Box::pin(casework::look_up(&house.db, &number, password));
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
fn five_wrong_passwords_lock_the_look_up_for_a_quarter_of_an_hour() {
    each_house(|house| {
        let receipt = house.submit(RENEWAL);
        let wrong = if receipt.password == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert_eq!(refusal(look_up(&house, receipt.number, wrong)), Refusal::WrongPassword);
        }
        // Even the right one does not open it now, and its applicant still sees the case.
        assert!(matches!(refusal(look_up(&house, receipt.number, &receipt.password)), Refusal::LookupLocked { .. }));
        assert!(house.db.read(|read| casework::query::case_for(read, &house.citizen, &receipt.number)).is_ok());
        let steps = house.db.read(|read| casework::query::events(read, &receipt.number)).unwrap();
        assert!(matches!(steps.last(), Some((_, casework::Event::LookupLocked { .. }))));
        house.db.time().advance(std::time::Duration::from_secs(15 * 60 + 1));
        assert!(look_up(&house, receipt.number, &receipt.password).is_ok());
        house.verify();
    });
}

#[test]
fn wrong_guesses_are_forgotten_and_unknown_numbers_sound_the_same() {
    each_house(|house| {
        let receipt = house.submit(RENEWAL);
        let wrong = if receipt.password == "000000" { "000001" } else { "000000" };
        for _ in 0..12 {
            assert_eq!(refusal(look_up(&house, receipt.number, wrong)), Refusal::WrongPassword);
            house.db.time().advance(std::time::Duration::from_secs(5 * 60));
        }
        assert!(look_up(&house, receipt.number, &receipt.password).is_ok());
        let (region, kind) = (receipt.number.region(), receipt.number.kind());
        let unknown = CaseNumber::new(region, kind, house.today(), 999_999).unwrap();
        assert_eq!(refusal(look_up(&house, unknown, &receipt.password)), Refusal::WrongPassword);
    });
}
