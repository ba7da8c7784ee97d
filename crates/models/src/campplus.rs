//! CAM++, the default speaker model, from its PyTorch weights to an ONNX network.
//!
//! The network (Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware
//! Masking", Interspeech 2023): a residual convolution head over time and frequency, a strided time-delay layer,
//! three densely connected blocks whose layers are masked by the context around them, statistics pooling, and a
//! linear layer. Input `feats` [B, T, 80], output `embs` [B, 192], any T from a few frames up.
//!
//! Two exact rewritings make it faster. Where a batch normalisation follows a convolution directly, it is folded
//! into its weights (in 64-bit arithmetic, rounded once). And because the context is the same throughout a
//! segment of 100 frames, the mask is computed once per segment and spread out afterwards. The same weights give
//! the same bytes on every machine.

use crate::Error;
use crate::onnx::{Attribute, Graph};
use crate::pytorch::{StateDict, Tensor};

const MEL_BINS: usize = 80;
const EMBEDDING: usize = 192;
const HEAD_CHANNELS: usize = 32;
/// The head halves the frequency axis three times.
const HEAD_OUT: usize = HEAD_CHANNELS * MEL_BINS / 8;
const FIRST_CHANNELS: usize = 128;
/// Each dense layer adds this many channels.
const GROWTH: usize = 32;
const BOTTLENECK: usize = 4 * GROWTH;
/// Layers and dilation of the three dense blocks.
const BLOCKS: [(usize, i64); 3] = [(12, 1), (24, 2), (16, 2)];
/// Frames (after the strided layer) that share one local context.
const SEGMENT: i64 = 100;
/// PyTorch's default for batch normalisation.
const EPSILON: f32 = 1e-5;

/// Makes the ONNX file from the bytes of `campplus_cn_en_common.pt`.
pub(crate) fn to_onnx(weights: &[u8]) -> Result<Vec<u8>, Error> {
    let mut network = Network { weights: StateDict::open(weights)?, graph: Graph::new("campplus") };
    network.build()?;
    Ok(network.graph.into_bytes())
}

struct Network<'a> {
    weights: StateDict<'a>,
    graph: Graph,
}

/// Names of the small constants that several operators share.
const ZERO: &str = "zero";
const TIME_AXIS: &str = "time_axis";
const SEGMENT_AXIS: &str = "segment_axis";
const PER_SEGMENT: &str = "per_segment";
const FLAT: &str = "flat";

/// The shape of a convolution: one entry per axis after the channels.
struct Convolution<'a> {
    from: usize,
    to: usize,
    kernel: &'a [usize],
    strides: &'a [i64],
    dilation: i64,
}

impl<'a> Convolution<'a> {
    /// Over frequency and time, striding over frequency.
    fn plane(from: usize, to: usize, kernel: &'a [usize], strides: &'a [i64]) -> Self {
        Self { from, to, kernel, strides, dilation: 1 }
    }

    /// Over time.
    fn line(from: usize, to: usize, kernel: &'a [usize]) -> Self {
        Self { from, to, kernel, strides: &[1], dilation: 1 }
    }
}

/// What is added after a convolution, and folded into it.
enum After<'a> {
    Nothing,
    Bias,
    /// The batch normalisation of this name.
    Normalisation(&'a str),
}

