//! What is run: the programs of the vectors, random ones, and models with their inputs. Each in up to two forms: with the outputs
//! that it has, so that steps are fused as they are in use, and with every tensor as an output.

use std::error::Error;
use std::fs;
use std::path::Path;

use countersign_abi::{ElementType, NamedTensor};
use countersign_exact::import;
use countersign_onnx::{load, metadata, DataType, LoadLimits, Model, ValueInfo};
use countersign_quantise::write;
use countersign_shared::exact::num::{bits_of_int, int_of_bits};
use countersign_shared::exact::Program;
use serde_json::Value;

use crate::random;

/// What a model's tensors may take together to be shown: a browser's driver takes no larger answers.
const SHOWN: u64 = 32 << 20;

pub type Failure = Box<dyn Error>;

/// A tensor that comes out: its name, and the leaf of the trace whose elements it has.
pub struct Wanted {
    pub name: String,
    pub dims: Vec<u64>,
    pub leaf: u32,
}

/// An ONNX file with what must come out.
pub struct Form {
    pub name: String,
    pub onnx: Vec<u8>,
    pub outputs: Vec<Wanted>,
}

impl Form {
    /// What comes out, in bytes.
    fn bytes(&self) -> u64 {
        let elements = self.outputs.iter();
        let elements = elements.map(|wanted| wanted.dims.iter().product::<u64>());
        elements.sum::<u64>() * 4
    }
}

/// A program with inputs.
pub struct Case {
    pub program: Program,
    /// The bits of the inputs, in the interface's order.
    pub inputs: Vec<Vec<u32>>,
    pub forms: Vec<Form>,
}

impl Case {
    /// The inputs as every runtime takes them.
    pub fn fed(&self) -> Vec<NamedTensor> {
        let ports = self.program.interface.inputs.iter().zip(&self.inputs);
        ports
            .map(|(port, bits)| NamedTensor {
                name: port.name.to_string(),
                dtype: ElementType::F32,
                dims: wide(port.dims.sizes()),
                data: bits.iter().flat_map(|bits| bits.to_le_bytes()).collect(),
            })
            .collect()
    }
}

fn wide(sizes: &[u32]) -> Vec<u64> {
    sizes.iter().map(|size| u64::from(*size)).collect()
}

fn wanted(program: &Program) -> Vec<Wanted> {
    let outputs = program.interface.outputs.iter();
    outputs
        .map(|output| Wanted {
            name: output.name.to_string(),
            dims: wide(output.dims.sizes()),
            leaf: output.leaf,
        })
        .collect()
}

/// The random program with this number; with every tensor as an output as well if `every`.
pub fn drawn(seed: u64, number: u64, every: bool) -> Case {
    let (draft, inputs) = random::model(seed, number);
    let program = draft.program();
    let form = |name: String, shown: Vec<&crate::draft::Shown>| {
        let names: Vec<&str> = shown.iter().map(|value| value.name.as_str()).collect();
        Form {
            name,
            onnx: write(&draft.model(&names), &draft.metadata()),
            outputs: shown
                .into_iter()
                .map(|value| Wanted {
                    name: value.name.clone(),
                    dims: value.dims.iter().map(|size| *size as u64).collect(),
                    leaf: value.leaf,
                })
                .collect(),
        }
    };
    let mut forms = vec![form(format!("random-{number:05}"), draft.ends())];
    if every {
        forms.push(form(format!("random-{number:05}-every"), draft.computed()));
    }
    Case {
        program,
        inputs,
        forms,
    }
}

/// A file's program with inputs.
fn read(name: &str, onnx: Vec<u8>, every: bool) -> Result<(Program, Vec<Form>), Failure> {
    let model = load(&onnx, &[], LoadLimits::default())?;
    let declared = metadata(&onnx)?;
    let program = import(&model, &declared)?;
    let mut forms = Vec::new();
    if every {
        forms.push(with_every_tensor(name, &model, &declared));
    }
    let outputs = wanted(&program);
    let name = name.to_owned();
    forms.push(Form {
        name,
        onnx,
        outputs,
    });
    Ok((program, forms))
}

