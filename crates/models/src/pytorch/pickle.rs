//! A pickle reader that cannot do anything.
//!
//! It knows the opcodes a dictionary of tensors is written with (protocol 2), two callables and two storage
//! types by name, and refuses every other opcode and name. "Calling" a callable builds one of the values below.
//! Opcodes and their layout: CPython, Lib/pickletools.py.

use std::rc::Rc;

use crate::Error;

/// What a pickle of a state dict is made of.
#[derive(Clone)]
pub(super) enum Value {
    Bool,
    Integer(i64),
    Text(Rc<str>),
    Tuple(Rc<[Value]>),
    Dictionary(Vec<(Rc<str>, Value)>),
    Callable(Callable),
    StorageType(Element),
    Storage(Storage),
    Tensor(TensorRef),
    /// An empty `OrderedDict`: the (absent) hooks of a tensor.
    NoHooks,
    /// A container already given to the memo; reading it back would need shared mutation, which no state dict uses.
    Unshared,
}

#[derive(Clone, Copy)]
pub(super) enum Callable {
    RebuildTensor,
    OrderedDict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Float32,
    Int64,
}

/// A run of numbers in the archive.
#[derive(Clone)]
pub(super) struct Storage {
    pub(super) element: Element,
    pub(super) key: Rc<str>,
    pub(super) length: usize,
}

/// A tensor as a view of a storage.
#[derive(Clone)]
pub(super) struct TensorRef {
    pub(super) storage: Storage,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// Reads the top-level dictionary of a pickle.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(Rc<str>, Value)>, Error> {
    let mut reader = Reader { bytes, stack: Vec::new(), marks: Vec::new(), memo: Vec::new() };
    match reader.run()? {
        Value::Dictionary(entries) => Ok(entries),
        _ => Err(refuse("the pickle is not a dictionary")),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    stack: Vec<Value>,
    marks: Vec<usize>,
    memo: Vec<Value>,
}

impl<'a> Reader<'a> {
    /// Every opcode takes at least one byte, so the work and the stack are bounded by the length of the pickle;
    /// text and tuples are shared, so the memo cannot multiply them.
    fn run(&mut self) -> Result<Value, Error> {
        loop {
            match self.byte()? {
                0x80 => match self.byte()? {
                    2 => {}
                    version => return Err(refuse(format!("pickle protocol {version}"))),
                },
                b'(' => self.marks.push(self.stack.len()),
                b'}' => self.stack.push(Value::Dictionary(Vec::new())),
                b')' => self.stack.push(Value::Tuple(Rc::new([]))),
                b't' => {
                    let items = self.since_mark()?;
                    self.stack.push(Value::Tuple(items.into()));
                }
                count @ 0x85..=0x87 => {
                    let items = self.top(usize::from(count - 0x84))?;
                    self.stack.push(Value::Tuple(items.into()));
                }
                0x89 => self.stack.push(Value::Bool),
                b'K' => {
                    let number = self.byte()?;
                    self.stack.push(Value::Integer(number.into()));
                }
                b'M' => {
                    let number = u16::from_le_bytes(self.array()?);
                    self.stack.push(Value::Integer(number.into()));
                }
                b'J' => {
                    let number = i32::from_le_bytes(self.array()?);
                    self.stack.push(Value::Integer(number.into()));
                }
                b'X' => {
                    let length = u32::from_le_bytes(self.array()?);
                    let text = std::str::from_utf8(self.take(length as usize)?)
                        .map_err(|_| refuse("broken text"))?;
                    self.stack.push(Value::Text(text.into()));
                }
                b'c' => {
                    let global = self.global()?;
                    self.stack.push(global);
                }
                b'Q' => self.persistent()?,
                b'R' => self.reduce()?,
                b'u' => self.set_items()?,
                b'q' => {
                    let index = self.byte()?;
                    self.remember(index.into())?;
                }
                b'r' => {
                    let index = u32::from_le_bytes(self.array()?);
                    self.remember(index as usize)?;
                }
                b'h' => {
                    let index = self.byte()?;
                    match self.memo.get(usize::from(index)) {
                        Some(Value::Unshared) | None => return Err(refuse("a shared container")),
                        Some(value) => self.stack.push(value.clone()),
                    }
                }
                b'.' => return self.pop(),
                opcode => return Err(refuse(format!("pickle opcode {:?}", char::from(opcode)))),
            }
        }
    }

