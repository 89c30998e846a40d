//! The fixed inputs of the self-test.

use countersign_abi::{ElementType, NamedTensor};

/// A file of 6,000 bytes in which text, repetition and noise alternate: more than any window of a model that looks at both
/// ends, and never the same at two places.
pub fn file() -> Vec<u8> {
    let mut noise = Noise(0x2545_F491_4F6C_DD1D);
    let line = b"def answer(question):\n    return [42, None, \"\\x00\"]  # ";
    (0..6000usize)
        .map(|at| match at / 500 % 3 {
            0 => line[at % line.len()],
            1 => (noise.next() >> 56) as u8,
            _ => b' ' + (at % 91) as u8,
        })
        .collect()
}

/// Tensors like `given`, with other numbers: floats between −1 and 1, integers that are 0 or 1. The `pinned` ones stay as
/// they are. `None` if there is a type that the GPU does not take.
pub fn tensors(given: &[NamedTensor], pinned: &[NamedTensor]) -> Option<Vec<NamedTensor>> {
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
    given
        .iter()
        .map(|tensor| {
            if pinned.iter().any(|pinned| pinned.name == tensor.name) {
                return Some(tensor.clone());
            }
            let count = tensor.data.len() / tensor.dtype.size();
            let data = match tensor.dtype {
                ElementType::F32 => {
                    // 24 random bits: every one of these numbers is exact.
                    (0..count)
                        .flat_map(|_| {
                            ((noise.next() >> 40) as f32 / 8_388_608.0 - 1.0).to_le_bytes()
                        })
                        .collect()
                }
                ElementType::F16 | ElementType::F64 => return None,
                other => {
                    let size = other.size();
                    (0..count * size)
                        .map(|at| {
                            if at % size == 0 {
                                (noise.next() >> 63) as u8
                            } else {
                                0
                            }
                        })
                        .collect()
                }
            };
            Some(NamedTensor {
                data,
                ..tensor.clone()
            })
        })
        .collect()
}

/// Marsaglia's xorshift64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_same_every_time_and_varied() {
        let file = file();
        assert_eq!(file, super::file());
        let kinds: std::collections::BTreeSet<u8> = file.iter().copied().collect();
        assert_eq!(file.len(), 6000);
        assert!(kinds.len() > 250);
        assert_ne!(file[..1024], file[5000 - 24..5000 + 1000]);
    }

    #[test]
    fn tensors_keep_their_shape_and_stay_small() {
        let given = vec![
            NamedTensor {
                name: "a".into(),
                dtype: ElementType::F32,
                dims: vec![2, 3],
                data: vec![0; 24],
            },
            NamedTensor {
                name: "b".into(),
                dtype: ElementType::I64,
                dims: vec![4],
                data: vec![9; 32],
            },
        ];
        let made = tensors(&given, &[]).unwrap();
        for (made, given) in made.iter().zip(&given) {
            assert_eq!(
                (&made.name, &made.dims, made.data.len()),
                (&given.name, &given.dims, given.data.len())
            );
        }
        assert!(made[0]
            .data
            .chunks_exact(4)
            .all(|c| f32::from_le_bytes([c[0], c[1], c[2], c[3]]).abs() <= 1.0));
        assert!(made[1].data.iter().all(|byte| *byte <= 1));
        assert_eq!(tensors(&given, &given[1..]).unwrap()[1], given[1]);
        let half = NamedTensor {
            name: "c".into(),
            dtype: ElementType::F16,
            dims: vec![1],
            data: vec![0; 2],
        };
        assert_eq!(tensors(&[half], &[]), None);
    }
}
