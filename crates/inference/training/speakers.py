"""The synthetic speakers of single digits, English or Portuguese, that the digit head learns from: Kokoro, mixed Kokoro,
espeak-ng.

Speakers of other languages matter most: what they make of English digits is spelled here in Kokoro's phonemes and,
for espeak-ng's voices, in the ordinary spelling of the voice's own language.
"""

import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from scipy.signal import resample_poly

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests/fixtures/voices"))
import make  # noqa: E402: the fixtures' own script, which knows Kokoro

# None of these is among the test fixtures.
KOKORO = (
    "af_alloy af_jessica af_nova af_river af_sky am_echo am_eric am_liam am_onyx bf_alice bf_lily bm_daniel "
    "ef_dora em_alex ff_siwis hf_alpha hm_omega if_sara im_nicola jf_alpha zm_yunjian"
).split()

ACCENTED = {
    "0": "zˈiɹO zˈɪɹO zˈɛɹO sˈiɹo zˈiʁo zˈiɾo", "1": "wˈʌn wˈɑn wˈan vˈan wˈɔn", "2": "tˈu tˈʊ tjˈu ʧˈu",
    "3": "θɹˈi tɹˈi sɹˈi fɹˈi tʁˈi sʁˈi tɾˈi θɾˈi", "4": "fˈɔɹ fˈɔ fˈɔʁ fˈoɾ fˈɔɾ", "5": "fˈIv fˈIf fˈaiv fˈaif",
    "6": "sˈɪks sˈiks zˈɪks", "7": "sˈɛvən sˈɛvɛn sˈevɛn zˈɛvən sˈɛbɛn", "8": "ˈAt ˈɛt ˈeit ˈet hˈAt",
    "9": "nˈIn nˈain nˈaɪn",
}  # fmt: skip

ENGLISH = "zero one two three four five six seven eight nine"
RESPELLED = {
    "fr-fr": "ziro|zéro ouane tou sri|zri|fri for faïve six|sixe sévène eïte naïne",
    "de": "sihro wann|uann tuh sri|tri|fri fohr feif|faiw ssiks|siks sewwen|zewwen eht|äit nein",
    "el": "ζίρο ουάν του θρι φορ φάιβ σιξ σέβεν έιτ νάιν",
    "it": "ziro uan tu tri for faiv|faif sics seven eit nain",
    "es": "siro uan|guan tu zri|tri for faif|faib sics seven eit nain",
    "es-419": "siro uan tu tri for faif|faib sics seven eit nain",
    "pt-br": "ziro uan tu tri|fri for faive|faiv sics|sicsi seven eite|eit naine|nain",
    "ru": "зиро уан|ван ту сри|три фор файв|файф сикс севен эйт найн",
    "pl": "ziro łan tu fri|tri for fajw siks sewen ejt najn",
    "hi": "ज़ीरो वन टू थ्री फोर फाइव सिक्स सेवन एट नाइन",
    "nl": "ziro|siero wan toe srie|trie for faaif siks seven eet|eit nain",
    "tr": "ziro van tu tri|siri for fayv siks sevın eyt nayn",
    "ko": "제로|지로 원 투 쓰리 포 파이브 식스 세븐 에이트 나인",
    "id": "ziro uan|wan tu tri for faif siks seven eit nain",
    "fi": "siiro uan tuu trii foor faiv siks seven eit nain",
    "hu": "ziró van|uan tú szri for fájv sziksz szeven éjt nájn",
    "ro": "ziro uan tu tri for faiv sics seven eit nain",
    "cs": "zírou|zíro van|uan tú srí|trí for fajv siks sevn|seven ejt najn",
    "sv": "siro oann|vann to tri|fri får fajv siks seven ejt najn",
} | dict.fromkeys(
    "en-us en-gb en-gb-scotland en-gb-x-rp en-gb-x-gbclan en-gb-x-gbcwmd en-029 en-us-nyc".split(), ENGLISH
)
OFTEN = ("fr-fr", "de", "el", "hi", "es")
VARIANTS = (
    "f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alex Andrea Annie Denis Diogo Gene Hugo Lee Marco Michael Mike adam anika "
    "antonio belinda benjamin david ed edward john linda klatt2 klatt4 max miguel norbert pablo paul quincy rob sandro "
    "shelby steph travis zac"
).split()

# Brazilian digits as many a speaker may say them; the second row of six is "meia". None of Kokoro's Portuguese voices says
# them here: all three are test fixtures.
PORTUGUESE = {
    "0": "zˈɛɾʊ zˈɛɾu zˈɛɹʊ", "1": "ˈũŋ ˈũ ˈum", "2": "dˈoɪs dˈojs dˈoɪʃ", "3": "trˈes tɾˈes tɾˈeɪs trˈeɪʃ",
    "4": "kwˈatrʊ kwˈatɾʊ kwˈatɾu", "5": "sˈiŋkʊ sˈĩkʊ sˈiŋku", "6": "sˈAs sˈeɪs sˈejs", "7": "sˈɛʧy sˈɛʧi sˈɛti",
    "8": "ˈoɪtʊ ˈojtu ˈoɪtu", "9": "nˈɔvy nˈɔvi",
}  # fmt: skip
MEIA = "mˈAæ mˈejɐ"
PORTUGUESE_WORDS = "zero um dois três quatro cinco seis sete oito nove"
PORTUGUESE_ESPEAK = ("pt-br", "pt")
PORTUGUESE_VARIANTS = 36  # of each of the two

