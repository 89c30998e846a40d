//! Shaders that take the place of wonnx's own, by the name of the node that they compute.
//!
//! wonnx names shader, pipeline and bindings after their node. It binds a node's inputs and its output in order, four to a
//! group, whatever the shader is; so a replacement declares the same bindings and is started with its own workgroups.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Deref;

/// A shader of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shader {
    /// WGSL with the entry point `main`.
    pub source: String,
    /// Workgroups to start.
    pub workgroups: [u32; 3],
}

#[derive(Default)]
struct Replacements {
    shaders: HashMap<String, Shader>,
    unused: HashSet<String>,
    /// Pipelines of the model that is being loaded, by their shaders' sources: many nodes have the same.
    pipelines: HashMap<String, today::ComputePipeline>,
}

thread_local! {
    static REPLACEMENTS: RefCell<Replacements> = RefCell::default();
}

/// From now on the nodes of these names, and no others, have these shaders.
pub fn replace(shaders: impl IntoIterator<Item = (String, Shader)>) {
    let shaders: HashMap<_, _> = shaders.into_iter().collect();
    REPLACEMENTS.set(Replacements {
        unused: shaders.keys().cloned().collect(),
        shaders,
        pipelines: HashMap::new(),
    });
}

/// The first node whose shader was not used since [`replace`], which then forgets everything.
pub fn unreplaced() -> Option<String> {
    let replacements = REPLACEMENTS.take();
    replacements.unused.into_iter().min()
}

/// The replacement for a node's shader.
pub(crate) fn shader(label: Option<&str>) -> Option<Shader> {
    REPLACEMENTS.with_borrow(|all| all.shaders.get(label?).cloned())
}

/// Notes that a node is computed by its replacement.
pub(crate) fn note_used(label: Option<&str>) {
    REPLACEMENTS.with_borrow_mut(|all| label.is_some_and(|label| all.unused.remove(label)));
}

/// The pipeline of a shader, made once for a model.
pub(crate) fn pipeline(
    source: &str,
    make: impl FnOnce() -> today::ComputePipeline,
) -> today::ComputePipeline {
    let known = REPLACEMENTS.with_borrow(|all| all.pipelines.get(source).cloned());
    known.unwrap_or_else(|| {
        let made = make();
        let kept = made.clone();
        REPLACEMENTS.with_borrow_mut(|all| all.pipelines.insert(source.to_owned(), kept));
        made
    })
}

/// wgpu's `ShaderModule`, compiled when a pipeline first needs it.
#[derive(Clone, Debug)]
pub struct ShaderModule {
    pub(crate) source: String,
    pub(crate) workgroups: Option<[u32; 3]>,
}

/// wgpu's `ComputePipeline`, with the workgroups that its shader wants instead of what it is asked for.
#[derive(Clone, Debug)]
pub struct ComputePipeline {
    pub(crate) pipeline: today::ComputePipeline,
    pub(crate) workgroups: Option<[u32; 3]>,
}

impl Deref for ComputePipeline {
    type Target = today::ComputePipeline;

    fn deref(&self) -> &Self::Target {
        &self.pipeline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shader_that_no_node_used_is_reported_once() {
        let one = Shader {
            source: "fn main() {}".into(),
            workgroups: [1, 1, 1],
        };
        replace([
            ("a #0".to_owned(), one.clone()),
            ("b #1".to_owned(), one.clone()),
        ]);
        assert_eq!(shader(Some("b #1")), Some(one));
        assert_eq!(shader(Some("c #2")), None);
        assert_eq!(shader(None), None);
        note_used(Some("b #1"));
        assert_eq!(unreplaced().as_deref(), Some("a #0"));
        assert_eq!(unreplaced(), None);
        assert_eq!(shader(Some("a #0")), None);
    }
}
