//! The page that lists the files that this browser runs. English.

pub const TITLE: &str = "Verify this page";
pub const LEAD: &str = "The SHA-256 of every file that this browser runs, beside the list that the release's build has made.";
pub const RELEASE: &str = "Release";
pub const WHAT_RELEASE: &str = "release";
pub const WHAT_DIGEST: &str = "file hash";
pub const READING: &str = "Hashing the files";
pub const FAILED: &str = "The list could not be read";
pub const FAILED_WHY: &str = "This app may have been served without a list of its files. Its build makes one: cargo xtask build app.";
pub const FILE: &str = "File";
pub const HERE: &str = "As this browser has it";
pub const STATE: &str = "Compared with the list";
pub const SAME: &str = "the same";
pub const DIFFERENT: &str = "not the file on the list";
pub const UNREAD: &str = "could not be read";
pub const HOW: &str = "Compare from outside";
pub const HOW_LINE: &str = "cargo xtask build app\ncargo xtask files";
pub const HOW_TEXT: &str = "Build the app from its source, and print the same list on your own machine. The last lines name the release and the service worker, and the first can be given to sha256sum --check in a folder with the files that you have downloaded with another program.";
pub const PROVES: &str = "What this proves, and what not";
pub const PROVES_TEXT: &[&str] = &[
    "If a file was damaged on the way, or this browser has kept an old one, it shows here.",
    "It does not prove that the page is honest. A page made to deceive would show the right numbers as easily as the wrong ones: it would be checking itself. \
     Nor does its list prove it: whoever changes the files can change the list.",
    "What convinces is a comparison from outside: the release's name above against the one that somebody you trust has published or that your own build prints, and the files as another program downloads them against that list.",
    "The engine and the GPU module are checked once more before each use, against the digests that receipts name.",
];

/// How many files agree.
pub fn agree(same: usize, all: usize) -> String {
    format!("{same} of {all} files are those on the list.")
}
