//! Serves a world over plain HTTP/1.1 on loopback: every host on one port, told apart by the `Host` header.

mod body;
mod conditional;
mod fault;
mod log;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Instant;

use futures_util::future::{Either, select};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

pub use fault::{Fault, RetryAfter};
pub use log::LoggedRequest;

use crate::truth::{Ledger, Truth};
use crate::web::{Reply, Request, decode, origin};
use crate::world::World;
use body::{Plan, Sending, TestBody};
use fault::Rule;
use log::Log;

/// How a world is served.
#[derive(Clone, Copy, Debug)]
pub struct ServerOptions {
    /// Where to listen; port 0 takes a free one.
    pub addr: SocketAddr,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self { addr: (Ipv4Addr::LOCALHOST, 0).into() }
    }
}

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: RwLock<State>,
    faults: Mutex<Vec<Rule>>,
    log: Log,
    port: u16,
}

/// The world and its truth, which change together.
#[derive(Debug)]
struct State {
    world: World,
    ledger: Ledger,
}

impl Server {
    /// Starts to serve `world` on a thread of its own.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start(world: World, options: ServerOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.addr)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let ledger = Ledger::new(&world, addr.port());
        let state = RwLock::new(State { world, ledger });
        let log = Log::new(Instant::now());
        let shared = Arc::new(Shared { state, faults: Mutex::default(), log, port: addr.port() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("testbed".to_owned())
            .spawn(move || runtime.block_on(serve(listener, serving, stopped)))?;
        Ok(Self { shared, addr, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://HOST.localhost:PORT` for a host of the world.
    pub fn origin(&self, host: &str) -> String {
        origin(host, self.addr.port())
    }

    /// The file of sources for exactly this world.
    pub fn sources_toml(&self) -> String {
        self.shared.state().world.sources_toml(self.addr.port())
    }

    /// What is true at the current step.
    pub fn truth(&self) -> Truth {
        self.shared.state().ledger.truth().clone()
    }

    /// Moves the world on by a week.
    pub fn step(&self) {
        let mut state = self.shared.state.write().unwrap_or_else(PoisonError::into_inner);
        let State { world, ledger } = &mut *state;
        world.step();
        ledger.update(world);
    }

    /// The requests so far, in the order of their arrival.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.shared.log.entries()
    }

    /// The time by the clock of the log, in microseconds since the start of the server.
    pub fn now_us(&self) -> u64 {
        self.shared.log.now_us()
    }

    /// From now on `fault` meets the requests that `pattern` matches: a host without `.localhost`, in which `*` stands
    /// for any letters ("dagsordener.*.dk"). Such a pattern spares `robots.txt`; one with a slash is matched against
    /// host and path ("www.odense.dk/nyheder/*"). The fault that was set last wins.
    pub fn set_fault(&self, pattern: &str, fault: Fault) {
        self.shared.faults().push(Rule::new(pattern, fault));
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been printed by then.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections until `stopped`; then all that are open end with the runtime.
async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Either::Right((accepted, _)) = select(&mut stopped, pin!(listener.accept())).await else {
            return;
        };
        // A connection that failed before it was accepted concerns its client alone.
        let Ok((stream, _)) = accepted else { continue };
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| answer(Arc::clone(&shared), request));
        tokio::spawn(async move {
            // Clients that hang up are no concern of the server.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    shared: Arc<Shared>,
    request: hyper::Request<Incoming>,
) -> Result<Response<TestBody>, std::convert::Infallible> {
    let asked = read(&shared, &request);
    let entry = shared.log.open(&request, &asked.host);
    // From here on the log learns of the end, also when the client goes away first.
    let sending = Sending::new(Arc::clone(&shared), entry);
    let fault = fault::find(&mut shared.faults(), &asked);
    if let Some(Fault::Silent) = fault {
        std::future::pending::<()>().await;
    }
    let is_get = request.method() == Method::GET || request.method() == Method::HEAD;
    let reply = match fault.as_ref().and_then(|f| f.instead(&asked)) {
        Some(reply) => reply,
        None if is_get => real(&shared, &asked, request.headers(), fault.as_ref()),
        None => Reply::status(405, "Kun GET").with("allow", "GET, HEAD"),
    };
    let plan = fault.as_ref().map_or(Plan::Whole, Fault::plan);
    shared.log.answered(entry, &reply);
    Ok(response(reply, plan, sending))
}

/// What the systems see of a request.
fn read(shared: &Shared, request: &hyper::Request<Incoming>) -> Request {
    let header = |name| request.headers().get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let host = header("host").unwrap_or_default().to_ascii_lowercase();
    let host = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    let cookies = request.headers().get_all("cookie");
    Request {
        host: host.strip_suffix(".localhost").unwrap_or(host).to_owned(),
        path: decode(request.uri().path()),
        query: request.uri().query().unwrap_or_default().to_owned(),
        has_session: cookies.iter().any(|c| c.to_str().is_ok_and(|c| c.contains(".AspNet.Cookies="))),
        port: shared.port,
        endless: false,
    }
}

/// The answer of the world, with what the fault does to its content and what the client has already.
fn real(shared: &Shared, asked: &Request, headers: &HeaderMap, fault: Option<&Fault>) -> Reply {
    let state = shared.state();
    let endless = matches!(fault, Some(Fault::EndlessList));
    let mut reply = state.world.respond(&Request { endless, ..asked.clone() });
    if let Some(fault) = fault {
        fault.spoil(&mut reply);
    }
    let address = asked.origin(&asked.host) + &asked.target();
    let changed = state.ledger.changed(&address);
    conditional::apply(reply, &asked.host, changed.map(|step| state.world.day_of(step)), headers)
}

fn response(reply: Reply, plan: Plan, sending: Sending) -> Response<TestBody> {
    let mut headers = HeaderMap::new();
    for (name, value) in &reply.headers {
        // Both are ours; a value that is no header would be a mistake of a template and is left out.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    let length = plan.declared_length(reply.body.len(), reply.status);
    if let Some(length) = length {
        headers.insert("content-length", HeaderValue::from(length));
    }
    let mut response = Response::new(body::send(reply.body.into(), plan, sending));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
