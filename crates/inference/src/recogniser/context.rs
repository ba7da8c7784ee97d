//! Whisper's encoder for recordings of any length.
//!
//! The published graph adds a table of 1,500 positions to its frames and so takes 30 seconds, always. Here the table
//! is taken out of the graph and becomes an input: whoever runs the encoder hands in as many positions as the
//! recording has frames, and a recording of six seconds costs a fifth or less.
//!
//! The graph's other outputs, its attention maps, go too: nobody reads them and they are large.
//!
//! Promises to change nothing else in the file, and to refuse a file that is not as expected. ONNX files are protocol
//! buffers; the field numbers are those of `onnx.proto3`.

use ndarray::Array2;

/// The name of the table in the exported graph, and of the input that takes its place.
pub(super) const POSITIONS: &str = "embed_positions.weight";

/// The output that stays.
pub(super) const STATES: &str = "last_hidden_state";

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

const MODEL_GRAPH: u64 = 7;
const GRAPH_INITIALIZER: u64 = 5;
const GRAPH_INPUT: u64 = 11;
const GRAPH_OUTPUT: u64 = 12;
const VALUE_NAME: u64 = 1;
const TENSOR_DIMS: u64 = 1;
const TENSOR_TYPE: u64 = 2;
const TENSOR_NAME: u64 = 8;
const TENSOR_RAW: u64 = 9;
const ELEMENT_FLOAT: u64 = 1;

/// The changed graph and the table that was in it, `[positions, width]`.
pub(super) struct OpenEncoder {
    pub(super) model: Vec<u8>,
    pub(super) positions: Array2<f32>,
}

/// Takes the table of positions out of an encoder.
pub(super) fn open_encoder(model: &[u8]) -> Result<OpenEncoder, &'static str> {
    let mut opened = Vec::with_capacity(model.len());
    let mut table = None;
    for field in fields(model) {
        let field = field?;
        if field.number == MODEL_GRAPH {
            let (graph, found) = open_graph(field.content)?;
            table = found;
            put_bytes(&mut opened, MODEL_GRAPH, &graph);
        } else {
            opened.extend_from_slice(field.whole);
        }
    }
    let positions = table.ok_or("the encoder has no table of positions")?;
    Ok(OpenEncoder { model: opened, positions })
}

fn open_graph(graph: &[u8]) -> Result<(Vec<u8>, Option<Array2<f32>>), &'static str> {
    let mut opened = Vec::with_capacity(graph.len());
    let mut table = None;
    for field in fields(graph) {
        let field = field?;
        if field.number == GRAPH_OUTPUT && !is_named(field.content, STATES)? {
            continue;
        }
        let taken = if field.number == GRAPH_INITIALIZER { read_table(field.content)? } else { None };
        match taken {
            Some(positions) => table = Some(positions),
            None => opened.extend_from_slice(field.whole),
        }
    }
    if let Some(positions) = &table {
        put_bytes(&mut opened, GRAPH_INPUT, &input_of_width(positions.ncols() as u64));
    }
    Ok((opened, table))
}

fn is_named(value: &[u8], name: &str) -> Result<bool, &'static str> {
    for field in fields(value) {
        let field = field?;
        if field.number == VALUE_NAME {
            return Ok(field.content == name.as_bytes());
        }
    }
    Ok(false)
}

/// The tensor's values if it is the table of positions.
fn read_table(tensor: &[u8]) -> Result<Option<Array2<f32>>, &'static str> {
    let (mut dims, mut element, mut named, mut raw) = (Vec::new(), 0, false, None);
    for field in fields(tensor) {
        let field = field?;
        match (field.number, field.wire) {
            (TENSOR_DIMS, VARINT) => dims.push(field.value as usize),
            (TENSOR_DIMS, BYTES) => {
                let mut packed = field.content;
                while !packed.is_empty() {
                    dims.push(varint(&mut packed)? as usize);
                }
            }
            (TENSOR_TYPE, VARINT) => element = field.value,
            (TENSOR_NAME, BYTES) => named = field.content == POSITIONS.as_bytes(),
            (TENSOR_RAW, BYTES) => raw = Some(field.content),
            _ => {}
        }
    }
    if !named {
        return Ok(None);
    }
    let (Some(raw), ELEMENT_FLOAT, &[rows, width]) = (raw, element, dims.as_slice()) else {
        return Err("the table of positions is not a matrix of plain floats");
    };
    let values = raw.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    Array2::from_shape_vec((rows, width), values).map(Some).map_err(|_| "the table of positions is cut short")
}

