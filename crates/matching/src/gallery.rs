//! Many voiceprints at once: whose is likest to a voice, found exactly, by comparing with all of them.
//!
//! Promises that [`Gallery::nearest`] finds what a loop over every voiceprint would find, whatever was put, replaced or removed before and
//! however many threads look; and that a voiceprint is wiped from memory when it is removed, replaced or dropped.
//!
//! A search reads every row once, so memory's bandwidth is its limit, and rows are laid out for that: in blocks of [`BLOCK_ROWS`], one after the
//! other, the values of all models of a voiceprint side by side. Blocks, and not one vector that grows: growing would copy all rows now and then, hold them
//! twice meanwhile, and leave the old copy in freed memory.

use std::{collections::HashMap, ops::Range, panic::resume_unwind, thread};

use timbre_domain::embedding::{AnyEmbedding, ModelId};
use zeroize::{Zeroize, Zeroizing};

use crate::{calibration::Ensemble, error::MatchingError};

/// Rows that are allocated at a time: of one model's embeddings 192 or 256 KiB, which fits a core's own cache.
pub const BLOCK_ROWS: usize = 256;

/// Below so many rows a search is over sooner than threads are woken.
const PARALLEL_ROWS: usize = 4_096;

/// Values that are multiplied and added side by side: independent sums, which the compiler keeps in vector registers.
const LANES: usize = 16;

/// Voiceprints under numbers of the caller's. Neither `Debug` nor `Serialize`, and wiped on drop.
pub struct Gallery {
    models: &'static [ModelId],
    ensemble: Ensemble,
    /// Values in a row: those of all models, and zeros up to a multiple of [`LANES`].
    width: usize,
    blocks: Vec<Zeroizing<Vec<f32>>>,
    /// Whose each row is.
    numbers: Vec<i64>,
    /// In which row each is.
    rows: HashMap<i64, usize>,
}

/// How near a voiceprint is to the voice that was looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    pub number: i64,
    /// The cosine; of two models, that of the ensemble. In single precision: it orders, and is not what is decided by.
    pub cosine: f32,
}

