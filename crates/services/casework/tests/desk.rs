//! The main line on both databases.

use casework::{Attachment, Command, Event, Outcome, Provision, Refusal, Service, Stage, State, Submission, Tier};
use catalogue::Answer;
use kernel::{Actor, CaseNumber, Digest};
use store::{Failure, ReadExt as _, params};

use crate::given::{decline, deny, extend, grant, resume, review, suspend, withdraw};
use crate::house::{self, *};

#[test]
fn from_application_to_the_licence_in_hand() {
    each_house(|house| {
        let receipt = house.submit(RENEWAL);
        assert_eq!(receipt.answer_by, house.working_days_on(5));
        assert_eq!(receipt.password.len(), 6);
        assert_eq!(receipt.number.region(), region(XUANWU));
        let stage::House { clerk, reviewer, decider, .. } = &*house;
        house.steps(receipt.number, &[(clerk, Command::Accept), (reviewer, review()), (decider, grant())]);
        house.drain();

        let case = house.case(receipt.number);
        let licence = case.licence.clone().unwrap();
        assert!(matches!(case.state, State::Closed { outcome: Outcome::Granted, .. }));
        let made = house.db.read(|read| licences::of_case(read, &receipt.number)).unwrap();
        assert_eq!(made.iter().map(|made| made.id.clone()).collect::<Vec<_>>(), [licence]);
        assert_eq!(made[0].content.name, "居民身份证");
        assert!(made[0].content.fields.iter().all(|(_, value)| !value.contains(PHONE) && !value.contains(RESIDENT)));

        // Nothing is done twice, whatever runs again.
        house.drain();
        let again = house.db.read(|read| licences::of_case(read, &receipt.number)).unwrap();
        assert_eq!((again.len(), house.case(receipt.number)), (1, case));
        let steps = house.db.read(|read| casework::query::events_of(read, &house.citizen, &receipt.number)).unwrap();
        let kinds: Vec<_> = steps.iter().map(|step| store::Event::kind(&step.event)).collect();
        assert_eq!(kinds, ["submitted", "accepted", "reviewed", "granted", "served", "closed"]);
        house.verify();
    });
}

#[test]
fn an_instant_case_is_done_in_one_step() {
    each_house(|house| {
        let number = house.submit(TEMPORARY).number;
        house.steps(number, &[(&house.clerk, grant())]);
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Closed);
        assert!(house.case(number).licence.is_some());
        house.verify();
    });
}

#[test]
fn what_gives_no_licence_is_served_and_closed_without_one() {
    each_house(|house| {
        let civil = house::staff(12, XUANWU, None, &[kernel::Duty::Review]);
        let granted = house.submit(ALLOWANCE).number;
        house.steps(granted, &[(&house.clerk, Command::Accept), (&civil, review()), (&house.decider, grant())]);
        let denied = house.submit(RENEWAL).number;
        house.steps(denied, &[(&house.clerk, Command::Accept), (&house.reviewer, review()), (&house.decider, deny())]);
        let declined = house.submit(RENEWAL).number;
        house.steps(declined, &[(&house.clerk, decline())]);
        house.drain();
        for (number, outcome) in [(granted, Outcome::Granted), (denied, Outcome::Denied), (declined, Outcome::Declined)]
        {
            let case = house.case(number);
            assert!(matches!(case.state, State::Closed { outcome: found, .. } if found == outcome), "{:?}", case.state);
            assert_eq!(case.licence, None);
            assert_eq!(case.decision.unwrap().remedy.is_some(), outcome != Outcome::Granted);
        }
        house.verify();
    });
}

