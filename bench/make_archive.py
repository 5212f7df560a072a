"""Writes the archive that the JSON on standard input asks for, the same bytes in every run.

Python's zipfile makes them, so that no contender reads an archive of its own making.
"""
import json
import os
import shutil
import sys
import zipfile

wanted = json.load(sys.stdin)
methods = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}


def entry(name):
    info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
    info.compress_type = methods[wanted["method"]]
    info.external_attr = 0o100644 << 16
    return info


with zipfile.ZipFile(wanted["path"], "w") as archive:
    for name, text in wanted["texts"].items():
        archive.writestr(entry(name), text)
    for name, path in wanted["files"].items():
        info = entry(name)
        info.file_size = os.path.getsize(path)
        with open(path, "rb") as source, archive.open(info, "w") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    # Stored zeros that were never written: the file has holes where they would be.
    for name, size, crc in wanted["holes"]:
        info = entry(name)
        info.CRC, info.file_size, info.compress_size = crc, size, size
        info.header_offset = archive.fp.tell()
        archive.fp.write(info.FileHeader())
        archive.fp.seek(size, 1)
        archive.filelist.append(info)
        archive.NameToInfo[name] = info
        archive.start_dir = archive.fp.tell()
        archive._didModify = True
