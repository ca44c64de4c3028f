//! `serve`: opens the house, fills it, starts what follows and what ticks, and answers until it is told to stop.

use crate::{
    builtin,
    config::Config,
    demo,
    failure::Failed,
    life, nodes, outside, rooms,
    wire::{self, Bounds},
};
use axum::Router;
use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Db, Runner};
use tokio::net::TcpListener;
use web::House;

/// Serves until SIGTERM or Ctrl-C.
pub fn run(config: &Config) -> Result<(), Failed> {
    let started = Instant::now();
    check_profile(config)?;
    check_pace(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads(config)).enable_all().build()?;
    let db = open(config)?;
    if config.data.built_in {
        builtin::fill(&db)?;
    }
    let nodes = nodes::open(config)?;
    exchange::acquaint(&db, &nodes)?;
    let index = Arc::new(search::Index::open(&db)?);
    let listener = runtime.block_on(listen(&config.server.listen, "choose another address with --listen"))?;
    let address = listener.local_addr()?;
    let faces = faces(config, address);
    let outside = runtime.block_on(outside::open(config, &db, &faces.public_url))?;
    outside.acquaint(&db)?;
    let (gateways, reports, texts) = (outside.gateways.clone(), outside.sms_reports.clone(), outside.sms_page.clone());
    let has_sms = outside.has_sms();
    let prelude = has_month_to_live(config, &db).then(|| Arc::new(web::Prelude::default()));
    let month = prelude.clone();
    let faces = web::Config { gateways, sms_report_token: reports, sms_page: texts, has_sms, prelude, ..faces };
    let faces = web::Config { nodes: Arc::clone(&nodes), wechat: outside.wechat.clone(), ..faces };
    let accounts = if config.demo.accounts { demo::seed(&db)? } else { vec![] };
    let stopping = AtomicBool::new(false);
    let work = || begin_work(config, &db, (&index, &nodes), &outside, month.as_deref(), &stopping);
    let served = std::thread::scope(|scope| {
        // A month is lived while the first pages are shown; without one the house works before it opens.
        let (runner, working) = match &month {
            None => (Some(work()?), None),
            Some(_) => (None, Some(scope.spawn(work))),
        };
        let faces = (listener, faces, accounts);
        let served = runtime.block_on(serve(config, &db, Arc::clone(&index), &outside, faces, started));
        stopping.store(true, Ordering::Relaxed);
        runtime.shutdown_timeout(Duration::from_secs(1));
        let joined =
            working.map(|working| working.join().map_err(|_| Failed::new("the demonstration's month panicked")));
        if let Some(runner) = runner.or(joined.transpose()?.transpose()?) {
            runner.stop();
        }
        served
    });
    // The last entries go under a signed head now, so that none of them can be cut off while nobody serves.
    if let Err(error) = store::sealer::seal_now(&db) {
        tracing::warn!("the journal's last entries are sealed at the next start: {error}");
    }
    served
}

/// Lives the month that a fresh demonstration begins with, then starts what follows and what ticks.
fn begin_work(
    config: &Config,
    db: &Db,
    (index, nodes): (&Arc<search::Index>, &Arc<exchange::Nodes>),
    outside: &outside::Outside,
    month: Option<&web::Prelude>,
    stopping: &AtomicBool,
) -> Result<Runner, Failed> {
    let over = month.map(web::Prelude::held);
    if let Some(prelude) = month {
        let began = Instant::now();
        // Nobody gets an SMS about what was long ago.
        let crew = life::Crew { followers: rooms::followers(index, false), wheels: rooms::wheels(1, false) };
        match life::live(db, &crew, config.demo.month_cases, kernel::Timestamp::now(), prelude, stopping) {
            Ok(life::Lived { done, refused }) => {
                let seconds = began.elapsed().as_secs_f64();
                // Whoever started the server may not listen any more.
                let told = "A month of the demonstration was lived";
                writeln!(io::stdout(), "{told}: {done} deeds, {refused} refused ({seconds:.1} s)").ok();
            }
            Err(error) => tracing::warn!("the month of the demonstration breaks off: {error}"),
        }
        db.time().advance_to(kernel::Timestamp::now());
    }
    if config.clock.office_hours {
        begin_in_office_hours(db)?;
    }
    if config.demo.accounts {
        demo::trading::lots(db)?;
    }
    drop(over);
    let mut followers = rooms::followers(index, outside.has_sms());
    followers.extend(nodes::followers(nodes));
    if outside.wechat.is_some() {
        followers.push(Arc::new(hotline::ByWechat));
    }
    if config.demo.accounts {
        followers.retain(|follower| follower.name() != config.demo.resting);
    }
    let mut wheels = rooms::wheels(config.clock.rate, outside.has_sms());
    wheels.extend(outside.wheels());
    let mut senders = outside.senders(db);
    senders.extend(nodes::senders(db, nodes));
    Ok(Runner::start(db, followers, wheels, senders)?)
}

