//! Ten held-out pictures of `models/digits`, one of each digit: the first of its kind in `held-out/pictures.npy`.

use countersign_messages::abi::{ElementType, NamedTensor};

/// Each pixel is a letter: `a` is 0, `q` is 16.
const PICTURES: [&str; 10] = [
    "aadnlhaaaalqqqcaaeqjbocaaeqaaqcaaaqbamiaaapjangaaajojobaaacmneaa",
    "aaaaonbaaaafqqcaaaaoqmaaabkqqmaaadmoqjaaaaafqpaaaaaeqoaaaaabnqba",
    "aaaepmaaaadqpoaaaainiqaaaabgplaaabinpbaaajqqfaaaadnqqlfaaaadlqja",
    "abimpoeaadliimmaaaaacnhaaaacpmbaaaaanfaaaaaajnaaaahiopaaaaoplcaa",
    "aaaipbaaaabonbbaaakpdplaahqhbqiaajqnoqfaabkpqoaaaaabqkaaaaakpeaa",
    "aamkaaaaaaoqqoaaaanqpkbaaalqqhaaaaaehqhaaaaaeqjaaafemqeaaajqqkaa",
    "aabnodaaaaiqncaaacqqdaaaadqmbaaaafqofaaaadqqqqgaaboqqqmaaadmpoha",
    "aabipkaaadnpooaaafkakmaaaadfpkcaaaqqqqmaabimoidaaaaknaaaaaaljaaa",
    "aajoibaaaamoomaaaajkapeaaadqmocaaaeqqcaaadqikncaabpbdqiaaalqplba",
    "aajnhaaaaamqqcaaaamnqgaaaagqqoaaaaaacqdaaaaaajkaaadhmoqcaahmmmla",
];

/// The pixels of a digit, from 0 to 16, row by row; empty for no digit.
pub fn pixels(digit: usize) -> Vec<u8> {
    let letters = PICTURES.get(digit).copied().unwrap_or_default();
    letters
        .bytes()
        .map(|letter| letter.saturating_sub(b'a'))
        .collect()
}

/// A digit as the model's input.
pub fn tensor(digit: usize, name: &str) -> NamedTensor {
    let bytes = pixels(digit).into_iter();
    NamedTensor {
        name: name.to_owned(),
        dtype: ElementType::F32,
        dims: vec![1, 1, 8, 8],
        data: bytes
            .flat_map(|value| f32::from(value).to_le_bytes())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_are_the_held_out_ones() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/digits");
        let pictures = std::fs::read(format!("{folder}/held-out/pictures.npy")).unwrap();
        let labels = std::fs::read(format!("{folder}/labels.npy")).unwrap();
        // The data stand behind a header of 128 bytes.
        let (pictures, labels) = (&pictures[128..], &labels[128..]);
        for digit in 0..10 {
            let first = labels.iter().position(|label| usize::from(*label) == digit);
            let from = first.unwrap() * 64;
            assert_eq!(pixels(digit), &pictures[from..from + 64], "digit {digit}");
            assert_eq!(tensor(digit, "picture").data.len(), 64 * 4);
        }
        assert!(pixels(10).is_empty());
    }
}
