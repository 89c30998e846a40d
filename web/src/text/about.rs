//! The page about what a receipt proves.

use super::language::Text;

pub const TITLE: Text = Text::new("What a receipt proves", "Was ein Beleg beweist");
pub const LEAD: Text = Text::new(
    "A receipt is a signed statement about one run of one model. Here is how far it carries.",
    "Ein Beleg ist eine unterzeichnete Aussage über einen Lauf eines Modells. Hier steht, wie weit sie trägt.",
);

pub const PROVES: Text = Text::new("It proves", "Er beweist");
pub const PROVES_LIST: &[Text] = &[
    Text::new(
        "Who signed it: the signature fits one account, and no other.",
        "Wer ihn unterzeichnet hat: Die Unterschrift passt zu einem Konto und zu keinem anderen.",
    ),
    Text::new(
        "That nothing in it was changed since: one altered bit, and the check fails and says where.",
        "Dass seither nichts daran geändert wurde: Bei einem veränderten Bit misslingt die Prüfung und sagt, wo.",
    ),
    Text::new(
        "Which model it names: the publisher's account, the manifest and, through it, the hash of every file of the model.",
        "Welches Modell er nennt: das Konto des Herausgebers, das Manifest und damit die Prüfsumme jeder Datei des Modells.",
    ),
    Text::new(
        "When it existed, if it was anchored: not earlier than the block it names, not later than the block that holds its anchor.",
        "Wann es ihn gab, wenn er verankert wurde: nicht früher als der Block, den er nennt, nicht später als der Block mit seinem Anker.",
    ),
    Text::new(
        "Whether its signer took it back: a revocation on the chain is final and dated.",
        "Ob sein Unterzeichner ihn widerrufen hat: Ein Widerruf auf der Kette ist endgültig und datiert.",
    ),
    Text::new(
        "In the Replay lane, that this model gives this output for this input: anybody who has the input can run it again and compare every bit.",
        "In der Replay-Spur, dass dieses Modell zu dieser Eingabe diese Ausgabe gibt: Jeder, der die Eingabe hat, kann den Lauf wiederholen und jedes Bit vergleichen.",
    ),
];

pub const PROVES_NOT: Text = Text::new("It does not prove", "Er beweist nicht");
pub const PROVES_NOT_LIST: &[Text] = &[
    Text::new(
        "That the input is genuine. A model can be run on a forged photo as well as on a real one.",
        "Dass die Eingabe echt ist. Ein Modell läuft mit einem gefälschten Foto so gut wie mit einem echten.",
    ),
    Text::new(
        "That this was the only run. Somebody may have tried many inputs and kept the answer they liked.",
        "Dass dies der einzige Lauf war. Jemand kann viele Eingaben versucht und die Antwort behalten haben, die ihm gefiel.",
    ),
    Text::new(
        "That the answer is right. Models err; a receipt says what the model answered.",
        "Dass die Antwort richtig ist. Modelle irren; ein Beleg sagt, was das Modell geantwortet hat.",
    ),
    Text::new(
        "In the Fast lane, that the model ran at all. Graphics processors round differently, so a Fast receipt is its signer's word.",
        "In der Fast-Spur, dass das Modell überhaupt gelaufen ist. Grafikprozessoren runden verschieden, deshalb ist ein Fast-Beleg nur das Wort seines Unterzeichners.",
    ),
    Text::new(
        "Who a person is. It names an account; whose account that is, you have to know.",
        "Wer ein Mensch ist. Er nennt ein Konto; wessen Konto das ist, müssen Sie wissen.",
    ),
    Text::new(
        "Anything at all on a development chain, where whoever runs the chain can write what they like.",
        "Irgendetwas auf einer Entwicklungskette, denn wer sie betreibt, kann dort schreiben, was er will.",
    ),
];

