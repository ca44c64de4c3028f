//! 缴费: what is to be paid, why and how; what came of it, said as it is known; the receipt.

mod list;
mod view;

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use kernel::PaymentCode;
use licences::document::{Fonts, qr_svg};
use payment::{Bill, Channel, Command, ORDER_LASTS, ReceiptNumber, Refusal, Way};
use store::Failure;
use web::{Client, Fault, Fields, Frame, House, Section, Visitor, page, redirect};

use super::{apart, licence::download};
pub use view::{BillView, Notice, Standing};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/pay/{bill}", get(show))
        .route("/pay/{bill}/start", post(start))
        .route("/pay/{bill}/cancel", post(cancel))
        .route("/pay/{bill}/check", post(check))
        .route("/pay/{bill}/result", get(result))
        .route("/receipt/{receipt}", get(receipt))
        .route("/me/payments", get(list::list))
}

/// How long a page waits for the channel's answer before it says that there is none yet.
const PATIENCE: Duration = Duration::from_millis(3_000);
const GLANCE: Duration = Duration::from_millis(60);

/// The visitor's own bill. A wrong code and somebody else's bill are the same: there is none.
fn own(house: &House, visitor: &Visitor, code: &str) -> Result<Bill, Fault> {
    let (session, _) = visitor.citizen()?;
    let code: PaymentCode = code.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    house.ask(|read| payment::query::bill_for(read, &session.actor, &code))
}

#[derive(Template)]
#[template(path = "citizen/pay/pay.html")]
struct PayPage {
    frame: Frame,
    bill: BillView,
    online: bool,
    simulated: bool,
    /// The code to scan, drawn.
    qr: Option<String>,
    /// Where a phone goes on.
    link: Option<String>,
    /// The channel has not answered yet.
    waiting: bool,
}

async fn show(State(house): State<Arc<House>>, visitor: Visitor, Path(code): Path<String>) -> Result<Response, Fault> {
    let bill = own(&house, &visitor, &code)?;
    if bill.is_cleared() {
        return Ok(redirect(&format!("/pay/{}/result", bill.code)));
    }
    let gateway = house.config.gateways.get(Channel::Wechat);
    let open = bill.open_order();
    let link = open.and_then(|order| order.link.clone());
    let scan = open.is_some_and(|order| order.way == Way::Scan);
    let qr = link.as_ref().filter(|_| scan).and_then(|link| qr_svg(link, "微信扫一扫缴费的二维码"));
    let view = house.read(|read| BillView::gather(read, &bill))?;
    Ok(page(&PayPage {
        frame: visitor.frame(&house, format!("缴费：{}", bill.title)).in_section(Section::Mine),
        online: gateway.is_some() && bill.tariff.online,
        simulated: gateway.is_some_and(|gateway| gateway.is_simulator()),
        waiting: open.is_some() && link.is_none(),
        // A scheme of the channel's own app is for its camera, not for a browser.
        link: link.filter(|link| link.starts_with("http://") || link.starts_with("https://")),
        qr,
        bill: view,
    }))
}

/// Asks the channel for an order and shows where to pay it, or that the channel has not answered yet.
async fn start(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Fault> {
    let bill = own(&house, &visitor, &code)?;
    if house.config.gateways.get(Channel::Wechat).is_none() {
        return Err(Fault::refused(&Refusal::NoChannel));
    }
    let way = if fields.get("way") == Some("phone") { Way::Phone } else { Way::Scan };
    let lasts = ORDER_LASTS * house.db.time().rate();
    let (actor, code) = (visitor.citizen()?.0.actor.clone(), bill.code);
    let client = client.map(|client| house.db.seal(&bill.payer, &client.to_string())).transpose()?;
    let order = Command::Order { channel: Channel::Wechat, way, lasts, client };
    house.write(move |tx| payment::handle(tx, &actor, &code, &order)).await?;
    let placed = |bill: &Bill| bill.open_order().is_none_or(|order| order.link.is_some());
    wait(&house, &visitor, &code, placed).await?;
    Ok(redirect(&format!("/pay/{code}")))
}

/// Gives the order up, so that the bill can be paid another way.
async fn cancel(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let bill = own(&house, &visitor, &code)?;
    let (actor, code) = (visitor.citizen()?.0.actor.clone(), bill.code);
    house.write(move |tx| payment::give_up(tx, &actor, &code)).await?;
    wait(&house, &visitor, &code, |bill| bill.open_order().is_none()).await?;
    Ok(redirect(&format!("/pay/{code}")))
}

/// 我已付款: the channel is asked, and the page says what it answers.
async fn check(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let bill = own(&house, &visitor, &code)?;
    let (actor, code) = (visitor.citizen()?.0.actor.clone(), bill.code);
    house.write(move |tx| payment::ask_channel(tx, &actor, &code)).await?;
    wait(&house, &visitor, &code, |bill| bill.open_order().is_none()).await?;
    Ok(redirect(&format!("/pay/{code}/result")))
}

/// Looks at the bill until it is as wanted, for a moment at most.
async fn wait(
    house: &House,
    visitor: &Visitor,
    code: &PaymentCode,
    wanted: impl Fn(&Bill) -> bool,
) -> Result<(), Fault> {
    let until = std::time::Instant::now() + PATIENCE;
    while std::time::Instant::now() < until {
        let (session, _) = visitor.citizen()?;
        let bill = house.ask(|read| payment::query::bill_for(read, &session.actor, code))?;
        if wanted(&bill) {
            break;
        }
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "citizen/pay/result.html")]
struct ResultPage {
    frame: Frame,
    bill: BillView,
    simulated: bool,
}

async fn result(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let bill = own(&house, &visitor, &code)?;
    let view = house.read(|read| BillView::gather(read, &bill))?;
    Ok(page(&ResultPage {
        frame: visitor.frame(&house, format!("缴费结果：{}", bill.title)).in_section(Section::Mine),
        simulated: bill.payment.as_ref().is_some_and(|payment| payment.simulated),
        bill: view,
    }))
}

async fn receipt(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let number: ReceiptNumber = number.parse().map_err(|_| Fault::refused(&Refusal::NoReceipt))?;
    let (bill, payer, collector) = house.ask(|read| {
        let bill = payment::query::bill_of_receipt(read, &session.actor, &number)?;
        let payer = identity::party(read, &bill.payer)?.map_or_else(String::new, |party| party.name);
        let collector = organisation::department(read, &bill.department)?;
        Ok::<_, Failure<Refusal>>((bill, payer, collector.map_or_else(String::new, |office| office.name)))
    })?;
    let link = house.address(&format!("/receipt/{number}"));
    let printed = apart(&house, move |house| {
        let fonts = Fonts::find().ok_or("no Chinese font was found; install fonts-noto-cjk")?;
        let particulars = payment::receipt::Particulars { payer, collector, link, demo: house.config.demo };
        let page = payment::receipt::pdf(&bill, &particulars, &fonts, house.signer.as_ref());
        page.ok_or("the bill has no receipt")?.map_err(|error| error.to_string())
    })
    .await?;
    let pdf = printed.map_err(Fault::broken)?;
    Ok(download(pdf.bytes, "application/pdf", &format!("{number}.pdf")))
}
