"""Asks Python about pickles. Prints JSON: {path: what it says}.

    read_pickles.py streams FILE...   opcodes and globals of each pickle in the files, or in the records of a ZIP
    read_pickles.py scan FILE...      what picklescan makes of them
"""
import io
import json
import logging
import pickle
import pickletools
import sys
import zipfile


class Stub:
    """Stands in for every class and object, so that nothing is imported or called."""

    def __new__(cls, *_args, **_kwargs):
        return object.__new__(cls)

    def __init__(self, *_args, **_kwargs):
        pass

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass

    def append(self, item):
        pass

    def extend(self, items):
        pass


class Recorder(pickle.Unpickler):
    def __init__(self, file):
        super().__init__(file)
        self.named = {}

    def find_class(self, module, name):
        self.named[f'{module}.{name}'] = True
        return Stub

    def persistent_load(self, pid):
        return Stub()


def streams_in(content):
    found = []
    file = io.BytesIO(content)
    while file.tell() < len(content):
        start = file.tell()
        try:
            opcodes = sum(1 for _ in pickletools.genops(file))
        except Exception:
            return found
        end = file.tell()
        recorder = Recorder(io.BytesIO(content[start:end]))
        recorder.load()
        found.append({'opcodes': opcodes, 'globals': list(recorder.named)})
    return found


def streams_of(path):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            records = [archive.read(name) for name in archive.namelist() if name.endswith('pkl')]
        return [stream for record in records for stream in streams_in(record)]
    with open(path, 'rb') as file:
        return streams_in(file.read())


def scan_of(path):
    from picklescan.scanner import scan_file_path

    try:
        result = scan_file_path(path)
    except Exception as error:
        return f'fails ({type(error).__name__})'
    if result.issues_count > 0:
        return 'dangerous'
    if any(one.safety.value == 'suspicious' for one in result.globals):
        return 'suspicious'
    if result.scan_err:
        return 'error'
    return 'nothing'


logging.disable(logging.CRITICAL)
ask = {'streams': streams_of, 'scan': scan_of}[sys.argv[1]]
json.dump({path: ask(path) for path in sys.argv[2:]}, sys.stdout)
