//! A gallery finds what a loop over all voiceprints finds.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use timbre_domain::embedding::{AnyEmbedding, ModelId};
use timbre_matching::{
    MatchingError,
    calibration::Ensemble,
    gallery::{Gallery, Near},
};

const ENSEMBLE: Ensemble = Ensemble { campplus_weight: 0.3 };
const BOTH: &[ModelId] = &[ModelId::CampPlus, ModelId::ResNet34];
const EACH: [&[ModelId]; 3] = [&[ModelId::CampPlus], &[ModelId::ResNet34], BOTH];

/// SplitMix64, as values about 0.
fn voice(models: &[ModelId], seed: u64) -> Vec<AnyEmbedding> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut value = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64 - 0.5) as f32
    };
    let embedding = |model: &ModelId| {
        let values = (0..model.dimensions()).map(|_| value()).collect();
        AnyEmbedding::from_raw(*model, values).unwrap()
    };
    models.iter().map(embedding).collect()
}

fn refs(voice: &[AnyEmbedding]) -> Vec<&AnyEmbedding> {
    voice.iter().collect()
}

/// As `score::cosine` and the ensemble have it, in double precision.
fn cosine(a: &[AnyEmbedding], b: &[AnyEmbedding]) -> f64 {
    let one = |(a, b): (&AnyEmbedding, &AnyEmbedding)| -> f64 {
        a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let cosines: Vec<f64> = a.iter().zip(b).map(one).collect();
    match cosines[..] {
        [campplus, resnet34] => ENSEMBLE.cosine(campplus, resnet34),
        _ => cosines[0],
    }
}

/// What is there, by the slow way.
fn looped(kept: &BTreeMap<i64, u64>, models: &[ModelId], sought: &[AnyEmbedding]) -> Vec<(i64, f64)> {
    let mut all: Vec<(i64, f64)> =
        kept.iter().map(|(number, seed)| (*number, cosine(&voice(models, *seed), sought))).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all
}

fn agrees(found: &[Near], all: &[(i64, f64)], most: usize) {
    assert_eq!(found.len(), most.min(all.len()));
    let of: BTreeMap<i64, f64> = all.iter().copied().collect();
    for (found, (_, cosine)) in found.iter().zip(all) {
        let exact = of.get(&found.number).unwrap_or_else(|| panic!("{} is not there", found.number));
        assert!((f64::from(found.cosine) - exact).abs() < 1e-6, "{found:?}, exactly {exact}");
        // Those that are alike to within rounding may change places; nothing else may.
        assert!((exact - cosine).abs() < 2e-6, "{found:?} stands where {cosine} should");
    }
}

#[derive(Debug, Clone)]
enum Change {
    Put(i64, u64),
    Remove(i64),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        3 => (0..600_i64, any::<u64>()).prop_map(|(number, seed)| Change::Put(number, seed)),
        2 => (0..600_i64).prop_map(Change::Remove),
    ];
    prop::collection::vec(change, 0..900)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn after_any_changes_it_finds_what_a_loop_over_all_finds(changes in changes(), most in 0..20_usize, which in 0..3_usize) {
        let models = EACH[which];
        let (mut gallery, mut kept) = (Gallery::new(models, ENSEMBLE), BTreeMap::new());
        for change in changes {
            match change {
                Change::Put(number, seed) => {
                    gallery.put(number, &refs(&voice(models, seed))).unwrap();
                    kept.insert(number, seed);
                }
                Change::Remove(number) => assert_eq!(gallery.remove(number), kept.remove(&number).is_some()),
            }
        }
        assert_eq!(gallery.len(), kept.len());
        let sought = voice(models, 1);
        agrees(&gallery.nearest(&refs(&sought), most, 2).unwrap(), &looped(&kept, models, &sought), most);
    }
}

#[test]
fn many_are_searched_on_several_threads_and_found_alike() {
    for models in EACH {
        let (mut gallery, mut kept) = (Gallery::new(models, ENSEMBLE), BTreeMap::new());
        for number in 0..6_000 {
            gallery.put(number, &refs(&voice(models, number as u64 + 9))).unwrap();
            kept.insert(number, number as u64 + 9);
        }
        for number in (0..6_000).step_by(7) {
            assert!(gallery.remove(number));
            kept.remove(&number);
        }
        let sought = voice(models, 3);
        let found = [1, 2, 5].map(|threads| gallery.nearest(&refs(&sought), 40, threads).unwrap());
        assert!(found[0] == found[1] && found[1] == found[2], "threads change nothing");
        agrees(&found[0], &looped(&kept, models, &sought), 40);
        // Whoever is there is found by their own voice.
        let own = gallery.nearest(&refs(&voice(models, 5_000 + 9)), 1, 2).unwrap();
        assert!(own[0].number == 5_000 && (own[0].cosine - 1.0).abs() < 1e-6, "{own:?}");
    }
}

#[test]
fn of_those_that_are_equally_like_the_lower_number_goes_first_whatever_their_rows() {
    for count in [40, 5_000] {
        let mut gallery = Gallery::new(EACH[0], ENSEMBLE);
        for number in (0..count).rev() {
            gallery.put(number, &refs(&voice(EACH[0], 4))).unwrap();
        }
        gallery.remove(1);
        let found = gallery.nearest(&refs(&voice(EACH[0], 4)), 5, 3).unwrap();
        assert_eq!(found.iter().map(|near| near.number).collect::<Vec<_>>(), [0, 2, 3, 4, 5]);
    }
}

#[test]
fn voices_of_other_models_are_neither_put_nor_sought() {
    let mut gallery = Gallery::new(BOTH, ENSEMBLE);
    let (one, turned) = (voice(EACH[0], 1), voice(&[ModelId::ResNet34, ModelId::CampPlus], 1));
    for other in [refs(&one), refs(&turned), Vec::new()] {
        assert!(matches!(gallery.put(1, &other), Err(MatchingError::OtherModels)));
        assert!(matches!(gallery.nearest(&other, 1, 1), Err(MatchingError::OtherModels)));
    }
    assert!(gallery.is_empty() && gallery.nearest(&refs(&voice(BOTH, 1)), 5, 2).unwrap().is_empty());
}