#[test]
fn silence_becomes_acceptance_by_itself() {
    each_house(|house| {
        let (number, received) = (house.submit(RENEWAL).number, house.today());
        house.go_to(house.working_days_on(5));
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Submitted);
        house.pass_days(1);
        house.drain();
        let case = house.case(number);
        assert!(case.acceptance.as_ref().is_some_and(casework::Acceptance::by_silence));
        assert_eq!(case.clock.as_ref().unwrap().started, received);
        let reckoning = house.db.read(|read| casework::query::explanation(read, &case)).unwrap().unwrap();
        assert_eq!(reckoning.explanation.due.date, case.decide_by);
        assert_eq!(reckoning.kind, casework::query::ClockKind::Handling);
        house.verify();
    });
}

#[test]
fn a_correction_goes_back_and_forth_once_or_the_case_is_returned() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let forgotten = house.submit(RENEWAL).number;
        let ask = |what| {
            let missing = vec![casework::Missing { what, why: "照片看不清，请重新拍。".to_owned() }];
            Command::Correct { missing, supervisor_reason: None }
        };
        let material = || casework::Subject::Material(OLD_CARD.to_owned());
        // What the form never asked nobody could put right.
        let never = ask(casework::Subject::Field("zzz".to_owned()));
        assert_eq!(refusal(house.handle(&house.clerk, number, never)), Refusal::NotAsked("zzz".to_owned()));
        house.steps(number, &[(&house.clerk, ask(material()))]);
        house.steps(forgotten, &[(&house.clerk, ask(casework::Subject::Field("reason".to_owned())))]);
        house.pass_days(2);

        let again = Attachment { material: OLD_CARD.to_owned(), brought: house.upload("新拍的证件").brought };
        let command = casework::resubmission(&house.db, &house.citizen, &number, None, &[again]).unwrap();
        house.steps(number, &[(&house.citizen, command)]);
        let case = house.case(number);
        assert_eq!(case.materials.iter().filter(|material| material.name == OLD_CARD).count(), 1);
        let files = house.db.read(|read| casework::query::papers(read, &house.citizen, &case)).unwrap().files;
        assert!(files.values().any(|name| name.contains("新拍的证件")));
        assert_eq!(refusal(house.handle(&house.clerk, number, ask(material()))), Refusal::ToldTwice);

        // Answers that are wrong come back as such; strangers find no case.
        let wrong = [("reason".to_owned(), Answer::from("想换"))].into();
        let wrong = casework::resubmission(&house.db, &house.citizen, &forgotten, Some(&wrong), &[]);
        assert!(matches!(refusal(wrong), Refusal::Form(errors) if !errors.is_empty()));
        let better = [("reason".to_owned(), Answer::from("快到期了或过期了"))].into();
        let better = casework::resubmission(&house.db, &house.citizen, &forgotten, Some(&better), &[]).unwrap();
        assert!(matches!(&better, Command::Resubmit { form: Some(_), answered: true, .. }));
        let stranger = casework::resubmission(&house.db, &house.other, &forgotten, None, &[]);
        assert_eq!(refusal(stranger), Refusal::NotFound);
        house.pass_days(31);
        house.drain();
        assert!(matches!(house.case(forgotten).state, State::Closed { outcome: Outcome::Returned, .. }));
        house.verify();
    });
}

#[test]
fn a_case_moved_by_hand_to_another_list_or_day_is_found() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let other = house.other.party().unwrap();
        const STATEMENTS: [&str; 4] = [
            "UPDATE casework_case SET applicant = $1 WHERE number = $2",
            "UPDATE casework_case SET stage = stage + 1, department = $1 WHERE number = $2",
            "UPDATE casework_case SET due = NULL, department = $1 WHERE number = $2",
            "UPDATE casework_case SET next_by = next_by + 1, department = $1 WHERE number = $2",
        ];
        let department = house.case(number).department.to_string();
        house.verify();
        for statement in STATEMENTS {
            let value = if statement.contains("applicant") { other.to_string() } else { department.clone() };
            let moved = house.db.write(move |tx| {
                tx.execute(statement, &params![&value, number])?;
                Ok::<_, Failure<Refusal>>(())
            });
            moved.unwrap();
            let report = store::verify_journal(&house.db, &[&casework::CaseReplay], &[]).unwrap();
            assert!(!report.is_sound(), "{statement}");
            let owner = house.case(number).applicant.to_string();
            let put_back = house.db.write(move |tx| {
                const BACK: &str = "UPDATE casework_case SET applicant = $1, due = $2, stage = $3, next_by = $4
                    WHERE number = $5";
                let case = casework::query::case_for(tx, &Actor::System("test"), &number)?;
                let day = case.next_by().unwrap();
                let day = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
                let due = casework::rules::due(&case);
                tx.execute(BACK, &params![&owner, due, case.stage().number(), day, number])?;
                Ok::<_, Failure<Refusal>>(())
            });
            put_back.unwrap();
            house.verify();
        }
    });
}