MIXTURES = 11


def say(voice, name, take, digit, phonemes, speed, clips):
    before, after = [("", "."), (", ", ",")][take]
    clip = make.trim(voice.speak(before + phonemes + after, speed))
    make.save(Path(clips) / name / f"{digit}_{take}.flac", clip)


def native(name, digit):
    return (make.BRITISH if name[0] == "b" else make.AMERICAN)[digit]


def kokoro(package, clips):
    """Each voice as it is."""
    for name in KOKORO:
        voice, dice = make.Voice(package, name), Random(name)
        for take, speed in enumerate([1.0, 1.25]):
            for digit in "0123456789":
                phonemes = native(name, digit) if name[0] in "ab" else dice.choice(ACCENTED[digit].split())
                say(voice, name, take, digit, phonemes, speed, clips)


def mixed(package, clips):
    """Speakers who do not exist: the styles of two voices, one often foreign, mixed."""
    styles = {path.stem: path for path in Path(package, "build/voices").glob("*.bin")}
    names = sorted(set(styles) - set(make.VOICES) - {"bm_george"})
    dice, voice = Random(9), make.Voice(package, names[0])
    read = lambda name: np.fromfile(styles[name], "<f4").reshape(-1, make.STYLE_SIZE)  # noqa: E731
    for number in range(MIXTURES):
        first, second = dice.sample(names, 2)
        share = dice.uniform(0.25, 0.75)
        voice.styles = share * read(first) + (1 - share) * read(second)
        foreign = first[0] not in "ab" or second[0] not in "ab"
        for take in range(2):
            for digit in "0123456789":
                accent = foreign or dice.random() < 0.5
                phonemes = dice.choice(ACCENTED[digit].split()) if accent else native(first, digit)
                speed = dice.choice([0.85, 1, 1.15, 1.3])
                say(voice, f"{number:02d}_{first}_{second}", take, digit, phonemes, speed, clips)


def portuguese(package, clips):
    """Voices of other languages, alone and mixed in pairs, that say Portuguese digits."""
    styles = {path.stem: path for path in Path(package, "build/voices").glob("*.bin")}
    names = sorted(set(styles) - set(make.VOICES) - {"bm_george"})
    dice, voice = Random(11), make.Voice(package, names[0])
    read = lambda name: np.fromfile(styles[name], "<f4").reshape(-1, make.STYLE_SIZE)  # noqa: E731
    for number in range(MIXTURES):
        first, second = dice.sample(names, 2)
        share = dice.choice([1, dice.uniform(0.25, 0.75)])
        voice.styles = share * read(first) + (1 - share) * read(second)
        for digit, spoken in PORTUGUESE.items():
            for take in range(2):
                speed = dice.choice([0.85, 1, 1.15, 1.3])
                say(voice, f"{number:02d}_{first}_{second}", take, digit, dice.choice(spoken.split()), speed, clips)
        meia = make.trim(voice.speak(dice.choice(MEIA.split()) + ".", dice.choice([0.9, 1, 1.2])))
        make.save(Path(clips) / f"{number:02d}_{first}_{second}" / "6_2.flac", meia)


def espeak(clips):
    """Formant synthesis: unlike a person, but in any accent and any voice."""
    dice = Random(3)
    for language, words in RESPELLED.items():
        for variant in dice.sample(VARIANTS, 6 if language.startswith("en") else 4 if language in OFTEN else 3):
            espeak_says(language, variant, words, dice, clips)


def espeak_portuguese(clips):
    dice = Random(5)
    for language in PORTUGUESE_ESPEAK:
        for variant in dice.sample(VARIANTS, PORTUGUESE_VARIANTS):
            espeak_says(language, variant, PORTUGUESE_WORDS.replace("seis", "seis|seis|meia"), dice, clips)


def espeak_says(language, variant, words, dice, clips):
    pitch = dice.randint(25, 75)
    with TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        for digit, spellings in enumerate(words.split()):
            for take in range(2):
                tone, pace = pitch + dice.randint(-10, 10), dice.randint(110, 190)
                text = dice.choice(spellings.split("|")) + dice.choice(["", ".", ","])
                options = ["-v", f"{language}+{variant}", "-p", str(tone), "-s", str(pace), "-w", str(spoken)]
                subprocess.run(["espeak-ng", *options, text], check=True, stderr=subprocess.DEVNULL)
                sound, _ = soundfile.read(spoken, dtype="float32")
                if len(sound) and np.abs(sound).max() > 1e-3:
                    file = Path(clips) / f"{language}+{variant}" / f"{digit}_{take}.flac"
                    file.parent.mkdir(parents=True, exist_ok=True)
                    sound = resample_poly(sound, 320, 441)  # 22,050 Hz to 16,000
                    soundfile.write(file, sound / np.abs(sound).max() * 0.7, 16_000)
