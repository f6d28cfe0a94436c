//! Which certificates are trusted: the system's, and those of a file that an address names.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::Error;

/// A client's settings: verification is never off.
///
/// # Errors
/// A file of authorities that cannot be read, or that holds none.
pub fn client(authorities: Option<&Path>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    // What of the system's store cannot be read is not trusted; a verification then says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in authorities.map(certificates).transpose()?.unwrap_or_default() {
        let add = |e: rustls::Error| refused(authorities, e);
        roots.add(certificate).map_err(add)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let settings = settings.map_err(|e| refused(authorities, e))?;
    Ok(settings.with_root_certificates(roots).with_no_client_auth())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if found.is_empty() => Err(refused(Some(path), "there is no certificate in it")),
        Ok(found) => Ok(found),
        Err(e) => Err(refused(Some(path), e)),
    }
}

fn refused(path: Option<&Path>, source: impl Into<crate::error::Source>) -> Error {
    Error::Authorities { path: path.map(Path::to_owned).unwrap_or_default(), source: source.into() }
}