#[test]
fn special_procedures_and_extension_are_kept_and_explained() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.steps(number, &[(&house.clerk, Command::Accept), (&house.reviewer, suspend(clock::Ground::Testing))]);
        house.pass_days(3);
        house.steps(number, &[(&house.reviewer, resume()), (&house.decider, extend(5)), (&house.reviewer, review())]);
        let case = house.case(number);
        let reckoning = house.db.read(|read| casework::query::explanation(read, &case)).unwrap().unwrap();
        assert_eq!((reckoning.explanation.total, reckoning.explanation.paused), (15, 2));
        assert_eq!(case.decide_by, reckoning.explanation.due.date);
        house.steps(number, &[(&house.citizen, withdraw())]);
        assert_eq!(house.case(number).stage(), Stage::Withdrawn);
        house.verify();
    });
}

#[test]
fn the_same_wish_sent_twice_happens_once() {
    each_house(|house| {
        let key = casework::Key { client: "测试".to_owned(), key: "1".to_owned(), request: b"one".to_vec() };
        let filing = || casework::Filing { key: Some(key.clone()), ..house.filing(&house.citizen, RENEWAL) };
        let first = house.try_submit(&house.citizen, filing()).unwrap();
        let second = house.try_submit(&house.citizen, filing()).unwrap();
        assert_eq!((first.number, &first.password, false), (second.number, &second.password, first.repeated));
        assert!(second.repeated);
        let other = casework::Key { request: b"two".to_vec(), ..key.clone() };
        let other = casework::Filing { key: Some(other), ..filing() };
        assert_eq!(refusal(house.try_submit(&house.citizen, other)), Refusal::KeyReused);

        let accept = |key: &'static str| {
            let (clerk, number) = (house.clerk.clone(), first.number);
            let key = casework::Key { client: "staff".to_owned(), key: key.to_owned(), request: b"accept".to_vec() };
            house.db.write(move |tx| casework::handle_once(tx, &clerk, &number, &Command::Accept, &key))
        };
        let done = accept("a").unwrap();
        assert_eq!(accept("a").unwrap().version, done.version);
        assert!(matches!(refusal(accept("b")), Refusal::NotNow { .. }));
    });
}

#[test]
fn strangers_find_no_case() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let nobody = [
            house.other.clone(),
            house.elsewhere.clone(),
            house::staff(16, XUANWU, Some("050"), &[kernel::Duty::Receive]),
            house::staff(17, XUANWU, None, &[kernel::Duty::Administer, kernel::Duty::Secure, kernel::Duty::Audit]),
        ];
        for actor in &nobody {
            let found = house.db.read(|read| casework::query::case_for(read, actor, &number));
            assert_eq!(refusal(found), Refusal::NotFound);
            assert_eq!(refusal(house.handle(actor, number, Command::Accept)), Refusal::NotFound);
            let steps = house.db.read(|read| casework::query::events_of(read, actor, &number));
            assert_eq!(refusal(steps), Refusal::NotFound);
        }
        assert_eq!(house.case(number).version, 1);
    });
}

