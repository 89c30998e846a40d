//! Convolutions, pools and sums over windows. Those with one spatial axis get a first one of size 1 (EXACT 2.3).

use countersign_onnx::Node;
use countersign_shared::exact::dims::Dims;
use countersign_shared::exact::reason::Reason;
use countersign_shared::exact::step::{Op, Operand, Reference};

use crate::builder::{attribute, int, ints, text, Builder, Value};
use crate::chain::Pending;
use crate::{fault, Fault};

/// A tensor of three or four axes, as four.
struct Image {
    operand: Operand,
    sizes: [u32; 4],
    flat: bool,
}

fn image(operand: Operand) -> Result<Image, Fault> {
    let (sizes, flat) = match *operand.dims.sizes() {
        [n, c, w] => ([n, c, 1, w], true),
        [n, c, h, w] => ([n, c, h, w], false),
        _ => return fault(Reason::Attribute, "only one or two spatial axes"),
    };
    let dims = dims(&sizes)?;
    let operand = Operand { dims, ..operand };
    Ok(Image {
        operand,
        sizes,
        flat,
    })
}

fn dims(sizes: &[u32]) -> Result<Dims, Fault> {
    Dims::new(sizes).map_err(|error| (Reason::Size, error.to_string()))
}

/// Kernel, strides, begin and end pads, dilations: rows, then columns.
struct Geometry {
    kernel: [i64; 2],
    strides: [i64; 2],
    begin: [i64; 2],
    end: [i64; 2],
    dilations: [i64; 2],
}

/// Two numbers for the two axes; with one spatial axis the first is `default`.
fn two(values: Option<Vec<i64>>, flat: bool, default: i64, what: &str) -> Result<[i64; 2], Fault> {
    match (values.as_deref(), flat) {
        (None, _) => Ok([default; 2]),
        (Some(&[only]), true) => Ok([default, only]),
        (Some(&[rows, columns]), false) => Ok([rows, columns]),
        _ => fault(
            Reason::Attribute,
            format!("{what} needs one number for each spatial axis"),
        ),
    }
}

fn geometry(node: &Node, kernel: [i64; 2], flat: bool) -> Result<Geometry, Fault> {
    let plain = text(node, "auto_pad", "NOTSET")? == "NOTSET"
        && int(node, "ceil_mode", 0)? == 0
        && int(node, "storage_order", 0)? == 0;
    if !plain {
        return fault(
            Reason::Attribute,
            "auto_pad, ceil_mode and storage_order are not in the profile",
        );
    }
    let pads = ints(node, "pads")?;
    let (begin, end) = match pads {
        Some(pads) => {
            let half = pads.len() / 2;
            let (begin, end) = pads.split_at(half);
            (Some(begin.to_vec()), Some(end.to_vec()))
        }
        None => (None, None),
    };
    let geometry = Geometry {
        kernel,
        strides: two(ints(node, "strides")?, flat, 1, "strides")?,
        begin: two(begin, flat, 0, "pads")?,
        end: two(end, flat, 0, "pads")?,
        dilations: two(ints(node, "dilations")?, flat, 1, "dilations")?,
    };
    let least =
        |values: &[i64; 2], least: i64| values.iter().all(|value| (least..1 << 24).contains(value));
    let fits = least(&geometry.kernel, 1)
        && least(&geometry.strides, 1)
        && least(&geometry.dilations, 1)
        && least(&geometry.begin, 0)
        && least(&geometry.end, 0);
    if !fits {
        return fault(
            Reason::Attribute,
            "a kernel, stride, dilation or pad is out of range",
        );
    }
    Ok(geometry)
}

