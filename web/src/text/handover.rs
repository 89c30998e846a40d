//! A model's way from one owner to the next.

use super::language::{language, Language, Text};

pub const HEAD: Text = Text::new("Owner", "Eigentum");
pub const LEAD: Text = Text::new(
    "Its owner can mark it as deprecated, publish new versions of it, and hand it over. Handing over takes two: the owner offers it, and the new owner accepts. The publisher stays who it was, and receipts stay as they are.",
    "Wem es gehört, kann es als veraltet kennzeichnen, neue Versionen davon veröffentlichen und es übergeben. Zur Übergabe gehören zwei: Wem es gehört, bietet es an, und wer es übernimmt, nimmt an. Der Herausgeber bleibt derselbe, und Belege bleiben, wie sie sind.",
);
pub const OFFER: Text = Text::new("Offer it to somebody", "Jemandem anbieten");
pub const OFFER_ASK: Text = Text::new("To whom shall it go?", "An wen soll es gehen?");
pub const OFFER_NOTE: Text = Text::new(
    "Until the other account accepts, it stays with its owner, who can take the offer back or offer it to somebody else. Once accepted, only the new owner can give it back.",
    "Bis das andere Konto annimmt, gehört es weiter, wem es jetzt gehört; das Angebot lässt sich so lange zurücknehmen oder ändern. Ist es angenommen, kann nur noch das neue Konto es zurückgeben.",
);
pub const TO: Text = Text::new("Account that shall own it", "Konto, dem es gehören soll");
pub const TO_FAULT: Text = Text::new(
    "This is no account as wallets show it. Copy it from the new owner's wallet.",
    "Das ist kein Konto, wie Wallets es zeigen. Kopieren Sie es aus der Wallet dessen, dem es gehören soll.",
);
pub const OFFER_GO: Text = Text::new("Offer it", "Anbieten");
pub const WITHDRAW: Text = Text::new("Take the offer back", "Angebot zurücknehmen");
pub const WITHDRAW_ASK: Text = Text::new("Offer it to nobody?", "Niemandem mehr anbieten?");
pub const WITHDRAW_NOTE: Text = Text::new(
    "The account to which it is offered can then no longer accept it. It stays with its owner.",
    "Das Konto, dem es angeboten ist, kann es dann nicht mehr annehmen. Es gehört weiter, wem es jetzt gehört.",
);
pub const ACCEPT: Text = Text::new("Accept the offer", "Angebot annehmen");
pub const ACCEPT_ASK: Text = Text::new("Shall it be yours?", "Soll es Ihnen gehören?");
pub const ACCEPT_NOTE: Text = Text::new(
    "Only the account to which it is offered can accept. From then on that account alone can deprecate it, publish new versions of it, and hand it over; everybody sees that it does.",
    "Nur das Konto, dem es angeboten ist, kann annehmen. Von da an kann allein dieses Konto es als veraltet kennzeichnen, neue Versionen veröffentlichen und es übergeben; alle sehen, wem es gehört.",
);
pub const LEAVE: Text = Text::new("Leave it", "Lassen, wie es ist");
pub const TRIED: Text = Text::new(
    "It is tried without sending first; what would be refused costs nothing.",
    "Es wird zuerst ohne Senden erprobt; was abgelehnt würde, kostet nichts.",
);
pub const NO_PAYER: Text = Text::new(
    "On this chain it costs a fee, which this page cannot pay. The command line does the same.",
    "Auf dieser Kette kostet es eine Gebühr, die diese Seite nicht bezahlen kann. Die Kommandozeile tut dasselbe.",
);
pub const COMMAND: Text = Text::new(
    "The same on the command line:",
    "Dasselbe auf der Kommandozeile:",
);
pub const AGAIN: Text = Text::new("Read the page again", "Die Seite neu lesen");

/// When it is done.
pub fn done(at: &str) -> String {
    match language() {
        Language::English => format!("The registry says so since {at}."),
        Language::German => format!("Das Register sagt es so seit {at}."),
    }
}
