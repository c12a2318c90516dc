//! One request and its answer over the wire, within limits of time and size.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, ETAG, HOST, HeaderMap, HeaderName,
    HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, USER_AGENT,
};
use reqwest::{Method, Request, Response};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::budget::{Budget, Share};
use crate::dns::{CheckedDns, NoAddress};
use crate::event::Exchange;
use crate::{Cause, Settings, Validators};

/// Makes requests, without politeness, redirects or memory.
#[derive(Debug)]
pub(crate) struct Wire {
    http: reqwest::Client,
    user_agent: HeaderValue,
    first_byte_timeout: Duration,
    total_timeout: Duration,
    wire_bytes: u64,
    budget: Budget,
}

/// Why no answer came, and what came of it.
#[derive(Debug)]
pub(crate) struct WireError {
    pub(crate) cause: Cause,
    pub(crate) why: String,
}

impl WireError {
    fn new(cause: Cause, why: impl ToString) -> Self {
        Self { cause, why: why.to_string() }
    }
}

/// What goes into a request besides its address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extra<'a> {
    pub(crate) validators: Option<&'a Validators>,
    pub(crate) cookie: Option<&'a str>,
}

impl Wire {
    /// # Errors
    /// If the user agent is no header, or no client for HTTP can be made.
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| format!("user agent {:?} cannot be sent", settings.user_agent))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(CheckedDns { allow: settings.allow.clone().into() })
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|e| chain(&e))?;
        Ok(Self {
            http,
            user_agent,
            first_byte_timeout: settings.first_byte_timeout,
            total_timeout: settings.total_timeout,
            wire_bytes: settings.wire_bytes,
            budget: Budget::new(settings.waiting_bytes),
        })
    }

    /// Asks for `url`. The exchange's `source` and `purpose` are for the caller to fill in.
    pub(crate) async fn exchange(&self, url: &Url, extra: Extra<'_>) -> Result<Exchange, WireError> {
        let request = self.request(url, extra);
        let request_head = request_head(&request);
        let start = Instant::now();
        let end = start + self.total_timeout;
        let head_end = end.min(start + self.first_byte_timeout);
        let response = timeout_at(head_end, self.http.execute(request))
            .await
            .map_err(|_| WireError::new(Cause::Timeout, "no answer in time"))?
            .map_err(|e| failed(&e))?;
        let mut exchange = read_head(url, request_head, &response);
        let (body, share) = timeout_at(end, self.read_body(response))
            .await
            .map_err(|_| WireError::new(Cause::Timeout, "the answer did not end in time"))??;
        exchange.body = body;
        exchange.share = Some(Arc::new(share));
        exchange.fetched_at = Timestamp::now();
        Ok(exchange)
    }

    fn request(&self, url: &Url, extra: Extra<'_>) -> Request {
        let mut request = Request::new(Method::GET, url.clone());
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let etag = extra.validators.and_then(|v| v.etag.as_deref());
        let modified = extra.validators.and_then(|v| v.last_modified.as_deref());
        for (name, value) in [(IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, modified), (COOKIE, extra.cookie)] {
            // What is no header any more was damaged where it was kept, and the request does without.
            if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
                headers.insert(name, value);
            }
        }
        request
    }

    async fn read_body(&self, mut response: Response) -> Result<(Vec<u8>, Share), WireError> {
        let too_large = || WireError::new(Cause::TooLarge, format!("more than {} bytes", self.wire_bytes));
        if response.content_length().is_some_and(|length| length > self.wire_bytes) {
            return Err(too_large());
        }
        let (mut body, mut share) = (Vec::new(), Share::default());
        while let Some(chunk) =
            response.chunk().await.map_err(|e| WireError::new(Cause::Interrupted, chain(&e)))?
        {
            if body.len() as u64 + chunk.len() as u64 > self.wire_bytes {
                return Err(too_large());
            }
            self.budget.grow(&mut share, body.len() + chunk.len()).await;
            body.extend_from_slice(&chunk);
        }
        Ok((body, share))
    }
}

/// TLS that trusts whom the system trusts. Where that is nobody, every connection fails, and only then.
fn tls() -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    match rustls_platform_verifier::Verifier::new(provider) {
        Ok(verifier) => {
            Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
        }
        Err(error) => {
            tracing::warn!(%error, "no trusted certificates on this system; https will fail");
            Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
        }
    }
}

fn failed(error: &reqwest::Error) -> WireError {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(NoAddress(cause)) = inner.downcast_ref() {
            return WireError::new(*cause, inner);
        }
        source = inner.source();
    }
    let cause = match error {
        e if e.is_timeout() => Cause::Timeout,
        e if e.is_connect() => Cause::Connect,
        _ => Cause::Interrupted,
    };
    WireError::new(cause, chain(error))
}

/// An error with its causes, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

fn request_head(request: &Request) -> Vec<u8> {
    let url = request.url();
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let mut head = format!("GET {}{query} HTTP/1.1\r\n", url.path()).into_bytes();
    write_header(&mut head, &HOST, crate::address::authority(url).as_bytes());
    write_headers(&mut head, request.headers());
    head
}

fn write_headers(head: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        write_header(head, name, value.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
}

fn write_header(head: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    head.extend_from_slice(name.as_str().as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

fn read_head(url: &Url, request_head: Vec<u8>, response: &Response) -> Exchange {
    let (status, headers) = (response.status(), response.headers());
    let reason = status.canonical_reason().unwrap_or_default();
    let mut response_head = format!("{:?} {} {reason}\r\n", response.version(), status.as_u16()).into_bytes();
    write_headers(&mut response_head, headers);
    let header = |name| headers.get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    Exchange {
        request_head,
        status: status.as_u16(),
        content_encoding: header(CONTENT_ENCODING),
        media_type: header(CONTENT_TYPE),
        validators: Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) },
        response_head,
        ip: response.remote_addr().map(|a| a.ip()),
        ..Exchange::unanswered(url.as_str())
    }
}
