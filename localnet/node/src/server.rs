//! Serves JSON-RPC over HTTP POST and over WebSocket, on one port of 127.0.0.1.
//!
//! A port of this machine can be reached by every page that its user opens. CORS keeps a foreign page from *reading*
//! answers to POST, but not from sending, and does not exist for WebSocket. So every request that names an origin or a
//! host that is not allowed is refused before it is looked at ([`Admission`]).

use std::{
    future::{ready, Ready},
    net::TcpListener,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::Either;
use http::{header, request::Parts, HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use jsonrpsee::{
    server::{HttpBody, PingConfig, RandomStringIdProvider, Server, ServerHandle},
    Methods,
};
use sc_rpc_api::DenyUnsafe;
use tower::{Layer, Service, ServiceBuilder};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The largest request and the largest answer, in bytes.
const MAX_BODY: u32 = 16 * 1024 * 1024;
/// How many clients may be connected at once.
const MAX_CONNECTIONS: u32 = 200;
/// How many messages may wait for a client that does not read.
const MAX_WAITING: u32 = 256;
/// How long a subscription's identifier is, in characters.
const SUBSCRIPTION_ID: usize = 16;

/// Starts to serve `methods` to whoever connects to `listener`, which must not block.
///
/// # Errors
/// If the listener cannot be given to the runtime.
pub fn start(
    listener: TcpListener,
    methods: impl Into<Methods>,
    origins: Vec<String>,
) -> std::io::Result<ServerHandle> {
    let admission = Arc::new(Admission { origins });
    let cors = {
        let admission = admission.clone();
        CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(
                move |origin: &HeaderValue, _: &Parts| admission.admits_origin(origin),
            ))
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::CONTENT_TYPE])
    };
    let http = ServiceBuilder::new().layer(Gate { admission }).layer(cors);
    let server = Server::builder()
        .max_request_body_size(MAX_BODY)
        .max_response_body_size(MAX_BODY)
        .max_connections(MAX_CONNECTIONS)
        .set_message_buffer_capacity(MAX_WAITING)
        .set_id_provider(RandomStringIdProvider::new(SUBSCRIPTION_ID))
        .enable_ws_ping(PingConfig::new())
        .set_http_middleware(http)
        .build_from_tcp(listener)?;
    Ok(server.start(methods))
}

/// Who may use the node.
struct Admission {
    /// The origins that are allowed beside those of this machine and browser extensions.
    origins: Vec<String>,
}

impl Admission {
    /// Whether a request with these headers is answered: its `Host` is this machine (so that no foreign name that is
    /// made to resolve to 127.0.0.1 gets in), and its `Origin`, which browsers always send, is allowed.
    fn admits(&self, headers: &HeaderMap) -> bool {
        let this_machine = |host: &HeaderValue| host.to_str().is_ok_and(is_this_machine);
        headers.get(header::HOST).is_none_or(this_machine)
            && headers
                .get(header::ORIGIN)
                .is_none_or(|origin| self.admits_origin(origin))
    }

    /// Whether pages of this origin may use the node.
    fn admits_origin(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        match origin.split_once("://") {
            Some(("http" | "https", host)) if is_this_machine(host) => true,
            Some(("chrome-extension" | "moz-extension" | "safari-web-extension", _)) => true,
            _ => self.origins.iter().any(|allowed| allowed == origin),
        }
    }
}

/// Whether `authority`, a host with or without a port, is this machine.
fn is_this_machine(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// Puts a [`Doorkeeper`] before a service.
#[derive(Clone)]
struct Gate {
    admission: Arc<Admission>,
}

impl<S> Layer<S> for Gate {
    type Service = Doorkeeper<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Doorkeeper {
            admission: self.admission.clone(),
            inner,
        }
    }
}

/// Refuses what is not admitted and hands everything else on.
#[derive(Clone)]
struct Doorkeeper<S> {
    admission: Arc<Admission>,
    inner: S,
}

impl<S, B> Service<Request<B>> for Doorkeeper<S>
where
    S: Service<Request<B>, Response = Response<HttpBody>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<S::Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if !self.admission.admits(request.headers()) {
            let text =
                "countersign-node serves pages of this machine only; --allow-origin adds others\n";
            let mut refusal = Response::new(HttpBody::from(text));
            *refusal.status_mut() = StatusCode::FORBIDDEN;
            return Either::Left(ready(Ok(refusal)));
        }
        // The methods that Substrate calls unsafe change the node or cost it much; whoever is admitted owns this node.
        request.extensions_mut().insert(DenyUnsafe::No);
        Either::Right(self.inner.call(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(host: &str, origin: Option<&str>) -> bool {
        let admission = Admission {
            origins: vec!["https://example.org".into()],
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        admission.admits(&headers)
    }

    #[test]
    fn programs_and_pages_of_this_machine_are_admitted() {
        assert!(admits("127.0.0.1:9944", None));
        assert!(admits("localhost", Some("http://localhost:8080")));
        assert!(admits("[::1]:9944", Some("http://[::1]:3000")));
        assert!(admits("127.0.0.1:9944", Some("https://app.localhost")));
        assert!(admits(
            "127.0.0.1:9944",
            Some("chrome-extension://mopnmbcafieddcagagdcbnhejhlodfdd")
        ));
    }

    #[test]
    fn a_named_origin_is_admitted_and_only_exactly() {
        assert!(admits("127.0.0.1:9944", Some("https://example.org")));
        assert!(!admits("127.0.0.1:9944", Some("http://example.org")));
        assert!(!admits("127.0.0.1:9944", Some("https://example.org:444")));
    }

    #[test]
    fn foreign_pages_are_refused() {
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example:80#localhost",
            "http://evillocalhost",
        ] {
            assert!(!admits("127.0.0.1:9944", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn a_foreign_name_for_this_machine_is_refused() {
        assert!(!admits("rebound.example:9944", None));
        assert!(!admits("rebound.example:9944", Some("http://localhost")));
    }
}