#[test]
fn what_is_wrong_with_an_application_is_said_before_anything_is_kept() {
    each_house(|house| {
        let good = || house.filing(&house.citizen, RENEWAL);
        let refused = |filing| refusal(house.try_submit(&house.citizen, filing));
        let without = casework::Filing { materials: vec![house.upload(HOUSEHOLD)], ..good() };
        assert_eq!(refused(without), Refusal::MaterialsMissing(vec![OLD_CARD.to_owned()]));
        let mut off = good();
        off.materials.push(house.upload("无犯罪记录证明"));
        assert_eq!(refused(off), Refusal::OffTheList { name: "无犯罪记录证明".to_owned() });
        let unknown = Digest([7; 32]);
        let mut missing = good();
        missing.materials[0].brought = casework::Brought::File { digest: unknown, name: None };
        assert_eq!(refused(missing), Refusal::FileUnknown(unknown));
        let mut wrong = good();
        wrong.answers.insert("phone".to_owned(), "12345".into());
        assert!(matches!(refused(wrong), Refusal::Form(errors) if errors[0].pointer == "/answers/phone"));
        let elsewhere = casework::Filing { region: region("320000000000"), ..good() };
        assert!(matches!(refused(elsewhere), Refusal::Item(catalogue::Refusal::NotHere { .. })));
        let company = casework::Filing { item: code("320131901000"), ..good() };
        assert_eq!(refused(company), Refusal::NotForYou { natural: false });
        let theirs = casework::Filing { applicant: house.other.party().unwrap(), ..good() };
        assert_eq!(refused(theirs), Refusal::OnlyTheApplicant);
        let earlier = house.submit(RENEWAL).number;
        let digest = *house.case(earlier).materials[0].provision.digest().unwrap();
        let mut stolen = house.filing(&house.other, RENEWAL);
        stolen.materials[0].brought = casework::Brought::Earlier { case: earlier, digest };
        let stolen = refusal(house.try_submit(&house.other, stolen));
        assert_eq!(stolen, Refusal::EarlierUnusable { material: HOUSEHOLD.to_owned() });
        let cases = house.db.read(|read| casework::query::cases_of(read, &house.other.party().unwrap(), &[], 10, None));
        assert!(cases.unwrap().lines.is_empty());
    });
}

#[test]
fn a_file_is_used_by_those_for_whom_it_was_handed_in() {
    each_house(|house| {
        let digest = house.file(&house.citizen, "只有一个人交过");
        let bring = |actor: &Actor, digest| {
            let mut filing = house.filing(&house.other, RENEWAL);
            filing.materials[0].brought = casework::Brought::File { digest, name: None };
            house.try_submit(actor, filing).map(drop)
        };
        // Knowing the digest is not having the file: the answer is the one for a file that was never uploaded.
        let nobodys = kernel::Digest([7; 32]);
        assert_eq!(refusal(bring(&house.other, nobodys)), Refusal::FileUnknown(nobodys));
        assert_eq!(refusal(bring(&house.other, digest)), Refusal::FileUnknown(digest));
        // At the window a clerk hands in what was brought to the window, and not what somebody else uploaded.
        assert_eq!(refusal(bring(&house.clerk, digest)), Refusal::FileUnknown(digest));
        let taken_in = house.file(&house.clerk, "带到窗口的");
        assert_eq!(refusal(bring(&house.other, taken_in)), Refusal::FileUnknown(taken_in));
        bring(&house.clerk, taken_in).unwrap();
        // Who has the same file has it.
        assert_eq!(house.file(&house.other, "只有一个人交过"), digest);
        bring(&house.other, digest).unwrap();
    });
}

#[test]
fn a_file_is_what_it_is_whatever_it_claims() {
    each_house(|house| {
        let keep = |bytes: &[u8], claimed| casework::keep_file(&house.db, &house.citizen, bytes, claimed);
        assert_eq!(keep(b"%PDF-1.4", None).unwrap().media, "application/pdf");
        assert_eq!(keep(b"\x89PNG\r\n\x1a\n...", Some("image/png")).unwrap().media, "image/png");
        let disguised = Refusal::FileDisguised { media: "application/pdf" };
        assert_eq!(refusal(keep(b"%PDF-1.4", Some("image/jpeg"))), disguised);
        for not_taken in [&b"MZ\x90\0"[..], b"", b"<html>", b"PK\x03\x04 something else"] {
            assert_eq!(refusal(keep(not_taken, None)), Refusal::FileKind);
        }
    });
}

