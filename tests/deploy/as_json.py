"""Reads every document of the YAML files that are named, and prints what they are, as JSON: {file: [document, …]}.

A key that stands twice in one mapping is refused: the second would silently win.
"""

import json
import sys

import yaml


class Strict(yaml.SafeLoader):
    pass


def mapping(loader, node, deep=False):
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.YAMLError(f"{node.start_mark}: twice: {twice}")
    loader.flatten_mapping(node)
    return yaml.constructor.SafeConstructor.construct_mapping(loader, node, deep)


Strict.add_constructor("tag:yaml.org,2002:map", lambda loader, node: mapping(loader, node, deep=True))

read = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        read[path] = [document for document in yaml.load_all(file, Strict) if document is not None]
print(json.dumps(read, default=str))
