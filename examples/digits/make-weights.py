"""Writes digits.pt, the state_dict of model.py, in the format of torch.save, without torch.

The file is a ZIP of stored entries: a pickle that describes the tensors, and one entry of raw float32 for
each. The pickle names torch's classes; stand-ins below give it the names without the library.

    python3 make-weights.py [OUTPUT]
"""

import collections
import io
import pathlib
import pickle
import random
import struct
import sys
import types
import zipfile

SEED = 28
LAYERS = [("layers.1", 28 * 28, 100), ("layers.3", 100, 10)]
ALIGNMENT = 64  # torch maps the tensors into memory, so it aligns them


class FloatStorage:
    """Stands in for torch.FloatStorage: the values of one tensor, kept outside the pickle."""

    def __init__(self, key, values):
        self.key = key
        self.values = values


class Tensor:
    def __init__(self, storage, shape):
        self.storage = storage
        self.shape = shape


def _rebuild_tensor_v2():
    raise NotImplementedError("torch does this when it loads the file")


def stand_in(module_name, item):
    """Makes pickle believe that `item` lives in `module_name`."""
    module = sys.modules.setdefault(module_name, types.ModuleType(module_name))
    item.__module__ = module_name
    setattr(module, item.__name__, item)


class StatePickler(pickle.Pickler):
    def persistent_id(self, item):
        if isinstance(item, FloatStorage):
            return ("storage", FloatStorage, item.key, "cpu", len(item.values))
        return None

    def reducer_override(self, item):
        if not isinstance(item, Tensor):
            return NotImplemented
        strides = tuple(item.shape[i + 1] if i + 1 < len(item.shape) else 1 for i in range(len(item.shape)))
        hooks = collections.OrderedDict()
        return _rebuild_tensor_v2, (item.storage, 0, item.shape, strides, False, hooks)


def make_state():
    """Uniform within 1 / sqrt(inputs), as torch initialises a Linear layer."""
    rng = random.Random(SEED)
    storages = []
    state = collections.OrderedDict()
    for name, inputs, outputs in LAYERS:
        bound = inputs**-0.5
        for part, shape in (("weight", (outputs, inputs)), ("bias", (outputs,))):
            count = inputs * outputs if part == "weight" else outputs
            values = [rng.uniform(-bound, bound) for _ in range(count)]
            storages.append(FloatStorage(str(len(storages)), values))
            state[f"{name}.{part}"] = Tensor(storages[-1], shape)
    return state, storages


def write_archive(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(f"digits/{name}", (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            start = archive.fp.tell() + 30 + len(info.filename) + 4
            padding = -start % ALIGNMENT
            info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
            archive.writestr(info, data)


def main():
    stand_in("torch", FloatStorage)
    stand_in("torch._utils", _rebuild_tensor_v2)
    state, storages = make_state()
    description = io.BytesIO()
    StatePickler(description, protocol=2).dump(state)
    entries = [("data.pkl", description.getvalue()), ("byteorder", b"little")]
    for storage in storages:
        data = struct.pack(f"<{len(storage.values)}f", *storage.values)
        entries.append((f"data/{storage.key}", data))
    entries.append(("version", b"3\n"))
    output = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("digits.pt")
    write_archive(output, entries)


if __name__ == "__main__":
    main()
