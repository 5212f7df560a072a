"""The differences that `mar-studio diff` tells of tensors, by numpy: python3 diff_tensors.py BEFORE AFTER (safetensors)."""
import json
import struct
import sys

import numpy as np

KINDS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
STEP = 2**20


def tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    for name, told in header.items():
        begin, end = told["data_offsets"]
        kind = KINDS[told["dtype"]]
        count = (end - begin) // np.dtype(kind).itemsize
        values = np.memmap(path, kind, "r", 8 + length + begin, (count,))
        yield name, told["dtype"], values


def wide(values, dtype):
    if dtype == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float64)


found = {}
for (name, dtype, old), (_, _, now) in zip(tensors(sys.argv[1]), tensors(sys.argv[2])):
    sums = np.zeros(5)
    largest = changed = odd = 0
    ends = [max(np.abs(wide(side[:STEP], dtype)).max() for side in (old, now)) * 4] * 2
    bins = [np.zeros(64), np.zeros(64), np.zeros(64)]
    for at in range(0, len(old), STEP):
        x, y = wide(old[at : at + STEP], dtype), wide(now[at : at + STEP], dtype)
        delta = y - x
        sizes = np.abs(delta)
        largest = max(largest, sizes.max())
        changed += np.count_nonzero(delta)
        odd += np.count_nonzero(~np.isfinite(x)) + np.count_nonzero(~np.isfinite(y))
        sums += [sizes.sum(), delta @ delta, x @ y, x @ x, y @ y]
        for counts, values in zip(bins, (x, y, delta)):
            counts += np.histogram(values, 64, (-ends[0], ends[1]))[0]
    total, squares, product, before, after = sums
    found[name] = {
        "maxAbs": float(largest), "meanAbs": total / len(old), "relativeL2": (squares / before) ** 0.5,
        "cosine": product / (before * after) ** 0.5, "changedFraction": changed / len(old),
    }
print(json.dumps(found))
