//! The shell and the one route table.

use crate::components::later::FetchingLine;
use crate::components::layout::{Footer, Header};
use crate::components::newer::Newer;
use crate::pages::{
    about::About,
    about_files::AboutFiles,
    explore::{place::Place, Explore},
    lie::Lie,
    missing::Missing,
    models::Models,
    own::Try,
    publish::Publish,
    receipts::{detail::ReceiptDetail, Receipts},
    run::Run,
    sign::Sign,
    storage::Storage,
    verify::Verify,
    withdraw::disown::Disown,
};
use crate::state;
use crate::text::en;
use crate::{components, later};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// Every address of the app. Links are made from it and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// The gallery.
    Models,
    /// Run one model; its id in lower-case `0x` hex.
    Run(String),
    /// Sign the run that this tab holds.
    Sign,
    /// The kept receipts.
    Receipts,
    /// One kept receipt; its sealed id in lower-case `0x` hex.
    Receipt(String),
    /// Disown a stolen key.
    Disown,
    /// Check a receipt; a link carries it in the fragment.
    Verify,
    /// Run an ONNX file of one's own.
    Try,
    /// Publish one.
    Publish,
    /// The explorer.
    Explore(Place),
    /// A false claim that loses, on a development chain.
    Lie,
    /// What a receipt proves and what it does not.
    About,
    /// What this browser keeps.
    Storage,
    /// The app's own files and their hashes.
    Files,
}

impl Page {
    /// The path below the app's origin.
    pub fn path(&self) -> String {
        match self {
            Self::Models => "/".to_owned(),
            Self::Run(model) => format!("/run/{model}"),
            Self::Sign => "/sign".to_owned(),
            Self::Receipts => "/receipts".to_owned(),
            Self::Receipt(sealed) => format!("/receipts/{sealed}"),
            Self::Disown => "/disown".to_owned(),
            Self::Verify => "/verify".to_owned(),
            Self::Try => "/try".to_owned(),
            Self::Publish => "/publish".to_owned(),
            Self::Explore(place) => place.path(),
            Self::Lie => "/lie".to_owned(),
            Self::About => "/about".to_owned(),
            Self::Storage => "/storage".to_owned(),
            Self::Files => "/files".to_owned(),
        }
    }
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    components::later::provide();
    view! {
        <Router>
            <a class="skip" href="#main">{en::SKIP}</a>
            <Header/>
            <Newer/>
            <FetchingLine/>
            <main id="main" tabindex="-1">
                <Routes fallback=Missing>
                    <Route path=path!("/") view=Models/>
                    <Route path=path!("/run/:model") view=later!(run, Run)/>
                    <Route path=path!("/sign") view=later!(run, Sign)/>
                    <Route path=path!("/receipts") view=later!(papers, Receipts)/>
                    <Route path=path!("/receipts/:sealed") view=later!(papers, ReceiptDetail)/>
                    <Route path=path!("/disown") view=later!(papers, Disown)/>
                    <Route path=path!("/verify") view=later!(papers, Verify)/>
                    <Route path=path!("/try") view=later!(run, Try)/>
                    <Route path=path!("/publish") view=later!(chain, Publish)/>
                    <Route path=path!("/explore") view=later!(chain, Explore)/>
                    <Route path=path!("/explore/:kind") view=later!(chain, Explore)/>
                    <Route path=path!("/explore/:kind/:id") view=later!(chain, Explore)/>
                    <Route path=path!("/lie") view=later!(chain, Lie)/>
                    <Route path=path!("/about") view=later!(about, About)/>
                    <Route path=path!("/storage") view=later!(about, Storage)/>
                    <Route path=path!("/files") view=later!(about, AboutFiles)/>
                </Routes>
            </main>
            <Footer/>
        </Router>
    }
}
