//! This node and those with which it exchanges, by the configuration: keys are pinned, never learnt from the wire.

use crate::{config::Config, failure::Failed, serve};
use exchange::{Courier, HandUp, Http, Nodes, Peer};
use std::sync::Arc;
use store::{Db, Follower, Sender};

/// The nodes of this configuration.
pub fn open(config: &Config) -> Result<Arc<Nodes>, Failed> {
    let asked = &config.exchange;
    let said = |reason: String| Failed::new(format!("setting exchange.peers: {reason}"));
    let mut nodes = Nodes::default();
    for text in asked.peers.split_whitespace() {
        let peer: Peer = text.parse().map_err(said)?;
        // Personal values travel in envelopes: what leaves this machine goes by TLS.
        if config.server.profile == "production" && peer.url.as_deref().is_some_and(|url| !is_safe(url)) {
            let name = &peer.name;
            return Err(said(format!(
                "the profile production reaches {name} by https:// only, unless it is on this machine"
            )));
        }
        let name = peer.name.clone();
        if nodes.peers.insert(name.clone(), peer).is_some() {
            return Err(said(format!("{name} stands there twice")));
        }
    }
    match asked.node.as_str() {
        "" if nodes.peers.is_empty() => {}
        "" => return Err(Failed::new("setting exchange.node: a node with peers needs a name (--node)")),
        name => {
            let named = name.parse();
            let why = |_| Failed::new("setting exchange.node: 2 to 40 of a-z, 0-9 and -");
            nodes.me = Some(named.map_err(why)?);
        }
    }
    if nodes.me.as_ref().is_some_and(|me| nodes.peers.contains_key(me)) {
        return Err(said("this node is no peer of its own".to_owned()));
    }
    Ok(Arc::new(nodes))
}

fn is_safe(url: &str) -> bool {
    url.starts_with("https://")
        || ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"].iter().any(|here| url.starts_with(here))
}

/// Those who put into envelopes what happens here.
pub fn followers(nodes: &Arc<Nodes>) -> Vec<Arc<dyn Follower>> {
    match nodes.peers.values().any(|peer| peer.url.is_some()) {
        true => vec![Arc::new(HandUp { nodes: Arc::clone(nodes) })],
        false => vec![],
    }
}

/// Those who carry envelopes.
pub fn senders(db: &Db, nodes: &Arc<Nodes>) -> Vec<Arc<dyn Sender>> {
    vec![Arc::new(Courier::new(db.clone(), Arc::clone(nodes), Arc::new(Http::default())))]
}

/// `exchange key`: the public key that other nodes write into their configuration.
pub fn key(config: &Config) -> Result<String, Failed> {
    Ok(serve::open(config)?.signer().public_key().to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    fn with(node: &str, peers: &str, profile: &str) -> Result<Arc<Nodes>, String> {
        let mut config = Config::default();
        (config.exchange.node, config.exchange.peers) = (node.to_owned(), peers.to_owned());
        config.server.profile = profile.to_owned();
        open(&config).map_err(|failed| failed.to_string())
    }

    #[test]
    fn peers_are_read_from_the_configuration() {
        let key = "04".to_owned() + &"ab".repeat(64);
        let peers = format!("province={key}@http://127.0.0.1:1 suzhou={key}");
        assert_eq!(with("nanjing", &peers, "trial").unwrap().peers.len(), 2);
        assert!(with("", "", "trial").unwrap().me.is_none());
        assert!(with("", &peers, "trial").unwrap_err().contains("needs a name"));
        assert!(with("province", &peers, "trial").unwrap_err().contains("of its own"));
        assert!(with("A", "", "trial").is_err());
        assert!(with("nanjing", &format!("suzhou={key} suzhou={key}"), "trial").unwrap_err().contains("twice"));
        let far = format!("province={key}@http://province.example:80");
        assert!(with("nanjing", &far, "trial").is_ok());
        assert!(with("nanjing", &far, "production").unwrap_err().contains("https://"));
        assert!(with("nanjing", &far.replace("http:", "https:"), "production").is_ok());
        assert!(with("nanjing", &peers, "production").is_ok());
    }
}
