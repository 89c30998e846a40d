//! False claims about the loaded model, and games about them, as a page asks for them.

use countersign_exact::lane;
use countersign_messages::{Lie, RunError, Staged, Staging, Turn};
use countersign_shared::exact::Game;
use countersign_shared::id::{AccountId, ManifestHash};
use parity_scale_codec::Decode as _;

use crate::exact::{not_exact, told};
use crate::liar::{Liar, LieError};
use crate::run::Machine;

fn refused(error: impl ToString) -> RunError {
    RunError::Game {
        reason: error.to_string(),
    }
}

impl Machine {
    /// Makes a false claim.
    pub(crate) async fn stage(
        &mut self,
        staging: &Staging,
        lie: Option<Lie>,
    ) -> Result<Staged, RunError> {
        self.with_liar(staging, lie, |liar| Ok(liar.staged())).await
    }

    /// Looks at a game about one.
    pub(crate) async fn turn(
        &mut self,
        staging: &Staging,
        lie: Lie,
        game: &[u8],
    ) -> Result<Turn, RunError> {
        let mut bytes = game;
        let game = Game::decode(&mut bytes).map_err(refused)?;
        self.with_liar(staging, Some(lie), |liar| liar.turn(&game))
            .await
    }

    async fn with_liar<T>(
        &mut self,
        staging: &Staging,
        lie: Option<Lie>,
        then: impl FnOnce(&Liar<'_>) -> Result<T, LieError>,
    ) -> Result<T, RunError> {
        let manifest = self.model.as_ref().ok_or(RunError::NoModel)?.manifest;
        let program = self.program(staging.root).await?;
        let outside = lane::outside(program, &staging.input).map_err(not_exact)?;
        if let Some(outside) = outside {
            return Err(RunError::Outside(told(outside)));
        }
        let inputs = lane::inputs(program, &staging.input).map_err(not_exact)?;
        let registered = (
            AccountId::new(staging.publisher),
            ManifestHash::new(manifest),
        );
        let liar = Liar::new(program, inputs, registered, staging.seed, lie).map_err(refused)?;
        then(&liar).map_err(refused)
    }
}