    /// The names a state dict needs; anything else (`os.system` …) is refused by name.
    fn global(&mut self) -> Result<Value, Error> {
        let module = self.line()?;
        let name = self.line()?;
        match (module, name) {
            ("torch._utils", "_rebuild_tensor_v2") => Ok(Value::Callable(Callable::RebuildTensor)),
            ("collections", "OrderedDict") => Ok(Value::Callable(Callable::OrderedDict)),
            ("torch", "FloatStorage") => Ok(Value::StorageType(Element::Float32)),
            ("torch", "LongStorage") => Ok(Value::StorageType(Element::Int64)),
            _ => Err(refuse(format!("the name {module}.{name}"))),
        }
    }

    /// `("storage", type, key, device, length)`.
    fn persistent(&mut self) -> Result<(), Error> {
        let Value::Tuple(id) = self.pop()? else { return Err(refuse("a persistent id that is no tuple")) };
        let [
            Value::Text(kind),
            Value::StorageType(element),
            Value::Text(key),
            Value::Text(_),
            Value::Integer(length),
        ] = &*id
        else {
            return Err(refuse("a persistent id that is no storage"));
        };
        if **kind != *"storage" {
            return Err(refuse("a persistent id that is no storage"));
        }
        let storage = Storage { element: *element, key: key.clone(), length: natural(*length)? };
        self.stack.push(Value::Storage(storage));
        Ok(())
    }

    fn reduce(&mut self) -> Result<(), Error> {
        let Value::Tuple(arguments) = self.pop()? else { return Err(refuse("a call without a tuple")) };
        let value = match (self.pop()?, &*arguments) {
            (Value::Callable(Callable::OrderedDict), []) => Value::NoHooks,
            (
                Value::Callable(Callable::RebuildTensor),
                [
                    Value::Storage(storage),
                    Value::Integer(offset),
                    Value::Tuple(shape),
                    Value::Tuple(strides),
                    Value::Bool,
                    Value::NoHooks,
                ],
            ) => Value::Tensor(TensorRef {
                storage: storage.clone(),
                offset: natural(*offset)?,
                shape: naturals(shape)?,
                strides: naturals(strides)?,
            }),
            _ => return Err(refuse("an unexpected call")),
        };
        self.stack.push(value);
        Ok(())
    }

    fn set_items(&mut self) -> Result<(), Error> {
        let items = self.since_mark()?;
        let Some(Value::Dictionary(entries)) = self.stack.last_mut() else {
            return Err(refuse("entries without a dictionary"));
        };
        for pair in items.chunks(2) {
            let [Value::Text(key), value] = pair else {
                return Err(refuse("a dictionary key that is no text"));
            };
            entries.push((key.clone(), value.clone()));
        }
        Ok(())
    }

