//! Known answers: what a model must give, from a file that its manifest lists.

use countersign_abi::{ElementType, NamedTensor};
use countersign_shared::item::Name;
use countersign_shared::kat::KnownAnswer;
use countersign_shared::tensor::Tensor;

/// Inputs with the outputs that they must give, in the model's order.
pub type Known = (Vec<NamedTensor>, Vec<NamedTensor>);

/// Reads a file of the role `kat`.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub fn read(bytes: &[u8]) -> Result<Known, String> {
    let known = KnownAnswer::parse(bytes);
    let known = known.map_err(|error| format!("its known answer cannot be read: {error}"))?;
    Ok((named(known.inputs)?, named(known.outputs)?))
}

fn named(side: Vec<(Name, Tensor)>) -> Result<Vec<NamedTensor>, String> {
    side.into_iter()
        .map(|(name, tensor)| {
            let dtype = ElementType::from_code(tensor.dtype().number());
            Ok(NamedTensor {
                name: name.as_str().to_owned(),
                dtype: dtype.ok_or("its known answer has an unknown type")?,
                dims: tensor.dims().to_vec(),
                data: tensor.into_data(),
            })
        })
        .collect()
}

/// The tensors in the order of these names; `None` if they are others.
pub fn ordered(tensors: &[NamedTensor], names: &[&str]) -> Option<Vec<NamedTensor>> {
    let found: Vec<NamedTensor> = names
        .iter()
        .filter_map(|name| tensors.iter().find(|tensor| tensor.name == *name))
        .cloned()
        .collect();
    (found.len() == names.len() && found.len() == tensors.len()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_shared::tensor::DataType;

    fn side(names: &[&str]) -> Vec<(Name, Tensor)> {
        let tensor = |name: &&str| {
            let data = 1.5f32.to_le_bytes().to_vec();
            let tensor = Tensor::new(DataType::Float32, vec![1], data).unwrap();
            (Name::new(*name).unwrap(), tensor)
        };
        names.iter().map(tensor).collect()
    }

    #[test]
    fn a_known_answer_becomes_tensors_in_the_models_order() {
        let known = KnownAnswer {
            inputs: side(&["x"]),
            outputs: side(&["b", "a"]),
        };
        let (inputs, outputs) = read(&known.to_bytes().unwrap()).unwrap();
        assert_eq!(
            (inputs[0].name.as_str(), inputs[0].dims.as_slice()),
            ("x", &[1][..])
        );
        let names: Vec<String> = ordered(&outputs, &["a", "b"])
            .unwrap()
            .into_iter()
            .map(|tensor| tensor.name)
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(ordered(&outputs, &["a"]), None);
        assert_eq!(ordered(&outputs, &["a", "c"]), None);
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        let error = read(b"{}").unwrap_err();
        assert!(error.contains("does not begin with"), "{error}");
    }
}
