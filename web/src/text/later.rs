//! The words for a page whose code comes when it is first visited.

use super::language::Text;

pub const FETCHING: Text = Text::new("Fetching this page", "Diese Seite wird geladen");
pub const TITLE: Text = Text::new(
    "This page could not be fetched",
    "Diese Seite konnte nicht geladen werden",
);
pub const WHY: Text = Text::new(
    "Its code is fetched when it is first visited, and it was not served. Without a network it opens once the whole app is kept on this device; the storage page says whether it is.",
    "Ihr Code wird beim ersten Besuch geladen und wurde nicht ausgeliefert. Ohne Netz öffnet sie sich, sobald die ganze App auf diesem Gerät aufbewahrt ist; die Seite Speicher sagt, ob sie es ist.",
);
pub const WHAT_NOW: Text = Text::new(
    "What this tab holds is not lost. If a newer version of the app has been served since this page was opened, loading the page anew fetches it.",
    "Was dieser Tab hält, ist nicht verloren. Falls seit dem Öffnen eine neuere Version der App ausgeliefert wurde, holt ein neues Laden der Seite sie.",
);
