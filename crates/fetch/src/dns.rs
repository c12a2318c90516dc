//! Names to addresses, of which only those are given that may be connected to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::Cause;
use crate::address::{is_allowed, is_public};

/// Resolves names once for each connection, so that the address that was checked is the one connected to.
#[derive(Clone, Debug)]
pub(crate) struct CheckedDns {
    pub(crate) allow: Arc<[String]>,
}

/// Why a name gave no address.
#[derive(Debug)]
pub(crate) struct NoAddress(pub(crate) Cause);

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Cause::PrivateAddress => "the name leads into a private network",
            _ => "the name leads nowhere",
        })
    }
}

impl std::error::Error for NoAddress {}

impl Resolve for CheckedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = Arc::clone(&self.allow);
        Box::pin(async move {
            let name = name.as_str().to_ascii_lowercase();
            let found = look_up(&name).await.map_err(|_| NoAddress(Cause::Dns))?;
            Ok(Box::new(permitted(found, &name, &allow)?.into_iter()) as Addrs)
        })
    }
}

/// Those addresses of a name that may be connected to.
fn permitted(found: Vec<SocketAddr>, name: &str, allow: &[String]) -> Result<Vec<SocketAddr>, NoAddress> {
    let any = !found.is_empty();
    let may = is_allowed(allow, name);
    let good: Vec<SocketAddr> = found.into_iter().filter(|a| may || is_public(a.ip())).collect();
    match good.is_empty() {
        true => Err(NoAddress(if any { Cause::PrivateAddress } else { Cause::Dns })),
        false => Ok(good),
    }
}

/// RFC 6761: names under `localhost` are this machine, whatever a server of names says.
async fn look_up(name: &str) -> std::io::Result<Vec<SocketAddr>> {
    if name == "localhost" || name.ends_with(".localhost") {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]);
    }
    Ok(tokio::net::lookup_host((name, 0)).await?.collect())
}

/// Whether a host that is an address by itself may be connected to; names are judged when they are resolved.
pub(crate) fn may_connect(host: &url::Host<&str>, allow: &[String]) -> bool {
    let ip: IpAddr = match host {
        url::Host::Domain(_) => return true,
        url::Host::Ipv4(ip) => (*ip).into(),
        url::Host::Ipv6(ip) => (*ip).into(),
    };
    is_public(ip) || is_allowed(allow, &host.to_string())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn names_that_lead_into_private_networks() {
        let public: SocketAddr = "185.20.240.1:0".parse().expect("an address");
        for (found, expected) in [
            (vec!["10.0.0.1:0"], Err(Cause::PrivateAddress)),
            (vec!["127.0.0.1:0", "[::1]:0"], Err(Cause::PrivateAddress)),
            (vec!["169.254.169.254:0"], Err(Cause::PrivateAddress)),
            (vec!["[::ffff:192.168.0.1]:0"], Err(Cause::PrivateAddress)),
            (vec!["[fd00::1]:0", "185.20.240.1:0"], Ok(vec![public])),
            (vec!["185.20.240.1:0"], Ok(vec![public])),
            (vec![], Err(Cause::Dns)),
        ] {
            let addresses = found.iter().map(|a| a.parse().expect(a)).collect();
            let got = permitted(addresses, "www.a.dk", &[]).map_err(|e| e.0);
            assert_eq!(got, expected, "{found:?}");
        }
        let own = vec!["10.0.0.1:0".parse().expect("an address")];
        assert!(permitted(own, "intern.a.dk", &["*.a.dk".to_owned()]).is_ok());
    }

    #[test]
    fn hosts_that_are_addresses() {
        for (url, expected) in [
            ("http://[::1]/", false),
            ("http://[fe80::1]/", false),
            ("http://[fd12:3456::1]/", false),
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://[64:ff9b::a00:1]/", false),
            ("http://[2a00:1450:400f::1]/", true),
            ("http://127.0.0.1/", false),
            ("http://2130706433/", false),
            ("http://0x7f.1/", false),
            ("http://0/", false),
            ("http://185.20.240.1/", true),
            ("http://www.a.dk/", true),
        ] {
            let url = Url::parse(url).expect(url);
            assert_eq!(may_connect(&url.host().expect("a host"), &[]), expected, "{url}");
        }
    }
}
