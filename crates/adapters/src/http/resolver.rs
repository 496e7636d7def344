//! Name resolution that hands out checked addresses only, so that what was checked is what is
//! connected to (no second look-up, no rebinding).

use super::policy::{Policy, Transport};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A name led to no address we may connect to.
#[derive(Debug, thiserror::Error)]
#[error("destination not allowed")]
pub(super) struct Blocked;

#[derive(Debug)]
pub(super) struct CheckedResolver {
    pub(super) policy: Arc<Policy>,
    pub(super) transport: Transport,
    pub(super) hosts: Arc<BTreeMap<String, Vec<IpAddr>>>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        let transport = self.transport;
        let pinned = self.hosts.get(name.as_str()).cloned();
        Box::pin(async move {
            let found: Vec<SocketAddr> = match pinned {
                Some(ips) => ips.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect(),
                None => tokio::net::lookup_host((name.as_str(), 0)).await?.collect(),
            };
            let open: Vec<SocketAddr> =
                found.into_iter().filter(|addr| policy.admits(addr.ip(), transport)).collect();
            if open.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}
