//! What a challenger must keep of its games (EXACT 6): every opening of the trace that the asserter posted, and the own
//! picks between them. The chain keeps only the last opening, and a proof's paths need all.

use crate::failure::Failure;
use crate::setup;
use countersign_shared::exact::game::{Game, Phase, Tree};
use countersign_shared::exact::Move;
use countersign_shared::id::{AccountId, ReceiptId};
use parity_scale_codec::{DecodeAll, Encode};
use std::path::{Path, PathBuf};

/// The moves of one game, each with its turn.
pub struct Kept {
    path: PathBuf,
    moves: Vec<(u32, Move)>,
}

impl Kept {
    /// What was kept of a game of a disputes contract; nothing if it is new.
    pub fn open(
        folder: &Path,
        disputes: &AccountId,
        receipt: &ReceiptId,
        game: u32,
    ) -> Result<Self, Failure> {
        let path = folder.join(format!("{disputes}-{receipt}-{game}.scale"));
        let moves = if path.exists() {
            let bytes = setup::read(&path)?;
            Vec::decode_all(&mut bytes.as_slice())
                .map_err(|_| Failure::Openings { path: path.clone() })?
        } else {
            Vec::new()
        };
        Ok(Self { path, moves })
    }

    /// The moves so far, from the game's state and what was kept, written to disk before any of it is used.
    ///
    /// # Errors
    /// [`Failure::Openings`] if an earlier opening was not kept; the file's.
    pub fn earlier(&mut self, game: &Game) -> Result<Vec<Move>, Failure> {
        // An own pick that was noted and never accepted is no move.
        self.moves.retain(|(turn, _)| *turn < game.turn);
        if let Phase::Pick { node, children } = &game.phase {
            let turn = game.turn.saturating_sub(1);
            let known = self.moves.iter().any(|(at, _)| *at == turn);
            if node.tree == Tree::Trace && !known {
                let children = children.clone();
                self.moves.push((turn, Move::Open { children }));
                self.write()?;
            }
        }
        let complete = (0..).zip(&self.moves).all(|(turn, (at, _))| turn == *at);
        if !complete || (self.moves.is_empty() && game.turn > 1) {
            let path = self.path.clone();
            return Err(Failure::Openings { path });
        }
        Ok(self.moves.iter().map(|(_, made)| made.clone()).collect())
    }

    /// Notes an own move before it is sent, if a later proof needs it.
    pub fn note(&mut self, turn: u32, made: &Move) -> Result<(), Failure> {
        let next = u32::try_from(self.moves.len()).ok() == Some(turn);
        if next && matches!(made, Move::Pick { .. }) {
            self.moves.push((turn, made.clone()));
            self.write()?;
        }
        Ok(())
    }

    /// Written whole or not at all.
    fn write(&self) -> Result<(), Failure> {
        let failed = |error| Failure::Write {
            path: self.path.clone(),
            error,
        };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        // Whenever the program is killed.
        let beside = self.path.with_extension("new");
        std::fs::write(&beside, self.moves.encode()).map_err(failed)?;
        std::fs::rename(&beside, &self.path).map_err(failed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use countersign_shared::exact::game::Node;

    fn picking(turn: u32, tree: Tree) -> Game {
        let mut game = Game::new(1, 10);
        game.turn = turn;
        game.phase = Phase::Pick {
            node: Node {
                tree,
                first: 0,
                leaves: 9,
            },
            children: vec![[u8::try_from(turn).unwrap(); 32]],
        };
        game
    }

    #[test]
    fn openings_outlive_the_program_and_gaps_are_refused() {
        let folder = std::env::temp_dir().join(format!("countersign-kept-{}", std::process::id()));
        let (contract, receipt) = (AccountId::new([1; 32]), ReceiptId::new([2; 32]));
        let open = || Kept::open(&folder, &contract, &receipt, 0).unwrap();
        let pick = Move::Pick {
            child: 3,
            step: None,
        };
        // The first turn: the trace was opened, and a pick is noted before it is sent.
        assert_eq!(open().earlier(&picking(1, Tree::Trace)).unwrap().len(), 1);
        let mut kept = open();
        kept.note(1, &pick).unwrap();
        // It was never accepted: the turn is the same, and the note is no move.
        assert_eq!(open().earlier(&picking(1, Tree::Trace)).unwrap().len(), 1);
        let mut kept = open();
        assert_eq!(kept.earlier(&picking(1, Tree::Trace)).unwrap().len(), 1);
        kept.note(1, &pick).unwrap();
        // Another program goes on after the next opening, and inside a tensor.
        let earlier = open().earlier(&picking(3, Tree::Trace)).unwrap();
        assert_eq!(earlier.len(), 3);
        assert_eq!(earlier[1], pick);
        assert_eq!(open().earlier(&picking(7, Tree::Tensor)).unwrap().len(), 3);
        // Another folder knows nothing of the openings before.
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(
            open().earlier(&picking(3, Tree::Trace)),
            Err(Failure::Openings { .. })
        ));
        assert!(matches!(
            open().earlier(&picking(7, Tree::Tensor)),
            Err(Failure::Openings { .. })
        ));
    }
}
