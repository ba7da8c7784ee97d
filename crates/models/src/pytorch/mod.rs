//! PyTorch weights, read as data.
//!
//! A `.pt` file is a zip of raw tensors and a pickle that says which is which. A pickle is a program, and
//! Python's reader would run whatever it asks for; [`pickle`] runs nothing, and [`StateDict`] accepts only what a
//! plain dictionary of tensors needs.

mod pickle;
mod state_dict;

pub(crate) use state_dict::{StateDict, Tensor};
