//! One address that a person named: asked within the limits of a run, with its pauses, retries and refused networks.

use std::sync::Arc;

use tokio::sync::mpsc;
use url::Url;

use crate::client::{Client, Get};
use crate::event::{Event, Exchange};
use crate::{Cause, Known, Settings, body};

/// What came of asking.
#[derive(Debug)]
pub struct Answer {
    /// Every exchange, redirects first.
    pub exchanges: Vec<Exchange>,
    /// The body of the last one, its content coding undone; empty where there is none, or where it cannot be undone.
    pub body: Vec<u8>,
    /// Why it is not the answer that was wanted: a status that is no success has a body all the same.
    pub failure: Option<(Cause, String)>,
}

/// Asks for `url`, in the name of `source`. `robots.txt` is not asked for at its host: that is for programs that find addresses by
/// themselves, and here a person names a table. It is where a redirect leads to another host.
pub async fn ask(url: &str, source: &str, settings: Settings, known: Arc<dyn Known>) -> Answer {
    let mut answer = Answer { exchanges: Vec::new(), body: Vec::new(), failure: None };
    let limit = settings.body_bytes;
    let (sender, mut events) = mpsc::channel(1);
    let client = match Client::new(settings, known, sender) {
        Ok(client) => client,
        Err(why) => return Answer { failure: Some((Cause::Connect, why)), ..answer },
    };
    let Ok(url) = Url::parse(url) else {
        return Answer { failure: Some((Cause::BadRedirect, "it is no address".to_owned())), ..answer };
    };
    client.waive_robots(&url);
    let asking = async {
        // Its end is the end of the events.
        let client = client;
        client.get(Get { source, url: &url, session: false, is_conditional: false }).await
    };
    let listening = async {
        while let Some(event) = events.recv().await {
            if let Event::Exchange(exchange) = event {
                answer.exchanges.push(*exchange);
            }
        }
    };
    let (result, ()) = tokio::join!(asking, listening);
    let mut last = match result {
        Ok(answer) => Some(answer.exchange),
        Err(failure) => {
            answer.failure = Some((failure.cause, failure.why));
            failure.exchange.map(|exchange| *exchange)
        }
    };
    if let Some(exchange) = &mut last {
        source.clone_into(&mut exchange.source);
        match body::decoded(exchange, limit) {
            Ok(body) => answer.body = body,
            Err(bad) => answer.failure = answer.failure.or(Some((bad.cause, bad.why))),
        }
    }
    answer.exchanges.extend(last);
    answer
}