impl Network<'_> {
    fn build(&mut self) -> Result<(), Error> {
        let mel_bins = MEL_BINS.to_string();
        let embedding = EMBEDDING.to_string();
        self.shared_constants();
        let feats = self.graph.input("feats", &["B", "T", &mel_bins]);
        let x = self.head(&feats)?;
        let strided = Convolution { strides: &[2], ..Convolution::line(HEAD_OUT, FIRST_CHANNELS, &[5]) };
        let normalised = After::Normalisation("xvector.tdnn.nonlinear.batchnorm");
        let x = self.convolve(&x, "xvector.tdnn.linear", &strided, &normalised)?;
        let x = self.relu(&x);
        let (x, channels) = self.dense_blocks(x)?;
        let pooled = self.statistics(&x);
        let embs = self.last_layer(&pooled, 2 * channels)?;
        self.graph.output(&embs, "embs", &["B", &embedding]);
        Ok(())
    }

    /// [B, T, 80] → [B, 320, T].
    fn head(&mut self, feats: &str) -> Result<String, Error> {
        let turned = self.graph.operator("Transpose", &[feats], &[Attribute::Ints("perm", &[0, 2, 1])]);
        let channel_axis = self.graph.integers("channel_axis", &[1]);
        let mut x = self.graph.operator("Unsqueeze", &[&turned, &channel_axis], &[]);
        let first = Convolution::plane(1, HEAD_CHANNELS, &[3, 3], &[1, 1]);
        x = self.convolve(&x, "head.conv1", &first, &After::Normalisation("head.bn1"))?;
        x = self.relu(&x);
        for layer in 1..=2 {
            x = self.residual(&x, &format!("head.layer{layer}.0"), true)?;
            x = self.residual(&x, &format!("head.layer{layer}.1"), false)?;
        }
        let last = Convolution::plane(HEAD_CHANNELS, HEAD_CHANNELS, &[3, 3], &[2, 1]);
        x = self.convolve(&x, "head.conv2", &last, &After::Normalisation("head.bn2"))?;
        x = self.relu(&x);
        let flat = self.graph.integers("head.flat", &[0, HEAD_OUT as i64, -1]);
        Ok(self.graph.operator("Reshape", &[&x, &flat], &[]))
    }

    /// Two convolutions beside a short cut; `halving` strides over frequency.
    fn residual(&mut self, x: &str, name: &str, halving: bool) -> Result<String, Error> {
        let strides: &[i64] = if halving { &[2, 1] } else { &[1, 1] };
        let first = Convolution::plane(HEAD_CHANNELS, HEAD_CHANNELS, &[3, 3], strides);
        let second = Convolution::plane(HEAD_CHANNELS, HEAD_CHANNELS, &[3, 3], &[1, 1]);
        let y = self.convolve(
            x,
            &format!("{name}.conv1"),
            &first,
            &After::Normalisation(&format!("{name}.bn1")),
        )?;
        let y = self.relu(&y);
        let y = self.convolve(
            &y,
            &format!("{name}.conv2"),
            &second,
            &After::Normalisation(&format!("{name}.bn2")),
        )?;
        let beside = if halving {
            let short = Convolution::plane(HEAD_CHANNELS, HEAD_CHANNELS, &[1, 1], strides);
            let normalised = format!("{name}.shortcut.1");
            self.convolve(x, &format!("{name}.shortcut.0"), &short, &After::Normalisation(&normalised))?
        } else {
            x.to_owned()
        };
        let sum = self.graph.operator("Add", &[&y, &beside], &[]);
        Ok(self.relu(&sum))
    }

    /// The three blocks, each followed by a layer that halves the channels. Gives the channels at the end.
    fn dense_blocks(&mut self, x: String) -> Result<(String, usize), Error> {
        let frames = self.frames(&x);
        let (mut x, mut channels) = (x, FIRST_CHANNELS);
        for (index, (layers, dilation)) in BLOCKS.into_iter().enumerate() {
            let block = index + 1;
            for layer in 1..=layers {
                let name = format!("xvector.block{block}.tdnnd{layer}");
                let added = self.dense_layer(&x, &name, channels, dilation, &frames)?;
                x = self.graph.operator("Concat", &[&x, &added], &[Attribute::Int("axis", 1)]);
                channels += GROWTH;
            }
            let name = format!("xvector.transit{block}");
            let y = self.normalise(&x, &format!("{name}.nonlinear.batchnorm"), channels)?;
            let y = self.relu(&y);
            let halving = Convolution::line(channels, channels / 2, &[1]);
            let last = block == BLOCKS.len();
            let after =
                if last { After::Normalisation("xvector.out_nonlinear.batchnorm") } else { After::Nothing };
            x = self.convolve(&y, &format!("{name}.linear"), &halving, &after)?;
            if last {
                x = self.relu(&x);
            }
            channels /= 2;
        }
        Ok((x, channels))
    }

    fn shared_constants(&mut self) {
        self.graph.integers(ZERO, &[0]);
        self.graph.integers(TIME_AXIS, &[2]);
        self.graph.integers(SEGMENT_AXIS, &[3]);
        self.graph.integers(PER_SEGMENT, &[1, 1, 1, SEGMENT]);
        self.graph.integers(FLAT, &[0, 0, -1]);
    }

    /// The number of frames of a result, known only when the network runs.
    fn frames(&mut self, x: &str) -> String {
        let shape = self.graph.operator("Shape", &[x], &[]);
        self.graph.operator("Slice", &[&shape, TIME_AXIS, SEGMENT_AXIS, ZERO], &[])
    }

    /// The channels one dense layer adds: a bottleneck, then a dilated convolution times its context mask.
    fn dense_layer(
        &mut self,
        x: &str,
        name: &str,
        channels: usize,
        dilation: i64,
        frames: &str,
    ) -> Result<String, Error> {
        let y = self.normalise(x, &format!("{name}.nonlinear1.batchnorm"), channels)?;
        let y = self.relu(&y);
        let bottleneck = Convolution::line(channels, BOTTLENECK, &[1]);
        let normalised = format!("{name}.nonlinear2.batchnorm");
        let y =
            self.convolve(&y, &format!("{name}.linear1"), &bottleneck, &After::Normalisation(&normalised))?;
        let y = self.relu(&y);
        let local = Convolution { dilation, ..Convolution::line(BOTTLENECK, GROWTH, &[3]) };
        let local = self.convolve(&y, &format!("{name}.cam_layer.linear_local"), &local, &After::Nothing)?;
        let mask = self.mask(&y, &format!("{name}.cam_layer"), frames)?;
        Ok(self.graph.operator("Mul", &[&local, &mask], &[]))
    }

    /// The context-aware mask: from the mean of the whole and the mean of each segment, one value per segment and
    /// channel, spread over the frames. The last segment's mean is over the frames it has.
    fn mask(&mut self, y: &str, name: &str, frames: &str) -> Result<String, Error> {
        let whole = self.graph.operator("GlobalAveragePool", &[y], &[]);
        let segments = self.graph.operator(
            "AveragePool",
            &[y],
            &[
                Attribute::Ints("kernel_shape", &[SEGMENT]),
                Attribute::Ints("strides", &[SEGMENT]),
                Attribute::Int("ceil_mode", 1),
                Attribute::Int("count_include_pad", 0),
            ],
        );
        let context = self.graph.operator("Add", &[&segments, &whole], &[]);
        let squeeze = Convolution::line(BOTTLENECK, BOTTLENECK / 2, &[1]);
        let context = self.convolve(&context, &format!("{name}.linear1"), &squeeze, &After::Bias)?;
        let context = self.relu(&context);
        let excite = Convolution::line(BOTTLENECK / 2, GROWTH, &[1]);
        let context = self.convolve(&context, &format!("{name}.linear2"), &excite, &After::Bias)?;
        let mask = self.graph.operator("Sigmoid", &[&context], &[]);
        let mask = self.graph.operator("Unsqueeze", &[&mask, SEGMENT_AXIS], &[]);
        let mask = self.graph.operator("Expand", &[&mask, PER_SEGMENT], &[]);
        let mask = self.graph.operator("Reshape", &[&mask, FLAT], &[]);
        Ok(self.graph.operator("Slice", &[&mask, ZERO, frames, TIME_AXIS], &[]))
    }

    /// Mean and standard deviation (with Bessel's correction) over time, one after the other.
    fn statistics(&mut self, x: &str) -> String {
        let axis = Attribute::Ints("axes", &[2]);
        let mean = self.graph.operator("ReduceMean", &[x], &[axis]);
        let centred = self.graph.operator("Sub", &[x, &mean], &[]);
        let squares = self.graph.operator("Mul", &[&centred, &centred], &[]);
        let sum = self.graph.operator("ReduceSum", &[&squares, TIME_AXIS], &[]);
        let frames = self.frames(x);
        let frames = self.graph.operator("Cast", &[&frames], &[Attribute::Int("to", 1)]);
        let one = self.graph.floats("one", &[1], &[1.0]);
        let freedom = self.graph.operator("Sub", &[&frames, &one], &[]);
        // A single frame has no deviation; it must not divide by zero.
        let freedom = self.graph.operator("Max", &[&freedom, &one], &[]);
        let variance = self.graph.operator("Div", &[&sum, &freedom], &[]);
        let deviation = self.graph.operator("Sqrt", &[&variance], &[]);
        let both = self.graph.operator("Concat", &[&mean, &deviation], &[Attribute::Int("axis", 1)]);
        self.graph.operator("Flatten", &[&both], &[Attribute::Int("axis", 1)])
    }

    fn last_layer(&mut self, x: &str, channels: usize) -> Result<String, Error> {
        let mut weight = self.weights.tensor("xvector.dense.linear.weight", &[EMBEDDING, channels, 1])?;
        let bias = self.fold(&mut weight, "xvector.dense.nonlinear.batchnorm", false)?;
        let weight = self.graph.floats("dense.weight", &[EMBEDDING, channels], &weight.values);
        let bias = self.graph.floats("dense.bias", &[EMBEDDING], &bias);
        Ok(self.graph.operator("Gemm", &[x, &weight, &bias], &[Attribute::Int("transB", 1)]))
    }

    fn relu(&mut self, x: &str) -> String {
        self.graph.operator("Relu", &[x], &[])
    }

    /// A convolution that keeps the length of every axis (but for strides), with what follows it folded in.
    fn convolve(
        &mut self,
        x: &str,
        name: &str,
        shape: &Convolution<'_>,
        after: &After<'_>,
    ) -> Result<String, Error> {
        let dimensions = [&[shape.to, shape.from], shape.kernel].concat();
        let mut weight = self.weights.tensor(&format!("{name}.weight"), &dimensions)?;
        let bias = match after {
            After::Nothing => None,
            After::Bias => Some(self.weights.tensor(&format!("{name}.bias"), &[shape.to])?.values),
            After::Normalisation(normalisation) => Some(self.fold(&mut weight, normalisation, true)?),
        };
        let weight = self.graph.floats(&format!("{name}.weight"), &weight.shape, &weight.values);
        let bias = bias.map(|bias| self.graph.floats(&format!("{name}.bias"), &[shape.to], &bias));
        let kernel: Vec<i64> = shape.kernel.iter().map(|&size| size as i64).collect();
        let padding: Vec<i64> = kernel.iter().map(|size| (size - 1) / 2 * shape.dilation).collect();
        let inputs: Vec<&str> = [x, &weight].into_iter().chain(bias.as_deref()).collect();
        let attributes = [
            Attribute::Ints("kernel_shape", &kernel),
            Attribute::Ints("pads", &padding.repeat(2)),
            Attribute::Ints("strides", shape.strides),
            Attribute::Ints("dilations", &vec![shape.dilation; kernel.len()]),
        ];
        Ok(self.graph.operator("Conv", &inputs, &attributes))
    }

    /// Scales each output channel of `weight` by the normalisation that follows and gives the bias that goes with it.
    fn fold(&mut self, weight: &mut Tensor, name: &str, affine: bool) -> Result<Vec<f32>, Error> {
        let channels = weight.shape.first().copied().unwrap_or_default();
        let mean = self.weights.tensor(&format!("{name}.running_mean"), &[channels])?.values;
        let variance = self.weights.tensor(&format!("{name}.running_var"), &[channels])?.values;
        let (gain, shift) = if affine {
            let gain = self.weights.tensor(&format!("{name}.weight"), &[channels])?.values;
            (gain, self.weights.tensor(&format!("{name}.bias"), &[channels])?.values)
        } else {
            (vec![1.0; channels], vec![0.0; channels])
        };
        let per_channel = weight.values.len() / channels.max(1);
        let mut bias = Vec::with_capacity(channels);
        for (channel, values) in weight.values.chunks_mut(per_channel.max(1)).enumerate() {
            let deviation = (f64::from(variance[channel]) + f64::from(EPSILON)).sqrt();
            let scale = f64::from(gain[channel]) / deviation;
            for value in values {
                *value = (f64::from(*value) * scale) as f32;
            }
            bias.push((f64::from(shift[channel]) - f64::from(mean[channel]) * scale) as f32);
        }
        Ok(bias)
    }

    /// A batch normalisation that nothing can absorb, because a rectifier follows it.
    fn normalise(&mut self, x: &str, name: &str, channels: usize) -> Result<String, Error> {
        let mut inputs = vec![x.to_owned()];
        for part in ["weight", "bias", "running_mean", "running_var"] {
            let tensor = self.weights.tensor(&format!("{name}.{part}"), &[channels])?;
            inputs.push(self.graph.floats(&format!("{name}.{part}"), &[channels], &tensor.values));
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        Ok(self.graph.operator("BatchNormalization", &inputs, &[Attribute::Float("epsilon", EPSILON)]))
    }
}
