//! The microphone, as samples. The browser's own recorder would compress them in ways that the engine does not decode.

use super::devices::Stream;
use super::error::BrowserError;
use crate::text::language::Text;
use js_sys::Float32Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioContextOptions, AudioWorkletNode, MediaStreamConstraints, MessageEvent,
};

const ATTEMPT: Text = Text::new("use the microphone", "das Mikrofon nicht benutzen");
const WORKLET: &str = "/recorder.js";
/// What speech needs and every browser can give, in Hz.
const RATE: f32 = 48_000.0;
/// A recording ends by itself after so many seconds.
pub const MOST_SECONDS: usize = 120;

/// A recording that is going on. Dropped, it lets go of the microphone.
pub struct Recording {
    context: AudioContext,
    _stream: Stream,
    samples: Rc<RefCell<Vec<f32>>>,
    node: AudioWorkletNode,
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

impl Recording {
    /// Asks the user for the microphone and begins.
    ///
    /// # Errors
    /// Where there is no microphone, or the user said no.
    pub async fn start() -> Result<Self, BrowserError> {
        let wanted = MediaStreamConstraints::new();
        wanted.set_audio(&JsValue::TRUE);
        Self::listen(Stream::ask(ATTEMPT, &wanted).await?).await
    }

    async fn listen(stream: Stream) -> Result<Self, BrowserError> {
        let thrown = |value: JsValue| BrowserError::thrown(ATTEMPT, &value);
        let options = AudioContextOptions::new();
        options.set_sample_rate(RATE);
        let context = AudioContext::new_with_context_options(&options).map_err(thrown)?;
        let (context, source) = match context.create_media_stream_source(stream.get()) {
            Ok(source) => (context, source),
            // Some browsers connect a microphone only at its own rate.
            Err(_) => {
                let context = AudioContext::new().map_err(thrown)?;
                let source = context
                    .create_media_stream_source(stream.get())
                    .map_err(thrown)?;
                (context, source)
            }
        };
        let worklet = context.audio_worklet().map_err(thrown)?;
        let added = worklet.add_module(WORKLET).map_err(thrown)?;
        JsFuture::from(added).await.map_err(thrown)?;
        let node = AudioWorkletNode::new(&context, "recorder").map_err(thrown)?;
        let samples = Rc::new(RefCell::new(Vec::new()));
        let kept = Rc::clone(&samples);
        let most = MOST_SECONDS * context.sample_rate() as usize;
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Ok(piece) = event.data().dyn_into::<Float32Array>() {
                let mut kept = kept.borrow_mut();
                let room = most.saturating_sub(kept.len());
                kept.extend(piece.to_vec().into_iter().take(room));
            }
        });
        node.port()
            .map_err(thrown)?
            .set_onmessage(Some(heard.as_ref().unchecked_ref()));
        source.connect_with_audio_node(&node).map_err(thrown)?;
        Ok(Self {
            context,
            _stream: stream,
            samples,
            node,
            _heard: heard,
        })
    }

    /// How many seconds were recorded.
    pub fn seconds(&self) -> f64 {
        self.samples.borrow().len() as f64 / f64::from(self.context.sample_rate())
    }

    /// Ends; the recording as a WAV file.
    pub fn finish(self) -> Vec<u8> {
        super::wav::pcm16(&self.samples.borrow(), self.context.sample_rate() as u32)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Ok(port) = self.node.port() {
            port.set_onmessage(None);
        }
        // A context that is closed already needs no closing.
        let _ = self.context.close();
    }
}
