//! Voices find their people: by likeness, by the windows they share, by the number that is known, and in bounded time.
#![allow(clippy::unwrap_used)]

use timbre_domain::conversation::{LocalVoice, Window};
use timbre_domain::embedding::{CampPlus, Embedding, ModelId};
use timbre_matching::clustering::{Heard, MOST_GROUPS, Rule, people};
use timbre_matching::conversation::{Reading, read};

const RULE: Rule = Rule { same: 0.5, surely_same: 0.9, least_weight: 1.0, most_shared: 0.4, people: None };

/// A voice of this person: mostly its own direction, and a little of another that differs from voice to voice.
fn voice(person: usize, take: usize) -> Vec<f32> {
    let mut values = vec![0.0; ModelId::CampPlus.dimensions()];
    values[person] = 1.0;
    values[100 + take % 80] = 0.6;
    let length = values.iter().map(|value: &f32| value * value).sum::<f32>().sqrt();
    values.iter().map(|value| value / length).collect()
}

fn clustered(voices: &[(usize, usize)], rule: &Rule) -> Vec<Vec<usize>> {
    let embeddings: Vec<Vec<f32>> =
        voices.iter().enumerate().map(|(n, &(person, _))| voice(person, n)).collect();
    let heard: Vec<Heard<'_>> = embeddings
        .iter()
        .zip(voices)
        .map(|(embedding, &(_, window))| Heard { embedding, weight: 2.0, window })
        .collect();
    let mut groups: Vec<Vec<usize>> = people(&heard, rule).into_iter().map(|group| group.members).collect();
    groups.iter_mut().for_each(|members| members.sort_unstable());
    groups.sort();
    groups
}

#[test]
fn voices_that_are_alike_are_one_person() {
    let voices = [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2)];
    assert_eq!(clustered(&voices, &RULE), [vec![0, 2, 4], vec![1, 3]]);
}

#[test]
fn two_voices_of_one_window_are_two_people_unless_they_are_surely_one() {
    let voices = [(0, 0), (0, 0)];
    assert_eq!(clustered(&voices, &RULE).len(), 2);
    assert_eq!(clustered(&voices, &Rule { surely_same: 0.6, ..RULE }).len(), 1);
    assert_eq!(clustered(&[(0, 0), (0, 1)], &RULE).len(), 1);
}

#[test]
fn a_known_number_of_people_is_kept_to() {
    let voices = [(0, 0), (1, 1), (2, 2), (0, 3), (1, 4), (2, 5)];
    for number in 1..=3 {
        assert_eq!(clustered(&voices, &Rule { people: Some(number), ..RULE }).len(), number);
    }
}

#[test]
fn who_says_too_little_is_nobody() {
    let voices = [(0, 0), (0, 1), (1, 2)];
    assert_eq!(clustered(&voices, &Rule { least_weight: 3.0, ..RULE }), [vec![0, 1]]);
}

#[test]
fn more_voices_than_are_compared_at_once_find_the_same_people() {
    let voices: Vec<(usize, usize)> = (0..2 * MOST_GROUPS + 500).map(|n| (n % 3, n)).collect();
    let groups = clustered(&voices, &RULE);
    assert_eq!(groups.len(), 3);
    assert!(groups.iter().all(|members| members.iter().all(|member| member % 3 == members[0] % 3)));
}

fn window(first_frame: usize, frames: &[(usize, u8)], people: [Option<usize>; 3]) -> Window<CampPlus> {
    let frames = frames.iter().flat_map(|&(count, set)| vec![set; count]).collect();
    let voices = people.map(|person| {
        person.map(|person| {
            let embedding = Embedding::from_raw(voice(person, first_frame)).unwrap();
            LocalVoice { embedding, seconds: 3.0 }
        })
    });
    Window { first_frame, frames, voices }
}

#[test]
fn speakers_are_followed_from_window_to_window_and_may_overlap() {
    // Person 7 speaks through frames 0 to 400 and person 5 through 300 to 600; the second window numbers them the other way round.
    let windows = [
        window(0, &[(300, 0b001), (100, 0b011), (100, 0b010)], [Some(7), Some(5), None]),
        window(250, &[(50, 0b010), (100, 0b011), (200, 0b001), (50, 0)], [Some(5), Some(7), None]),
    ];
    let conversation = read(&windows, &Reading::default()).unwrap();
    let turns: Vec<_> = conversation
        .turns
        .iter()
        .map(|turn| (turn.speaker, turn.start_seconds, (turn.end_seconds / 0.016_875).round() as usize))
        .collect();
    assert_eq!(turns.len(), 2);
    assert_eq!((turns[0].0, turns[0].1, turns[0].2), (0, 0.0, 401));
    assert_eq!((turns[1].0, turns[1].2), (1, 601));
    assert!(turns[1].1 < turns[0].2 as f64 * 0.016_875);
    assert_eq!(conversation.speakers.len(), 2);
}

#[test]
fn a_recording_without_windows_is_silent() {
    assert!(read::<CampPlus>(&[], &Reading::default()).unwrap().turns.is_empty());
}
