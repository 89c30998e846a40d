//! What models answered. English.

use super::en;

pub const OVERWRITTEN: &str =
    "The model was not sure enough of its first label, so its rules give a more general one. The bars show what the model itself answered.";
pub const TOP: &str = "Top labels";
pub const LABEL: &str = "Label";
pub const SHARE: &str = "Score as a bar";
pub const SCORE: &str = "Score";
pub const NUMBER: &str = "No.";
pub const TEXT: &str = "Text";
pub const CORNERS: &str = "Corners in pixels, from the left and the top";
pub const COPY_TEXT: &str = "Copy the text";
pub const PICTURE_FOUND: &str =
    "The picture, with the places that hold text outlined. They are listed below.";
pub const PICTURE_READ: &str =
    "The picture, with the lines that were read outlined. They are listed below.";
pub const SEGMENTS: &str = "Stretches of speech";
pub const START: &str = "Start";
pub const END: &str = "End";
pub const TURN_COMPLETE: &str = "The speaker has finished";
pub const TURN_OPEN: &str = "The speaker has not finished";

/// Who answers about what.
pub fn says(model: &str, file: &str) -> String {
    format!("{model} answers about {file}:")
}

/// The caption of the list of places.
pub fn list_name(read: bool) -> &'static str {
    if read {
        "Lines in reading order"
    } else {
        "Places in reading order"
    }
}

/// How many places hold text.
pub fn places(count: usize) -> String {
    match count {
        0 => "No text in this picture".to_owned(),
        1 => "Text in 1 place".to_owned(),
        count => format!("Text in {} places", en::count(count as u64)),
    }
}

/// How many lines were read.
pub fn lines(count: usize) -> String {
    match count {
        0 => "No line could be read".to_owned(),
        1 => "1 line of text".to_owned(),
        count => format!("{} lines of text", en::count(count as u64)),
    }
}

/// How often somebody speaks.
pub fn segments(count: usize) -> String {
    match count {
        0 => "Nobody speaks".to_owned(),
        1 => "Speech in 1 stretch".to_owned(),
        count => format!("Speech in {} stretches", en::count(count as u64)),
    }
}

/// A committed decimal of seconds.
pub fn seconds(decimal: &str) -> String {
    format!("{decimal} s")
}

/// How sure a turn detector is.
pub fn turn_score(score: &str, duration: &str) -> String {
    format!("It gives {score} that the turn is complete, after {duration} s of sound.")
}

/// What the drawing of a sound shows.
pub fn legend(wave: bool) -> &'static str {
    if wave {
        "Above the sound, below the probability of speech; speech is shaded"
    } else {
        "Probability of speech; speech is shaded"
    }
}
