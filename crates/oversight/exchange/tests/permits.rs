//! Who registers, permits, uses and puts right: each refusal by name.

use exchange::rules::{RequestCommand, decide_request, may_use};
use exchange::{Kind, Secret, Share};
use kernel::{Actor, Duty};
use serde_json::json;
use store::testing;

use crate::given::*;

#[test]
fn a_system_is_registered_by_its_carer_and_its_secret_works_until_it_is_revoked() {
    testing::each_database(MIGRATIONS, |db| {
        setup(&db);
        begin(&db);
        let try_register = |actor: Actor, name: &str, label: &'static str| {
            let (name, secret) = (id(name), Secret::fresh());
            db.write(move |tx| exchange::register(tx, &actor, &name, label, department(), &secret))
        };
        assert_eq!(code(try_register(supervisor(), "a-system", "系统")), "exchange.not-caretaker");
        assert_eq!(code(try_register(elsewhere(), "a-system", "系统")), "exchange.not-caretaker");
        assert_eq!(code(try_register(carer(), "a-system", " ")), "exchange.words");
        let nowhere = kernel::DepartmentId::new(region(XUANWU), "999".parse().unwrap());
        let made = db.write(move |tx| exchange::register(tx, &carer(), &id("bb"), "系统", nowhere, &Secret::fresh()));
        assert_eq!(code(made), "exchange.no-department");
        let (source, secret) = register(&db, "xuanwu-scjg");
        assert_eq!(code(try_register(carer(), "xuanwu-scjg", "系统")), "exchange.name-taken");
        let ask = |text: Option<&str>| db.read(|read| exchange::query::authenticate(read, text));
        assert_eq!(ask(Some(secret.reveal())).unwrap(), source);
        assert_eq!(code(ask(None)), "exchange.no-credential");
        assert_eq!(code(ask(Some("abc"))), "exchange.not-a-system");
        assert_eq!(code(ask(Some(Secret::fresh().reveal()))), "exchange.bad-credential");
        assert_eq!(code(ask(Some("tbx_zz"))), "exchange.bad-credential");

        let (next, kept) = (Secret::fresh(), source.id.clone());
        let fresh = next.clone();
        db.write(move |tx| exchange::reissue(tx, &second(), &kept, &fresh)).unwrap();
        assert_eq!(code(ask(Some(secret.reveal()))), "exchange.bad-credential");
        assert!(ask(Some(next.reveal())).is_ok());

        let revoke = |actor: Actor, reason: &'static str| {
            let name = id("xuanwu-scjg");
            db.write(move |tx| exchange::revoke(tx, &actor, &name, reason))
        };
        assert_eq!(code(revoke(elsewhere(), "停用")), "exchange.not-found");
        assert_eq!(code(revoke(staff(40, XUANWU, &[Duty::Secure]), "")), "exchange.words");
        revoke(staff(40, XUANWU, &[Duty::Secure]), "密钥泄露").unwrap();
        assert_eq!(code(revoke(carer(), "再停用")), "exchange.revoked");
        assert_eq!(code(ask(Some(next.reveal()))), "exchange.bad-credential");
        assert!(!format!("{secret:?}").contains(&secret.reveal()[4..]));
        verify(&db);
    });
}

pub fn verify(db: &store::Db) {
    let report = store::verify_journal(db, &[&exchange::Exchanges], &[]).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert!(report.replayed > 0);
}

#[test]
fn a_resource_is_asked_for_permitted_used_for_a_case_and_taken_back() {
    testing::each_database(MIGRATIONS, |db| {
        setup(&db);
        let day = begin(&db);
        let (owner, _) = register(&db, "xuanwu-scjg");
        let (user, _) = register(&db, "xuanwu-user");
        let rows = Rows::of(&owner, "SC1", day);
        send(&db, &owner, "b1", &[rows.basic(), rows.process(), rows.result()]).unwrap();
        let publish = |actor: Actor, share: Share, terms: &'static str| {
            db.write(move |tx| {
                exchange::publish(tx, &actor, "食品经营许可结果", department(), Kind::Result, share, terms)
            })
        };
        assert_eq!(code(publish(supervisor(), Share::Unconditional, "")), "exchange.not-caretaker");
        assert_eq!(code(publish(carer(), Share::Conditional, "")), "exchange.words");
        let resource = publish(carer(), Share::Conditional, "办理关联许可时核对").unwrap();
        let closed = publish(carer(), Share::Closed, "涉及举报人").unwrap();
        let open = publish(carer(), Share::Unconditional, "").unwrap();
        let ask = |of, actor: Actor, purpose: &'static str| {
            db.write(move |tx| exchange::ask(tx, &actor, &of, &id("xuanwu-user"), purpose))
        };
        assert_eq!(code(ask(closed.id, carer(), "核对")), "exchange.not-shared");
        assert_eq!(code(ask(resource.id, elsewhere(), "核对")), "exchange.not-found");
        assert_eq!(code(ask(resource.id, carer(), "")), "exchange.words");
        assert_eq!(ask(open.id, carer(), "核对").unwrap().state.name(), "approved", "by its class");
        let asked = ask(resource.id, carer(), "办理卫生许可时核对").unwrap();
        let wanted = resource.id;
        let usage = |user: exchange::Source, for_case: &'static str| {
            db.write(move |tx| exchange::usage(tx, &user, &wanted, "SC1", for_case, "核对经营资格"))
        };
        assert_eq!(code(usage(user.clone(), "WS1")), "exchange.no-permit");
        let handle = |actor: Actor, command: RequestCommand| {
            db.write(move |tx| exchange::handle_request(tx, &actor, &asked.id, &command))
        };
        assert_eq!(code(handle(carer(), RequestCommand::Approve)), "exchange.own-request");
        assert_eq!(code(handle(elsewhere(), RequestCommand::Approve)), "exchange.not-caretaker");
        let revoke = || RequestCommand::Revoke { reason: "用途不符".to_owned() };
        assert_eq!(code(handle(second(), revoke())), "exchange.not-now");
        assert_eq!(handle(second(), RequestCommand::Approve).unwrap().state.name(), "approved");
        assert_eq!(code(usage(user.clone(), " ")), "exchange.words", "no use without a case");
        let (request, records) = usage(user.clone(), "WS1").unwrap();
        assert_eq!((request.uses, records.len()), (1, 1));
        assert_eq!(records[0]["result_cetr_name"], json!("食品经营许可证"));
        assert_eq!(code(usage(owner.clone(), "WS1")), "exchange.no-permit", "another system's permit");
        let seen = db.read(|read| exchange::query::uses(read, &carer(), &resource)).unwrap();
        assert_eq!((seen.len(), seen[0].2.for_case.as_str()), (1, "WS1"));
        assert!(db.read(|read| exchange::query::uses(read, &elsewhere(), &resource)).unwrap().is_empty());
        handle(second(), revoke()).unwrap();
        assert_eq!(code(usage(user.clone(), "WS1")), "exchange.no-permit");
        db.write(move |tx| exchange::revise(tx, &carer(), &open.id, Share::Closed, "改为不予共享")).unwrap();
        let open = db.read(|read| exchange::query::resource(read, &open.id)).unwrap();
        let permit = db.read(|read| exchange::query::requests(read, &carer(), &open)).unwrap();
        assert!(may_use(&permit[0], &open, "SC1", "WS1", "核对", 1).is_err(), "closed again, the old permit ends");
        assert!(decide_request(&permit[0], &open, &second(), &RequestCommand::Approve).is_err());
        verify(&db);
    });
}
