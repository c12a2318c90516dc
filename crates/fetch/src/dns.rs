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
            let any = !found.is_empty();
            let may = is_allowed(&allow, &name);
            let good: Vec<SocketAddr> = found.into_iter().filter(|a| may || is_public(a.ip())).collect();
            if good.is_empty() {
                return Err(NoAddress(if any { Cause::PrivateAddress } else { Cause::Dns }).into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
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
