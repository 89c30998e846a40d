//! The page about what a receipt proves. English.

pub const TITLE: &str = "What a receipt proves";
pub const LEAD: &str =
    "A receipt is a signed statement about one run of one model. Here is how far it carries.";

pub const PROVES: &str = "It proves";
pub const PROVES_LIST: &[&str] = &[
    "Who signed it: the signature fits one account, and no other.",
    "That nothing in it was changed since: one altered bit, and the check fails and says where.",
    "Which model it names: the publisher's account, the manifest and, through it, the hash of every file of the model.",
    "When it existed, if it was anchored: not earlier than the block it names, not later than the block that holds its anchor.",
    "Whether its signer took it back: a revocation on the chain is final and dated.",
    "In the Replay lane, that this model gives this output for this input: anybody who has the input can run it again and compare every bit.",
];

pub const PROVES_NOT: &str = "It does not prove";
pub const PROVES_NOT_LIST: &[&str] = &[
    "That the input is genuine. A model can be run on a forged photo as well as on a real one.",
    "That this was the only run. Somebody may have tried many inputs and kept the answer they liked.",
    "That the answer is right. Models err; a receipt says what the model answered.",
    "In the Fast lane, that the model ran at all. Graphics processors round differently, so a Fast receipt is its signer's word.",
    "Who a person is. It names an account; whose account that is, you have to know.",
    "Anything at all on a development chain, where whoever runs the chain can write what they like.",
];

pub const SECTIONS: &[(&str, &[&str])] = &[
    (
        "What leaves this device",
        &[
            "Nothing that you open here. The model is downloaded and runs in this tab; the file you give it is read in this tab only. \
             The page is served with a policy that forbids it to send data anywhere but to its own server and to the chain's node.",
            "A receipt holds commitments: numbers that fix input and output without revealing them. \
             They are mixed with random salts, so nobody can guess the input and compare. Your wallet sees the same numbers, and no more.",
        ],
    ),
    (
        "Why sign with an Ethereum wallet",
        &[
            "Because many people have one. No Ethereum transaction takes place, nothing is paid, and no Ethereum server is asked. \
             The wallet is only asked to sign typed data (EIP-712), in a form that the Ethereum Attestation Service's own tools can verify.",
            "The wallet shows chain id 1 because wallets sign only for the network that they are on. The chain on which receipts are anchored \
             is another one; the receipt is bound to it by the verifying contract's address, which is made from that chain's first block and the receipts contract.",
        ],
    ),
    (
        "Whom you trust",
        &[
            "For the signature and for a replay: nobody, the mathematics is checked in your browser. \
             For times and revocations: the chain, its governance included, and the node that you ask. For this page: whoever serves it. \
             The command line program checks the same receipts with the same rules and without a page.",
        ],
    ),
];

pub const WORDS: &str = "The words";
pub const WORD: &str = "Word";
pub const MEANING: &str = "Meaning";
pub const WORD_LIST: &[(&str, &str)] = &[
    ("Model", "An ONNX file with its manifest: files, inputs, outputs, labels, licence."),
    ("Publisher", "The account that registered a model. Names are not protected: look at the publisher."),
    ("Engine", "The small program that executes models, named by the hash of its bytes."),
    ("Receipt", "The signed statement of a run: model, engine, commitments to input and output, lane."),
    ("Lane", "How a run can be checked: Fast (signature only), Replay (again, bit for bit), Exact (by the chain itself)."),
    ("Commitment", "A number that fixes some data without revealing it."),
    ("Anchor", "The receipt's number, written to the chain: it existed not later than that block."),
    ("Beacon", "A recent block's hash inside the receipt: it was made not earlier than that block."),
    ("Opening", "What is needed to show one committed item and to prove that it is the committed one."),
];
