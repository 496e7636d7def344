//! Where the egress client may go, decided on the address that will be connected to.

use super::address::{Subnet, is_global_unicast};
use reqwest::Url;
use std::net::IpAddr;

/// What an operator opened beyond "https to the public internet".
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    pub(super) loopback: bool,
    pub(super) subnets: Vec<Subnet>,
    pub(super) ports: Vec<u16>,
}

/// How the connection is protected; plain text never leaves the operator's own networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Tls,
    Plain,
}

impl Policy {
    pub(super) fn admits(&self, ip: IpAddr, transport: Transport) -> bool {
        let ip = ip.to_canonical();
        let opened = (self.loopback && ip.is_loopback())
            || self.subnets.iter().any(|subnet| subnet.contains(ip));
        opened || (transport == Transport::Tls && is_global_unicast(ip))
    }

    /// Checks everything about a URL that does not need its address. `None`: never allowed.
    pub(super) fn check(&self, url: &Url) -> Option<Transport> {
        let transport = match url.scheme() {
            "https" => Transport::Tls,
            "http" if self.loopback || !self.subnets.is_empty() => Transport::Plain,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let port = url.port_or_known_default()?;
        // The resolver never sees literal addresses, so they are checked here.
        let host = url.host_str()?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        if literal.is_some_and(|ip| !self.admits(ip, transport)) {
            return None;
        }
        let own_machine = self.loopback
            && (literal.is_some_and(|ip| ip.to_canonical().is_loopback()) || host == "localhost");
        let port_open = own_machine || port == 80 || port == 443 || self.ports.contains(&port);
        port_open.then_some(transport)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &Policy, url: &str) -> Option<Transport> {
        Url::parse(url).ok().and_then(|url| policy.check(&url))
    }

    #[test]
    fn by_default_only_https_on_the_usual_ports_to_public_addresses() {
        let policy = Policy::default();
        for url in
            ["https://graph.facebook.com/v25.0/1", "https://8.8.8.8/", "https://a.example:80/"]
        {
            assert_eq!(check(&policy, url), Some(Transport::Tls), "{url}");
        }
        let refused = [
            "http://graph.facebook.com/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "gopher://a/",
            "https://a.example:8443/",
            "https://a.example:22/",
            "https://user:pw@a.example/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[fe80::1]/",
            "https://10.0.0.1/",
            "https://0/",
            "https://１２７.０.０.１/",
            "data:text/plain,x",
            "javascript:alert(1)",
        ];
        for url in refused {
            assert_eq!(check(&policy, url), None, "{url}");
        }
    }

    #[test]
    fn loopback_is_open_only_when_allowed_and_on_any_port() {
        let policy = Policy { loopback: true, ..Policy::default() };
        assert_eq!(check(&policy, "http://127.0.0.1:41234/"), Some(Transport::Plain));
        assert_eq!(check(&policy, "http://[::1]:41234/"), Some(Transport::Plain));
        assert_eq!(check(&policy, "http://10.0.0.1/"), None);
        assert_eq!(check(&policy, "http://8.8.8.8/"), None, "plain text to the internet");
        assert_eq!(check(&policy, "https://8.8.8.8:41234/"), None);
    }

    #[test]
    fn an_allow_listed_network_opens_its_own_addresses_on_listed_ports() {
        let policy = Policy {
            subnets: vec!["10.9.0.0/16".parse().unwrap()],
            ports: vec![11434],
            loopback: false,
        };
        assert_eq!(check(&policy, "http://10.9.1.1:11434/"), Some(Transport::Plain));
        assert_eq!(check(&policy, "http://10.9.1.1:11435/"), None);
        assert_eq!(check(&policy, "http://10.8.1.1:11434/"), None);
        assert_eq!(check(&policy, "http://127.0.0.1:11434/"), None);
        assert!(!policy.admits("8.8.8.8".parse().unwrap(), Transport::Plain));
    }
}
