/**
 * The readers that an archive of ours must satisfy, behind one interface. Each reads an archive whole, by a
 * program or library that shares no code with ours, and reports every file with its size and SHA-256.
 */

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { type Command, onPath, outputOf, runThrough } from './commands.ts';
import { javaReadTarGz, javaReadZip } from './java.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { readWithYauzl } from './yauzl-reader.ts';

export interface FileFacts {
  readonly size: number;
  readonly sha256: string;
}

export type Contents = ReadonlyMap<string, FileFacts>;

export interface ArchiveReader {
  readonly name: string;
  /** Whether a tar's names come without their first folder, as TorchServe takes them. */
  readonly dropsFirstFolder: boolean;
  /** Why this machine can't run it, or null. */
  available(): Promise<string | null>;
  /** Rejects unless every file could be read and was sound. */
  read(path: string): Promise<Contents>;
}

interface ListedFile {
  readonly name: string;
  readonly size: number;
}

const needs = (program: string) => async () => (onPath(program) ? null : `no ${program} on PATH`);

const pythonScript = resolve(import.meta.dirname, 'read_archive.py');
const python = {
  available: needs('python3'),
  read: async (path: string) =>
    parseRecords(await outputOf({ program: 'python3', args: [pythonScript, path] })),
};

const digestList = ['-cf', '-', '--format=mtree', '--options=!all,type,size,sha256'];
const bsdtar = {
  available: needs('bsdtar'),
  read: async (path: string) =>
    parseMtree(await outputOf({ program: 'bsdtar', args: [...digestList, `@${path}`] })),
};
const bsdtarPipe = { available: needs('bsdtar'), read: readPipeWithBsdtar };

type JavaCommand = (args: readonly string[]) => Promise<Command | { missing: string }>;

const java = (command: JavaCommand, source: 'file' | 'pipe') => ({
  available: async () => {
    const found = await command([]);
    return 'missing' in found ? found.missing : null;
  },
  read: async (path: string) => {
    const found = await command(source === 'file' ? [path] : []);
    if ('missing' in found) throw new Error(found.missing);
    return parseRecords(await outputOf(found, source === 'pipe' ? () => createReadStream(path) : undefined));
  },
});

const keepsFirstFolder = { dropsFirstFolder: false } as const;
const dropsFirstFolder = { dropsFirstFolder: true } as const;

export const zipReaders: readonly ArchiveReader[] = [
  { name: 'java.util.zip.ZipInputStream', ...keepsFirstFolder, ...java(javaReadZip, 'file') },
  { name: 'java.util.zip.ZipInputStream from a pipe', ...keepsFirstFolder, ...java(javaReadZip, 'pipe') },
  { name: 'Python zipfile', ...keepsFirstFolder, ...python },
  { name: 'Info-ZIP unzip', ...keepsFirstFolder, available: needs('unzip'), read: readWithUnzip },
  { name: '7z', ...keepsFirstFolder, available: needs('7z'), read: readZipWith7z },
  { name: 'bsdtar', ...keepsFirstFolder, ...bsdtar },
  { name: 'bsdtar from a pipe', ...keepsFirstFolder, ...bsdtarPipe },
  { name: 'yauzl', ...keepsFirstFolder, available: async () => null, read: readWithYauzl },
];

export const tarGzReaders: readonly ArchiveReader[] = [
  { name: "TorchServe's commons-compress", ...dropsFirstFolder, ...java(javaReadTarGz, 'file') },
  { name: "TorchServe's commons-compress from a pipe", ...dropsFirstFolder, ...java(javaReadTarGz, 'pipe') },
  { name: 'Python tarfile', ...keepsFirstFolder, ...python },
  { name: '7z', ...keepsFirstFolder, available: needs('7z'), read: readTarGzWith7z },
  { name: 'bsdtar', ...keepsFirstFolder, ...bsdtar },
  { name: 'bsdtar from a pipe', ...keepsFirstFolder, ...bsdtarPipe },
];

/** Unpacks, since a streamed zip tells sizes too late for a digest list. Holes stay holes, which saves the disk. */
async function readPipeWithBsdtar(path: string): Promise<Contents> {
  const folder = await makeScratch();
  try {
    const args = ['-xSf', '-', '-C', folder, '--no-same-owner'];
    await outputOf({ program: 'bsdtar', args }, () => createReadStream(path));
    return parseMtree(await outputOf({ program: 'bsdtar', args: [...digestList, '-C', folder, '.'] }));
  } finally {
    await removeScratch(folder);
  }
}