impl Gallery {
    /// An empty one, of voiceprints by these models: one, or CAM++ and ResNet34, whose cosines become one as `ensemble` has it.
    pub fn new(models: &'static [ModelId], ensemble: Ensemble) -> Self {
        let values: usize = models.iter().map(|model| model.dimensions()).sum();
        Self {
            models,
            ensemble,
            width: values.next_multiple_of(LANES),
            blocks: Vec::new(),
            numbers: Vec::new(),
            rows: HashMap::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Bytes of memory that it takes: blocks as they are allocated, numbers, and the table that finds a number's row (a row of 16 bytes and a
    /// byte of control for each of its places, of which it fills seven in eight at most).
    pub fn bytes(&self) -> usize {
        let table = self.rows.capacity() * 8 / 7 * (size_of::<(i64, usize)>() + 1);
        self.blocks.len() * self.block_bytes() + self.numbers.capacity() * size_of::<i64>() + table
    }

    fn block_bytes(&self) -> usize {
        BLOCK_ROWS * self.width * size_of::<f32>()
    }

    /// Puts a voiceprint there, in place of what the number had. Refused where it is not by the gallery's models, in their order.
    pub fn put(&mut self, number: i64, voiceprint: &[&AnyEmbedding]) -> Result<(), MatchingError> {
        self.check(voiceprint)?;
        let row = match self.rows.get(&number) {
            Some(row) => *row,
            None => {
                let row = self.numbers.len();
                if row == self.blocks.len() * BLOCK_ROWS {
                    self.blocks.push(Zeroizing::new(vec![0.0; BLOCK_ROWS * self.width]));
                }
                self.numbers.push(number);
                self.rows.insert(number, row);
                row
            }
        };
        let values = voiceprint.iter().flat_map(|embedding| embedding.as_slice());
        for (place, value) in self.row_mut(row).iter_mut().zip(values) {
            *place = *value;
        }
        Ok(())
    }

    /// Removes the number's voiceprint, and says whether there was one. The last row takes its place.
    pub fn remove(&mut self, number: i64) -> bool {
        let Some(row) = self.rows.remove(&number) else { return false };
        let last = self.numbers.len() - 1;
        if row != last {
            let moved = Zeroizing::new(self.row_mut(last).to_vec());
            self.row_mut(row).copy_from_slice(&moved);
            self.rows.insert(self.numbers[last], row);
        }
        self.row_mut(last).zeroize();
        self.numbers.swap_remove(row);
        self.blocks.truncate(self.numbers.len().div_ceil(BLOCK_ROWS));
        true
    }

    /// The voiceprints that are likest to a voice, the likest first, `most` of them at most; of those that are equally like, the lower number
    /// goes first. Of a large gallery each of `threads` threads looks at a share. Refused where the voice was not heard by the gallery's models.
    pub fn nearest(
        &self,
        voice: &[&AnyEmbedding],
        most: usize,
        threads: usize,
    ) -> Result<Vec<Near>, MatchingError> {
        self.check(voice)?;
        let sought = self.sought(voice);
        let threads = if self.len() < PARALLEL_ROWS { 1 } else { threads.max(1) };
        let share = self.blocks.len().div_ceil(threads).max(1);
        let scan = |first: usize| self.scan(first..(first + share).min(self.blocks.len()), &sought, most);
        let nearest = thread::scope(|scope| {
            let begin = |first| {
                let thread = thread::Builder::new().name("gallery".to_owned());
                (first, thread.spawn_scoped(scope, move || scan(first)))
            };
            let others: Vec<_> = (share..self.blocks.len()).step_by(share).map(begin).collect();
            let own = scan(0);
            others.into_iter().fold(own, |nearest, (first, other)| {
                nearest.and(match other {
                    Ok(other) => other.join().unwrap_or_else(|panic| resume_unwind(panic)),
                    // There was no further thread to be had.
                    Err(_) => scan(first),
                })
            })
        });
        Ok(nearest.found)
    }

    /// The likest in these blocks.
    fn scan(&self, blocks: Range<usize>, sought: &[f32], most: usize) -> Nearest {
        let mut nearest = Nearest { most, found: Vec::new() };
        for block in blocks {
            let rows = self.blocks[block].chunks_exact(self.width);
            for (number, row) in self.numbers[block * BLOCK_ROWS..].iter().zip(rows) {
                nearest.offer(Near { number: *number, cosine: product(row, sought) });
            }
        }
        nearest
    }

    /// The voice as a row whose product with a voiceprint's is the cosine: each model's part counts by its weight.
    fn sought(&self, voice: &[&AnyEmbedding]) -> Zeroizing<Vec<f32>> {
        let (first, second) = match voice.len() {
            // An ensemble of like cosines is that cosine: so its weights are its cosines of (1, 0) and (0, 1).
            2 => (self.ensemble.cosine(1.0, 0.0), self.ensemble.cosine(0.0, 1.0)),
            _ => (1.0, 0.0),
        };
        let mut row = Zeroizing::new(vec![0.0; self.width]);
        let weighted = voice.iter().zip([first, second]).flat_map(|(embedding, weight)| {
            embedding.as_slice().iter().map(move |value| (f64::from(*value) * weight) as f32)
        });
        for (place, value) in row.iter_mut().zip(weighted) {
            *place = value;
        }
        row
    }

    fn check(&self, voice: &[&AnyEmbedding]) -> Result<(), MatchingError> {
        match voice.iter().map(|embedding| embedding.model()).eq(self.models.iter().copied()) {
            true => Ok(()),
            false => Err(MatchingError::OtherModels),
        }
    }

    fn row_mut(&mut self, row: usize) -> &mut [f32] {
        let start = row % BLOCK_ROWS * self.width;
        &mut self.blocks[row / BLOCK_ROWS][start..start + self.width]
    }
}

/// The likest so far, the likest first.
struct Nearest {
    most: usize,
    found: Vec<Near>,
}

impl Nearest {
    fn and(mut self, others: Self) -> Self {
        others.found.into_iter().for_each(|near| self.offer(near));
        self
    }

    fn offer(&mut self, near: Near) {
        let goes_before =
            |other: &Near| near.cosine.total_cmp(&other.cosine).then(other.number.cmp(&near.number)).is_gt();
        if self.found.len() >= self.most {
            match self.found.last() {
                Some(last) if goes_before(last) => self.found.pop(),
                _ => return,
            };
        }
        let place = self.found.partition_point(|other| !goes_before(other));
        self.found.insert(place, near);
    }
}

/// The inner product. Sums of a few dozen terms each in single precision, and their sum: within 1e-6 of what double precision gives.
fn product(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn embedding(seed: usize) -> AnyEmbedding {
        let values = (0..192).map(|i| ((seed * 7 + i) as f32).sin()).collect();
        AnyEmbedding::from_raw(ModelId::CampPlus, values).unwrap()
    }

    #[test]
    fn what_is_removed_is_wiped_and_its_block_goes_when_it_is_empty() {
        let mut gallery = Gallery::new(&[ModelId::CampPlus], Ensemble { campplus_weight: 0.5 });
        for number in 0..=BLOCK_ROWS as i64 {
            gallery.put(number, &[&embedding(number as usize)]).unwrap();
        }
        assert_eq!((gallery.blocks.len(), gallery.len()), (2, BLOCK_ROWS + 1));
        assert!(gallery.remove(0) && !gallery.remove(0));
        assert_eq!(gallery.blocks.len(), 1, "the last row took the place of the first");
        assert_eq!(gallery.numbers[0], BLOCK_ROWS as i64);
        assert!(gallery.remove(5));
        let last = &gallery.blocks[0][(BLOCK_ROWS - 1) * 192..];
        assert!(last.iter().all(|value| *value == 0.0), "the row behind the last is empty");
        let rows = gallery.blocks[0].chunks_exact(192);
        assert!(rows.take(BLOCK_ROWS - 1).all(|row| row.iter().any(|value| *value != 0.0)));
    }

    #[test]
    fn the_memory_it_says_is_its_rows_and_little_more() {
        let mut gallery = Gallery::new(&[ModelId::CampPlus], Ensemble { campplus_weight: 0.5 });
        assert_eq!(gallery.bytes(), 0);
        for number in 0..10 * BLOCK_ROWS as i64 {
            gallery.put(number, &[&embedding(number as usize)]).unwrap();
        }
        let each = gallery.bytes() as f64 / gallery.len() as f64;
        assert!((768.0..768.0 + 64.0).contains(&each), "{each} bytes for each voiceprint");
    }
}
