//! Which of many voices are the same person's: agglomerative clustering of embeddings.
//!
//! Promises bounded work: the groups of [`MOST_GROUPS`] voices are compared each with each (two tables of 4 MB, and about n² steps for
//! n groups, each of which keeps its nearest); of more voices, stretches of so many are condensed first, until they are few enough. For n
//! voices that is O(n) memory and O(n) time at a fixed bound. Two voices of one window are two people, as far as the segmentation is right.
//!
//! The 17,280 voices of four hours of three people at a time take 2.5 to 4.3 s and 25 MB beside the voices themselves (one core of a
//! build machine; `cargo test -p timbre-matching --test long_recording -- --ignored --nocapture`).

use std::collections::BTreeSet;

use zeroize::Zeroizing;

/// Groups compared each with each.
pub const MOST_GROUPS: usize = 1_000;

/// A voice to be clustered.
pub struct Heard<'a> {
    pub embedding: &'a [f32],
    /// How much it counts: the seconds that it was made of.
    pub weight: f32,
    /// Voices of one window are kept apart.
    pub window: usize,
}

/// How to cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Groups are joined down to this cosine of their mean directions.
    pub same: f32,
    /// From this cosine on they are one person whatever the windows say: one whom a window heard as two. Stretches of a long
    /// recording are condensed by it.
    pub surely_same: f32,
    /// A group of less weight than this is nobody of its own.
    pub least_weight: f32,
    /// Groups that share more than this part of the smaller one's windows are two people.
    pub most_shared: f32,
    /// How many people there are, where that is known.
    pub people: Option<usize>,
}

/// Voices that are one person's.
pub struct Group {
    /// The weighted sum of their embeddings.
    pub sum: Zeroizing<Vec<f32>>,
    pub weight: f32,
    /// Their positions in what was handed in.
    pub members: Vec<usize>,
    windows: BTreeSet<usize>,
}

impl Group {
    fn of(position: usize, voice: &Heard<'_>) -> Self {
        Self {
            sum: Zeroizing::new(voice.embedding.iter().map(|value| value * voice.weight).collect()),
            weight: voice.weight,
            members: vec![position],
            windows: BTreeSet::from([voice.window]),
        }
    }

    fn take(&mut self, other: Self) {
        for (total, value) in self.sum.iter_mut().zip(other.sum.iter()) {
            *total += value;
        }
        self.weight += other.weight;
        self.members.extend(other.members);
        self.windows.extend(other.windows);
    }

    /// The cosine of the group's mean direction with an embedding.
    pub fn cosine(&self, embedding: &[f32]) -> f32 {
        dot(&self.sum, embedding)
            / (dot(&self.sum, &self.sum) * dot(embedding, embedding)).sqrt().max(f32::MIN_POSITIVE)
    }
}

