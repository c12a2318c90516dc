//! Addresses: their canonical form, and which of them belong to private networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// All but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where agenda filters of a Drupal belong; elsewhere they are leftovers of another page.
const AGENDA_LISTS: &str = "/dagsordener-og-referater";

/// Parameters that only follow readers about, besides `utm_*`.
const TRACKING: [&str; 7] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"];

/// The canonical form of an address: scheme and host in lower case and without a dot at the end, a path, escapes in capitals
/// and only where they are needed; no default port, user, fragment, parameters that only follow readers about (`utm_*`,
/// `fbclid`), and `agenda_*` where it means nothing. Nothing else changes: not the order of parameters, nor `%2F`, which is
/// no `/`.
pub fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
        // What is no host without its dot keeps it.
        let _ = url.set_host(Some(&host));
    }
    // These fail for addresses that cannot have a user, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(query) = url.query() {
        let in_lists = url.path().starts_with(AGENDA_LISTS);
        let kept: Vec<&str> = query.split('&').filter(|pair| says_something(pair, in_lists)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    plain_escapes(url.as_str())
}

/// Escapes in one form (RFC 3986, 6.2.2): hexadecimal digits in capitals, and none for what needs none.
fn plain_escapes(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let byte = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = &rest[at + 1..];
        let Some(byte) = byte else {
            out.push('%');
            continue;
        };
        rest = &rest[2..];
        match char::from(byte) {
            plain if plain.is_ascii_alphanumeric() || "-_~".contains(plain) => out.push(plain),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out + rest
}

fn says_something(pair: &str, in_agenda_lists: bool) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    let tracks = name.starts_with("utm_") || TRACKING.contains(&name.as_str());
    !pair.is_empty() && !tracks && (in_agenda_lists || !name.starts_with("agenda_"))
}

/// `text` as a part of a path or the value of a parameter.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The last part of the path, for a file name.
pub(crate) fn file_name(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    let decoded = last.map(|l| percent_encoding::percent_decode_str(l).decode_utf8_lossy().into_owned());
    decoded.unwrap_or_else(|| "index.html".to_owned())
}

/// The name of the host, with its port where that is not the scheme's own.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether one of `patterns` (a name, or `*.` and the end of one) names `host`.
pub(crate) fn is_allowed(patterns: &[String], host: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => pattern == host,
    })
}

/// Whether an address is one of the public internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation();
    // "This network", shared by the customers of a provider, IETF protocols, relays, benchmarks, reserved.
    let is_other = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !is_special && !is_other
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    // IPv4 in the clothes of IPv6: mapped, translated (NAT64), 6to4.
    let low = || Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    if s[..6] == [0, 0, 0, 0, 0, 0xffff] || s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(low());
    }
    if s[0] == 0x2002 {
        return is_public_v4(Ipv4Addr::from((u32::from(s[1]) << 16) | u32::from(s[2])));
    }
    // Only 2000::/3 is given out; in it Teredo and its neighbours, and documentation.
    let is_global = s[0] & 0xe000 == 0x2000;
    let is_special = (s[0] == 0x2001 && (s[1] < 0x200 || s[1] == 0xdb8)) || (s[0] == 0x3fff && s[1] < 0x1000);
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_addresses() {
        for (given, expected) in [
            ("HTTPS://WWW.Odense.DK:443/Nyheder/x#top", "https://www.odense.dk/Nyheder/x"),
            ("https://a.dk/?utm_source=rss&fbclid=1", "https://a.dk/"),
            ("https://a.dk/x?utm_source=rss&id=2&b=%C3%B8", "https://a.dk/x?id=2&b=%C3%B8"),
            ("https://bruger:kode@a.dk/x?", "https://a.dk/x"),
            (
                "https://www.kk.dk/?agenda_committee_type_target_id[268]=268&page=4",
                "https://www.kk.dk/?page=4",
            ),
            (
                "https://www.kk.dk/dagsordener-og-referater/x?agenda_meeting_date_value[min]=2025-01-01",
                "https://www.kk.dk/dagsordener-og-referater/x?agenda_meeting_date_value[min]=2025-01-01",
            ),
            ("http://a.dk:8080/%C3%98konomi, x", "http://a.dk:8080/%C3%98konomi,%20x"),
            ("https://a.dk", "https://a.dk/"),
            ("https://a.dk?", "https://a.dk/"),
            ("http://A.dk:80/x", "http://a.dk/x"),
            ("https://a.dk:80/x", "https://a.dk:80/x"),
            ("https://a.dk./x", "https://a.dk/x"),
            ("https://a.dk/a%2fb", "https://a.dk/a%2Fb"),
            ("https://a.dk/a%2Fb", "https://a.dk/a%2Fb"),
            ("https://a.dk/b%c3%b8rn", "https://a.dk/b%C3%B8rn"),
            ("https://a.dk/børn\u{a0}og", "https://a.dk/b%C3%B8rn%C2%A0og"),
            ("https://a.dk/%7Eborger/%41?q=%61%26%2b", "https://a.dk/~borger/A?q=a%26%2B"),
            ("https://a.dk/100%/%zz%2", "https://a.dk/100%/%zz%2"),
            ("https://a.dk/x?b=1&UTM_Medium=x&a=2&mc_cid=9&msclkid=1", "https://a.dk/x?b=1&a=2"),
            ("https://BØRN.dk/x", "https://xn--brn-0na.dk/x"),
        ] {
            let found = canonical(&Url::parse(given).expect(given));
            assert_eq!(found, expected);
            assert_eq!(
                canonical(&Url::parse(&found).expect(given)),
                expected,
                "it is its own canonical form"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn canonical_forms_are_addresses(path in "(%|%2[fF]|[a-zA-Z0-9/?&=._~æ-]|utm_x=1|\\PC){0,30}") {
            if let Ok(url) = Url::parse(&format!("https://a.dk/{path}")) {
                let found = canonical(&url);
                let again = Url::parse(&found).expect("an address");
                proptest::prop_assert_eq!(canonical(&again), found);
            }
        }
    }

    #[test]
    fn public_addresses() {
        for (ip, expected) in [
            ("8.8.8.8", true),
            ("185.20.240.1", true),
            ("10.0.0.1", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("172.16.3.4", false),
            ("192.168.1.1", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("192.0.2.7", false),
            ("198.51.100.7", false),
            ("203.0.113.7", false),
            ("198.18.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("0.0.0.0", false),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2a00:1450:400f::1", true),
            ("::ffff:10.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("::10.0.0.1", false),
            ("64:ff9b::a00:1", false),
            ("2002:a00:1::1", false),
            ("fe80::1:2", false),
            ("fec0::1", false),
            ("fdff:ffff::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:0:10.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::808:808", true),
            ("64:ff9b:1::808:808", false),
            ("2001:0:a00:1::1", false),
            ("2002:7f00:1::1", false),
            ("100::1", false),
            ("3fff::1", false),
            ("5f00::1", false),
        ] {
            assert_eq!(is_public(ip.parse().expect(ip)), expected, "{ip}");
        }
    }

    #[test]
    fn allowed_hosts() {
        let patterns = ["*.localhost".to_owned(), "intern.dk".to_owned()];
        for (host, expected) in [
            ("a.localhost", true),
            ("localhost", false),
            (".localhost", false),
            ("intern.dk", true),
            ("x.intern.dk", false),
        ] {
            assert_eq!(is_allowed(&patterns, host), expected, "{host}");
        }
    }
}
