//! Lines for the command line program, in the program's own words.

use super::language::Text;

pub const LEAD: Text = Text::new(
    "The same on the command line, in the folder with the saved file:",
    "Dasselbe auf der Kommandozeile, im Ordner mit der gespeicherten Datei:",
);
pub const NAME: Text = Text::new("Command line", "Kommandozeile");
pub const COPY: Text = Text::new("Copy command", "Befehl kopieren");
pub const COPIED: Text = Text::new("Copied", "Kopiert");
pub const BY_HAND: Text = Text::new(
    "Copying did not work: mark the line and copy it by hand",
    "Das Kopieren hat nicht geklappt: Markieren Sie die Zeile und kopieren Sie sie von Hand",
);

/// The name under which every page saves a receipt: the first four bytes of its id.
pub fn file_name(id: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = id;
    format!("countersign-receipt-{a:02x}{b:02x}{c:02x}{d:02x}.json")
}

/// A line: words as they are, the rest quoted for a POSIX shell.
fn line(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    quoted.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=,@%+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A file as an argument: never taken for a flag, nor for standard input.
fn file(name: &str) -> String {
    if name.starts_with('-') {
        format!("./{name}")
    } else {
        name.to_owned()
    }
}

/// Judges a receipt, with its input if there is one.
pub fn verify(
    receipts: &[String],
    input: Option<&str>,
    from: Option<&str>,
    rpc: Option<&str>,
) -> String {
    let receipts: Vec<String> = receipts.iter().map(|name| file(name)).collect();
    let (input, from) = (input.map(file), from.map(file));
    let mut words = vec!["countersign", "verify"];
    words.extend(receipts.iter().map(String::as_str));
    words.extend(input.iter().flat_map(|input| ["--input", input]));
    words.extend(from.iter().flat_map(|from| ["--from", from]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// Anchors or revokes a receipt, paid by this secret or, without one, by COUNTERSIGN_SURI.
pub fn receipt(what: &str, name: &str, payer: Option<&str>, rpc: Option<&str>) -> String {
    let name = file(name);
    let mut words = vec!["countersign", "receipt", what, &name];
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// Puts a receipt at stake, with the bond of this secret or, without one, of COUNTERSIGN_SURI.
pub fn stake(name: &str, ethereum: bool, payer: Option<&str>, rpc: Option<&str>) -> String {
    let name = file(name);
    let mut words = vec!["countersign", "claim", "assert", &name];
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    let line = line(&words);
    if ethereum {
        return with_key(&line, true, None);
    }
    line
}

/// Answers challenges of a receipt at stake, with its bundle and its input tensors.
pub fn play(
    (receipt, model): (&str, &str),
    inputs: &[String],
    name: &str,
    payer: Option<&str>,
    rpc: Option<&str>,
) -> String {
    let name = file(name);
    let inputs: Vec<String> = inputs
        .iter()
        .map(|input| format!("{input}={input}.npy"))
        .collect();
    let mut words = vec!["countersign", "claim", "play", receipt, "--model", model];
    for input in &inputs {
        words.extend(["--input", input]);
    }
    words.extend(["--run", &name]);
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// Disowns a key, paid likewise.
pub fn disown(since: u32, payer: Option<&str>, rpc: Option<&str>) -> String {
    let since = since.to_string();
    let mut words = vec!["countersign", "receipt", "disown", "--since", &since];
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// Offers a model to an account, or to nobody, signed and paid by this secret or, without one, by COUNTERSIGN_SURI.
pub fn offer(model: &str, to: Option<&str>, payer: Option<&str>, rpc: Option<&str>) -> String {
    let mut words = vec!["countersign", "model", "offer", model];
    match to {
        Some(to) => words.extend(["--to", to]),
        None => words.push("--nobody"),
    }
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// Takes over a model, likewise.
pub fn accept(model: &str, payer: Option<&str>, rpc: Option<&str>) -> String {
    let mut words = vec!["countersign", "model", "accept", model];
    words.extend(payer.iter().flat_map(|payer| ["--suri", payer]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// The line with the key that signs beside the account that pays: an Ethereum key in a file, or another sr25519 secret.
pub fn with_key(line: &str, ethereum: bool, known: Option<&str>) -> String {
    match (ethereum, known) {
        (true, _) => format!("{line} --key-file key.txt"),
        (false, Some(uri)) => format!("{line} --attester-suri {}", quote(uri)),
        (false, None) => format!("{line} --attester-suri \"$SECRET\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_of_the_shell_whatever_stands_in_it() {
        let line = verify(
            &["it's $(here).json".to_owned()],
            Some("-input"),
            None,
            None,
        );
        assert_eq!(
            line,
            r"countersign verify 'it'\''s $(here).json' --input ./-input"
        );
    }

    #[test]
    fn a_plain_name_stays_plain() {
        let line = receipt(
            "anchor",
            "countersign-receipt-00ff.json",
            Some("//Alice"),
            Some("http://127.0.0.1:9944"),
        );
        assert_eq!(line, "countersign receipt anchor countersign-receipt-00ff.json --suri //Alice --rpc http://127.0.0.1:9944");
    }
}
