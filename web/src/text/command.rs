//! Lines for the command line program, in the program's own words.

use super::language::Text;

pub const LEAD: Text = Text::new(
    "The same on the command line, in the folder with the saved file:",
    "Dasselbe auf der Kommandozeile, im Ordner mit der gespeicherten Datei:",
);
pub const RUN_LEAD: Text = Text::new(
    "The same on the command line, in the folder with the input:",
    "Dasselbe auf der Kommandozeile, im Ordner mit der Eingabe:",
);
pub const ENGINE_LEAD: Text = Text::new(
    "The command line does not use the GPU: there the engine runs it, and others can repeat it bit for bit. In the folder with the input:",
    "Die Kommandozeile benutzt die GPU nicht: Dort führt es die Engine aus, und andere können es Bit für Bit wiederholen. Im Ordner mit der Eingabe:",
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

/// Judges a receipt, with its inputs if there are any.
pub fn verify(
    receipts: &[String],
    inputs: &[String],
    from: Option<&str>,
    rpc: Option<&str>,
) -> String {
    let receipts: Vec<String> = receipts.iter().map(|name| file(name)).collect();
    let inputs: Vec<String> = inputs.iter().map(|input| file(input)).collect();
    let from = from.map(file);
    let mut words = vec!["countersign", "verify"];
    words.extend(receipts.iter().map(String::as_str));
    words.extend(inputs.iter().flat_map(|input| ["--input", input]));
    words.extend(from.iter().flat_map(|from| ["--from", from]));
    words.extend(rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
    line(&words)
}

/// A run that can be repeated from files.
pub struct Run<'a> {
    /// The model's id.
    pub model: &'a str,
    /// The words of [`file_input`] or [`tensor_inputs`].
    pub inputs: &'a [String],
    /// Whether it is of the Exact lane.
    pub exact: bool,
    /// Whether its result is what another run takes.
    pub hands_on: bool,
    /// Whether it takes such a result.
    pub linked: bool,
    /// The node.
    pub rpc: Option<&'a str>,
}

/// The file of a result that another run takes.
pub const RESULT: &str = "result.json";

/// The words for a file and the result of an earlier run.
pub fn file_input(name: &str, from: Option<&str>) -> Vec<String> {
    let mut words = vec![file(name)];
    if let Some(from) = from {
        words.extend(["--from".to_owned(), file(from)]);
    }
    words
}

/// The words for tensors in NPY files.
pub fn tensor_inputs<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let word = |(name, file)| ["--input".to_owned(), format!("{name}={file}")];
    files.flat_map(word).collect()
}

impl Run<'_> {
    /// The file that holds the run.
    const fn saved(&self) -> &'static str {
        if self.linked {
            "run-2.json"
        } else {
            "run.json"
        }
    }

    /// Runs it again, and saves what signing takes.
    pub fn line(&self) -> String {
        let mut words = vec!["countersign", "run", "--model", self.model];
        words.extend(self.inputs.iter().map(String::as_str));
        if self.exact {
            words.extend(["--lane", "exact"]);
        }
        if self.hands_on {
            words.extend(["--result", RESULT]);
        }
        words.extend(["--save", self.saved()]);
        words.extend(self.rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
        line(&words)
    }

    /// Signs it: with this secret, with an Ethereum key, or with the secret in COUNTERSIGN_SURI.
    pub fn sign(
        &self,
        publisher: &str,
        reference: Option<&str>,
        ethereum: bool,
        secret: Option<&str>,
        receipt: &str,
    ) -> String {
        let mut words = vec!["countersign", "receipt", "sign", self.saved()];
        words.extend(["--publisher", publisher]);
        words.extend(reference.iter().flat_map(|id| ["--reference", id]));
        if ethereum {
            words.extend(["--key-file", "key.txt"]);
        }
        words.extend(secret.iter().flat_map(|secret| ["--suri", secret]));
        words.extend(["--output", receipt]);
        words.extend(self.rpc.iter().flat_map(|rpc| ["--rpc", rpc]));
        line(&words)
    }
}

/// Runs an ONNX file of one's own.
pub fn run_own(model: &str, inputs: &[String]) -> String {
    let model = file(model);
    let mut words = vec!["countersign", "run", &model];
    words.extend(inputs.iter().map(String::as_str));
    words.extend(["--output", "outputs"]);
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

/// Puts a receipt at stake, with the bond of this secret or, without one, of COUNTERSIGN_SURI. The model's file is found where the
/// command line keeps models, as for every other line.
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
            &["-input".to_owned()],
            None,
            None,
        );
        assert_eq!(
            line,
            r"countersign verify 'it'\''s $(here).json' --input ./-input"
        );
    }

    #[test]
    fn a_run_and_its_signature_name_the_same_file() {
        let inputs = file_input("-photo 1.png", Some(RESULT));
        let run = Run {
            model: "0x01",
            inputs: &inputs,
            exact: false,
            hands_on: false,
            linked: true,
            rpc: Some("http://node"),
        };
        assert_eq!(run.line(), "countersign run --model 0x01 './-photo 1.png' --from result.json --save run-2.json --rpc http://node");
        assert_eq!(
            run.sign("5GX", Some("0x02"), false, Some("//Alice"), "r.json"),
            "countersign receipt sign run-2.json --publisher 5GX --reference 0x02 --suri //Alice --output r.json --rpc http://node"
        );
        let tensors = tensor_inputs([("a", "a.npy"), ("b c", "-b.npy")].into_iter());
        let exact = Run {
            model: "0x01",
            inputs: &tensors,
            exact: true,
            hands_on: true,
            linked: false,
            rpc: None,
        };
        assert_eq!(exact.line(), "countersign run --model 0x01 --input a=a.npy --input 'b c=-b.npy' --lane exact --result result.json --save run.json");
        assert_eq!(
            exact.sign("5GX", None, true, None, "r.json"),
            "countersign receipt sign run.json --publisher 5GX --key-file key.txt --output r.json"
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
