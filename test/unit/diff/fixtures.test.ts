/** Pairs of small models with what must be told of them, in folders of test/fixtures/diff that can be looked at. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Details, DiffEntry, DiffResult, Hunk } from '../../../core/contract/diff.ts';
import { diff } from '../../../core/diff.ts';
import { writePieces } from '../../hostile/pieces.ts';
import { deflated, zip } from '../../hostile/zip-builder.ts';
import { scratchFolder } from '../../support/scratch.ts';

const fixtures = fileURLToPath(import.meta.resolve('../../fixtures/diff'));

for (const name of readdirSync(fixtures)) {
  test(`the fixture ${name} is told as expected, as folders and as archives`, async (t) => {
    const folder = join(fixtures, name);
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    assert.deepEqual(shown(await diff(before, after)), expected);
    const scratch = await scratchFolder(t);
    const packed = ['before', 'after'].map((side) => pack(join(folder, side), join(scratch, `${side}.mar`)));
    assert.deepEqual(shown(await diff(packed[0] as string, packed[1] as string)), expected);
    assert.deepEqual(shown(await diff(before, packed[1] as string)), expected);
  });
}

function pack(folder: string, path: string): string {
  const children = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = children.filter((child) => child.isFile()).map((child) => join(child.parentPath, child.name));
  const nameOf = (file: string) => file.slice(folder.length + 1).replaceAll('\\', '/');
  writePieces(path, zip(files.sort().map((file) => deflated(nameOf(file), readFileSync(file)))));
  return path;
}

/** What does not depend on the machine or on the container, short enough to be read. */
function shown({ identical, verdict, manifest, entries, effectiveConfig, findings }: DiffResult): unknown {
  return JSON.parse(
    JSON.stringify({
      identical,
      verdict: verdict.map(({ text }) => text),
      manifest,
      effectiveConfig,
      findings: findings.map(({ code, path }) => [code, path]),
      entries: entries.map(shownEntry),
    }),
  );
}

function shownEntry({ path, change, from, kind, likeness, details }: DiffEntry): unknown {
  return { path, change, ...(from === null ? {} : { from }), kind, likeness, details: shownDetails(details) };
}

function shownDetails({ hunks, image, members, ...rest }: Details): unknown {
  return {
    ...rest,
    ...(hunks === undefined ? {} : { hunks: hunks.flatMap(shownHunk) }),
    ...(image === undefined ? {} : { image: withoutPicture(image) }),
    ...(members === undefined ? {} : { members: { ...members, entries: members.entries.map(shownEntry) } }),
  };
}

function withoutPicture({ pixels, ...facts }: NonNullable<Details['image']>): unknown {
  return { ...facts, pixels: pixels && { ...pixels, picture: pixels.picture !== null } };
}

const shownHunk = ({ beforeStart, beforeLines, afterStart, afterLines, lines }: Hunk): unknown[] => [
  `@@ -${beforeStart},${beforeLines} +${afterStart},${afterLines} @@`,
  ...lines.map(({ sign, text, words, crlf, noNewline }) =>
    [
      `${sign}${text}${crlf ? '\r' : ''}`,
      ...(words ?? []).map(([start, end]) => `[${text.slice(start, end)}]`),
      ...(noNewline ? ['(no newline)'] : []),
    ].join(' '),
  ),
];
