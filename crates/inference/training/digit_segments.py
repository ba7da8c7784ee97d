"""Trains the digit segments that `src/code/segments.rs` uses and writes their weights, `src/code/digit_segments_en.f32`.

    python digit_head.py features CLIPS MODELS/moonshine-tiny-en/encoder.ort FEATURES.npz
    python digit_segments.py FEATURES.npz ../src/code/digit_segments_en.f32

Same synthetic speakers as the digit head (see `digit_head.py`), same encoder frames; but here all frames of one digit are
looked at together and the network says which of the ten it is. Its neighbours' edges are seen too: in hurried speech they
tell what was swallowed. Boundaries are moved at random, as an alignment misses them.
"""

import sys

import numpy as np

from digit_head import PARTS, SILENCE

# BINS equal stretches of the digit, and AROUND frames on either side; SLACK frames at either end belong to both.
BINS, AROUND, SLACK, SHORTEST, TYPICAL = 6, 2.5, 0.5, 2.0, 12.0
HIDDEN, EPOCHS, BATCH, RATE, DECAY = 96, 14, 128, 1e-3, 2e-4


def segments(known):
    """The digits of one recording as (digit, first frame, end)."""
    found = []
    for frame, label in enumerate(known):
        if label == SILENCE:
            continue
        digit, part = divmod(int(label), PARTS)
        before = known[frame - 1] if frame else SILENCE
        if before == SILENCE or before // PARTS != digit or part < before % PARTS:
            found.append([digit, frame, frame])
        found[-1][2] = frame + 1
    return found


def summed(frames):
    return np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, 0, dtype=np.float64)])


def pooled(sums, start, end):
    """What the network sees of one digit: averages over stretches of it, and how long it is."""
    end = max(end, start + SHORTEST)
    first, last = start - SLACK, end + SLACK
    edges = np.concatenate([[first - AROUND], np.linspace(first, last, BINS + 1), [last + AROUND]])
    edges = np.clip(edges, 0, len(sums) - 1)
    whole = np.minimum(edges.astype(int), len(sums) - 2)
    part = (edges - whole)[:, None]
    at = sums[whole] * (1 - part) + sums[whole + 1] * part
    averages = np.diff(at, axis=0) / np.maximum(np.diff(edges), 0.25)[:, None]
    return np.append(averages.ravel(), np.log((end - start) / TYPICAL))


def train(source, out):
    stored, dice = np.load(source), np.random.default_rng(0)
    states = stored["states"].astype(np.float32)
    mean, deviation = states.mean(0), states.std(0) + 1e-3
    ends = np.cumsum(stored["lengths"])[:-1]
    sums = [summed((frames - mean) / deviation) for frames in np.split(states, ends)]
    digits = [(which, *digit) for which, known in enumerate(np.split(stored["known"], ends)) for digit in segments(known)]
    known = np.array([digit for _, digit, _, _ in digits])
    width = (BINS + 2) * states.shape[1] + 1
    weights = [
        dice.standard_normal((width, HIDDEN)) * np.sqrt(2 / width), np.zeros(HIDDEN),
        dice.standard_normal((HIDDEN, 10)) * np.sqrt(1 / HIDDEN) * 0.5, np.zeros(10),
    ]  # fmt: skip
    weights = [value.astype(np.float32) for value in weights]
    first, second = [value * 0 for value in weights], [value * 0 for value in weights]
    step, steps = 0, EPOCHS * (len(digits) // BATCH)
    for epoch in range(EPOCHS):
        seen = np.empty((len(digits), width), np.float32)
        for row, (which, _, start, end) in enumerate(digits):
            missed = dice.normal(0, 1, 2) * min(1.0, 0.06 * (end - start) + 0.4) * 1.2
            seen[row] = pooled(sums[which], start + missed[0], end + missed[1])
        order, loss = dice.permutation(len(digits)), 0.0
        for begin in range(0, len(order) - BATCH, BATCH):
            chosen = order[begin : begin + BATCH]
            x, y = seen[chosen] * (dice.random((BATCH, width)) > 0.25) / 0.75, known[chosen]
            kept = (dice.random((BATCH, HIDDEN)) > 0.3) / np.float32(0.7)
            hidden = np.maximum(x @ weights[0] + weights[1], 0)
            fit = (hidden * kept) @ weights[2] + weights[3]
            fit -= fit.max(1, keepdims=True)
            fit -= np.log(np.exp(fit).sum(1, keepdims=True))
            loss -= fit[np.arange(BATCH), y].mean()
            # Two parts in a hundred are spread over all ten, so that no digit is ever beyond doubt.
            wanted = np.full((BATCH, 10), 0.002)
            wanted[np.arange(BATCH), y] += 0.98
            slope = ((np.exp(fit) - wanted) / BATCH).astype(np.float32)
            back = (slope @ weights[2].T) * kept * (hidden > 0)
            step += 1
            for i, gradient in enumerate([x.T @ back, back.sum(0), (hidden * kept).T @ slope, slope.sum(0)]):  # Adam
                first[i] = 0.9 * first[i] + 0.1 * gradient
                second[i] = 0.999 * second[i] + 0.001 * gradient**2
                move = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                weights[i] -= (RATE * (1 - step / steps) + 2e-5) * (move + DECAY * weights[i])
        print("epoch", epoch, "loss", round(float(loss / (len(order) // BATCH)), 4), flush=True)
    np.concatenate([np.asarray(value, "<f4").ravel() for value in [mean, deviation, *weights]]).tofile(out)


if __name__ == "__main__":
    train(*sys.argv[1:])