/// Whether the house is a fresh demonstration whose clock begins in the past.
fn has_month_to_live(config: &Config, db: &Db) -> bool {
    const DAY_MICROS: i64 = 86_400_000_000;
    begins(config).is_some() && kernel::Timestamp::now().as_microsecond() - db.now().as_microsecond() > DAY_MICROS
}

/// Where the clock of a fresh demonstration begins.
fn begins(config: &Config) -> Option<kernel::Timestamp> {
    let lives = config.demo.accounts && config.demo.month_cases > 0 && config.clock.rate == 1;
    lives.then(|| kernel::Timestamp::now() - life::SPAN)
}

/// The database of this configuration with the tables of all rooms.
pub fn open(config: &Config) -> Result<Db, Failed> {
    let db = Db::open(store_config(config)).map_err(|error| Failed::new(format!("cannot open the data: {error}")))?;
    db.migrate(&rooms::migrations())?;
    Ok(db)
}

/// As [`open`], for commands that look at or copy data that must be there: a folder that is mistyped is told, not made.
pub fn open_existing(config: &Config) -> Result<Db, Failed> {
    let folder = std::path::Path::new(&config.data.folder);
    if !folder.join("keys").is_dir() {
        let folder = folder.display();
        return Err(Failed::new(format!(
            "there are no data in {folder}; name the folder that `serve` uses with --data"
        )));
    }
    open(config)
}

fn store_config(config: &Config) -> store::Config {
    let url = Some(config.data.database.clone()).filter(|url| !url.is_empty());
    let begins = begins(config);
    store::Config { url, clock_rate: config.clock.rate, begins, ..store::Config::new(&config.data.folder) }
}

async fn serve(
    config: &Config,
    db: &Db,
    index: Arc<search::Index>,
    outside: &outside::Outside,
    (listener, faces, accounts): (TcpListener, web::Config, Vec<demo::Account>),
    started: Instant,
) -> Result<(), Failed> {
    let address = listener.local_addr()?;
    let figures = match config.server.metrics_listen.as_str() {
        "" => None,
        own => Some(listen(own, "choose another address in server.metrics_listen").await?),
    };
    let app = app(config, db, index, outside, faces, accounts)?;
    println!(
        "Tongban is ready at http://{address}  ({}{:.1} s; Ctrl-C stops it)",
        if config.demo.accounts { "accounts: /demo; " } else { "" },
        started.elapsed().as_secs_f64()
    );
    let (stop, mut stopping) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        stop.send(true).ok();
    });
    let bounds = bounds(config);
    if let Some(listener) = figures {
        tokio::spawn(wire::serve(listener, web::figures(), bounds, stopping.clone()));
    }
    let graceful = wire::serve(listener, app, bounds, stopping.clone());
    let patience = Duration::from_secs(config.server.stop_seconds);
    tokio::select! {
        () = graceful => {}
        () = async { stopping.wait_for(|stop| *stop).await.map(drop).unwrap_or(()); tokio::time::sleep(patience).await } => {
            tracing::warn!("requests still running after {} s were cut off", patience.as_secs());
        }
    }
    Ok(())
}

async fn listen(address: &str, remedy: &str) -> Result<TcpListener, Failed> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Failed::new(format!("cannot listen on {address}: {error}; {remedy}")))
}

