"""Writes tar files with Python's tarfile and lists each with it: JSON lines in, JSON lines out."""

import base64
import io
import json
import sys
import tarfile

types = {
    "file": tarfile.REGTYPE,
    "folder": tarfile.DIRTYPE,
    "link": tarfile.SYMTYPE,
    "hard link": tarfile.LNKTYPE,
    "fifo": tarfile.FIFOTYPE,
    "device": tarfile.CHRTYPE,
}
words = {flag: word for word, flag in types.items()}

for line in sys.stdin:
    asked = json.loads(line)
    with tarfile.open(asked["path"], asked["mode"], format=getattr(tarfile, asked["format"])) as archive:
        for entry in asked["entries"]:
            info = tarfile.TarInfo(entry["name"])
            info.type = types[entry["type"]]
            info.mode = entry["mode"]
            info.mtime = entry["modified"]
            info.linkname = entry["linkTarget"] or ""
            body = base64.b64decode(entry["content"])
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    with tarfile.open(asked["path"]) as archive:
        listed = [
            {
                "name": info.name + ("/" if info.isdir() else ""),
                "type": words[info.type],
                "size": info.size,
                "mode": info.mode,
                "modified": info.mtime,
                "linkTarget": info.linkname if info.issym() or info.islnk() else None,
            }
            for info in archive
        ]
    print(json.dumps(listed), flush=True)
