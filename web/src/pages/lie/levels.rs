//! What the moves so far have narrowed the lie down to.

use countersign_messages::{Part, Proof, Scene};

/// Parts of an opened tree, and the one that was picked by its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The parts.
    pub parts: Vec<Part>,
    /// The picked one.
    pub picked: Option<u32>,
}

/// A chunk that lies open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// Which one of the tensor.
    pub chunk: u32,
    /// What is claimed to stand there.
    pub claimed: Vec<i32>,
    /// What stands there.
    pub own: Vec<i32>,
    /// The position of the number that was named.
    pub picked: Option<u32>,
}

/// Running sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// The first term.
    pub from: u32,
    /// The term after the last.
    pub to: u32,
    /// Terms between two sums.
    pub stride: u32,
    /// What is claimed.
    pub claimed: Vec<i32>,
    /// What they are.
    pub own: Vec<i32>,
    /// The position of the first wrong one, once it was named.
    pub picked: Option<u32>,
}

impl Sums {
    /// The number of terms that a sum counts.
    pub fn after(&self, position: u32) -> u32 {
        let terms = position.saturating_add(1).saturating_mul(self.stride);
        self.from.saturating_add(terms).min(self.to)
    }
}

/// All five levels, as far as they were reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// The network.
    pub tensors: Option<Parts>,
    /// The tensor.
    pub chunks: Option<Parts>,
    /// The chunk.
    pub numbers: Option<Numbers>,
    /// The running sums.
    pub sums: Option<Sums>,
    /// The terms.
    pub proof: Option<Proof>,
}

impl Levels {
    /// From what was seen in the moves.
    pub fn of(scenes: &[Scene]) -> Self {
        let mut levels = Self::default();
        for scene in scenes {
            levels.take(scene);
        }
        levels
    }

    fn take(&mut self, scene: &Scene) {
        let opened = |parts: &Vec<Part>| {
            Some(Parts {
                parts: parts.clone(),
                picked: None,
            })
        };
        match scene {
            // A tree of more than 64 leaves is opened several times: the last opening is shown.
            Scene::Tensors(parts) => self.tensors = opened(parts),
            Scene::Chunks(parts) => self.chunks = opened(parts),
            Scene::Pick { part } => {
                let last = self.chunks.as_mut().or(self.tensors.as_mut());
                if let Some(last) = last {
                    last.picked = Some(*part);
                }
            }
            Scene::Numbers {
                chunk,
                claimed,
                own,
            } => {
                self.numbers = Some(Numbers {
                    chunk: *chunk,
                    claimed: claimed.clone(),
                    own: own.clone(),
                    picked: None,
                });
            }
            Scene::Number { position } => self.name(*position),
            Scene::Sums {
                from,
                to,
                stride,
                claimed,
                own,
            } => {
                self.sums = Some(Sums {
                    from: *from,
                    to: *to,
                    stride: *stride,
                    claimed: claimed.clone(),
                    own: own.clone(),
                    picked: None,
                });
            }
            Scene::Segment { position } => self.part(*position),
            Scene::Proof(proof) => {
                if self.sums.is_some() {
                    self.part(proof.position);
                } else {
                    self.name(proof.position);
                }
                self.proof = Some(proof.clone());
            }
            Scene::Input => {}
        }
    }

    fn name(&mut self, position: u32) {
        if let Some(numbers) = &mut self.numbers {
            numbers.picked = Some(position);
        }
    }

    fn part(&mut self, position: u32) {
        if let Some(sums) = &mut self.sums {
            sums.picked = Some(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(first: u32, differs: bool) -> Part {
        Part {
            first,
            count: 1,
            differs,
        }
    }

    fn proof(position: u32) -> Scene {
        Scene::Proof(Proof {
            element: 69,
            position,
            begin: Some(0),
            from: 8,
            terms: Vec::new(),
            computed: 3,
            claimed: 4,
        })
    }

    #[test]
    fn each_move_narrows_the_level_that_it_is_about() {
        let numbers = Scene::Numbers {
            chunk: 1,
            claimed: vec![1; 64],
            own: vec![2; 64],
        };
        let sums = Scene::Sums {
            from: 0,
            to: 20,
            stride: 8,
            claimed: vec![1, 2, 3],
            own: vec![1, 1, 1],
        };
        let scenes = [
            Scene::Tensors(vec![part(0, false), part(1, true)]),
            Scene::Pick { part: 1 },
            Scene::Chunks(vec![part(0, false), part(1, true)]),
            Scene::Pick { part: 1 },
            numbers.clone(),
            Scene::Number { position: 5 },
            sums,
            proof(1),
        ];
        assert_eq!(Levels::of(&[]), Levels::default());
        let half = Levels::of(&scenes[..3]);
        assert_eq!(half.tensors.unwrap().picked, Some(1));
        assert_eq!(half.chunks.unwrap().picked, None);
        let all = Levels::of(&scenes);
        assert_eq!(all.chunks.unwrap().picked, Some(1));
        assert_eq!(all.numbers.unwrap().picked, Some(5));
        let sums = all.sums.unwrap();
        assert_eq!(sums.picked, Some(1));
        assert_eq!([0, 1, 2].map(|at| sums.after(at)), [8, 16, 20]);
        assert!(all.proof.is_some());
        // Without sums, the proof names the number.
        let short = Levels::of(&[numbers, proof(7)]);
        assert_eq!(short.numbers.unwrap().picked, Some(7));
        assert_eq!(short.sums, None);
    }
}