impl Geometry {
    /// The size of the output along both axes.
    fn out(&self, sizes: [u32; 2]) -> Result<[u32; 2], Fault> {
        let mut out = [0; 2];
        let axes = self
            .kernel
            .iter()
            .zip(&self.strides)
            .zip(&self.begin)
            .zip(&self.end)
            .zip(&self.dilations);
        for ((to, size), ((((kernel, stride), begin), end), dilation)) in
            out.iter_mut().zip(sizes).zip(axes)
        {
            // All are below 2^24.
            let free = i64::from(size) + begin + end - dilation * (kernel - 1) - 1;
            let windows = if free < 0 {
                None
            } else {
                free.checked_div(*stride).map(|last| last + 1)
            };
            let windows = windows.and_then(|windows| u32::try_from(windows).ok());
            *to = windows.ok_or((
                Reason::Attribute,
                String::from("the window is larger than the padded input"),
            ))?;
        }
        Ok(out)
    }

    /// sh, sw, ph, pw, dh, dw.
    fn attributes(&self) -> Result<Vec<i32>, Fault> {
        let numbers = self
            .strides
            .iter()
            .chain(&self.begin)
            .chain(&self.dilations);
        numbers
            .map(|number| attribute(*number, "a stride, pad or dilation"))
            .collect()
    }

    fn pooling(&self) -> Result<Vec<i32>, Fault> {
        let kernel: Result<Vec<i32>, Fault> = self
            .kernel
            .iter()
            .map(|size| attribute(*size, "kernel_shape"))
            .collect();
        let mut attributes = kernel?;
        attributes.extend(self.attributes()?);
        Ok(attributes)
    }

    fn padded(&self) -> bool {
        self.begin.iter().chain(&self.end).any(|pad| *pad != 0)
    }
}

/// The output's shape as readers see it, and as the step has it.
fn shapes([n, c, h, w]: [u32; 4], flat: bool) -> Result<(Dims, Dims), Fault> {
    let step = dims(&[n, c, h, w])?;
    Ok((if flat { dims(&[n, c, w])? } else { step }, step))
}

fn add(
    builder: &mut Builder,
    output: &str,
    op: Op,
    operands: Vec<Operand>,
    (read, step): (Dims, Dims),
    attributes: Vec<i32>,
) -> Result<(), Fault> {
    let leaf = builder.push(op, operands, step, attributes)?;
    builder.define(output, Value::Leaf { leaf, dims: read });
    Ok(())
}

pub(crate) fn conv(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let (x, w) = (builder.input(node, 0)?, builder.input(node, 1)?);
    let x = image(builder.operand(x)?)?;
    builder.constant(w)?;
    let w = image(builder.operand(w)?)?;
    if x.flat != w.flat {
        return fault(
            Reason::Attribute,
            "the weight has another number of spatial axes",
        );
    }
    let [cout, _, kh, kw] = w.sizes;
    let kernel = [i64::from(kh), i64::from(kw)];
    let declared = ints(node, "kernel_shape")?;
    if two(declared, x.flat, 1, "kernel_shape")? != kernel
        && node.attributes.contains_key("kernel_shape")
    {
        return fault(Reason::Attribute, "kernel_shape is not the weight's");
    }
    let geometry = geometry(node, kernel, x.flat)?;
    let mut operands = vec![x.operand, w.operand];
    if let Some(bias) = node.input(2) {
        builder.constant(bias)?;
        operands.push(builder.operand(bias)?);
    }
    let [n, _, h, width] = x.sizes;
    let [oh, ow] = geometry.out([h, width])?;
    let mut attributes = vec![attribute(int(node, "group", 1)?, "group")?];
    attributes.extend(geometry.attributes()?);
    add(
        builder,
        output,
        Op::Conv,
        operands,
        shapes([n, cout, oh, ow], x.flat)?,
        attributes,
    )
}

/// A pool's input and geometry.
fn pool(builder: &mut Builder, node: &Node) -> Result<(Image, Geometry), Fault> {
    let x = image(builder.operand(builder.input(node, 0)?)?)?;
    let Some(kernel) = ints(node, "kernel_shape")? else {
        return fault(Reason::Attribute, "kernel_shape is missing");
    };
    let kernel = two(Some(kernel), x.flat, 1, "kernel_shape")?;
    let geometry = geometry(node, kernel, x.flat)?;
    Ok((x, geometry))
}

