//! `robots.txt`, which differs from host to host.

use crate::web::{Reply, Request};
use crate::world::{News, Site, World};

pub(crate) fn respond(world: &World, site: &Site, request: &Request) -> Reply {
    if request.host == site.news_host {
        return Reply::new(200, "text/plain; charset=utf-8", of_news(world, site, request));
    }
    match site.code % 10 {
        // A tenth have none.
        1 => Reply::new(404, "text/html; charset=utf-8", "<h1>404</h1>"),
        2 => Reply::new(
            200,
            "text/plain",
            format!("User-agent: *\nCrawl-delay: {}\n", world.spec.crawl_delay_s),
        ),
        3 => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /admin/\n"),
        _ => Reply::new(200, "text/plain", "User-agent: *\nDisallow:\n"),
    }
}

fn of_news(world: &World, site: &Site, request: &Request) -> String {
    let mut text =
        "# Eksempel\nUser-agent: *\nDisallow: /data/attachments/\nDisallow: /nyheder/intern/\n".to_owned();
    if site.code % 10 == 2 {
        text += &format!("Crawl-delay: {}\n", world.spec.crawl_delay_s);
    }
    text += "\nUser-agent: GPTBot\nDisallow: /\n";
    if site.news == News::Sitemap {
        text += &format!("\nSitemap: {}/sitemap.xml\n", request.origin(&site.news_host));
    }
    text
}
