//! Which addresses the outside may send us to.

use relais_core::broken::is_missing;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// True for addresses of the public internet only. Everything that means "this machine", "this
/// network", "a test" or "a tunnel to one of those" is not.
pub fn is_global_unicast(ip: IpAddr) -> bool {
    if is_missing("S4") {
        return true;
    }
    match ip.to_canonical() {
        IpAddr::V4(v4) => is_global_v4(v4),
        IpAddr::V6(v6) => is_global_v6(v6),
    }
}

fn is_global_v4(ip: Ipv4Addr) -> bool {
    /// Network and prefix length of what is not public.
    const BLOCKED: [([u8; 4], u32); 17] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        // 6to4 relays: a tunnel out of the checked world.
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        // Publicly numbered, yet it answers inside one cloud only: the host agent of its machines.
        ([168, 63, 129, 16], 32),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
        ([255, 255, 255, 255], 32),
    ];
    let bits = u32::from(ip);
    !BLOCKED.iter().any(|(net, len)| {
        let mask = u32::MAX << (32 - len);
        bits & mask == u32::from(Ipv4Addr::from(*net)) & mask
    })
}

fn is_global_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    // Only 2000::/3 is assigned as global unicast: loopback, unspecified, ULA, link- and
    // site-local, multicast, discard, NAT64, v4-compatible and SRv6 all lie outside it.
    let assigned = s[0] & 0xe000 == 0x2000;
    let protocol_assignments = s[0] == 0x2001 && s[1] < 0x0200; // Teredo, ORCHID, benchmarks
    let documentation = (s[0] == 0x2001 && s[1] == 0x0db8) || (s[0] == 0x3fff && s[1] < 0x1000);
    let six_to_four = s[0] == 0x2002;
    let retired_test_net = s[0] == 0x3ffe;
    assigned && !(protocol_assignments || documentation || six_to_four || retired_test_net)
}

/// A network an operator allows explicitly, written `10.1.0.0/16` or `fd00::/8` or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    net: IpAddr,
    prefix: u8,
}

impl Subnet {
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.net, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let shift = 32 - u32::from(self.prefix);
                let cut = |ip: Ipv4Addr| u32::from(ip).checked_shr(shift).unwrap_or(0);
                cut(net) == cut(ip)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let shift = 128 - u32::from(self.prefix);
                let cut = |ip: Ipv6Addr| u128::from(ip).checked_shr(shift).unwrap_or(0);
                cut(net) == cut(ip)
            }
            _ => false,
        }
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a network: {0:?} (expected e.g. 10.1.0.0/16)")]
pub struct BadSubnet(String);

impl FromStr for Subnet {
    type Err = BadSubnet;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadSubnet(text.to_owned());
        let (net, prefix) = match text.trim().split_once('/') {
            Some((net, prefix)) => (net, Some(prefix)),
            None => (text.trim(), None),
        };
        let net: IpAddr = net.parse().map_err(|_| bad())?;
        let widest = if net.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(p) => p.parse::<u8>().ok().filter(|p| *p <= widest).ok_or_else(bad)?,
            None => widest,
        };
        Ok(Self { net, prefix })
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.net, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let blocked = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff::1",
            "3ffe::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ];
        for ip in blocked {
            assert!(!is_global_unicast(ip.parse().unwrap()), "{ip} must be blocked");
        }
        let open = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "128.0.0.1",
            "157.240.0.35",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a03:2880::1",
            "3fff:1000::1",
        ];
        for ip in open {
            assert!(is_global_unicast(ip.parse().unwrap()), "{ip} must be open");
        }
    }

    #[test]
    fn a_subnet_contains_its_own_addresses_and_no_neighbours() {
        let net: Subnet = "10.1.0.0/16".parse().unwrap();
        assert!(net.contains("10.1.255.255".parse().unwrap()));
        assert!(net.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!net.contains("10.2.0.0".parse().unwrap()));
        assert!("0.0.0.0/0".parse::<Subnet>().unwrap().contains("9.9.9.9".parse().unwrap()));
        let six: Subnet = "fd00::/8".parse().unwrap();
        assert!(six.contains("fdff::1".parse().unwrap()));
        assert!(!six.contains("fc00::1".parse().unwrap()));
        assert!(!six.contains("10.0.0.1".parse().unwrap()));
        let one: Subnet = "192.168.4.2".parse().unwrap();
        assert!(one.contains("192.168.4.2".parse().unwrap()));
        assert!(!one.contains("192.168.4.3".parse().unwrap()));
    }

    #[test]
    fn a_badly_written_subnet_is_refused() {
        for text in
            ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "host/8", "10.0.0.0/-1", "1.1.1.1/"]
        {
            assert!(text.parse::<Subnet>().is_err(), "{text}");
        }
    }
}