/// A `ValueInfoProto`: a float tensor of any number of rows.
fn input_of_width(width: u64) -> Vec<u8> {
    let message = |parts: &[(u64, &[u8])]| {
        let mut bytes = Vec::new();
        for (number, content) in parts {
            put_bytes(&mut bytes, *number, content);
        }
        bytes
    };
    let rows = message(&[(2, b"positions")]);
    let mut columns = Vec::new();
    put_varint(&mut columns, 1 << 3);
    put_varint(&mut columns, width);
    let shape = message(&[(1, &rows), (1, &columns)]);
    let mut tensor = Vec::new();
    put_varint(&mut tensor, 1 << 3);
    put_varint(&mut tensor, ELEMENT_FLOAT);
    put_bytes(&mut tensor, 2, &shape);
    let kind = message(&[(1, &tensor)]);
    message(&[(1, POSITIONS.as_bytes()), (2, &kind)])
}

/// One field of a message: `content` for bytes, `value` for numbers, `whole` with its tag.
struct Field<'a> {
    number: u64,
    wire: u64,
    value: u64,
    content: &'a [u8],
    whole: &'a [u8],
}

fn fields(mut message: &[u8]) -> impl Iterator<Item = Result<Field<'_>, &'static str>> {
    std::iter::from_fn(move || {
        if message.is_empty() {
            return None;
        }
        let field = next_field(&mut message);
        if field.is_err() {
            message = &[];
        }
        Some(field)
    })
}

fn next_field<'a>(message: &mut &'a [u8]) -> Result<Field<'a>, &'static str> {
    let start = *message;
    let tag = varint(message)?;
    let (number, wire) = (tag >> 3, tag & 7);
    let (mut value, mut content) = (0, &[][..]);
    match wire {
        VARINT => value = varint(message)?,
        FIXED64 => content = take(message, 8)?,
        FIXED32 => content = take(message, 4)?,
        BYTES => {
            let length = varint(message)?;
            content = take(message, usize::try_from(length).map_err(|_| CUT_SHORT)?)?;
        }
        _ => return Err("the file is not a protocol buffer"),
    }
    let whole = &start[..start.len() - message.len()];
    Ok(Field { number, wire, value, content, whole })
}

const CUT_SHORT: &str = "the file is cut short";

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], &'static str> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(CUT_SHORT)?;
    *bytes = rest;
    Ok(taken)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, &'static str> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err("the file holds a number that is too long")
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn put_bytes(bytes: &mut Vec<u8>, number: u64, content: &[u8]) {
    put_varint(bytes, number << 3 | BYTES);
    put_varint(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tensor(name: &str, rows: u64, values: &[f32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for dim in [rows, values.len() as u64 / rows] {
            put_varint(&mut bytes, TENSOR_DIMS << 3);
            put_varint(&mut bytes, dim);
        }
        put_varint(&mut bytes, TENSOR_TYPE << 3);
        put_varint(&mut bytes, ELEMENT_FLOAT);
        put_bytes(&mut bytes, TENSOR_NAME, name.as_bytes());
        put_bytes(&mut bytes, TENSOR_RAW, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
        bytes
    }

    fn model(tensors: &[Vec<u8>]) -> Vec<u8> {
        let mut graph = Vec::new();
        for tensor in tensors {
            put_bytes(&mut graph, GRAPH_INITIALIZER, tensor);
        }
        put_bytes(&mut graph, 2, b"a name of more than one hundred and twenty-seven bytes, so that its length takes two bytes and the walker has to read both of them");
        for name in ["attentions.0", STATES] {
            let mut value = Vec::new();
            put_bytes(&mut value, VALUE_NAME, name.as_bytes());
            put_bytes(&mut graph, GRAPH_OUTPUT, &value);
        }
        let mut model = vec![1 << 3, 6];
        put_bytes(&mut model, MODEL_GRAPH, &graph);
        model
    }

    #[test]
    fn the_table_becomes_an_input_and_the_rest_stays() {
        let other = tensor("other", 1, &[7.0]);
        let opened =
            open_encoder(&model(&[tensor(POSITIONS, 2, &[1.0, 2.0, 3.0, 4.0]), other.clone()])).unwrap();
        assert_eq!(opened.positions, ndarray::array![[1.0, 2.0], [3.0, 4.0]]);
        let contains = |part: &[u8]| opened.model.windows(part.len()).any(|window| window == part);
        assert!(contains(&other) && contains(&input_of_width(2)));
        assert!(!contains(&3.0f32.to_le_bytes()));
        assert!(contains(STATES.as_bytes()) && !contains(b"attentions"));
    }

    #[test]
    fn another_file_is_refused_without_a_panic() {
        assert!(open_encoder(&model(&[tensor("other", 1, &[7.0])])).is_err());
        let whole = model(&[tensor(POSITIONS, 2, &[1.0, 2.0, 3.0, 4.0])]);
        for cut in 1..whole.len() {
            assert!(open_encoder(&whole[..cut]).is_err(), "{cut}");
        }
        assert!(open_encoder(&[0xff; 64]).is_err());
    }
}