/// The people behind these voices, whoever has most to say first. Voices that belong to nobody of enough weight are in no group.
pub fn people(voices: &[Heard<'_>], rule: &Rule) -> Vec<Group> {
    let mut groups: Vec<Group> = voices.iter().enumerate().map(|(n, voice)| Group::of(n, voice)).collect();
    while groups.len() > MOST_GROUPS {
        let mut condensed = Vec::new();
        while !groups.is_empty() {
            let stretch = groups.drain(..groups.len().min(MOST_GROUPS)).collect();
            condensed.extend(Table::new(stretch, rule).condense(rule));
        }
        groups = condensed;
    }
    let mut people = Table::new(groups, rule).cluster(rule);
    people.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    people
}

/// Groups and how alike they are.
struct Table {
    groups: Vec<Option<Group>>,
    /// Inner products of the groups' sums, row by row.
    products: Vec<f32>,
    /// Windows that two groups share.
    shared: Vec<f32>,
    /// Windows that each group is heard in.
    windows: Vec<f32>,
    live: Vec<usize>,
    /// The group that each group is most alike among those that it may be one with, and the cosine.
    nearest: Vec<Option<(usize, f32)>>,
    most_shared: f32,
    surely_same: f32,
}

/// Two groups that were joined, and how alike they were.
struct Join {
    kept: usize,
    gone: usize,
    cosine: f32,
    /// Groups of enough weight, after this.
    people: usize,
}

impl Table {
    fn new(groups: Vec<Group>, rule: &Rule) -> Self {
        let n = groups.len();
        let (mut products, mut shared) = (vec![0.0; n * n], vec![0.0; n * n]);
        for (a, one) in groups.iter().enumerate() {
            for (b, other) in groups.iter().enumerate().skip(a) {
                let product = dot(&one.sum, &other.sum);
                let both = one.windows.intersection(&other.windows).count() as f32;
                (products[a * n + b], products[b * n + a]) = (product, product);
                (shared[a * n + b], shared[b * n + a]) = (both, both);
            }
        }
        let windows = groups.iter().map(|group| group.windows.len() as f32).collect();
        let mut table = Self {
            groups: groups.into_iter().map(Some).collect(),
            products,
            shared,
            windows,
            live: (0..n).collect(),
            nearest: Vec::new(),
            most_shared: rule.most_shared,
            surely_same: rule.surely_same,
        };
        table.nearest = (0..n).map(|group| table.nearest_to(group)).collect();
        table
    }

    /// The cosine of two groups; none where they may not be one.
    fn likeness(&self, a: usize, b: usize) -> Option<f32> {
        let n = self.groups.len();
        let lengths = self.products[a * n + a] * self.products[b * n + b];
        let cosine = self.products[a * n + b] / lengths.sqrt().max(f32::MIN_POSITIVE);
        let apart = self.shared[a * n + b] > self.most_shared * self.windows[a].min(self.windows[b]);
        (cosine >= self.surely_same || !apart).then_some(cosine)
    }

    fn nearest_to(&self, group: usize) -> Option<(usize, f32)> {
        let others = self.live.iter().filter(|&&other| other != group);
        others
            .filter_map(|&other| Some((other, self.likeness(group, other)?)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The two groups that are most alike among those that may be one, the earlier one first.
    fn closest(&self) -> Option<(usize, usize, f32)> {
        let pairs = self.live.iter().filter_map(|&group| Some((group, self.nearest[group]?)));
        let (one, (other, cosine)) = pairs.max_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
        Some((one.min(other), one.max(other), cosine))
    }

    fn join(&mut self, kept: usize, gone: usize) {
        let n = self.groups.len();
        self.live.retain(|&live| live != gone);
        for table in [&mut self.products, &mut self.shared] {
            // The square of a sum.
            let own = table[kept * n + kept] + table[gone * n + gone] + 2.0 * table[kept * n + gone];
            for &other in &self.live {
                let sum = table[kept * n + other] + table[gone * n + other];
                (table[kept * n + other], table[other * n + kept]) = (sum, sum);
            }
            table[kept * n + kept] = own;
        }
        self.windows[kept] += self.windows[gone];
        for position in 0..self.live.len() {
            let group = self.live[position];
            let now = self.likeness(group, kept).filter(|_| group != kept);
            self.nearest[group] = match (self.nearest[group], now) {
                (Some((_, cosine)), Some(now)) if now >= cosine => Some((kept, now)),
                // No other pair has changed.
                (Some((nearest, cosine)), _) if group != kept && nearest != kept && nearest != gone => {
                    Some((nearest, cosine))
                }
                (None, now) if group != kept => now.map(|now| (kept, now)),
                _ => self.nearest_to(group),
            };
        }
    }

    /// Joins what is surely one person's, and more where that does not halve the number of groups.
    fn condense(mut self, rule: &Rule) -> Vec<Group> {
        let enough = self.live.len().div_ceil(2);
        let mut joins = Vec::new();
        while let Some((kept, gone, cosine)) = self.closest() {
            if cosine < rule.surely_same && self.live.len() <= enough {
                break;
            }
            self.join(kept, gone);
            joins.push((kept, gone));
        }
        self.joined(joins.into_iter())
    }

    fn cluster(mut self, rule: &Rule) -> Vec<Group> {
        let mut weights: Vec<f32> = self.groups.iter().flatten().map(|group| group.weight).collect();
        let enough = |weights: &[f32], live: &[usize]| {
            live.iter().filter(|&&n| weights[n] >= rule.least_weight).count()
        };
        let mut joins = Vec::new();
        let at_first = enough(&weights, &self.live);
        while let Some((kept, gone, cosine)) = self.closest() {
            if rule.people.is_none() && cosine < rule.same {
                break;
            }
            self.join(kept, gone);
            weights[kept] += weights[gone];
            joins.push(Join { kept, gone, cosine, people: enough(&weights, &self.live) });
        }
        let count = match rule.people {
            None => joins.len(),
            Some(people) => joins_for(&joins, at_first, people, rule),
        };
        let mut groups = self.joined(joins.iter().take(count).map(|join| (join.kept, join.gone)));
        groups.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        if groups.iter().any(|group| group.weight >= rule.least_weight) {
            groups.retain(|group| group.weight >= rule.least_weight);
        }
        groups.truncate(rule.people.unwrap_or(usize::MAX));
        groups
    }

    fn joined(mut self, joins: impl Iterator<Item = (usize, usize)>) -> Vec<Group> {
        for (kept, gone) in joins {
            if let (Some(gone), Some(kept)) =
                (self.groups[gone].take(), self.groups.get_mut(kept).and_then(Option::as_mut))
            {
                kept.take(gone);
            }
        }
        self.groups.into_iter().flatten().collect()
    }
}

/// After how many joins there are so many people: of all such moments, the one nearest to where an unknown number would stop. What is
/// surely one person is not taken apart for a number's sake: who is told to be there may hardly say a word.
fn joins_for(joins: &[Join], at_first: usize, people: usize, rule: &Rule) -> usize {
    let usual = joins.iter().take_while(|join| join.cosine >= rule.same).count();
    let sure = joins.iter().take_while(|join| join.cosine >= rule.surely_same).count();
    let after = |count: usize| count.checked_sub(1).map_or(at_first, |last| joins[last].people);
    (sure..=joins.len())
        .min_by_key(|&count| (after(count).abs_diff(people), count.abs_diff(usual)))
        .unwrap_or(usual)
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, which the processor adds at once.
    let mut sums = [0.0_f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a.zip(b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}
