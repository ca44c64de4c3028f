//! How the house calls others over HTTP: one way for every adapter, so that each has a bound on its time, follows nobody elsewhere, and
//! believes only certificates that this machine trusts.

use std::sync::Arc;
use std::time::Duration;

/// A client that gives up after `patience`, takes an error's answer as an answer, and does not follow redirects.
///
/// `https://` is verified against the machine's own store of authorities (on Debian `/etc/ssl/certs`; `SSL_CERT_FILE` names another),
/// where an operator also puts the authority of a government network.
pub fn client(patience: Duration) -> ureq::Agent {
    let tls = ureq::tls::TlsConfig::builder()
        .provider(ureq::tls::TlsProvider::Rustls)
        .root_certs(ureq::tls::RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(patience))
        .tls_config(tls)
        .build()
        .into()
}
