/** The example's archive in a folder of its own, and what the commands answer about it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { marStudio, type Run, recipePath } from './command-line.ts';

export interface PackedModel {
  readonly cwd: string;
  readonly archive: string;
}

export async function packedModel(t: TestContext, ...flags: string[]): Promise<PackedModel> {
  const cwd = await scratchFolder(t);
  const args = ['pack', '--recipe', recipePath, '--export-path', 'store', ...flags, '--json'];
  return { cwd, archive: join(cwd, documentOf(await marStudio(args, { cwd })).output.slice(cwd.length + 1)) };
}

/** The one JSON document of a run that ended well. */
export function documentOf({ code, stdout, stderr }: Run, expected = 0) {
  assert.equal(code, expected, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

/** Each call is refused as bad usage, in words that say so, and again in one JSON document. */
export async function assertMisuse(
  calls: Readonly<Record<string, { readonly args: readonly string[]; readonly says: RegExp }>>,
  cwd: string,
): Promise<void> {
  for (const [what, { args, says }] of Object.entries(calls)) {
    const run = await marStudio(args, { cwd });
    assert.equal(run.code, 2, what);
    assert.equal(run.stdout, '', what);
    assert.match(run.stderr, /^error USAGE: .*\nhint: .*\n$/, what);
    assert.match(run.stderr, says, what);
  }
}
