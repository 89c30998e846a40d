//! WGSL of wonnx that today's compilers refuse.

/// The largest finite `f32`, as WGSL text: where wonnx means infinity, which WGSL cannot write.
const LARGEST: &str = "3.4028234e38";

/// Where wonnx's shaders learn which element they compute.
const INDEX: &str = "let gidx = global_id.x;";

/// Rewrites a shader of wonnx 0.5.1:
///
/// - what computes element `gidx` of its output stops behind the last one: wonnx rounds the number of invocations up to
///   whole workgroups, and WebGPU turns a write behind the end into one somewhere inside;
/// - the word `inf`, the start value of its minima, becomes the largest finite number;
/// - `log(Scalar())`, by which it means minus infinity, the start value of its maxima, becomes the smallest.
pub fn rewrite(source: &str) -> String {
    let mut source = source.replace("log(Scalar())", &format!("Scalar(-{LARGEST})"));
    if source.contains("output_0.data[gidx]") {
        let bounded = format!("{INDEX}\n\tif (gidx >= arrayLength(&output_0.data)) {{ return; }}");
        source = source.replacen(INDEX, &bounded, 1);
    }
    replace_word(&source, "inf", LARGEST)
}

/// Replaces a word where it stands alone, not as a part of an identifier.
fn replace_word(source: &str, word: &str, by: &str) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut before = None;
    while let Some(at) = rest.find(word) {
        let (head, tail) = rest.split_at(at);
        let tail = &tail[word.len()..];
        out.push_str(head);
        let alone = !head.chars().next_back().or(before).is_some_and(in_word)
            && !tail.chars().next().is_some_and(in_word);
        out.push_str(if alone { by } else { word });
        before = word.chars().next_back();
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infinity_becomes_the_largest_number() {
        assert_eq!(
            rewrite("var min = Scalar(inf);"),
            "var min = Scalar(3.4028234e38);"
        );
        assert_eq!(
            rewrite("var m = log(Scalar());"),
            "var m = Scalar(-3.4028234e38);"
        );
    }

    #[test]
    fn element_shaders_stop_behind_their_output() {
        let shader = "fn main() {\n\tlet gidx = global_id.x;\n\toutput_0.data[gidx] = 1.0;\n}";
        let bound =
            "let gidx = global_id.x;\n\tif (gidx >= arrayLength(&output_0.data)) { return; }";
        assert!(rewrite(shader).contains(bound));
        let block = "let gidx = global_id.x;\n\toutput_0.data[gidx * 4u] = 1.0;";
        assert_eq!(rewrite(block), block);
    }

    #[test]
    fn identifiers_with_inf_in_them_stay() {
        for text in ["info", "_inf", "inf_2", "infinf", "let isinf = 1;"] {
            assert_eq!(rewrite(text), text);
        }
        assert_eq!(rewrite("-inf"), "-3.4028234e38");
        assert_eq!(rewrite("inf inf"), "3.4028234e38 3.4028234e38");
    }
}