pub const SECTIONS: &[(Text, &[Text])] = &[
    (
        Text::new("What leaves this device", "Was dieses Gerät verlässt"),
        &[
            Text::new(
                "Nothing that you open here. The model is downloaded and runs in this tab; the file you give it is read in this tab only. \
                 The page is served with a policy that forbids it to send data anywhere but to its own server and to the chain's node.",
                "Nichts, was Sie hier öffnen. Das Modell wird heruntergeladen und läuft in diesem Tab; die Datei, die Sie ihm geben, wird nur in diesem Tab gelesen. \
                 Die Seite wird mit einer Richtlinie ausgeliefert, die ihr verbietet, Daten irgendwohin zu senden außer an ihren eigenen Server und an den Knoten der Kette.",
            ),
            Text::new(
                "A receipt holds commitments: numbers that fix input and output without revealing them. \
                 They are mixed with random salts, so nobody can guess the input and compare. Your wallet sees the same numbers, and no more.",
                "Ein Beleg enthält Festlegungen: Zahlen, die Eingabe und Ausgabe festlegen, ohne sie zu verraten. \
                 Zufall ist hineingemischt, sodass niemand die Eingabe erraten und vergleichen kann. Ihre Wallet sieht dieselben Zahlen und nicht mehr.",
            ),
        ],
    ),
    (
        Text::new(
            "Why sign with an Ethereum wallet",
            "Warum mit einer Ethereum-Wallet unterzeichnen",
        ),
        &[
            Text::new(
                "Because many people have one. No Ethereum transaction takes place, nothing is paid, and no Ethereum server is asked. \
                 The wallet is only asked to sign typed data (EIP-712), in a form that the Ethereum Attestation Service's own tools can verify.",
                "Weil viele Menschen eine haben. Es findet keine Ethereum-Transaktion statt, nichts wird bezahlt, und kein Ethereum-Server wird gefragt. \
                 Die Wallet wird nur gebeten, strukturierte Daten (EIP-712) zu unterzeichnen, in einer Form, die auch die Werkzeuge des Ethereum Attestation Service prüfen können.",
            ),
            Text::new(
                "The wallet shows chain id 1 because wallets sign only for the network that they are on. The chain on which receipts are anchored \
                 is another one; the receipt is bound to it by the verifying contract's address, which is made from that chain's first block and the receipts contract.",
                "Die Wallet zeigt die Ketten-ID 1, weil Wallets nur für das Netz unterzeichnen, in dem sie sind. Die Kette, auf der Belege verankert werden, \
                 ist eine andere; an sie bindet den Beleg die Adresse des prüfenden Vertrags, die aus dem ersten Block jener Kette und dem Belegvertrag gebildet ist.",
            ),
        ],
    ),
    (
        Text::new("Whom you trust", "Wem Sie vertrauen"),
        &[Text::new(
            "For the signature and for a replay: nobody, the mathematics is checked in your browser. \
             For times and revocations: the chain, its governance included, and the node that you ask. For this page: whoever serves it. \
             The command line program checks the same receipts with the same rules and without a page.",
            "Bei der Unterschrift und bei einer Wiederholung: niemandem, die Mathematik wird in Ihrem Browser geprüft. \
             Bei Zeiten und Widerrufen: der Kette samt ihrer Verwaltung und dem Knoten, den Sie fragen. Bei dieser Seite: dem, der sie ausliefert. \
             Das Programm für die Kommandozeile prüft dieselben Belege nach denselben Regeln und ohne Seite.",
        )],
    ),
];

pub const LIE: Text = Text::new(
    "What a false result costs",
    "Was ein falsches Ergebnis kostet",
);
pub const LIE_WHY: Text = Text::new(
    "A receipt of the Exact lane can be put at stake with a bond. Whoever holds the input can object, and a contract decides after at most eight multiplications which side is wrong; a false claim loses the bond. On a development chain this page can show it.",
    "Auf einen Beleg der Exact-Spur lässt sich ein Pfand setzen. Wer die Eingabe hat, kann widersprechen, und ein Vertrag entscheidet nach höchstens acht Multiplikationen, welche Seite irrt; ein falscher Anspruch verliert das Pfand. Auf einer Entwicklungskette kann diese Seite es vorführen.",
);
pub const WORDS: Text = Text::new("The words", "Die Wörter");
pub const WORD: Text = Text::new("Word", "Wort");
pub const MEANING: Text = Text::new("Meaning", "Bedeutung");
pub const WORD_LIST: &[(Text, Text)] = &[
    (
        Text::new("Model", "Modell"),
        Text::new(
            "An ONNX file with its manifest: files, inputs, outputs, labels, licence.",
            "Eine ONNX-Datei mit ihrem Manifest: Dateien, Eingaben, Ausgaben, Bezeichnungen, Lizenz.",
        ),
    ),
    (
        Text::new("Publisher", "Herausgeber"),
        Text::new(
            "The account that registered a model. Names are not protected: look at the publisher.",
            "Das Konto, das ein Modell registriert hat. Namen sind nicht geschützt: Achten Sie auf den Herausgeber.",
        ),
    ),
    (
        Text::same("Engine"),
        Text::new(
            "The small program that executes models, named by the hash of its bytes.",
            "Das kleine Programm, das Modelle ausführt, benannt nach der Prüfsumme seiner Bytes.",
        ),
    ),
    (
        Text::new("Receipt", "Beleg"),
        Text::new(
            "The signed statement of a run: model, engine, commitments to input and output, lane.",
            "Die unterzeichnete Aussage über einen Lauf: Modell, Engine, Festlegungen von Eingabe und Ausgabe, Spur.",
        ),
    ),
    (
        Text::new("Lane", "Spur"),
        Text::new(
            "How a run can be checked: Fast (signature only), Replay (again, bit for bit), Exact (by the chain itself).",
            "Wie sich ein Lauf prüfen lässt: Fast (nur die Unterschrift), Replay (noch einmal, Bit für Bit), Exakt (durch die Kette selbst).",
        ),
    ),
    (
        Text::new("Commitment", "Festlegung"),
        Text::new(
            "A number that fixes some data without revealing it.",
            "Eine Zahl, die Daten festlegt, ohne sie zu verraten.",
        ),
    ),
    (
        Text::new("Anchor", "Anker"),
        Text::new(
            "The receipt's number, written to the chain: it existed not later than that block.",
            "Die Zahl des Belegs, auf die Kette geschrieben: Es gab ihn nicht später als diesen Block.",
        ),
    ),
    (
        Text::new("Beacon", "Zeitmarke"),
        Text::new(
            "A recent block's hash inside the receipt: it was made not earlier than that block.",
            "Der Hash eines neuen Blocks im Beleg: Er wurde nicht früher als dieser Block gemacht.",
        ),
    ),
    (
        Text::new("Opening", "Öffnung"),
        Text::new(
            "What is needed to show one committed item and to prove that it is the committed one.",
            "Was nötig ist, um einen festgelegten Inhalt zu zeigen und zu beweisen, dass er der festgelegte ist.",
        ),
    ),
];
