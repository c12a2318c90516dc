//! What goes wrong at one host costs the others nothing, is told by its cause, and is made good when it has passed.

use std::time::Duration;

use belaeg_testbed::{Fault, RetryAfter, Spec};
use serde_json::Value;

use crate::net::{History, Net, is_at};
use crate::support::text;

/// What a fault comes to.
enum Comes {
    /// A failure of one of these causes, and a source that is not complete.
    Fails(&'static [&'static str]),
    /// An alarm, and a source that is not complete.
    Alarms,
    /// All is there, in other bytes.
    Spoils,
    /// Nothing: all is there.
    ToNothing,
}
use Comes::{Alarms, Fails, Spoils, ToNothing};

/// A host, or one of its addresses; what is wrong with it; and what comes of that.
type Case = (&'static str, Fault, Comes);

/// The case of the host of an address.
fn fault_at<'a>(faults: &'a [Case], address: &str) -> Option<&'a Case> {
    faults.iter().find(|(host, ..)| is_at(address, host.split('/').next().unwrap_or_default()))
}

fn faults() -> Vec<Case> {
    let busy = |status, retry_after| Fault::Busy { status, retry_after, times: 1000 };
    let slow = |chunk, ms| Fault::Slow { chunk, pause: Duration::from_millis(ms) };
    vec![
        // JSON, a feed and a page that end in the middle.
        ("dagsordener.odense.dk", Fault::Malformed, Fails(&["bad_listing"])),
        ("www.brondby.dk", Fault::Malformed, Fails(&["bad_listing"])),
        ("www.gladsaxe.dk/nyheder", Fault::Malformed, Fails(&["bad_listing"])),
        ("dagsorden.glostrup.dk", Fault::RobotsForbid, Fails(&["robots"])),
        ("dagsordener.frederiksberg.dk", Fault::RobotsError, Fails(&["host_closed"])),
        ("billund.meetingsplus.dk", Fault::EndlessBody, Fails(&["too_large"])),
        ("dagsorden.ballerup.dk", Fault::DeclaredHuge, Fails(&["too_large"])),
        ("www.hedensted.dk", Fault::GzipBomb { mib: 600 }, Fails(&["too_large"])),
        ("www.rksk.dk", Fault::RedirectPrivate, Fails(&["private_address"])),
        ("www.frederikssund.dk", Fault::RedirectLoop, Fails(&["too_many_redirects"])),
        (
            "apps.aalborgkommune.dk",
            busy(429, RetryAfter::Seconds(3600)),
            Fails(&["rate_limited", "host_closed"]),
        ),
        (
            "dagsordener.roskilde.dk",
            busy(503, RetryAfter::Date(3600)),
            Fails(&["server_error", "host_closed"]),
        ),
        ("norddjurs.meetingsplus.dk", Fault::Silent, Fails(&["timeout"])),
        ("dagsordener.herlev.dk", slow(1, 1000), Fails(&["timeout"])),
        ("dagsordener.gentofte.dk", slow(2000, 3), ToNothing),
        ("aabendagsorden.syddjurs.dk", Fault::CutOff, Fails(&["interrupted"])),
        ("dagsordener.brondby.dk", Fault::CookieWall, Fails(&["bad_listing"])),
        ("dagsordener.dragoer.dk", Fault::ChangedTemplate, Fails(&["bad_listing"])),
        ("dagsordener.gladsaxe.dk", Fault::WrongCharset, Spoils),
        ("www.ballerup.dk", Fault::EndlessList, Alarms),
    ]
}

#[test]
fn what_goes_wrong_at_one_host_costs_the_others_nothing() {
    let spec = Spec {
        kommuner: 20,
        full: 12,
        meetings: 2,
        news: 4,
        letters: 26,
        crawl_delay_s: 0,
        ..Spec::default()
    };
    let net = Net::of(&spec, 0);
    net.write_settings(0, 6);
    let faults = faults();
    for (host, fault, _) in &faults {
        net.server.set_fault(host, fault.clone());
    }
    let mut history = History { spoilt: vec!["dagsordener.gladsaxe.dk"], ..History::default() };
    let lines = net.fetch(&mut history);
    let sources = toml::from_str::<toml::Table>(&net.server.sources_toml()).expect("TOML");
    let sources = sources["source"].as_array().expect("a list");
    assert_eq!(lines.len(), sources.len());
    for source in sources {
        let base = source["base"].as_str().expect("an address");
        let id = source["id"].as_str().expect("an id");
        let line = lines.iter().find(|l| text(&l["source"]) == id).expect("a line for each source");
        match fault_at(&faults, base) {
            // A letter by its address has no list that could break.
            Some(_) if id.ends_with("-letters") => {}
            Some((host, fault, comes)) => assert_hurt(line, host, fault, comes),
            None if id == "ishoej-minutes" => assert_eq!(line["complete"], false),
            None => assert_unhurt(line),
        }
    }
    let wrong = net.differences(&mut history);
    let is_expected = |w: &String| match fault_at(&faults, w) {
        Some((.., ToNothing)) | None => false,
        Some((.., Spoils)) => !w.ends_with("is missing"),
        Some(_) => true,
    };
    let elsewhere: Vec<&String> = wrong.iter().filter(|w| !is_expected(w)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert!(!wrong.is_empty(), "the faults cost nothing at all");

    // What passes is made good by the next run, also where the hosts said how long they want to be left alone.
    net.server.clear_faults();
    let forget = "UPDATE hosts SET closed_until = NULL, robots_at = '2000-01-01T00:00:00Z'";
    net.catalog().execute(forget, []).expect("written");
    net.fetch(&mut history);
    let wrong = net.differences(&mut history);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn assert_hurt(line: &Value, host: &str, fault: &Fault, comes: &Comes) {
    let failed = line["failed"].as_object().expect("counts");
    match comes {
        Fails(causes) => {
            assert!(causes.iter().any(|c| failed.contains_key(*c)), "{host} {fault:?}: {line}");
            assert_eq!(line["complete"], false, "{host} {fault:?}: {line}");
        }
        Alarms => {
            assert_ne!(line["alarms"], serde_json::json!([]), "{host} {fault:?}: {line}");
            assert_eq!(line["complete"], false, "{host} {fault:?}: {line}");
        }
        Spoils | ToNothing => assert_unhurt(line),
    }
    assert_eq!(line["gone"], 0, "{host} {fault:?}: {line}");
}

/// The source was read to its end, and nothing is missing but what may not be fetched.
fn assert_unhurt(line: &Value) {
    assert_eq!(line["complete"], true, "{line}");
    assert_eq!(line["alarms"], serde_json::json!([]), "{line}");
    assert_ne!(line["listed"], 0, "{line}");
    let failed = line["failed"].as_object().expect("counts");
    assert!(failed.keys().all(|cause| ["robots", "forbidden"].contains(&cause.as_str())), "{line}");
}
