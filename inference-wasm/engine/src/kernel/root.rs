//! Data roots and canonical elements (PROTOCOL 1.1 and 1.2) as `countersign_shared` defines them, four leaves at a time and
//! without a copy of the elements. The tests hold both to `shared`.

use countersign_shared::id::DataRoot;
use countersign_shared::merkle;
use countersign_shared::tensor::CHUNK;

use super::sha256::{of_four_blocks, SideBySide, BLOCK};

type Hash = [u8; 32];
/// Leaves of a subtree whose hashes are in memory together; a power of two, so that it is a node of the tree.
const GROUP: usize = 1024;

/// The data root of some bytes.
pub(crate) fn data_root(data: &[u8]) -> DataRoot {
    let groups = data.chunks(GROUP * CHUNK);
    let roots: Vec<Hash> = groups.filter_map(|group| root(leaves(group))).collect();
    DataRoot::new(root(roots).unwrap_or_else(|| merkle::empty_root(&SideBySide)))
}

/// Joins neighbours level by level; who has none rises as it is.
fn root(mut level: Vec<Hash>) -> Option<Hash> {
    while level.len() > 1 {
        level = parents(&level);
    }
    level.pop()
}

fn parents(level: &[Hash]) -> Vec<Hash> {
    let mut above = Vec::with_capacity(level.len().div_ceil(2));
    for eight in level.chunks(8) {
        let (pairs, odd) = eight.as_chunks::<2>();
        match pairs {
            [] => {}
            [[left, right]] => above.push(merkle::node_hash(&SideBySide, left, right)),
            // Two or three are hashed beside a repeated one.
            _ => {
                let four = std::array::from_fn(|lane| &pairs[lane.min(pairs.len() - 1)]);
                above.extend_from_slice(&nodes(four)[..pairs.len()]);
            }
        }
        above.extend_from_slice(odd);
    }
    above
}

/// H(01 ‖ left ‖ right) of four pairs.
fn nodes(pairs: [&[Hash; 2]; 4]) -> [Hash; 4] {
    let mut first = [[1; BLOCK]; 4];
    let mut last = [end(1 + 2 * 32); 4];
    for lane in 0..4 {
        let [left, right] = pairs[lane];
        first[lane][1..33].copy_from_slice(left);
        first[lane][33..].copy_from_slice(&right[..31]);
        last[lane][0] = right[31];
    }
    of_four_blocks(2, |block, lane| [&first, &last][block][lane].as_slice())
}

/// The hashes of the chunks, of which the last may be shorter.
fn leaves(data: &[u8]) -> Vec<Hash> {
    let mut hashes = Vec::with_capacity(data.len().div_ceil(CHUNK));
    let mut fours = data.chunks_exact(4 * CHUNK);
    for four in &mut fours {
        hashes.extend(leaf_of_four(std::array::from_fn(|lane| {
            &four[lane * CHUNK..][..CHUNK]
        })));
    }
    let rest = fours.remainder();
    let whole = rest.len() / CHUNK;
    if whole > 1 {
        let four = std::array::from_fn(|lane| &rest[lane.min(whole - 1) * CHUNK..][..CHUNK]);
        hashes.extend_from_slice(&leaf_of_four(four)[..whole]);
    }
    let done = if whole > 1 { whole * CHUNK } else { 0 };
    for chunk in rest[done..].chunks(CHUNK) {
        hashes.push(merkle::leaf_hash(&SideBySide, chunk));
    }
    hashes
}

/// H(00 ‖ chunk) of four whole chunks.
fn leaf_of_four(chunks: [&[u8]; 4]) -> [Hash; 4] {
    const BLOCKS: usize = CHUNK / BLOCK;
    let mut first = [[0; BLOCK]; 4];
    let mut last = [end(1 + CHUNK); 4];
    for lane in 0..4 {
        first[lane][1..].copy_from_slice(&chunks[lane][..BLOCK - 1]);
        last[lane][0] = chunks[lane][CHUNK - 1];
    }
    of_four_blocks(BLOCKS + 1, |block, lane| match block {
        0 => first[lane].as_slice(),
        BLOCKS => last[lane].as_slice(),
        _ => &chunks[lane][block * BLOCK - 1..][..BLOCK],
    })
}

/// The last block of a message of which one byte is left for it.
fn end(length: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[1] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    block
}

/// Single-precision elements made canonical: −0 becomes +0, every NaN the one of PROTOCOL 1.1.
pub(crate) fn canonicalise_f32(data: &mut [u8]) {
    for element in data.as_chunks_mut::<4>().0 {
        let bits = u32::from_le_bytes(*element);
        let magnitude = bits & 0x7fff_ffff;
        let bits = if magnitude == 0 { 0 } else { bits };
        let nan = magnitude > 0x7f80_0000;
        *element = (if nan { 0x7fc0_0000 } else { bits }).to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_shared::tensor::{canonicalise, DataType};
    use countersign_shared::{tensor, Software};

    #[test]
    fn roots_are_those_of_shared() {
        let bytes: Vec<u8> = (0..800_000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let sizes = (0..9000).step_by(61);
        let whole = (0..40).map(|chunks| chunks * CHUNK);
        let large = [GROUP * CHUNK - 1, GROUP * CHUNK, GROUP * CHUNK + 1, 800_000];
        for length in sizes.chain(whole).chain(large).chain([255, 257, 511, 513]) {
            let data = &bytes[..length];
            let expected = tensor::data_root(&Software, data);
            assert_eq!(data_root(data), expected, "{length} bytes");
        }
    }

    #[test]
    fn elements_are_those_of_shared() {
        let edges = [
            0,
            1,
            0x7f80_0000,
            0x7f80_0001,
            0x7fc0_0000,
            0x7fff_ffff,
            0x3f80_0000,
            0x7f7f_ffff,
        ];
        let mut state = 9u32;
        let mut bits: Vec<u32> = edges.iter().flat_map(|x| [*x, x | 1 << 31]).collect();
        bits.extend((0..5000).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        }));
        let mut found: Vec<u8> = bits.iter().flat_map(|x| x.to_le_bytes()).collect();
        let mut expected = found.clone();
        canonicalise_f32(&mut found);
        canonicalise(DataType::Float32, &mut expected).unwrap();
        assert_eq!(found, expected);
    }
}
