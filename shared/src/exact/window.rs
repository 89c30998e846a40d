//! The windows of convolutions and pools (EXACT 3).

use super::dims::Coordinates;
use super::element::operand;
use super::loads::Fault;
use super::malformed::Malformed;
use super::num::{div, rem};
use super::step::Step;

/// Geometry that all elements of a step share.
pub(super) struct Window {
    /// Kernel, strides, begin pads, dilations: rows, then columns.
    kernel: [u32; 2],
    strides: [i64; 2],
    pads: [i64; 2],
    dilations: [i64; 2],
    /// Channels and size of the input.
    channels: u32,
    size: [u32; 2],
    /// Channels that one output channel reads, and output channels per group (0: as many as the
    /// output has, a pool reads the channel of its own number).
    reads: u32,
    per_group: u32,
}

impl Window {
    /// Of a convolution: group, sh, sw, ph, pw, dh, dw.
    pub(super) fn conv(step: &Step) -> Result<Self, Fault> {
        let [group, sh, sw, ph, pw, dh, dw] = attributes(step)?;
        let (x, w) = (operand(step, 0)?.dims, operand(step, 1)?.dims);
        let (Some([n, channels, h, width]), Some([cout, reads, kh, kw]), Some(out)) =
            (x.four(), w.four(), step.dims.four())
        else {
            return Err(Fault::Malformed(Malformed::ConvAxes));
        };
        let group = u32::try_from(group).ok().filter(|group| *group >= 1);
        let group = group.ok_or(Fault::Malformed(Malformed::Group))?;
        let fits = rem(channels, group) == 0
            && rem(cout, group) == 0
            && reads == div(channels, group)
            && out.starts_with(&[n, cout]);
        if !fits {
            return Err(Fault::Malformed(Malformed::Channels));
        }
        let geometry = [sh, sw, ph, pw, dh, dw];
        let mut window = Self::new([kh, kw], geometry, channels, [h, width])?;
        window.reads = reads;
        window.per_group = div(cout, group);
        Ok(window)
    }

    /// Of a pool: kh, kw, sh, sw, ph, pw, dh, dw.
    pub(super) fn pool(step: &Step) -> Result<Self, Fault> {
        let [kh, kw, sh, sw, ph, pw, dh, dw] = attributes(step)?;
        let x = operand(step, 0)?.dims;
        let (Some([n, channels, h, width]), Some(out)) = (x.four(), step.dims.four()) else {
            return Err(Fault::Malformed(Malformed::PoolAxes));
        };
        if !out.starts_with(&[n, channels]) {
            return Err(Fault::Malformed(Malformed::PoolShape));
        }
        let kernel = [kh, kw].map(|size| u32::try_from(size).unwrap_or(0));
        Self::new(kernel, [sh, sw, ph, pw, dh, dw], channels, [h, width])
    }

    fn new(
        kernel: [u32; 2],
        [sh, sw, ph, pw, dh, dw]: [i32; 6],
        channels: u32,
        size: [u32; 2],
    ) -> Result<Self, Fault> {
        let [kh, kw] = kernel;
        let area = kh
            .checked_mul(kw)
            .filter(|area| (1..=1 << 24).contains(area));
        if area.is_none() || sh < 1 || sw < 1 || dh < 1 || dw < 1 || ph < 0 || pw < 0 {
            return Err(Fault::Malformed(Malformed::Window));
        }
        Ok(Self {
            kernel,
            strides: [i64::from(sh), i64::from(sw)],
            pads: [i64::from(ph), i64::from(pw)],
            dilations: [i64::from(dh), i64::from(dw)],
            channels,
            size,
            reads: 1,
            per_group: 0,
        })
    }

    /// K. The kernel's area times the channels read: for a convolution a part of w's elements.
    pub(super) fn terms(&self) -> u32 {
        let [kh, kw] = self.kernel;
        self.reads.saturating_mul(kh).saturating_mul(kw)
    }
}

fn attributes<const N: usize>(step: &Step) -> Result<[i32; N], Fault> {
    let attributes = step.attributes.as_slice().try_into();
    attributes.map_err(|_| Fault::Malformed(Malformed::Attribute))
}

/// The elements of x that the terms read, in order; `None` for padding.
pub(super) struct Taps<'a> {
    window: &'a Window,
    /// Index of the first element of the first channel read.
    plane: u32,
    /// Row and column of the window's first element; may be negative.
    corner: [i64; 2],
    /// The next term's channel, ky and kx.
    channel: u32,
    ky: u32,
    kx: u32,
    /// The first element of the next term's row of x; `None` in padding.
    row: Option<u32>,
    /// The next term's column of x; may be outside.
    column: i64,
}

impl<'a> Taps<'a> {
    pub(super) fn new(window: &'a Window, c: &Coordinates, from: u32) -> Result<Self, Fault> {
        let [n, o, y, x, ..] = *c;
        let base = if window.per_group == 0 {
            o
        } else {
            div(o, window.per_group).saturating_mul(window.reads)
        };
        let [h, w] = window.size;
        // All of x's elements are counted by a u32, and so is every channel of it.
        let plane = n
            .checked_mul(window.channels)
            .and_then(|channel| channel.checked_add(base))
            .and_then(|channel| channel.checked_mul(h)?.checked_mul(w))
            .ok_or(Fault::OutOfRange { slot: 0 })?;
        let ([sh, sw], [ph, pw], [kh, kw]) = (window.strides, window.pads, window.kernel);
        // Coordinates are below 2^24 and attributes below 2^31, so nothing saturates.
        let start = |at: u32, stride: i64, pad: i64| {
            i64::from(at).saturating_mul(stride).saturating_sub(pad)
        };
        let mut taps = Self {
            window,
            plane,
            corner: [start(y, sh, ph), start(x, sw, pw)],
            channel: div(from, kh.saturating_mul(kw)),
            ky: rem(div(from, kw), kh),
            kx: rem(from, kw),
            row: None,
            column: 0,
        };
        taps.find_row();
        Ok(taps)
    }

    /// The row and the first column of the term at `channel`, `ky` and `kx`.
    fn find_row(&mut self) {
        let [h, w] = self.window.size;
        let ([top, left], [dh, dw]) = (self.corner, self.window.dilations);
        let along = |corner: i64, tap: u32, dilation: i64| {
            corner.saturating_add(i64::from(tap).saturating_mul(dilation))
        };
        self.column = along(left, self.kx, dw);
        let y = u32::try_from(along(top, self.ky, dh)).ok();
        self.row = y.filter(|y| *y < h).and_then(|y| {
            let rows = self.channel.checked_mul(h)?.checked_add(y)?;
            self.plane.checked_add(rows.checked_mul(w)?)
        });
    }
}

impl Iterator for Taps<'_> {
    type Item = Option<u32>;

    fn next(&mut self) -> Option<Self::Item> {
        let [_, w] = self.window.size;
        let x = u32::try_from(self.column).ok().filter(|x| *x < w);
        // The channels read and x's size are checked: a row of x has room for its columns.
        let index = self.row.zip(x).map(|(row, x)| row.saturating_add(x));
        let ([kh, kw], [_, dw]) = (self.window.kernel, self.window.dilations);
        self.kx = self.kx.saturating_add(1);
        if self.kx < kw {
            self.column = self.column.saturating_add(dw);
        } else {
            self.kx = 0;
            self.ky = self.ky.saturating_add(1);
            if self.ky == kh {
                self.ky = 0;
                self.channel = self.channel.saturating_add(1);
            }
            self.find_row();
        }
        Some(index)
    }
}
