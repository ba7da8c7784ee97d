//! Just enough of ONNX to write a network down.
//!
//! [`proto`] is the subset of the file format that is needed, [`graph`] puts operators one after another.

mod graph;
mod proto;

pub(crate) use graph::{Attribute, Graph};
