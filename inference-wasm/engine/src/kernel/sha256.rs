//! SHA-256 (FIPS 180-4) of four messages side by side, one in each lane of a vector: commitments hash many short pieces of
//! the same length, and SHA-256 of one alone leaves most of a vector unit idle.

use countersign_shared::{Crypto, Software};

use self::lanes::Lanes;

/// The primitives of [`Software`], four hashes at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideBySide;

impl Crypto for SideBySide {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        Software.sha256(data)
    }

    fn sha256_of_four(&self, messages: [&[u8]; 4]) -> [[u8; 32]; 4] {
        if messages
            .iter()
            .all(|message| message.len() == messages[0].len())
        {
            of_four(messages)
        } else {
            messages.map(|message| Software.sha256(message))
        }
    }

    fn keccak256(&self, data: &[u8]) -> [u8; 32] {
        Software.keccak256(data)
    }

    fn secp256k1_recover(&self, digest: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; 20]> {
        Software.secp256k1_recover(digest, signature)
    }

    fn sr25519_verify(&self, public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        Software.sr25519_verify(public, message, signature)
    }
}

/// FIPS 180-4, 5.3.3.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// FIPS 180-4, 4.2.2.
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

pub(super) const BLOCK: usize = 64;

/// The hashes of messages of equal length.
fn of_four(messages: [&[u8]; 4]) -> [[u8; 32]; 4] {
    let length = messages[0].len();
    let whole = length / BLOCK;
    let mut state = START.map(Lanes::all);
    for block in 0..whole {
        compress(
            &mut state,
            messages.map(|message| &message[block * BLOCK..][..BLOCK]),
        );
    }
    // What remains, 80, zeros, and the length in bits: one block, or two.
    let rest = length % BLOCK;
    let end = if rest < 56 { BLOCK } else { 2 * BLOCK };
    let bits = ((length as u64) * 8).to_be_bytes();
    let tails = messages.map(|message| {
        let mut tail = [0; 2 * BLOCK];
        tail[..rest].copy_from_slice(&message[whole * BLOCK..]);
        tail[rest] = 0x80;
        tail[end - 8..end].copy_from_slice(&bits);
        tail
    });
    for block in 0..end / BLOCK {
        compress(
            &mut state,
            [0, 1, 2, 3].map(|lane| &tails[lane][block * BLOCK..][..BLOCK]),
        );
    }
    hashes(&state)
}

/// The hashes of four messages of which `block(index, lane)` gives the blocks, the padding included.
pub(super) fn of_four_blocks<'a>(
    count: usize,
    block: impl Fn(usize, usize) -> &'a [u8],
) -> [[u8; 32]; 4] {
    let mut state = START.map(Lanes::all);
    for index in 0..count {
        compress(&mut state, [0, 1, 2, 3].map(|lane| block(index, lane)));
    }
    hashes(&state)
}

fn hashes(state: &[Lanes; 8]) -> [[u8; 32]; 4] {
    let mut hashes = [[0; 32]; 4];
    for (word, lanes) in state.iter().enumerate() {
        for (hash, value) in hashes.iter_mut().zip(lanes.each()) {
            hash[4 * word..][..4].copy_from_slice(&value.to_be_bytes());
        }
    }
    hashes
}

