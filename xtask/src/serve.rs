//! The web server of `up` and of the browser tests: static files under the page's policy (PROTOCOL 7.1).

use crate::exec::{fail, read, Error, Result};
use crate::paths;
use base64::Engine as _;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// What is served where.
#[derive(Clone)]
pub struct Site {
    /// The app as trunk made it.
    pub dist: PathBuf,
    /// The list of deployments that the page trusts.
    pub deployments: PathBuf,
    /// The node's address, the only other origin that the page may connect to.
    pub rpc: String,
}

/// A running server; it ends when this is dropped.
pub struct Running {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    _threads: tokio::runtime::Runtime,
}

/// Starts serving on a port of the loopback address; port 0 takes a free one.
pub fn start(site: Site, port: u16) -> Result<Running> {
    let policy = policy(&site)?;
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .build()
        .map_err(|error| Error::Other(error.to_string()))?;
    let listener = threads
        .block_on(TcpListener::bind(("127.0.0.1", port)))
        .map_err(|error| {
            Error::Other(format!(
                "port {port} cannot be used ({error}). Stop what uses it, or choose another: --port N"
            ))
        })?;
    let port = listener
        .local_addr()
        .map_err(|error| Error::Other(error.to_string()))?
        .port();
    threads.spawn(accept(listener, Arc::new((site, policy))));
    Ok(Running {
        url: format!("http://127.0.0.1:{port}"),
        _threads: threads,
    })
}

async fn accept(listener: TcpListener, served: Arc<(Site, String)>) {
    loop {
        // A visitor who went away before being let in is no error of the server's.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let served = served.clone();
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                let (site, policy) = &*served;
                let response = answer(site, policy, request.method(), request.uri().path());
                async move { Ok::<_, Infallible>(response) }
            });
            // Nor is one who goes away in the middle.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// The policy for this build of the app: what it may load, and the one node that it may talk to.
///
/// Inline scripts are allowed by hash, which trunk's loader needs; everything else comes from files of our own.
pub fn policy(site: &Site) -> Result<String> {
    let page = String::from_utf8_lossy(&read(&site.dist.join("index.html"))?).into_owned();
    let hashes: String = inline_scripts(&page)
        .iter()
        .map(|script| {
            format!(
                " 'sha256-{}'",
                base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script))
            )
        })
        .collect();
    let rpc = &site.rpc;
    Ok(format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'; \
         script-src 'self' 'wasm-unsafe-eval'{hashes}; worker-src 'self' blob:; style-src 'self'; font-src 'self'; \
         img-src 'self' blob: data:; manifest-src 'self'; connect-src 'self' {rpc}"
    ))
}

fn inline_scripts(page: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("<script") {
        let Some(tag_end) = rest
            .get(start..)
            .and_then(|tail| tail.find('>'))
            .map(|end| start + end)
        else {
            break;
        };
        let Some(end) = rest
            .get(tag_end..)
            .and_then(|tail| tail.find("</script>"))
            .map(|end| tag_end + end)
        else {
            break;
        };
        let tag = rest.get(start..tag_end).unwrap_or_default();
        if !tag.contains(" src=") {
            scripts.extend(rest.get(tag_end + 1..end));
        }
        rest = rest
            .get(end..)
            .and_then(|tail| tail.strip_prefix("</script>"))
            .unwrap_or_default();
    }
    scripts
}

/// The service worker's own policy: its own origin and nothing else, not even the node (P1).
const SERVICE_WORKER: &str = "/sw.js";
const SERVICE_WORKER_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; connect-src 'self'";