async function readWithUnzip(path: string): Promise<Contents> {
  const table = await outputOf({ program: 'unzip', args: ['-v', path] });
  const row = /^ *(\d+) +\S+ +\d+ +\S+ +\S+ +\S+ +[0-9a-f]{8} {2}(.*)$/gm;
  const files = [...table.toString('utf8').matchAll(row)].map((match) => listed(match[2], match[1]));
  return hashParts({ program: 'unzip', args: ['-p', path] }, files);
}

async function readZipWith7z(path: string): Promise<Contents> {
  const files = parse7zListing(await outputOf({ program: '7z', args: ['l', '-slt', path] }));
  return hashParts({ program: '7z', args: ['x', '-so', path] }, files);
}

/** 7z takes the two layers one after the other, so the inner run reads what the outer run prints. */
async function readTarGzWith7z(path: string): Promise<Contents> {
  const gunzip: Command = { program: '7z', args: ['x', '-so', path] };
  const tar = ['-si', '-ttar'];
  let files: ListedFile[] = [];
  await runThrough(gunzip, async (stdout) => {
    files = parse7zListing(await outputOf({ program: '7z', args: ['l', '-slt', ...tar] }, () => stdout));
  });
  let contents: Contents = new Map();
  await runThrough(gunzip, async (stdout) => {
    contents = await hashParts({ program: '7z', args: ['x', '-so', ...tar] }, files, () => stdout);
  });
  return contents;
}

/** Cuts the one stream that a command prints for all files, by the sizes it listed, and hashes each part. */
async function hashParts(
  command: Command,
  files: readonly ListedFile[],
  input?: () => Readable,
): Promise<Contents> {
  const found: [string, FileFacts][] = [];
  const next = files.values();
  let current: { file: ListedFile; hash: Hash; left: number } | undefined;
  const advance = (): void => {
    while (!current || current.left === 0) {
      if (current)
        found.push([current.file.name, { size: current.file.size, sha256: current.hash.digest('hex') }]);
      const { value: file } = next.next();
      current = file && { file, hash: createHash('sha256'), left: file.size };
      if (!current) return;
    }
  };
  await runThrough(
    command,
    async (stdout) => {
      advance();
      for await (const chunk of stdout as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; ) {
          if (!current) throw new Error(`${command.program} printed more bytes than it listed`);
          const part = chunk.subarray(at, at + current.left);
          current.hash.update(part);
          current.left -= part.length;
          at += part.length;
          advance();
        }
      }
    },
    input,
  );
  if (current) throw new Error(`${command.program} printed too few bytes, in ${current.file.name}`);
  return unique(found);
}

/** The lines `Path =`, `Folder =` and `Size =` of each block after the dashes. */
function parse7zListing(bytes: Buffer): ListedFile[] {
  const [, body = ''] = bytes.toString('utf8').split(/^-{10}\n/m);
  return body.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(block)?.[1];
    return field('Path') === undefined || field('Folder') === '+'
      ? []
      : [listed(field('Path'), field('Size'))];
  });
}

function listed(name: string | undefined, size: string | undefined): ListedFile {
  if (name === undefined || size === undefined) throw new Error(`no name or no size in ${name}, ${size}`);
  return { name, size: Number(size) };
}

/** The triples of name, size and SHA-256, each field ended by NUL, that our Java and Python readers print. */
function parseRecords(bytes: Buffer): Contents {
  const fields = bytes.toString('utf8').split('\0').slice(0, -1);
  const found: [string, FileFacts][] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const [name = '', size = '', sha256 = ''] = fields.slice(at, at + 3);
    found.push([name, { size: Number(size), sha256 }]);
  }
  return unique(found);
}

/** libarchive's own digest list: `./name type=file size=1 sha256digest=…`, odd bytes of names in octal. */
function parseMtree(bytes: Buffer): Contents {
  const rows = bytes.toString('latin1').matchAll(/^\.\/(\S+) type=file size=(\d+) sha256digest=(\S+)$/gm);
  return unique(
    [...rows].map(([, escaped = '', size, sha256 = '']) => {
      const raw = escaped.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
      return [Buffer.from(raw, 'latin1').toString('utf8'), { size: Number(size), sha256 }];
    }),
  );
}

function unique(found: readonly [string, FileFacts][]): Contents {
  const contents = new Map(found);
  if (contents.size !== found.length) throw new Error('the reader saw two files of one name');
  return contents;
}