    /// Memo entries are numbered in order of appearance, so an index beyond the next one is nonsense.
    fn remember(&mut self, index: usize) -> Result<(), Error> {
        let value = match self.stack.last() {
            Some(Value::Dictionary(_)) => Value::Unshared,
            Some(value) => value.clone(),
            None => return Err(refuse("an empty stack")),
        };
        if index != self.memo.len() {
            return Err(refuse("a memo out of order"));
        }
        self.memo.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, Error> {
        self.stack.pop().ok_or_else(|| refuse("an empty stack"))
    }

    fn top(&mut self, count: usize) -> Result<Vec<Value>, Error> {
        let start = self.stack.len().checked_sub(count).ok_or_else(|| refuse("an empty stack"))?;
        Ok(self.stack.split_off(start))
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, Error> {
        match self.marks.pop() {
            Some(mark) if mark <= self.stack.len() => Ok(self.stack.split_off(mark)),
            _ => Err(refuse("a missing mark")),
        }
    }

    fn byte(&mut self) -> Result<u8, Error> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or_else(cut_off)?;
        self.bytes = rest;
        Ok(*array)
    }

    fn line(&mut self) -> Result<&'a str, Error> {
        let end = self.bytes.iter().position(|&byte| byte == b'\n').ok_or_else(cut_off)?;
        let (line, rest) = self.bytes.split_at(end);
        self.bytes = &rest[1..];
        std::str::from_utf8(line).map_err(|_| refuse("broken text"))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or_else(cut_off)?;
        self.bytes = rest;
        Ok(taken)
    }
}

fn naturals(values: &[Value]) -> Result<Vec<usize>, Error> {
    values
        .iter()
        .map(|value| match value {
            Value::Integer(number) => natural(*number),
            _ => Err(refuse("a shape that is no number")),
        })
        .collect()
}

fn natural(number: i64) -> Result<usize, Error> {
    usize::try_from(number).map_err(|_| refuse("a negative length"))
}

fn cut_off() -> Error {
    refuse("the pickle ends early")
}

fn refuse(what: impl Into<String>) -> Error {
    Error::Weights(what.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refusal(pickle: &[u8]) -> String {
        match read(pickle) {
            Err(error) => error.to_string(),
            Ok(_) => "accepted".into(),
        }
    }

    #[test]
    fn a_pickle_that_names_a_program_is_refused_by_that_name() {
        assert!(refusal(b"cos\nsystem\n(X\x02\x00\x00\x00lstR.").contains("os.system"));
        assert!(refusal(b"\x80\x02cbuiltins\neval\n.").contains("builtins.eval"));
        assert!(refusal(b"\x80\x02ctorch\nload\n.").contains("torch.load"));
    }

    #[test]
    fn opcodes_a_state_dict_does_not_need_are_refused() {
        for opcode in [b'i', b'o', b'b', 0x81, 0x92, 0x93, b'\x95', b'P', b'l', b'G', b'0', b'2'] {
            assert!(refusal(&[0x80, 2, opcode, b'.']).contains("opcode"), "{opcode:#x}");
        }
        assert!(refusal(&[0x80, 4]).contains("protocol 4"));
    }

    #[test]
    fn broken_pickles_are_refused_and_never_panic() {
        for pickle in [
            &b""[..],
            b"\x80",
            b"\x80\x02}",
            b"R.",
            b")R.",
            b"u.",
            b"(u.",
            b"t.",
            b"\x87.",
            b"h\x00.",
            b"q\x00.",
            b"X\xff\xff\xff\xff.",
        ] {
            assert_ne!(refusal(pickle), "accepted", "{pickle:?}");
        }
        // A dictionary read back from the memo, and a mark that lies above the stack.
        assert!(refusal(b"}q\x00h\x00.").contains("shared"));
        assert!(refusal(b"ccollections\nOrderedDict\n)(Ru.").contains("mark"));
    }

    #[test]
    fn a_tensor_is_read_as_a_view_of_its_storage() {
        let pickle = b"\x80\x02}q\x00(X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x007X\x03\x00\x00\x00cpuK\x06tQK\x00K\x02K\x03\x86K\x03K\x01\x86\x89ccollections\nOrderedDict\n)RtRu.";
        let entries = read(pickle).unwrap();
        let [(name, Value::Tensor(tensor))] = &entries[..] else { unreachable!() };
        assert_eq!((&**name, &*tensor.storage.key, tensor.storage.length), ("w", "7", 6));
        assert_eq!((&tensor.shape[..], &tensor.strides[..]), (&[2, 3][..], &[3, 1][..]));
    }
}
