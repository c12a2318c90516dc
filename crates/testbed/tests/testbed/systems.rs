//! Each system answers in the shape of the real one.

use belaeg_testbed::Spec;
use serde_json::Value;

use crate::client::{get, get_with};
use crate::{server, start};

const ODENSE: &str = "dagsordener.odense.dk";

fn strings<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after).map(|(s, _)| s)).collect()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().expect("an array")
}

/// All records of the committees, whatever the groups are called.
fn meetings(list: &Value) -> Vec<Value> {
    let groups = list["Udvalg"].as_object().expect("groups");
    let committees = groups.values().flat_map(array);
    committees.flat_map(|c| array(&c["Moeder"])).cloned().collect()
}

#[test]
fn firstagenda_wants_a_session() {
    let server = server();
    let first = get_with(&server, ODENSE, "/api/agenda/udvalgsliste?a=%C3%B8", &[]);
    assert_eq!(first.status, 302);
    let to = first.header("location").expect("a location");
    assert_eq!(to, "/Home/AnonymousAuthentication?callback=%2Fapi%2Fagenda%2Fudvalgsliste%3Fa%3D%25C3%25B8");
    let second = get_with(&server, ODENSE, to, &[]);
    assert_eq!((second.status, second.header("location")), (302, Some("/api/agenda/udvalgsliste?a=%C3%B8")));
    let cookie = second.header("set-cookie").expect("a cookie").split(';').next().expect("a pair").to_owned();
    assert_eq!(get_with(&server, ODENSE, "/api/agenda/udvalgsliste", &[("cookie", &cookie)]).status, 200);
}

#[test]
fn firstagenda_lists_and_agendas() {
    let server = server();
    let list = get(&server, ODENSE, "/api/agenda/udvalgsliste").json();
    let meetings = meetings(&list);
    assert!(meetings.iter().any(|m| m["Navn"] == "Dagsorden" && m["Afsluttet"] == false));
    assert!(meetings.iter().any(|m| m["IsSupplementaryAgenda"] == true));
    assert!(meetings.iter().any(|m| m["Navn"] == "Lukket referat"));
    let minutes = meetings.iter().find(|m| m["Navn"] == "Referat").expect("minutes");
    assert!(
        minutes["MeetingBeginUtc"].as_str().is_some_and(|d| d.ends_with("+02:00") || d.ends_with("+01:00"))
    );
    let id = minutes["Id"].as_str().expect("an id");
    let agenda = get(&server, ODENSE, &format!("/api/agenda/dagsorden/{id}")).json();
    assert_eq!(agenda["Id"], id);
    assert_eq!(agenda["Moede"]["Id"], "00000000-0000-0000-0000-000000000000");
    let items = array(&agenda["Dagsordenpunkter"]);
    assert!(items.iter().any(|i| i["IsOpen"] == false && array(&i["Felter"]).is_empty()));
    // Odense has the newer names of fields.
    assert!(
        items
            .iter()
            .all(|i| i["Caption"].is_string() && i["Number"].is_string() && i["CaseNumber"].is_string())
    );
    let fields: Vec<&Value> = items.iter().flat_map(|i| array(&i["Felter"])).collect();
    assert!(fields.iter().any(|f| f["Html"].as_str().is_some_and(|h| h.contains("<span class='resume'>"))));
    assert!(fields.iter().any(|f| f["Navn"] == "Beslutning"));
    let attachments: Vec<&Value> = items.iter().flat_map(|i| array(&i["Bilag"])).collect();
    let bilag = attachments[0]["Id"].as_str().expect("an id");
    let direct = get(&server, ODENSE, &format!("/vis/pdf/bilag/{bilag}/?redirectDirectlyToPdf=false"));
    assert_eq!(direct.header("content-type"), Some("application/pdf"));
    assert!(direct.body.starts_with(b"%PDF-"));
    let by_token = get(&server, ODENSE, &format!("/Vis/Pdf/bilag/{bilag}"));
    let to = by_token.header("location").expect("a token");
    assert!(to.contains("token="));
    assert_eq!(get(&server, ODENSE, to).body, direct.body);
    assert_eq!(get(&server, ODENSE, &format!("/vis?id={id}")).status, 200);
    assert_eq!(get(&server, ODENSE, &format!("/Vis/Referat/{id}")).status, 404);
}