/// FIPS 180-4, 6.2.2, on one block of each message.
fn compress(state: &mut [Lanes; 8], blocks: [&[u8]; 4]) {
    let mut schedule = [Lanes::all(0); 16];
    for (index, word) in schedule.iter_mut().enumerate() {
        *word = Lanes::of(blocks.map(|block| {
            let bytes = &block[4 * index..][..4];
            u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
        }));
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for sixteen in 0..4 {
        for i in 0..16 {
            if sixteen > 0 {
                let (w1, w9, w14) = (
                    schedule[(i + 1) % 16],
                    schedule[(i + 9) % 16],
                    schedule[(i + 14) % 16],
                );
                let small0 = w1
                    .rotated::<7>()
                    .xor(w1.rotated::<18>())
                    .xor(w1.shifted::<3>());
                let small1 = w14
                    .rotated::<17>()
                    .xor(w14.rotated::<19>())
                    .xor(w14.shifted::<10>());
                schedule[i] = schedule[i].plus(small0).plus(w9).plus(small1);
            }
            let large1 = e
                .rotated::<6>()
                .xor(e.rotated::<11>())
                .xor(e.rotated::<25>());
            let t1 = h.plus(large1).plus(Lanes::choose(e, f, g));
            let t1 = t1
                .plus(Lanes::all(ROUNDS[sixteen * 16 + i]))
                .plus(schedule[i]);
            let large0 = a
                .rotated::<2>()
                .xor(a.rotated::<13>())
                .xor(a.rotated::<22>());
            // The majority of three: where a and b agree it is b, else c.
            let t2 = large0.plus(Lanes::choose(a.xor(b), c, b));
            (h, g, f, e) = (g, f, e, d.plus(t1));
            (d, c, b, a) = (c, b, a, t1.plus(t2));
        }
    }
    for (into, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *into = into.plus(value);
    }
}

/// Four words, as a vector of WebAssembly's SIMD128.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use core::arch::wasm32::{
        u32x4, u32x4_add, u32x4_extract_lane, u32x4_shl, u32x4_shr, u32x4_splat, v128,
        v128_bitselect, v128_or, v128_xor,
    };

    #[derive(Clone, Copy)]
    pub(super) struct Lanes(v128);

    impl Lanes {
        pub(super) fn all(word: u32) -> Self {
            Self(u32x4_splat(word))
        }

        pub(super) fn of([a, b, c, d]: [u32; 4]) -> Self {
            Self(u32x4(a, b, c, d))
        }

        pub(super) fn each(self) -> [u32; 4] {
            [
                u32x4_extract_lane::<0>(self.0),
                u32x4_extract_lane::<1>(self.0),
                u32x4_extract_lane::<2>(self.0),
                u32x4_extract_lane::<3>(self.0),
            ]
        }

        pub(super) fn plus(self, other: Self) -> Self {
            Self(u32x4_add(self.0, other.0))
        }

        pub(super) fn xor(self, other: Self) -> Self {
            Self(v128_xor(self.0, other.0))
        }

        pub(super) fn rotated<const BY: u32>(self) -> Self {
            Self(v128_or(u32x4_shr(self.0, BY), u32x4_shl(self.0, 32 - BY)))
        }

        pub(super) fn shifted<const BY: u32>(self) -> Self {
            Self(u32x4_shr(self.0, BY))
        }

        /// Bits of `yes` where `mask` is 1, else of `no`.
        pub(super) fn choose(mask: Self, yes: Self, no: Self) -> Self {
            Self(v128_bitselect(yes.0, no.0, mask.0))
        }
    }
}

/// Four words, for whatever the compiler makes of them.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    #[derive(Clone, Copy)]
    pub(super) struct Lanes([u32; 4]);

    impl Lanes {
        pub(super) fn all(word: u32) -> Self {
            Self([word; 4])
        }

        pub(super) fn of(words: [u32; 4]) -> Self {
            Self(words)
        }

        pub(super) fn each(self) -> [u32; 4] {
            self.0
        }

        fn with(self, other: Self, combine: impl Fn(u32, u32) -> u32) -> Self {
            Self([0, 1, 2, 3].map(|lane| combine(self.0[lane], other.0[lane])))
        }

        pub(super) fn plus(self, other: Self) -> Self {
            self.with(other, u32::wrapping_add)
        }

        pub(super) fn xor(self, other: Self) -> Self {
            self.with(other, |a, b| a ^ b)
        }

        pub(super) fn rotated<const BY: u32>(self) -> Self {
            Self(self.0.map(|word| word.rotate_right(BY)))
        }

        pub(super) fn shifted<const BY: u32>(self) -> Self {
            Self(self.0.map(|word| word >> BY))
        }

        pub(super) fn choose(mask: Self, yes: Self, no: Self) -> Self {
            Self(
                [0, 1, 2, 3]
                    .map(|lane| (yes.0[lane] & mask.0[lane]) | (no.0[lane] & !mask.0[lane])),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_shared::tensor::data_root;

    #[test]
    fn four_hashes_are_those_of_each_alone() {
        let bytes: Vec<u8> = (0..2000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for length in (0..260).chain([511, 512, 513]) {
            let messages = [0, 300, 700, 1100].map(|from| &bytes[from..from + length]);
            let alone = messages.map(|message| Software.sha256(message));
            assert_eq!(SideBySide.sha256_of_four(messages), alone, "{length} bytes");
        }
    }

    #[test]
    fn messages_of_other_lengths_are_hashed_alone() {
        let messages: [&[u8]; 4] = [b"", b"a", b"bc", b"a"];
        let alone = messages.map(|message| Software.sha256(message));
        assert_eq!(SideBySide.sha256_of_four(messages), alone);
    }

    #[test]
    fn data_roots_are_the_same() {
        let bytes: Vec<u8> = (0..70_000u32)
            .map(|i| (i.wrapping_mul(40_503) >> 9) as u8)
            .collect();
        for length in (0..6000)
            .step_by(97)
            .chain([16_384, 16_640, 65_536, 70_000])
        {
            let data = &bytes[..length];
            assert_eq!(
                data_root(&SideBySide, data),
                data_root(&Software, data),
                "{length} bytes"
            );
        }
    }
}