fn bounds(config: &Config) -> Bounds {
    let seconds = |seconds: u64| Duration::from_secs(seconds.max(1));
    Bounds {
        head: seconds(config.server.head_seconds),
        body: seconds(config.server.body_seconds),
        answer: seconds(config.server.answer_seconds),
        head_bytes_max: config.limits.head_bytes_max.max(1024),
        connections_max: config.limits.connections_max.max(1),
        // Behind a proxy all connections come from one address.
        connections_of_address_max: match config.server.behind_proxy {
            true => usize::MAX,
            false => config.limits.connections_of_address_max.max(1),
        },
    }
}

/// All faces over one house.
fn app(
    config: &Config,
    db: &Db,
    index: Arc<search::Index>,
    outside: &outside::Outside,
    faces: web::Config,
    accounts: Vec<demo::Account>,
) -> Result<Router, Failed> {
    let house = House::new(db.clone(), index, faces)?;
    let mut routes = portal::router().merge(console::routes()).merge(api::routes(&house));
    routes = routes.merge(api::pushes(Arc::clone(&outside.couriers)));
    if config.demo.accounts {
        routes = routes.merge(demo::page::routes(accounts, outside.sandbox.clone()));
        routes = routes.merge(demo::trading::routes());
    }
    Ok(web::dress(house, routes))
}

fn faces(config: &Config, address: SocketAddr) -> web::Config {
    let public = config.server.public_url.trim_end_matches('/');
    web::Config {
        demo: config.demo.accounts,
        public_url: if public.is_empty() { format!("http://{address}") } else { public.to_owned() },
        file_bytes_max: config.limits.file_bytes_max,
        body_bytes_max: config.limits.body_bytes_max,
        requests_per_minute: config.limits.requests_per_minute,
        behind_proxy: config.server.behind_proxy,
        staff_second: config.server.profile == "production",
        metrics: config.server.metrics_listen.is_empty() && config.server.profile != "production",
        ..web::Config::default()
    }
}

/// Real cases are not handled beside invented people, nor on a clock that runs away.
fn check_profile(config: &Config) -> Result<(), Failed> {
    match config.server.profile.as_str() {
        "trial" => Ok(()),
        "production" if config.demo.accounts => Err(Failed::new("the profile production does not allow --demo")),
        "production" if config.clock.office_hours => {
            Err(Failed::new("the profile production does not allow --office-hours"))
        }
        "production" if config.clock.rate != 1 => {
            Err(Failed::new("the profile production does not allow --clock-rate"))
        }
        "production" if config.wechat_pay.kind == "simulator" => {
            Err(Failed::new("the profile production does not allow a simulator: set wechat_pay.kind to live or off"))
        }
        "production" => Ok(()),
        other => Err(Failed::new(format!("there is no profile {other}: trial or production"))),
    }
}

/// Moves the clock to five past nine of the next working day, unless a working morning has just begun: later in the day the next
/// free time may lie beyond the noon break, and what is tried would depend on the hour.
fn begin_in_office_hours(db: &Db) -> Result<(), Failed> {
    let (calendar, now) =
        db.read::<_, store::Error>(|read| Ok((organisation::calendar(read)?, store::Read::now(read))))?;
    let local = kernel::local_time(now);
    if calendar.is_working(local.date()) && local.hour() == 9 {
        return Ok(());
    }
    let first = if local.hour() < 9 { Some(local.date()) } else { local.date().tomorrow().ok() };
    if let Some(day) = first.map(|day| calendar.on_or_after(day)) {
        db.time().advance_to(halls::instant(day, 9 * 60 + 5));
    }
    Ok(())
}

/// The fastest that time may run: a day in a second.
const RATE_MAX: u32 = 86_400;

/// The clock of a data folder never goes back: one that ran into the year 9999 would serve nobody any more, at whatever pace.
fn check_pace(config: &Config) -> Result<(), Failed> {
    match config.clock.rate {
        1..=RATE_MAX => Ok(()),
        rate => Err(Failed::new(format!("the clock cannot run at {rate} times its pace: 1 to {RATE_MAX}"))),
    }
}

fn threads(config: &Config) -> usize {
    match config.server.threads {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        threads => threads,
    }
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("the runtime handles signals");
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await.ok();
}