#[test]
fn no_personal_value_stands_unsealed_in_a_row_or_the_journal() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let draft = {
            let citizen = house.citizen.clone();
            house.db.write(move |tx| casework::drafts::start(tx, &citizen, code(RENEWAL), region(XUANWU))).unwrap()
        };
        let citizen = house.citizen.clone();
        house.db.write(move |tx| casework::drafts::answer(tx, &citizen, &draft.id, 1, &renewal())).unwrap();
        let stage::House { clerk, reviewer, decider, .. } = &*house;
        house.steps(number, &[(clerk, Command::Accept), (reviewer, review()), (decider, grant())]);
        house.drain();

        const TEXTS: [&str; 5] = [
            "SELECT form FROM casework_case",
            "SELECT body FROM casework_case",
            "SELECT materials FROM casework_case",
            "SELECT body FROM casework_draft",
            "SELECT body FROM store_journal",
        ];
        let password = house.db.read(|read| {
            let case = casework::query::case_for(read, &house.citizen, &number)?;
            Ok::<_, Failure<Refusal>>(casework::query::papers(read, &house.citizen, &case)?.password)
        });
        let password = password.unwrap();
        for sql in TEXTS {
            let texts: Vec<String> =
                house.db.read::<_, store::Error>(|read| read.query(sql, &params![], |row| row.get(0))).unwrap();
            assert!(!texts.is_empty(), "{sql}");
            for personal in [NAME, RESIDENT, PHONE, "小满", "坏了，看不清", &format!("\"{password}\"")] {
                assert!(texts.iter().all(|text| !text.contains(personal)), "{sql} holds {personal}");
            }
        }
    });
}

#[test]
fn staff_see_numbers_masked_and_a_whole_look_is_told() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let case = house.case(number);
        let shown = house.db.read(|read| casework::query::papers(read, &house.clerk, &case)).unwrap();
        assert_eq!(shown.answers["resident_id"], Answer::from("320102**********97"));
        assert_eq!(shown.answers["phone"], Answer::from("138****0997"));
        assert_eq!((shown.answers["name"].clone(), shown.password.as_str()), (Answer::from(NAME), ""));
        let clerk = house.clerk.clone();
        let whole = house.db.write(move |tx| casework::reveal(tx, &clerk, &number)).unwrap();
        assert_eq!(whole.answers["resident_id"], Answer::from(RESIDENT));
        let looks = house.db.read(|read| identity::looks(read, &case.applicant, None, 10)).unwrap();
        assert!(looks.iter().any(|look| look.purpose.contains(&number.to_string())));
        let own = house.db.read(|read| casework::query::papers(read, &house.citizen, &case)).unwrap();
        assert_eq!((own.answers["phone"].clone(), own.password.len()), (Answer::from(PHONE), 6));
    });
}

#[test]
fn materials_of_the_case_say_where_they_come_from() {
    each_house(|house| {
        let case = house.case(house.submit(RENEWAL).number);
        let of = |name: &str| case.materials.iter().find(|material| material.name == name).unwrap();
        assert_eq!(of(OLD_CARD).tier, Tier::C);
        assert!(matches!(of(OLD_CARD).provision, Provision::Upload { ref media, .. } if media == "application/pdf"));
        assert_eq!(of("居民身份证换领申请表").provision, Provision::Answers);
    });
}

