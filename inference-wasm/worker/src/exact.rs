//! Runs of the Exact lane: the program is recompiled from the model's file, and engine or GPU computes it (EXACT X1).

use countersign_abi::{Input, NamedTensor, RunResponse, Task};
use countersign_exact::lane;
use countersign_messages::{ExactRun, Outside, RunError, Sha256};
use countersign_shared::exact::Program;
use countersign_shared::Software;

use crate::run::Machine;

pub(crate) fn not_exact(reason: impl ToString) -> RunError {
    RunError::NotExact {
        reason: reason.to_string(),
    }
}

fn tensors(input: &Input) -> Result<&[NamedTensor], RunError> {
    match input {
        Input::Tensors(tensors) => Ok(tensors),
        Input::File(_) | Input::Files(_) => Err(not_exact("its input is a file")),
    }
}

impl Machine {
    /// Compiles the loaded model's file, unless that is done, and looks at the input.
    pub(crate) async fn exact(
        &mut self,
        wanted: ExactRun,
        input: &Input,
    ) -> Result<Option<Outside>, RunError> {
        self.program(wanted.root).await?;
        let model = self.model.as_mut().ok_or(RunError::NoModel)?;
        // A GPU is trusted with the Exact lane only if it gives the known answers to the bit, whatever the manifest allows.
        let lenient = model.plan.tolerance != 0.0;
        model.plan.tolerance = 0.0;
        let program = program(model.exact.as_ref())?;
        let outside = lane::outside(program, tensors(input)?).map_err(not_exact)?;
        let outside = outside.map(told);
        if lenient {
            self.forget_gpu();
        }
        match outside {
            Some(outside) if !wanted.judge => Err(RunError::Outside(outside)),
            outside => Ok(outside),
        }
    }

    /// The program of the loaded model's file, compiled once; it must be the registered one.
    pub(crate) async fn program(&mut self, root: Sha256) -> Result<&Program, RunError> {
        let model = self.model.as_mut().ok_or(RunError::NoModel)?;
        if model.exact.is_none() {
            let onnx = model.onnx().await?;
            model.exact = Some(lane::compile(&onnx).map_err(not_exact)?);
        }
        let program = program(model.exact.as_ref())?;
        let found = *program.exact_root(&Software).as_bytes();
        if found != root {
            return Err(RunError::OtherProgram { found });
        }
        Ok(program)
    }

    /// Whether the loaded model's file compiles to the registered program, and its receipts can be defended: those of a task
    /// that takes files cannot.
    pub(crate) async fn recompile(&mut self, root: Sha256) -> Result<(), RunError> {
        let model = self.model.as_ref().ok_or(RunError::NoModel)?;
        let task = model.plan.task;
        if task != Task::Tensors1 {
            let name = task.name();
            return Err(not_exact(format!(
                "its task is {name}; the Exact lane commits to tensors and nothing else"
            )));
        }
        self.program(root).await.map(|_| ())
    }

    /// Refuses an outcome whose items are not the program's inputs and outputs.
    pub(crate) fn check_exact(
        &self,
        input: &Input,
        response: &RunResponse,
    ) -> Result<(), RunError> {
        let model = self.model.as_ref().ok_or(RunError::NoModel)?;
        let program = program(model.exact.as_ref())?;
        lane::check_items(program, tensors(input)?, response, &Software).map_err(not_exact)
    }
}

/// An element outside its interval, as the page is told.
pub(crate) fn told(outside: lane::Outside) -> Outside {
    Outside {
        input: outside.input,
        element: outside.element,
        lo: outside.lo,
        hi: outside.hi,
    }
}

fn program(program: Option<&Program>) -> Result<&Program, RunError> {
    program.ok_or_else(|| not_exact("it was not compiled"))
}
