//! A run over many sources at once.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::event::{Event, SourceReport};
use crate::visit::Visit;
use crate::{Known, Scope, Settings, Source};

/// Fetches `sources`, all at once, and sends what comes of it to `out`; at the end of each source comes one
/// [`Event::Finished`]. A full `out` holds the sources back, so it must be read until it is closed.
///
/// Hosts are asked one request at a time, however many sources they serve. Once `stop` is true nothing more is asked:
/// requests that are under way are dropped, and every source is finished as incomplete. Dropping the receiver of
/// `out` ends the run too.
pub async fn run(
    sources: Vec<Source>,
    scope: Scope,
    settings: Settings,
    known: Arc<dyn Known>,
    out: Sender<Event>,
    stop: watch::Receiver<bool>,
) {
    let client = match Client::new(settings, known, out.clone()) {
        Ok(client) => Arc::new(client),
        Err(why) => return refuse(sources, &why, &out).await,
    };
    drop(out);
    let mut tasks = JoinSet::new();
    let mut names = HashMap::new();
    for source in sources {
        let id = source.id.clone();
        let (client, stop) = (Arc::clone(&client), stop.clone());
        let task = tasks.spawn(async move {
            let report = visit(&source, scope, &client, stop).await;
            client.send(Event::Finished(report)).await;
        });
        names.insert(task.id(), id);
    }
    while let Some(ended) = tasks.join_next().await {
        // A parser that panics costs its source and no other.
        if let Err(error) = ended
            && let Some(id) = names.get(&error.id())
        {
            client.send(Event::Finished(spoilt(id, format!("reading it failed: {error}")))).await;
        }
    }
}

async fn refuse(sources: Vec<Source>, why: &str, out: &Sender<Event>) {
    for source in sources {
        let report = spoilt(&source.id, why.to_owned());
        if out.send(Event::Finished(report)).await.is_err() {
            return;
        }
    }
}

fn spoilt(source: &str, alarm: String) -> SourceReport {
    SourceReport { source: source.to_owned(), alarms: vec![alarm], ..SourceReport::default() }
}

async fn visit(
    source: &Source,
    scope: Scope,
    client: &Client,
    mut stop: watch::Receiver<bool>,
) -> SourceReport {
    let mut visit = Visit::new(client, source, scope);
    let was_stopped = tokio::select! {
        biased;
        () = stopped(&mut stop) => true,
        () = visit.run() => false,
    };
    visit.into_report(was_stopped)
}

/// Ends when `stop` is true; where nobody can set it any more, never.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
