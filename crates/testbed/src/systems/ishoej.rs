//! Ishøj: a challenge for browsers stands before every page.

use super::page::NOTE;
use crate::web::Reply;

pub(super) fn respond() -> Reply {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><title>Just a moment...</title></head>\
         <body><h1>ishoj.dk</h1><p>Enable JavaScript and cookies to continue</p><!-- {NOTE} --></body></html>"
    );
    Reply::new(403, "text/html; charset=UTF-8", body)
        .with("server", "cloudflare")
        .with("cf-mitigated", "challenge")
}
