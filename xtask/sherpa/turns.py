"""Who speaks when as sherpa-onnx tells it, in RTTM, with the very networks that Timbre uses and its own defaults.

    python turns.py MODEL_STORE RECORDING ...
"""

import os
import sys
import tempfile

import onnx
import sherpa_onnx
import soundfile

SEGMENTATION = {
    "num_speakers": 3,
    "powerset_max_classes": 2,
    "num_classes": 7,
    "window_size": 160_000,
    "receptive_field_size": 991,
    "receptive_field_shift": 270,
    "sample_rate": 16_000,
}
EMBEDDING = {
    "framework": "3d-speaker",
    "language": "zh-en",
    "url": "",
    "comment": "",
    "output_dim": 192,
    "sample_rate": 16_000,
    "normalize_samples": 1,
    "feature_normalize_type": "global-mean",
}


def described(store, name, properties, folder):
    """The network with the description that sherpa-onnx reads from it; its weights stay as they are."""
    model = onnx.load(os.path.join(store, name, "model.onnx"))
    for key, value in properties.items():
        model.metadata_props.add(key=key, value=str(value))
    path = os.path.join(folder, name + ".onnx")
    onnx.save(model, path)
    return path


def main(store, recordings):
    with tempfile.TemporaryDirectory() as folder:
        segmentation = described(store, "pyannote-segmentation-3.0", SEGMENTATION, folder)
        embedding = described(store, "campplus-zh-en-common-advanced", EMBEDDING, folder)
        diarization = sherpa_onnx.OfflineSpeakerDiarization(
            sherpa_onnx.OfflineSpeakerDiarizationConfig(
                segmentation=sherpa_onnx.OfflineSpeakerSegmentationModelConfig(
                    pyannote=sherpa_onnx.OfflineSpeakerSegmentationPyannoteModelConfig(model=segmentation)
                ),
                embedding=sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=embedding),
                clustering=sherpa_onnx.FastClusteringConfig(num_clusters=-1, threshold=0.5),
                min_duration_on=0.3,
                min_duration_off=0.5,
            )
        )
    for recording in recordings:
        samples, rate = soundfile.read(recording, dtype="float32")
        if rate != diarization.sample_rate:
            sys.exit(f"{recording}: {rate} Hz")
        name = os.path.splitext(os.path.basename(recording))[0]
        for turn in diarization.process(samples).sort_by_start_time():
            start, duration = turn.start, turn.end - turn.start
            print(f"SPEAKER {name} 1 {start:.3f} {duration:.3f} <NA> <NA> speaker_{turn.speaker} <NA> <NA>")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