pub(crate) fn max_pool(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let (x, geometry) = pool(builder, node)?;
    let [n, c, h, w] = x.sizes;
    let [oh, ow] = geometry.out([h, w])?;
    let attributes = geometry.pooling()?;
    add(
        builder,
        output,
        Op::MaxPool,
        vec![x.operand],
        shapes([n, c, oh, ow], x.flat)?,
        attributes,
    )
}

pub(crate) fn average_pool(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let (x, geometry) = pool(builder, node)?;
    if geometry.padded() && int(node, "count_include_pad", 0)? != 1 {
        return fault(
            Reason::Attribute,
            "padding must be counted: count_include_pad = 1",
        );
    }
    average(builder, output, &x, &geometry)
}

pub(crate) fn global_average_pool(
    builder: &mut Builder,
    node: &Node,
    output: &str,
) -> Result<(), Fault> {
    let x = image(builder.operand(builder.input(node, 0)?)?)?;
    let geometry = whole(&x);
    average(builder, output, &x, &geometry)
}

/// One window over all of the image.
fn whole(x: &Image) -> Geometry {
    let [_, _, h, w] = x.sizes;
    Geometry {
        kernel: [i64::from(h), i64::from(w)],
        strides: [1; 2],
        begin: [0; 2],
        end: [0; 2],
        dilations: [1; 2],
    }
}

/// Sums of 2^k elements as a step; their average is inside a chain until a factor or a shift follows.
fn average(
    builder: &mut Builder,
    output: &str,
    x: &Image,
    geometry: &Geometry,
) -> Result<(), Fault> {
    let area = geometry
        .kernel
        .iter()
        .try_fold(1_i64, |area, size| area.checked_mul(*size));
    let area = area
        .and_then(|area| u32::try_from(area).ok())
        .filter(|area| area.is_power_of_two());
    let Some(area) = area else {
        let [h, w] = geometry.kernel;
        return fault(
            Reason::AverageNotPowerOfTwo,
            format!("a window of {h} times {w}"),
        );
    };
    let [n, c, h, w] = x.sizes;
    let [oh, ow] = geometry.out([h, w])?;
    let (read, step) = shapes([n, c, oh, ow], x.flat)?;
    let leaf = builder.push(Op::SumPool, vec![x.operand], step, geometry.pooling()?)?;
    let sums = Operand {
        reference: Reference::Leaf(leaf),
        dims: read,
    };
    let k = area.trailing_zeros();
    builder.define(output, Value::Pending(Pending::Average { sums, k }));
    Ok(())
}

/// ReduceSum over all spatial axes.
pub(crate) fn reduce_sum(builder: &mut Builder, node: &Node, output: &str) -> Result<(), Fault> {
    let x = image(builder.operand(builder.input(node, 0)?)?)?;
    let rank = if x.flat { 3 } else { 4 };
    let mut axes = Vec::new();
    for place in node
        .input(1)
        .map(|name| builder.integers(name))
        .transpose()?
        .unwrap_or_default()
    {
        axes.push(crate::builder::axis(place, rank)?);
    }
    axes.sort_unstable();
    if axes != (2..rank).collect::<Vec<_>>() {
        return fault(Reason::Attribute, "ReduceSum must be over all spatial axes");
    }
    let keep = match int(node, "keepdims", 1)? {
        0 => false,
        1 => true,
        _ => return fault(Reason::Attribute, "keepdims is 0 or 1"),
    };
    let geometry = whole(&x);
    let [n, c, ..] = x.sizes;
    let (kept, step) = shapes([n, c, 1, 1], x.flat)?;
    let read = if keep { kept } else { dims(&[n, c])? };
    add(
        builder,
        output,
        Op::SumPool,
        vec![x.operand],
        (read, step),
        geometry.pooling()?,
    )
}
