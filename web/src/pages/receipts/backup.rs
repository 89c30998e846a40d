//! All kept receipts as one encrypted file, and back.

use crate::browser::error::BrowserError;
use crate::browser::{random, read, save, seal};
use crate::components::files::DropArea;
use crate::components::notice::Notice;
use crate::components::shape::Mark;
use crate::state::keep::{Keep, Stored};
use crate::text::language::language;
use crate::text::receipts as text;
use countersign_client::kept::backup::{self, BackupError, Header, ROUNDS};
use countersign_client::language::Say;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

/// A shorter passphrase is guessed.
const SHORTEST: usize = 12;

/// The section.
#[component]
pub fn Backup(keep: Keep) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let first = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let tell = move |outcome: Result<String, String>| {
        // The page may have been left meanwhile.
        let _ = busy.try_set(false);
        let (words, error) = match outcome {
            Ok(words) => (words, None),
            Err(error) => (String::new(), Some(error)),
        };
        let _ = said.try_set(words);
        let _ = failed.try_set(error);
    };
    let export = move |_| {
        let (passphrase, repeated) = (first.get_untracked(), again.get_untracked());
        if passphrase.chars().count() < SHORTEST {
            tell(Err(text::short_passphrase(SHORTEST)));
            return;
        }
        if passphrase != repeated {
            tell(Err(text::OTHER_PASSPHRASE.to_string()));
            return;
        }
        busy.set(true);
        said.set(text::SEALING.to_string());
        spawn_local(async move {
            let outcome = export(keep, &passphrase).await;
            if outcome.is_ok() {
                let _ = first.try_set(String::new());
                let _ = again.try_set(String::new());
            }
            tell(outcome.map_err(|error| error.to_string()));
        });
    };
    let opening = RwSignal::new(String::new());
    let file = RwSignal::new_local(None::<File>);
    let import = move |_| {
        let Some(file) = file.get_untracked() else {
            return;
        };
        let passphrase = opening.get_untracked();
        busy.set(true);
        said.set(text::SEALING.to_string());
        spawn_local(async move {
            let outcome = import(keep, &file, &passphrase).await;
            if outcome.is_ok() {
                let _ = opening.try_set(String::new());
            }
            tell(outcome);
        });
    };
    let none = move || keep.all().is_empty();
    view! {
        <section class="stack" aria-label=text::BACKUP>
            <h2>{text::BACKUP}</h2>
            <p>{text::BACKUP_NOTE}</p>
            <Show when=move || !none()>
                <form class="stack-tight" on:submit=move |event| { event.prevent_default(); export(()); }>
                    <Field id="passphrase" name=text::PASSPHRASE value=first new=true/>
                    <Field id="passphrase-again" name=text::PASSPHRASE_AGAIN value=again new=true/>
                    <button type="submit" class="button" disabled=move || busy.get()>{text::EXPORT}</button>
                </form>
            </Show>
            <details class="more">
                <summary>{text::IMPORT_HEAD}</summary>
                <form class="stack" on:submit=move |event| { event.prevent_default(); import(()); }>
                    <DropArea
                        choose=text::IMPORT_CHOOSE
                        hint=text::IMPORT_HINT
                        on_file=move |chosen| file.set(Some(chosen))
                        pasted=false
                    />
                    <p role="status" class="chosen">{move || file.with(|file| file.as_ref().map(File::name))}</p>
                    <Field id="passphrase-open" name=text::PASSPHRASE_OF value=opening new=false/>
                    <button type="submit" class="button" disabled=move || busy.get() || file.with(Option::is_none)>
                        {text::IMPORT}
                    </button>
                </form>
            </details>
            <p role="status" data-testid="backup-status">{move || said.get()}</p>
            {move || failed.get().map(|reason| view! { <Notice mark=Mark::Invalid head=text::FAILED text=reason/> })}
        </section>
    }
}

#[component]
fn Field(
    id: &'static str,
    #[prop(into)] name: &'static str,
    value: RwSignal<String>,
    /// Whether it is made up now: password managers then offer to keep it.
    new: bool,
) -> impl IntoView {
    view! {
        <div>
            <label class="label" for=id>{name}</label>
            <input
                id=id
                type="password"
                class="select receipts-search"
                autocomplete=if new { "new-password" } else { "current-password" }
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

async fn export(keep: Keep, passphrase: &str) -> Result<String, BrowserError> {
    // What other tabs have just kept belongs into it too.
    keep.read().await;
    let receipts = untrack(|| keep.all());
    let left_out = match keep.stored.get_untracked() {
        // A backup of nothing is not taken for one of everything.
        Stored::Failed(error) if receipts.is_empty() => return Err(error),
        Stored::Ready { unreadable, .. } => unreadable,
        Stored::Failed(_) | Stored::Reading => 0,
    };
    let random = random::bytes32()?;
    let mut header = Header {
        rounds: ROUNDS,
        salt: [0; 16],
        nonce: [0; 12],
    };
    for (to, from) in header.salt.iter_mut().chain(&mut header.nonce).zip(random) {
        *to = from;
    }
    let sealed = seal::seal(&header, passphrase, &backup::contents(&receipts)).await?;
    let mut file = header.to_bytes();
    file.extend_from_slice(&sealed);
    save::file(&text::BACKUP_NAME, &file, "application/octet-stream")?;
    Ok(text::exported(receipts.len(), &text::BACKUP_NAME, left_out))
}

async fn import(keep: Keep, file: &File, passphrase: &str) -> Result<String, String> {
    // `size` is a JavaScript number, an integer far below 2^53.
    if file.size() as u64 > backup::MAX_BYTES as u64 {
        return Err(BackupError::TooLarge.say(language()));
    }
    let words = |error: BrowserError| error.to_string();
    let bytes = read::bytes(file).await.map_err(words)?;
    let (header, sealed) = Header::read(&bytes).map_err(|error| error.say(language()))?;
    let plain = seal::open(&header, passphrase, sealed)
        .await
        .map_err(words)?;
    let plain = plain.ok_or(text::WRONG_PASSPHRASE)?;
    let receipts = backup::read_contents(&plain).map_err(|error| error.say(language()))?;
    // A record that nobody signed is not let in, however it came into the file.
    if receipts.iter().any(|kept| {
        kept.bundle
            .clone()
            .verify(&countersign_shared::Software)
            .is_err()
    }) {
        return Err(text::BROKEN_BACKUP.to_string());
    }
    let new = keep.put(&receipts).await.map_err(words)?;
    Ok(text::imported(receipts.len(), new))
}
