"""Writes the package of each contract: python generate.py DOCUMENTS OUTPUT, two folders.

It is what openapi-python-client makes of them, but for what would be told wrongly or to anybody: a client's functions raise the errors of
timbre_client, and nothing that is printed has a credential or a recording in it.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

CONTRACTS = ("admin", "azure", "biometrid", "deepaffects")

# Texts of a contract's files, as they are generated and as they are here, with how often each stands there.
CLIENT = (
    # Headers, cookies and the token are fields of both classes.
    (2, "@define\nclass ", "@define(repr=False)\nclass "),
    (
        2,
        "The maximum amount of a time a request can take. API functions will raise\n        httpx.TimeoutException if this is exceeded.",
        "How long each wait in a request may take: for a connection, for what is sent, for what comes next.\n"
        "        API functions will raise timbre_client.TimedOut if this is exceeded.",
    ),
)
TYPES = (
    (1, "from attrs import define\n", "from attrs import define, field\n"),
    (1, "    content: bytes\n", "    content: bytes = field(repr=False)\n"),
    (1, "    headers: MutableMapping[str, str]\n", "    headers: MutableMapping[str, str] = field(repr=False)\n"),
)
# Of a function's docstring; a module has two functions for an operation, or four.
RAISES = (
    "        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.\n"
    "        httpx.TimeoutException: If the request takes longer than Client.timeout.\n",
    "        timbre_client.Refused: If the server turns the call down.\n"
    "        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.\n"
    "        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.\n",
)

# Fields of models that are credentials, or a recording: each is in a model of one contract at least.
HIDDEN = (
    *("access_token", "apikey", "apikeys", "content", "current", "new", "password", "refresh_token", "secret", "secrets"),
    *("subscription_key", "subscription_keys", "token"),
)
FIELD = re.compile(rf"^    ({'|'.join(HIDDEN)}): ([^=\n]+?)( = UNSET)?$", re.MULTILINE)
DEFINE = "from attrs import define as _attrs_define\n"
IMPORT = "from attrs import field as _attrs_field\n"


def main() -> None:
    documents, output = map(Path, sys.argv[1:])
    hidden: set[str] = set()
    for contract in CONTRACTS:
        generate(documents / f"{contract}.json", output / contract)
        put(output / contract / "client.py", CLIENT)
        put(output / contract / "types.py", TYPES)
        for path in modules(output / contract / "api"):
            text = path.read_text()
            functions = len(re.findall(r"^(async )?def (sync|asyncio)", text, re.MULTILINE))
            put(path, [(functions, *RAISES)])
        for path in modules(output / contract / "models"):
            text, names = without_hidden(path.read_text())
            hidden |= names
            path.write_text(text)
    if lacking := set(HIDDEN) - hidden:
        raise SystemExit(f"no model has a field of these names: {', '.join(sorted(lacking))}")


def generate(document: Path, output: Path) -> None:
    config = Path(__file__).with_name("generator.yml")
    files: list[str | Path] = ["--path", document, "--config", config, "--output-path", output]
    words = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning", *files]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def modules(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py")


def put(path: Path, otherwise: Iterable[tuple[int, str, str]]) -> None:
    text = path.read_text()
    for times, plain, ours in otherwise:
        if text.count(plain) != times:
            raise SystemExit(f"{path}: openapi-python-client writes it otherwise than it did: {plain!r}")
        text = text.replace(plain, ours)
    path.write_text(text)


def without_hidden(model: str) -> tuple[str, set[str]]:
    """A model that shows none of the hidden fields it has, and their names."""

    def hide(field: re.Match[str]) -> str:
        name, kind, default = field.groups()
        return f"    {name}: {kind} = _attrs_field({'default=UNSET, ' if default else ''}repr=False)"

    names = {field[1] for field in FIELD.finditer(model)}
    if names and IMPORT not in model:
        model = model.replace(DEFINE, DEFINE + IMPORT)
    return FIELD.sub(hide, model), names


main()