#[test]
fn firstagenda_search_pages() {
    let server = start(&Spec { kommuner: 1, meetings: 30, ..Spec::default() });
    let list = get(&server, ODENSE, "/api/agenda/udvalgsliste").json();
    let mut found = 0;
    for year in ["2025", "2026"] {
        for start in (0..).step_by(20) {
            let path = format!(
                "/api/agenda/soeg/?request.kriterie.udvalgId=&request.kriterie.moedeDato={year}&request.paging.startIndex={start}&request.paging.limit=20"
            );
            let page = get(&server, ODENSE, &path).json();
            let hits = array(&page["Dagsordner"]).len();
            found += hits;
            if hits < 20 {
                break;
            }
        }
    }
    assert_eq!(found, meetings(&list).len());
}

#[test]
fn firstagenda_hosts_differ() {
    let server = server();
    let labels = |host| -> Vec<String> {
        let list = get(&server, host, "/api/agenda/udvalgsliste").json();
        list["Udvalg"].as_object().expect("groups").keys().cloned().collect()
    };
    assert_ne!(labels(ODENSE), labels("dagsordener.roskilde.dk"));
}

#[test]
fn koebenhavn_has_every_item_twice() {
    let server = start(&Spec { kommuner: 2, meetings: 12, ..Spec::default() });
    let mut path = "/jsonapi/node/agenda_element?filter%5Ba%5D%5Bcondition%5D%5Bpath%5D=agenda_meeting_date\
                    &filter%5Ba%5D%5Bcondition%5D%5Boperator%5D=%3E%3D&filter%5Ba%5D%5Bcondition%5D%5Bvalue%5D=2026-05-01\
                    &sort=agenda_meeting_date&page%5Blimit%5D=50"
        .to_owned();
    let mut aliases: Vec<String> = Vec::new();
    let mut pages = 0;
    loop {
        let page = get(&server, "www.kk.dk", &path).json();
        let data = array(&page["data"]);
        assert!(data.len() <= 50);
        aliases.extend(
            data.iter().map(|d| d["attributes"]["path"]["alias"].as_str().expect("an alias").to_owned()),
        );
        assert!(
            data.iter()
                .all(|d| d["attributes"]["agenda_meeting_date"].as_str().is_some_and(|d| d >= "2026-05"))
        );
        pages += 1;
        let Some(next) = page["links"]["next"]["href"].as_str() else { break };
        path = next
            .split_once(".localhost:")
            .and_then(|(_, p)| p.split_once('/'))
            .map(|(_, p)| format!("/{p}"))
            .expect("a path");
    }
    assert!(pages > 1, "{} items", aliases.len());
    let minutes = aliases.iter().find(|a| a.contains("/referat/")).expect("minutes");
    assert!(aliases.contains(&minutes.replace("/referat/", "/dagsorden/")));
    let encoded = minutes
        .replace(' ', "%20")
        .replace(',', "%2C")
        .replace('ø', "%C3%B8")
        .replace('Ø', "%C3%98")
        .replace('æ', "%C3%A6");
    for host in ["www.kk.dk", "kk.dk"] {
        let page = get(&server, host, &encoded);
        assert!(page.text().contains("<div class=\"node__content\">"), "{}", page.status);
        assert!(page.text().contains("Se alle bilag"));
        let file = strings(page.text(), "<div class=\"agenda-element-appendix\"><a href=\"", "\"")[0];
        assert!(get(&server, host, file).body.starts_with(b"%PDF-"));
    }
    let list = get(
        &server,
        "www.kk.dk",
        "/dagsordener-og-referater/%C3%98konomiudvalget?agenda_meeting_date_value[min]=2026-01-01",
    );
    assert!(list.text().contains("td class=\"views-field-agenda-meeting-date\""));
    assert!(list.text().contains("li class=\"pager__item--next\""));
    let front = get(&server, "www.kk.dk", "/?agenda_committee_type_target_id[268]=268&page=4");
    assert!(!front.text().contains("views-field-agenda-meeting-date"));
}

