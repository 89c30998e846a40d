//! The page for ONNX files of the user's own. English.

use super::en;

pub const TITLE: &str = "Try a model of your own";
pub const LEAD: &str = "Drop an ONNX file, see what it takes and what it gives. It is read in this tab and not sent anywhere.";
pub const CHOOSE: &str = "Choose an ONNX file";
pub const HINT: &str = "Or drop one here, with its external data files if it has any.";
pub const HINT_ONE: &str = "Or drop one here. It is read in this tab and not sent anywhere.";
pub const LOADING: &str = "The engine reads the model";
pub const REFUSED: &str = "The engine does not take this model";
pub const UNSIGNED: &str = "Runs on this page cannot be signed";
pub const UNSIGNED_WHY: &str = "A receipt names a model that the registry holds, so that others can find the same files. Publish this one first.";
pub const PUBLISH: &str = "Publish a model";
pub const FACTS: &str = "The model";
pub const INPUTS: &str = "Inputs";
pub const OUTPUTS: &str = "Outputs";
pub const NAME: &str = "Name";
pub const TYPE: &str = "Type";
pub const SHAPE: &str = "Shape";
pub const FEED: &str = "Fill the inputs";
pub const SOURCE: &str = "Filled with";
pub const ZEROS: &str = "Zeros";
pub const NUMBERS: &str = "Numbers";
pub const NPY: &str = "An NPY file";
pub const PICTURE: &str = "A picture";
pub const NUMBERS_HOW: &str = "Numbers, with commas or spaces; a single one fills all";
pub const NPY_HOW: &str = "NPY file, as numpy.save writes it";
pub const PICTURE_HOW: &str = "Picture";
pub const MEAN: &str = "Mean, taken from each value (0 to 255)";
pub const SCALE: &str = "Scale, by which the rest is multiplied";
pub const BGR: &str = "Blue first, then green and red";
pub const PICTURE_NOTE: &str = "The browser decodes the picture and stretches it to the input's width and height. Two browsers may differ by a little.";
pub const SAVE_NPY: &str = "Save as NPY";
pub const BEST: &str = "The highest scores";
pub const INDEX: &str = "Index";
pub const BAR: &str = "Score as a bar";
pub const VALUE: &str = "Score";

/// What the engine says about the file.
pub fn facts(producer: &str, opset: u32, parameters: u64) -> String {
    let made = if producer.is_empty() {
        String::new()
    } else {
        format!("Made by {producer}. ")
    };
    format!(
        "{made}Opset {opset}, {} of parameters.",
        en::size(parameters)
    )
}

/// How many operators are in use.
pub fn operators(count: usize) -> String {
    match count {
        1 => "1 operator".to_owned(),
        count => format!("{count} operators"),
    }
}

/// What is wrong with an input.
pub fn input_fault(name: &str, reason: &str) -> String {
    format!("Input {name}: {reason}")
}

/// The ends of a tensor.
pub fn range(low: f64, high: f64) -> String {
    format!("From {} to {}", number(low), number(high))
}

/// A number with six digits or so; the values above it stand in full.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.3e}")
    }
}

/// The place of a score.
pub fn index(index: usize) -> String {
    format!("No. {index}")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.0), "0");
        assert_eq!(number(-1.5), "-1.5");
        assert_eq!(number(100.0), "100");
        assert_eq!(number(2.5e-37), "2.500e-37");
        assert_eq!(number(f64::INFINITY), "inf");
    }
}