fn answer(site: &Site, policy: &str, method: &Method, path: &str) -> Response<Full<Bytes>> {
    const TEXT: &str = "text/plain; charset=utf-8";
    let policy = if path == SERVICE_WORKER {
        SERVICE_WORKER_POLICY
    } else {
        policy
    };
    let (status, kind, body) = match (method, body(site, path)) {
        (&Method::GET | &Method::HEAD, Some((kind, body))) => (StatusCode::OK, kind, body),
        (&Method::GET | &Method::HEAD, None) => (
            StatusCode::NOT_FOUND,
            TEXT,
            b"There is no such page here.\n".to_vec(),
        ),
        _ => (
            StatusCode::METHOD_NOT_ALLOWED,
            TEXT,
            b"Files are read here, with GET.\n".to_vec(),
        ),
    };
    let kept =
        status == StatusCode::OK && path.starts_with("/assets/") && path != "/assets/assets.json";
    let caching = if kept {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Response::builder()
        .status(status)
        .header("Content-Type", kind)
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
        .header("Cache-Control", caching)
        .body(Full::from(body))
        .unwrap_or_else(|_| {
            // Nothing is served without its policy.
            let mut refusal = Response::new(Full::from("The policy cannot be sent.\n"));
            *refusal.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            refusal
        })
}

fn body(site: &Site, path: &str) -> Option<(&'static str, Vec<u8>)> {
    match path {
        "/deployments.json" => return Some((JSON, fs::read(&site.deployments).ok()?)),
        "/engines.json" => {
            return Some((
                JSON,
                fs::read(paths::root().join("releases/engines.json")).ok()?,
            ))
        }
        "/config.json" => {
            return Some((
                JSON,
                serde_json::json!({ "rpc": site.rpc })
                    .to_string()
                    .into_bytes(),
            ))
        }
        _ => {}
    }
    if let Some(digest) = path.strip_prefix("/models/") {
        let plain = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if plain {
            return Some((
                "application/octet-stream",
                fs::read(paths::models().join(digest)).ok()?,
            ));
        }
    }
    let relative = Path::new(path.trim_start_matches('/'));
    if relative
        .components()
        .any(|part| !matches!(part, Component::Normal(_)))
        && path != "/"
    {
        return None;
    }
    let file = site.dist.join(relative);
    if path != "/" && file.is_file() {
        return Some((kind(&file), fs::read(file).ok()?));
    }
    // A page of the app: its own router reads the address. Anything that looks like a file is missing.
    relative
        .extension()
        .is_none()
        .then(|| fs::read(site.dist.join("index.html")).ok())
        .flatten()
        .map(|page| (HTML, page))
}

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => HTML,
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => JSON,
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// P1: the policy that is served must close every way out but the two that the design names.
pub fn check_policy(policy: &str, rpc: &str) -> Result {
    let needed = [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-src 'none'",
        "worker-src 'self' blob:",
    ];
    if let Some(missing) = needed.iter().find(|part| !policy.contains(**part)) {
        return fail(format!("the page's policy lacks {missing} (P1)"));
    }
    let connect = policy
        .split(';')
        .map(str::trim)
        .find(|part| part.starts_with("connect-src"));
    if connect != Some(format!("connect-src 'self' {rpc}").as_str()) {
        return fail(format!("the page's policy allows other connections than its own origin and the node (P1): {connect:?}"));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_linked_ones_are_not() {
        let page =
            "<script type=\"module\">a()</script><script src=\"/x.js\"></script><script>b</script>";
        assert_eq!(inline_scripts(page), ["a()", "b"]);
    }

    #[test]
    fn no_path_leaves_the_app() {
        let site = Site {
            dist: paths::root().join("xtask"),
            deployments: PathBuf::new(),
            rpc: String::new(),
        };
        assert!(body(&site, "/Cargo.toml").is_some());
        assert!(body(&site, "/../Cargo.toml").is_none());
        assert!(body(&site, "//etc/hostname.txt").is_none());
        assert!(body(&site, "/missing.js").is_none());
    }

    #[test]
    fn nothing_is_served_without_its_policy_p1() {
        let site = Site {
            dist: paths::root().join("xtask"),
            deployments: PathBuf::new(),
            rpc: String::new(),
        };
        let sent = answer(&site, "default-src 'none'", &Method::GET, "/Cargo.toml");
        assert_eq!(sent.status(), StatusCode::OK);
        assert_eq!(
            sent.headers()["Content-Security-Policy"],
            "default-src 'none'"
        );
        let broken = answer(&site, "two\nlines", &Method::GET, "/Cargo.toml");
        assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let written = answer(&site, "default-src 'none'", &Method::POST, "/Cargo.toml");
        assert_eq!(written.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[test]
    fn the_service_worker_reaches_its_own_origin_only_p1() {
        let site = Site {
            dist: paths::root().join("web/public"),
            deployments: PathBuf::new(),
            rpc: String::new(),
        };
        let page = "default-src 'none'; connect-src 'self' http://127.0.0.1:9944";
        let sent = answer(&site, page, &Method::GET, "/sw.js");
        assert_eq!(sent.status(), StatusCode::OK);
        let policy = sent.headers()["Content-Security-Policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(policy.ends_with("connect-src 'self'"));
    }

    #[test]
    fn the_policy_names_one_node_and_nothing_else_p1() {
        let open = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; worker-src 'self' blob:; connect-src 'self' https:";
        assert!(check_policy(open, "http://127.0.0.1:9944").is_err());
    }
}
