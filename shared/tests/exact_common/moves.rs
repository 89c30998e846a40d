//! Reading the moves of the vectors' games.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_shared::exact::moves::{InputProof, Move, OpenTrace, PortOpening, StepOpening};
use countersign_shared::exact::program::Preimage;
use countersign_shared::hex;
use serde_json::{json, Value};

/// Hexadecimal text; these vectors write it without `0x`.
pub fn raw(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    let bare = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(&format!("0x{bare}")).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn hash<T: From<[u8; 32]>>(value: &Value) -> T {
    let bytes: [u8; 32] = raw(value).try_into().unwrap();
    T::from(bytes)
}

pub fn bytes(value: &Value, key: &str) -> Vec<u8> {
    raw(&value[key])
}

pub fn id<T: From<[u8; 32]>>(value: &Value, key: &str) -> T {
    hash(&value[key])
}

fn hashes(value: &Value) -> Vec<[u8; 32]> {
    value.as_array().unwrap().iter().map(hash).collect()
}

fn small(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn ports(value: &Value) -> Vec<PortOpening> {
    let list = value.as_array().unwrap().iter();
    list.map(|port| PortOpening {
        salt: hash(&port[0]),
        root: hash(&port[1]),
        path: hashes(&port[2]),
    })
    .collect()
}

/// A move of `games.json`.
pub fn move_of(entry: &Value) -> Move {
    let args = &entry["args"];
    match entry["move"].as_str().unwrap() {
        "open_trace" => Move::OpenTrace(Box::new(OpenTrace {
            publisher: hash(&args[0]),
            manifest: hash(&args[1]),
            preimage: Preimage {
                program_root: hash(&args[2]),
                steps: small(&args[3]),
                weights_root: hash(&args[4]),
                initialisers: small(&args[5]),
                interface: raw(&args[6]),
            },
            inputs: ports(&args[7]),
            outputs: ports(&args[8]),
            children: hashes(&args[9]),
        })),
        "pick" => Move::Pick {
            child: small(&args[0]),
            step: args
                .get(1)
                .filter(|step| !step.is_null())
                .map(|step| StepOpening {
                    step: raw(step),
                    path: hashes(&args[2]),
                }),
        },
        "prove_input" => Move::ProveInput(InputProof {
            input: small(&args[0]),
            index: small(&args[1]),
            chunk: raw(&args[2]),
            element: small(&args[3]),
            path: hashes(&args[4]),
        }),
        "open" => Move::Open {
            children: hashes(&args[0]),
        },
        "reveal" => Move::Reveal {
            chunk: raw(&args[0]),
        },
        "pick_element" => Move::PickElement {
            element: small(&args[0]),
        },
        "open_sums" => Move::OpenSums {
            values: args[0]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| i32::try_from(value.as_i64().unwrap()).unwrap())
                .collect(),
        },
        "pick_segment" => Move::PickSegment {
            segment: small(&args[0]),
        },
        "prove" => Move::Prove {
            index: small(&args[0]),
            proof: raw(&args[1]),
        },
        other => panic!("unknown move {other}"),
    }
}

/// A move as `games.json` writes it: its name and arguments.
pub fn json_of(made: &Move) -> Value {
    let raw = |bytes: &[u8]| Value::from(hex::encode(bytes).trim_start_matches("0x"));
    let list = |hashes: &[[u8; 32]]| hashes.iter().map(|hash| raw(hash)).collect::<Value>();
    let ports = |ports: &[PortOpening]| {
        let ports = ports.iter();
        ports
            .map(|port| {
                json!([
                    raw(port.salt.as_bytes()),
                    raw(port.root.as_bytes()),
                    list(&port.path)
                ])
            })
            .collect::<Value>()
    };
    let args = match made {
        Move::OpenTrace(opened) => {
            let preimage = &opened.preimage;
            json!([
                raw(opened.publisher.as_bytes()),
                raw(opened.manifest.as_bytes()),
                raw(&preimage.program_root),
                preimage.steps,
                raw(&preimage.weights_root),
                preimage.initialisers,
                raw(&preimage.interface),
                ports(&opened.inputs),
                ports(&opened.outputs),
                list(&opened.children),
            ])
        }
        Move::Pick { child, step: None } => json!([child, null, null]),
        Move::Pick {
            child,
            step: Some(step),
        } => json!([child, raw(&step.step), list(&step.path)]),
        Move::ProveInput(proof) => json!([
            proof.input,
            proof.index,
            raw(&proof.chunk),
            proof.element,
            list(&proof.path)
        ]),
        Move::Open { children } => json!([list(children)]),
        Move::Reveal { chunk } => json!([raw(chunk)]),
        Move::PickElement { element } => json!([element]),
        Move::OpenSums { values } => json!([values]),
        Move::PickSegment { segment } => json!([segment]),
        Move::Prove { index, proof } => json!([index, raw(proof)]),
    };
    json!({"move": made.name(), "args": args})
}

/// Bytes of a move's arguments.
pub fn move_size(made: &Move) -> u64 {
    let path = |hashes: &[[u8; 32]]| 32 * hashes.len();
    let ports = |ports: &[PortOpening]| ports.iter().map(|p| 64 + path(&p.path)).sum::<usize>();
    let size = match made {
        Move::OpenTrace(opened) => {
            4 * 32
                + 8
                + opened.preimage.interface.len()
                + ports(&opened.inputs)
                + ports(&opened.outputs)
                + path(&opened.children)
        }
        Move::Pick { step, .. } => 4 + step.as_ref().map_or(0, |s| s.step.len() + path(&s.path)),
        Move::ProveInput(proof) => 12 + proof.chunk.len() + path(&proof.path),
        Move::Open { children } => path(children),
        Move::Reveal { chunk } => chunk.len(),
        Move::PickElement { .. } | Move::PickSegment { .. } => 4,
        Move::OpenSums { values } => 4 * values.len(),
        Move::Prove { proof, .. } => 4 + proof.len(),
    };
    u64::try_from(size).unwrap()
}