#[test]
fn aabendagsorden_caps_at_fifty_and_dates_differ() {
    let server = start(&Spec { kommuner: 11, meetings: 70, ..Spec::default() });
    let search = |host, from, to| {
        let answer =
            get(&server, host, &format!("/rest/meeting/search?query=&fromDate={from}&toDate={to}")).json();
        array(&answer["meetings"]).clone()
    };
    let (glostrup, syddjurs) = ("dagsorden.glostrup.dk", "aabendagsorden.syddjurs.dk");
    assert_eq!(search(glostrup, "", "").len(), 50);
    assert_eq!(search(glostrup, "2026-09-01", "2026-10-31").len(), 3);
    assert_eq!(search(syddjurs, "01/09/2026", "31/10/2026").len(), 3);
    assert_eq!(search(syddjurs, "2026-09-01", "2026-10-31").len(), 0);
    let all = search(glostrup, "2025-01-01", "2026-12-31");
    assert!(all.iter().any(|m| m["committeeName"] == "Testudvalget"));
    assert!(all.iter().all(|m| array(&m["agendaItems"]).len() <= 3));
    let view = get(&server, glostrup, &format!("/fragments/meeting/{}/view", all[0]["meetingId"]));
    assert!(view.text().contains("class=\"agenda-item-title\">Punkt 1 "));
    assert!(view.text().contains(">Resumé<"));
    let file = strings(view.text(), "href=\"/meeting/files/", "\"")[0];
    assert!(get(&server, glostrup, &format!("/meeting/files/{file}")).body.starts_with(b"%PDF-"));
}

#[test]
fn meetingsplus_shows_two_months_and_tabs() {
    let server = start(&Spec { kommuner: 4, meetings: 20, ..Spec::default() });
    let host = "billund.meetingsplus.dk";
    let overview = get(&server, host, "/overview");
    let rows = strings(overview.text(), "<li class=\"meeting-list-item\" data-content-id=\"", "</li>");
    assert!((3..=6).contains(&rows.len()), "{rows:?}");
    let (mut agendas, mut minutes) = (0, 0);
    for row in rows {
        let page = get(&server, host, strings(row, "href=\"", "\"")[0]);
        assert!(page.text().contains("<p class=\"item-title\">D - "));
        if page.text().contains("<div id=\"agendaTabContent\"></div>") {
            minutes += 1;
            let pdf = strings(page.text(), "<a id=\"openProtocol\" href=\"", "\"")[0];
            assert!(pdf.ends_with("?downloadMode=open"));
            assert!(get(&server, host, pdf).body.starts_with(b"%PDF-"));
        } else {
            agendas += 1;
        }
    }
    assert!(agendas > 0 && minutes > 0);
    let committee = get(&server, host, "/committees/byraadet");
    assert_eq!(strings(committee.text(), "<a class=\"accessible-table-cell\" href=\"", "\"").len(), 5);
}

