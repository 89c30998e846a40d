//! A liar and the honest challenger, for a page that shows how a lie loses (EXACT 6). The liar runs the program with one number
//! of one tensor altered, and plays by the honest asserter's function from there on; the challenger is the honest one. Nothing here
//! decides anything: what a move does is for the rules of `shared` to say, and for the contract, which runs the same ones.

mod place;
mod scene;

use core::fmt;

use countersign_messages::{Leaf, Lie, Next, Output, Scene, Sha256, Staged, Turn};
use countersign_shared::commit::{item_salt, leaf_hash, side_salt, Side as End};
use countersign_shared::exact::game::{Game, Moment, Phase, Sizes, Subject};
use countersign_shared::exact::interface::item;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::player::{PlayError, Player, Receipt};
use countersign_shared::exact::program::elements_root;
use countersign_shared::exact::run::{honest, run, RunError, Trace};
use countersign_shared::exact::{Move, Program, Refusal, Side};
use countersign_shared::id::{AccountId, Commitment, ManifestHash, ModelId, Salt, Seed};
use countersign_shared::item::Name;
use countersign_shared::{commit, merkle, Software};
use parity_scale_codec::Encode as _;

const SIZES: Sizes = Sizes::EXACT;

/// Why there is no false claim, or no next move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LieError {
    /// The program cannot be run like this.
    Run(RunError),
    /// A player has no move.
    Play(PlayError),
    /// The rules refuse a move of the players.
    Refused(Refusal),
    /// The network has no such number, or it cannot be altered like that.
    Place(Lie),
    /// No alteration that was tried changes an output.
    NoEffect,
    /// The chain's game is none about this claim.
    OtherGame,
    /// The names, shapes or values cannot be committed to.
    Interface(String),
}