#[test]
fn many_at_once_are_each_filed_once() {
    each_house(|house| {
        let numbers = std::sync::Mutex::new(vec![]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let number = house.submit(RENEWAL).number;
                        numbers.lock().unwrap().push(number);
                    }
                });
            }
        });
        let numbers: std::collections::BTreeSet<CaseNumber> = numbers.into_inner().unwrap().into_iter().collect();
        assert_eq!(numbers.len(), 100);
        // Four clerks take the same cases: each is accepted by one of them.
        let accepted = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for id in 0..4 {
                let (house, numbers, accepted) = (&house, &numbers, &accepted);
                scope.spawn(move || {
                    let clerk = house::staff(30 + id, XUANWU, None, &[kernel::Duty::Receive]);
                    for number in numbers {
                        match house.handle(&clerk, *number, Command::Accept) {
                            Ok(_) => _ = accepted.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
                            Err(Failure::Refused(Refusal::NotNow { .. })) => {}
                            Err(Failure::Broken(store::Error::Lost)) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                });
            }
        });
        assert_eq!(accepted.into_inner(), 100);
        house.drain();
        house.verify();
    });
}

#[test]
fn a_result_served_by_hand_is_left_to_the_hand() {
    each_house(|house| {
        let number = house.submit(ALLOWANCE).number;
        let civil = house::staff(12, XUANWU, None, &[kernel::Duty::Review]);
        house.steps(
            number,
            &[
                (&house.clerk, Command::Accept),
                (&civil, review()),
                (&house.decider, grant()),
                (&house.clerk, Command::Serve { how: Service::Window, licence: None }),
            ],
        );
        house.drain();
        assert!(matches!(house.case(number).state, State::Served { how: Service::Window, .. }));
        house.steps(number, &[(&house.clerk, Command::Close)]);
        let steps = house.db.read(|read| casework::query::events(read, &number)).unwrap();
        assert!(matches!(steps.last(), Some((_, Event::Closed { outcome: Outcome::Granted, .. }))));
    });
}

/// The refusal that must have been the answer.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("a refusal was due, not {other:?}"),
    }
}

#[test]
fn an_agent_needs_a_mandate() {
    each_house(|house| {
        let (Actor::Citizen { account, person, .. }, Some(principal)) = (&house.other, house.citizen.party()) else {
            panic!("two citizens")
        };
        let agent = Actor::Citizen { account: *account, person: *person, acting_for: principal };
        let filing = || house.filing(&house.citizen, RENEWAL);
        assert_eq!(refusal(Submission::prepare(&house.db, &agent, filing())), Refusal::NoMandate);
    });
}

#[test]
fn a_licence_that_the_government_holds_is_brought_of_itself() {
    /// 环境违法行为举报奖励: wants the applicant's identity card, which is a licence.
    const REWARD: &str = "320816901000";
    each_house(|house| {
        let bare = |actor: &Actor| casework::Filing { materials: vec![], ..house.filing(actor, REWARD) };
        let missing = Refusal::MaterialsMissing(vec!["申请人居民身份证".to_owned()]);
        assert_eq!(refusal(house.try_submit(&house.citizen, bare(&house.citizen))), missing);

        let number = house.submit(RENEWAL).number;
        let stage::House { clerk, reviewer, decider, .. } = &*house;
        house.steps(number, &[(clerk, Command::Accept), (reviewer, review()), (decider, grant())]);
        house.drain();
        let licence = house.case(number).licence.unwrap();
        let receipt = house.try_submit(&house.citizen, bare(&house.citizen)).unwrap();
        let provisions: Vec<_> =
            house.case(receipt.number).materials.into_iter().map(|material| material.provision).collect();
        assert_eq!(provisions, [Provision::Licence { id: licence.clone() }, Provision::Answers]);

        // Nobody brings somebody else's.
        let brought = casework::Brought::Licence { id: licence };
        let mut stolen = bare(&house.other);
        stolen.materials.push(Attachment { material: "申请人居民身份证".to_owned(), brought });
        let unusable = Refusal::LicenceUnusable { material: "申请人居民身份证".to_owned() };
        assert_eq!(refusal(house.try_submit(&house.other, stolen)), unusable);
    });
}