#[test]
fn ringkoebing_skjern_names_no_charset() {
    let server = server();
    let list = "/om-kommunen/byraad/dagsorden-og-referat";
    let answer = get(&server, "www.rksk.dk", list);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    let rows = strings(answer.text(), "<tr class=\"agenda--tr\">", "</tr>");
    assert!(!rows.is_empty());
    let id = strings(rows[0], "?AgendaID=", "\"")[0];
    let page = get(&server, "www.rksk.dk", &format!("{list}?AgendaID={id}"));
    for part in [
        "<div class=\"agenda--card agenda--item\" id=\"",
        "<h2 class=\"h3\">1 : ",
        "<strong>Sagsfremstilling</strong>",
        "base64",
        "()",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
}

#[test]
fn frederikssund_lists_by_year() {
    let server = server();
    let host = "www.frederikssund.dk";
    let list = "/Politik/Dagsordener-og-referater/byraadet?year=2026";
    let page = get(&server, host, list);
    let links = strings(page.text(), "<li><a href=\"", "\"");
    assert!(!links.is_empty());
    let meeting = get(&server, host, links[0]);
    assert!(links[0].ends_with("/dagsorden") && meeting.text().contains("<span class=\"no\">1</span><span>"));
    assert!(meeting.text().contains("<div id=\"item-1\">") && meeting.text().contains("<h3>Resume</h3>"));
    assert!(
        strings(
            get(&server, host, "/Politik/Dagsordener-og-referater/byraadet?year=1999").text(),
            "<li><a",
            ">"
        )
        .is_empty()
    );
}

#[test]
fn hedensted_wants_three_parameters() {
    let server = server();
    let host = "www.hedensted.dk";
    let overview = get(&server, host, "/politik/dagsordener-og-referater");
    let committee = strings(overview.text(), "<li><a href=\"", "\"")[0];
    let page = get(&server, host, committee);
    let value = |name: &str| strings(page.text(), &format!("{name}=\""), "\"")[0].to_owned();
    let (list, url, element) = (value("data-listid"), value("data-pageurl"), value("data-elementid"));
    let path = format!("/surface/AgendaSurface/GetAgendaList?folderId={list}&pageUrl={url}");
    assert_eq!(get(&server, host, &path).status, 400);
    let answer = get(&server, host, &format!("{path}&elementId={element}"));
    let link = strings(answer.text(), "class=\"list__link\" href=\"", "\"")[0];
    let meeting = get(&server, host, link);
    assert!(meeting.text().contains("<h2>1. ") && meeting.text().contains("<h3>Beslutningstema</h3>"));
}

#[test]
fn aalborg_links_to_a_developer() {
    let server = server();
    let host = "apps.aalborgkommune.dk";
    let list = get(&server, host, "/dagsordenreferat/?Id=8001");
    let link = strings(
        list.text(),
        "<a class=\"moede-link\" href=\"http://localhost:5287/dagsordenreferat/visreferat?",
        "\"",
    )[0];
    let page = get(&server, host, &format!("/dagsordenreferat/visreferat?{}", link.replace("&amp;", "&")));
    assert!(link.contains("moedetitel=2026-") && page.text().contains("<h3>Beslutning</h3>"));
    assert_eq!(get(&server, host, "/dagsordenreferat/?Id=1").status, 404);
}

#[test]
fn ishoej_challenges() {
    let answer = get(&server(), "ishoj.dk", "/borger/demokrati/dagsordener-og-referater/");
    assert_eq!((answer.status, answer.header("cf-mitigated")), (403, Some("challenge")));
    assert!(answer.text().contains("Just a moment..."));
}

#[test]
fn feeds_have_dates_of_all_shapes() {
    let server = start(&Spec { kommuner: 40, ..Spec::default() });
    let roskilde = get(&server, "www.roskilde.dk", "/da-dk/nyheder/rss/");
    assert!(roskilde.header("content-type").is_some_and(|t| t.starts_with("application/rss+xml")));
    let toml = server.sources_toml();
    let mut shapes = [0; 3];
    let mut atoms = 0;
    for base in strings(&toml, "system = \"rss\"\nbase = \"http://", "\"") {
        let (host, path) = base.split_once(".localhost:").expect("a host");
        let feed = get(
            &server,
            host,
            path.split_once('/').map(|(_, p)| format!("/{p}")).as_deref().expect("a path"),
        );
        if feed.text().contains("<feed xmlns") {
            atoms += 1;
            assert!(feed.text().contains("<entry>") && feed.text().contains("<published>2026-"));
            continue;
        }
        let date = strings(feed.text(), "<pubDate>", "</pubDate>")[0];
        shapes[if date.contains("T0") {
            0
        } else if date.contains('/') {
            1
        } else {
            2
        }] += 1;
    }
    assert!(atoms > 0 && shapes.iter().all(|&n| n > 0), "{shapes:?} {atoms}");
}

#[test]
fn sitemaps_are_nested_and_gzipped() {
    let server = server();
    let index = get(&server, "www.odense.dk", "/sitemap.xml");
    let locations = strings(index.text(), "<loc>", "</loc>");
    assert_eq!(locations.len(), 2);
    assert!(locations[1].ends_with("/sitemap-nyheder.xml.gz"));
    let news = get(&server, "www.odense.dk", "/sitemap-nyheder.xml.gz").gunzipped();
    assert_eq!(
        news.matches("<lastmod>2025-11-03</lastmod>").count(),
        7,
        "one day for all, also the dead page"
    );
}

#[test]
fn list_pages_page() {
    let server = server();
    let mut path = "/nyheder".to_owned();
    let mut articles = 0;
    loop {
        let page = get(&server, "www.kk.dk", &path);
        articles += strings(page.text(), "<a class=\"nyhed-link\" href=\"", "\"").len();
        let Some(next) = strings(page.text(), "<li class=\"pager__item--next\"><a href=\"", "\"")
            .first()
            .map(|n| (*n).to_owned())
        else {
            break;
        };
        path = next;
    }
    assert_eq!(articles, 6);
}

#[test]
fn oda_gives_a_hundred_rows() {
    let server = server();
    let rows = |query: &str| {
        let answer = get(&server, "oda.ft.dk", &format!("/api/Dokument?$format=json{query}")).json();
        (array(&answer["value"]).clone(), answer)
    };
    let (first, answer) = rows("&$inlinecount=allpages&$expand=Fil");
    assert_eq!((first.len(), answer["odata.count"].as_str()), (100, Some("120")));
    assert_eq!(rows("&$skip=100").0.len(), 20);
    assert_eq!(rows("&$filter=substringof('Odense',titel)").0.len(), 9);
    assert_eq!(rows("&$filter=dato%20gt%20datetime'2026-12-01T00:00:00'").0.len(), 0);
    let file = first[0]["Fil"][0]["filurl"].as_str().expect("an address");
    let path = file
        .split_once(".localhost:")
        .and_then(|(_, p)| p.split_once('/'))
        .map(|(_, p)| format!("/{p}"))
        .expect("a path");
    assert!(get(&server, "www.ft.dk", &path).body.starts_with(b"%PDF-"));
    assert_eq!(get(&server, "oda.ft.dk", "/api/Dokument?$filter=nonsens").status, 400);
}

#[test]
fn robots_differ() {
    let server = start(&Spec { crawl_delay_s: 7, ..Spec::default() });
    let robots = |host: &str| get(&server, host, "/robots.txt");
    assert_eq!(robots("dagsordener.odense.dk").status, 404);
    assert!(robots("www.odense.dk").text().contains("Disallow: /nyheder/intern/"));
    assert!(robots("www.odense.dk").text().contains("Sitemap: http://www.odense.dk.localhost:"));
    let hosts = belaeg_testbed::World::new(&Spec::default()).hosts();
    assert!(hosts.iter().filter(|h| robots(h).text().contains("Crawl-delay: 7")).count() > 5);
}

#[test]
fn old_addresses_redirect() {
    let server = server();
    let bare = get(&server, "odense.dk", "/nyheder?page=1");
    let to = bare.header("location").expect("a location");
    assert_eq!(bare.status, 301);
    assert_eq!(to, server.origin("www.odense.dk") + "/nyheder?page=1");
    assert_eq!(get(&server, "ukendt.dk", "/").status, 421);
}
