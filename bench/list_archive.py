"""Lists a zip or tar archive as JSON, every file with size and CRC-32: what the bench believes of a run.

With --read a zip's entries are read whole as well; a tar's always are.
"""
import json
import sys
import tarfile
import zipfile
import zlib

path = sys.argv[1]
reads = "--read" in sys.argv
step = 1 << 20


def crc_of(stream):
    crc = 0
    while chunk := stream.read(step):
        crc = zlib.crc32(chunk, crc)
    return crc


files = {}
if zipfile.is_zipfile(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                crc = info.CRC
                if reads:
                    with archive.open(info) as stream:
                        crc = crc_of(stream)
                files[info.filename] = {"size": info.file_size, "crc32": crc}
else:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile():
                files[member.name] = {"size": member.size, "crc32": crc_of(archive.extractfile(member))}
json.dump(files, sys.stdout)
