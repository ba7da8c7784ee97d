//! A network written down operator by operator.
//!
//! Each call appends one operator or constant and gives back the name of its result, so code that builds a
//! network reads like the network. The same calls give the same bytes.

use prost::Message as _;

use super::proto::{
    ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_INTS, AttributeProto, DimensionProto, FLOAT, GraphProto, INT64,
    IR_VERSION, ModelProto, NodeProto, OPERATOR_SET, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TensorTypeProto, TypeProto, ValueInfoProto,
};

/// A setting of an operator.
pub(crate) enum Attribute<'a> {
    Int(&'static str, i64),
    Ints(&'static str, &'a [i64]),
    Float(&'static str, f32),
}

/// A network under construction.
#[derive(Default)]
pub(crate) struct Graph {
    proto: GraphProto,
}

impl Graph {
    pub(crate) fn new(name: &str) -> Self {
        Self { proto: GraphProto { name: name.to_owned(), ..GraphProto::default() } }
    }

    /// An input of floats; a dimension is a number or a name for "any".
    pub(crate) fn input(&mut self, name: &str, shape: &[&str]) -> String {
        self.proto.input.push(value_info(name, shape));
        name.to_owned()
    }

    /// Gives a result the name it has outside.
    pub(crate) fn output(&mut self, result: &str, name: &str, shape: &[&str]) {
        self.proto.node.push(NodeProto {
            input: vec![result.to_owned()],
            output: vec![name.to_owned()],
            name: name.to_owned(),
            op_type: "Identity".to_owned(),
            attribute: Vec::new(),
        });
        self.proto.output.push(value_info(name, shape));
    }

    /// A constant of floats.
    pub(crate) fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, shape, FLOAT, bytes)
    }

    /// A constant list of integers.
    pub(crate) fn integers(&mut self, name: &str, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, &[values.len()], INT64, bytes)
    }

    /// An operator on the results of others.
    pub(crate) fn operator(&mut self, kind: &str, inputs: &[&str], attributes: &[Attribute<'_>]) -> String {
        let result = format!("{kind}_{}", self.proto.node.len());
        self.proto.node.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![result.clone()],
            name: result.clone(),
            op_type: kind.to_owned(),
            attribute: attributes.iter().map(Attribute::proto).collect(),
        });
        result
    }

    /// The bytes of the model file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        ModelProto {
            ir_version: IR_VERSION,
            producer_name: "timbre".to_owned(),
            graph: Some(self.proto),
            opset_import: vec![OperatorSetIdProto { domain: Some(String::new()), version: OPERATOR_SET }],
        }
        .encode_to_vec()
    }

    fn constant(&mut self, name: &str, shape: &[usize], data_type: i32, raw_data: Vec<u8>) -> String {
        let dims = shape.iter().map(|&dimension| dimension as i64).collect();
        self.proto.initializer.push(TensorProto { dims, data_type, name: name.to_owned(), raw_data });
        name.to_owned()
    }
}

impl Attribute<'_> {
    fn proto(&self) -> AttributeProto {
        let (name, f, i, ints, kind) = match *self {
            Self::Int(name, value) => (name, None, Some(value), Vec::new(), ATTRIBUTE_INT),
            Self::Ints(name, values) => (name, None, None, values.to_vec(), ATTRIBUTE_INTS),
            Self::Float(name, value) => (name, Some(value), None, Vec::new(), ATTRIBUTE_FLOAT),
        };
        AttributeProto { name: name.to_owned(), f, i, ints, kind }
    }
}

fn value_info(name: &str, shape: &[&str]) -> ValueInfoProto {
    let dim = shape
        .iter()
        .map(|&dimension| match dimension.parse() {
            Ok(number) => DimensionProto { dim_value: Some(number), dim_param: None },
            Err(_) => DimensionProto { dim_value: None, dim_param: Some(dimension.to_owned()) },
        })
        .collect();
    let tensor_type = TensorTypeProto { elem_type: FLOAT, shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto { name: name.to_owned(), kind: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}