/// The model with every value as an output that the importer lets be one: inside of chains there are no integers.
fn with_every_tensor(name: &str, model: &Model, declared: &[(String, String)]) -> Form {
    let mut outputs = Vec::new();
    let mut shown = model.clone();
    shown.graph.outputs.clear();
    for value in model.graph.nodes.iter().flat_map(|node| &node.outputs) {
        let info = ValueInfo {
            name: value.clone(),
            dtype: Some(DataType::F32),
            dims: None,
        };
        let mut one = model.clone();
        one.graph.outputs = vec![info.clone()];
        if let Ok(program) = import(&one, declared) {
            outputs.extend(wanted(&program));
            shown.graph.outputs.push(info);
        }
    }
    Form {
        name: format!("{name}-every"),
        onnx: write(&shown, declared),
        outputs,
    }
}

/// The programs of `exact-1.json` and on in a folder.
pub fn vectors(folder: &Path) -> Result<Vec<Case>, Failure> {
    let paths = (1..).map(|number| folder.join(format!("exact-{number}.json")));
    let mut cases = Vec::new();
    for path in paths.take_while(|path| path.exists()) {
        let file: Value = serde_json::from_slice(&fs::read(&path)?)?;
        for entry in list(&file["programs"])? {
            let name = entry["name"].as_str().ok_or("a program has no name")?;
            let onnx = base64(entry["onnx"].as_str().ok_or("a program has no file")?);
            let plain = |letter: char| letter.is_ascii_alphanumeric();
            let name = name.replace(|letter| !plain(letter), "-");
            let (program, forms) = read(&format!("vector-{name}"), onnx, true)?;
            let mut inputs = Vec::new();
            for port in &program.interface.inputs {
                let given = list(&entry["inputs"])?.iter();
                let mut given = given.filter(|given| given["name"] == port.name.as_str());
                let given = given.next().ok_or("an input is missing")?;
                let values = list(&given["values"])?.iter().map(Value::as_i64);
                let bits = values.map(|value| bits_of_int(i32::try_from(value?).ok()?));
                inputs.push(bits.collect::<Option<_>>().ok_or("no whole numbers")?);
            }
            cases.push(Case {
                program,
                inputs,
                forms,
            });
        }
    }
    Ok(cases)
}

/// The models `NAME.onnx` of a folder with one input, on the samples of `NAME.npy`: float32, one after the other.
pub fn models(folder: &Path) -> Result<Vec<Case>, Failure> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "onnx")
        })
        .collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let onnx = fs::read(&path)?;
        let (program, _) = read(&name, onnx.clone(), false)?;
        let [port] = program.interface.inputs.as_slice() else {
            return Err(format!("{} has several inputs", path.display()).into());
        };
        let elements = samples(&fs::read(path.with_extension("npy"))?)?;
        let each = elements.chunks_exact(port.dims.elements() as usize);
        for (number, sample) in each.enumerate() {
            if let Some(bits) = sample.iter().find(|bits| int_of_bits(**bits).is_none()) {
                let value = f32::from_bits(*bits);
                return Err(format!("{name}: {value} is no whole number").into());
            }
            // Every tensor of the first sample.
            let form = format!("model-{name}-{number}");
            let (program, mut forms) = read(&form, onnx.clone(), number == 0)?;
            forms.retain(|form| form.bytes() <= SHOWN);
            let inputs = vec![sample.to_vec()];
            cases.push(Case {
                program,
                inputs,
                forms,
            });
        }
    }
    Ok(cases)
}

/// The bits of a NumPy file of float32 in row-major order, −0 as 0.
fn samples(npy: &[u8]) -> Result<Vec<u32>, Failure> {
    let length = npy.get(8..10).ok_or("no NumPy file")?;
    let start = 10 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    let (head, data) = npy
        .split_at_checked(start)
        .ok_or("a NumPy file cut short")?;
    let head = String::from_utf8_lossy(head);
    if !head.contains("'<f4'") || !head.contains("'fortran_order': False") {
        return Err("the samples must be float32 in row-major order".into());
    }
    let bits = data.chunks_exact(4);
    let bits = bits.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    Ok(bits.map(canonical).collect())
}

/// −0 is 0 (EXACT 1.10).
pub fn canonical(bits: u32) -> u32 {
    if bits == 1 << 31 {
        0
    } else {
        bits
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, Failure> {
    value.as_array().ok_or_else(|| "a list is missing".into())
}

fn base64(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for byte in text.bytes() {
        let Some(value) = digits.iter().position(|digit| *digit == byte) else {
            continue;
        };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 255) as u8);
        }
    }
    out
}