impl fmt::Display for LieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(f),
            Self::Play(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Place(Lie {
                leaf,
                element,
                added,
            }) => write!(
                f,
                "{added} cannot be added to element {element} of tensor {leaf}"
            ),
            Self::NoEffect => f.write_str("no number was found whose change changes the output"),
            Self::OtherGame => f.write_str("the game on the chain is not the one about this claim"),
            Self::Interface(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for LieError {}

impl From<RunError> for LieError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<PlayError> for LieError {
    fn from(error: PlayError) -> Self {
        Self::Play(error)
    }
}

impl From<Refusal> for LieError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A false claim with all that both sides know.
pub struct Liar<'a> {
    program: &'a Program,
    inputs: Vec<Vec<u32>>,
    lie: Lie,
    /// The values of the altered tensor's outputs and those of the true ones, in the interface's order.
    outputs: (Vec<Vec<u32>>, Vec<Vec<u32>>),
    truth: i32,
    receipt: Receipt,
    subject: Subject,
}

impl<'a> Liar<'a> {
    /// A false claim about these inputs, as f32 bits in the interface's order, with the salts of `seed`. Without a place, one
    /// is looked for whose alteration changes an output; the same inputs and seed give the same place.
    ///
    /// # Errors
    /// [`LieError`].
    pub fn new(
        program: &'a Program,
        inputs: Vec<Vec<u32>>,
        (publisher, manifest): (AccountId, ManifestHash),
        seed: [u8; 32],
        lie: Option<Lie>,
    ) -> Result<Self, LieError> {
        let lie = match lie {
            Some(lie) => lie,
            None => place::find(program, &inputs, seed)?,
        };
        let keep = keep(program, lie.leaf);
        let truth = run(program, &inputs, u32::MAX, &keep, &honest, &Software)?;
        let number = number(&truth, lie).ok_or(LieError::Place(lie))?;
        let claimed = lied(program, &inputs, lie)?;
        let outputs = (values(program, &claimed)?, values(program, &truth)?);
        if outputs.0 == outputs.1 {
            return Err(LieError::NoEffect);
        }
        let seed = Seed::new(seed);
        let face = &program.interface;
        let ports = face.inputs.iter().map(|port| (&port.name, &port.dims));
        let (input, input_salts) = committed(End::Input, &seed, ports.zip(&inputs))?;
        let ports = face.outputs.iter().map(|port| (&port.name, &port.dims));
        let (output, output_salts) = committed(End::Output, &seed, ports.zip(&outputs.0))?;
        let model = ModelId::compute(
            &publisher,
            &manifest,
            &program.exact_root(&Software),
            &Software,
        );
        Ok(Self {
            program,
            inputs,
            lie,
            outputs,
            truth: number,
            receipt: Receipt {
                publisher,
                manifest,
                input_salts,
                output_salts,
            },
            subject: Subject {
                model,
                input,
                output,
            },
        })
    }

    /// What the false receipt says.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What the page is told.
    #[must_use]
    pub fn staged(&self) -> Staged {
        let face = &self.program.interface;
        let inputs = face.inputs.iter().map(|port| Leaf {
            name: port.name.to_string(),
            dims: port.dims.sizes().to_vec(),
        });
        let steps = self.program.steps.iter().map(|step| Leaf {
            name: format!("{:?}", step.op),
            dims: step.dims.sizes().to_vec(),
        });
        let pairs = self.outputs.0.iter().zip(&self.outputs.1);
        let outputs = face.outputs.iter().zip(pairs);
        Staged {
            lie: self.lie,
            truth: self.truth,
            input: bytes(&self.subject.input),
            output: bytes(&self.subject.output),
            leaves: inputs.chain(steps).collect(),
            outputs: outputs
                .map(|(port, (claimed, truth))| Output {
                    name: port.name.to_string(),
                    truth: integers(truth),
                    claimed: integers(claimed),
                })
                .collect(),
        }
    }

    /// What was seen in a game so far, and the next move of whoever has to move.
    ///
    /// # Errors
    /// [`LieError::OtherGame`] if the game's state is none that these two players reach.
    pub fn turn(&self, game: &Game) -> Result<Turn, LieError> {
        let hook = hook(self.lie);
        let crypto = Software;
        let liar = Player::new(self.program, &self.inputs, &hook, &crypto);
        let own = Player::new(self.program, &self.inputs, &honest, &crypto);
        let sides = Sides {
            liar: &liar,
            own: &own,
            receipt: &self.receipt,
        };
        // The contract keeps the last opening only: the earlier moves are made again.
        let mut played = Game::new(0, u32::MAX);
        let (mut earlier, mut scenes) = (Vec::new(), Vec::new());
        while played.turn < game.turn {
            let side = played.phase.side().ok_or(LieError::OtherGame)?;
            let (made, scene) = sides.next(side, &played, &earlier)?;
            let now = Moment {
                side,
                turn: played.turn,
                block: 0,
            };
            played.play(&SIZES, &self.subject, now, &made, &crypto)?;
            scenes.push(scene);
            earlier.push(made);
        }
        let Some(side) = game.phase.side() else {
            // A game may also end by a clock; what was played till then is shown.
            return Ok(Turn { scenes, next: None });
        };
        let same = played.phase == game.phase && played.known == game.known;
        if !same || played.target != game.target {
            return Err(LieError::OtherGame);
        }
        let (made, _) = sides.next(side, game, &earlier)?;
        Ok(Turn {
            scenes,
            next: Some(Next {
                challenger: side == Side::Challenger,
                made: made.encode(),
            }),
        })
    }
}

/// Both players.
struct Sides<'p, 'a> {
    liar: &'p Player<'a, Software>,
    own: &'p Player<'a, Software>,
    receipt: &'p Receipt,
}

impl Sides<'_, '_> {
    /// The move of a side, and what it shows.
    fn next(&self, side: Side, game: &Game, earlier: &[Move]) -> Result<(Move, Scene), LieError> {
        match side {
            Side::Asserter => {
                let made = self.liar.assert(&SIZES, self.receipt, game)?;
                let made = self.bent(game, made.ok_or(LieError::OtherGame)?);
                // What an honest asserter would say here is what the challenger compares with.
                let own = self.own.assert(&SIZES, self.receipt, game)?;
                let scene = scene::answered(game, &made, own.as_ref());
                Ok((made, scene.ok_or(LieError::OtherGame)?))
            }
            Side::Challenger => {
                let made = self.own.challenge(&SIZES, game, earlier)?;
                let made = made.ok_or(LieError::OtherGame)?;
                let scene = scene::asked(game, &made)?.ok_or(LieError::OtherGame)?;
                Ok((made, scene))
            }
        }
    }

    /// Running sums must end at the claimed number: here they go wrong from the middle on.
    fn bent(&self, game: &Game, made: Move) -> Move {
        match (made, &game.phase) {
            (Move::OpenSums { mut values }, Phase::Sums { range }) => {
                let wrong = range.end.wrapping_sub(values.last().copied().unwrap_or(0));
                let middle = values.len() / 2;
                for value in values.iter_mut().skip(middle) {
                    *value = value.wrapping_add(wrong);
                }
                Move::OpenSums { values }
            }
            (made, _) => made,
        }
    }
}

/// The run in which the lie is told; the outputs are kept.
fn lied(program: &Program, inputs: &[Vec<u32>], lie: Lie) -> Result<Trace, LieError> {
    let keep = keep(program, lie.leaf);
    let told = run(program, inputs, u32::MAX, &keep, &hook(lie), &Software)?;
    let inside = number(&told, lie).is_some() && lie.added != 0 && lie.leaf >= program.inputs();
    inside.then_some(told).ok_or(LieError::Place(lie))
}

/// The outputs' leaves and the altered one.
fn keep(program: &Program, leaf: u32) -> Vec<u32> {
    let outputs = program.interface.outputs.iter().map(|port| port.leaf);
    outputs.chain([leaf]).collect()
}

/// Alters one number, if that gives an integer that can stand there.
fn hook(lie: Lie) -> impl Fn(u32, &mut [u32]) {
    move |leaf, elements| {
        if leaf != lie.leaf {
            return;
        }
        let place = usize::try_from(lie.element).ok();
        let Some(bits) = place.and_then(|place| elements.get_mut(place)) else {
            return;
        };
        let altered = int_of_bits(*bits).and_then(|value| value.checked_add(lie.added));
        if let Some(altered) = altered.and_then(bits_of_int) {
            *bits = altered;
        }
    }
}

fn number(trace: &Trace, lie: Lie) -> Option<i32> {
    let elements = trace.kept.get(&lie.leaf)?;
    int_of_bits(*elements.get(usize::try_from(lie.element).ok()?)?)
}

fn values(program: &Program, trace: &Trace) -> Result<Vec<Vec<u32>>, LieError> {
    let outputs = program.interface.outputs.iter();
    let found: Option<Vec<_>> = outputs
        .map(|port| trace.kept.get(&port.leaf).cloned())
        .collect();
    found.ok_or(LieError::NoEffect)
}

fn integers(elements: &[u32]) -> Vec<i32> {
    let integer = |bits: &u32| int_of_bits(*bits).unwrap_or(0);
    elements.iter().map(integer).collect()
}

fn bytes(commitment: &Commitment) -> Sha256 {
    commitment.to_bytes()
}

/// The commitment to one side, as the engine makes it (PROTOCOL 2.3, 2.4), and its salts.
fn committed<'p>(
    side: End,
    seed: &Seed,
    ports: impl Iterator<
        Item = (
            (&'p Name, &'p countersign_shared::exact::dims::Dims),
            &'p Vec<u32>,
        ),
    >,
) -> Result<(Commitment, Vec<Salt>), LieError> {
    let of_side = side_salt(seed, side, &Software);
    let (mut salts, mut leaves) = (Vec::new(), Vec::new());
    for (index, ((name, dims), elements)) in (0_u32..).zip(ports) {
        let salt = item_salt(&of_side, index, name.as_str(), &Software);
        let root = elements_root(&Software, elements);
        let item =
            item(name, dims, root).map_err(|error| LieError::Interface(error.to_string()))?;
        leaves.push(leaf_hash(&salt, &item, &Software));
        salts.push(salt);
    }
    let count = u32::try_from(leaves.len()).unwrap_or(u32::MAX);
    let root = merkle::root(&Software, &leaves);
    Ok((commit::commitment(side, count, &root, &Software), salts))
}
