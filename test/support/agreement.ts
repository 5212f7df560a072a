/** Holds every reader that this machine has to the same contents. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ArchiveReader, Contents } from './readers.ts';

const manifestName = 'MAR-INF/MANIFEST.json';

/**
 * Runs each reader as a subtest on the archive: it must see the expected files and one manifest, the same
 * in every reader. `rootFolder` stands before every name inside a tar.
 */
export async function assertReadersAgree(
  t: TestContext,
  readers: readonly ArchiveReader[],
  archive: string,
  expected: Contents,
  rootFolder = '',
): Promise<void> {
  let manifest: string | undefined;
  for (const reader of readers) {
    await t.test(`read by ${reader.name}`, async (subtest) => {
      const missing = await reader.available();
      if (missing) return subtest.skip(missing);
      const contents = new Map(await reader.read(archive));
      const prefix = rootFolder && !reader.dropsFirstFolder ? `${rootFolder}/` : '';
      const seen = contents.get(prefix + manifestName);
      assert.ok(seen && contents.delete(prefix + manifestName), 'there is a manifest');
      manifest ??= seen.sha256;
      assert.equal(seen.sha256, manifest, 'the manifest is the same in every reader');
      assertSameContents(contents, expected, prefix);
    });
  }
}

/** Says which file differs, where a whole map of thousands would say nothing. */
export function assertSameContents(found: Contents, expected: Contents, prefix = ''): void {
  const missing = [...expected.keys()].filter((name) => !found.has(prefix + name));
  const known = new Set([...expected.keys()].map((name) => prefix + name));
  const added = [...found.keys()].filter((name) => !known.has(name));
  assert.deepEqual({ missing: missing.slice(0, 5), added: added.slice(0, 5) }, { missing: [], added: [] });
  for (const [name, facts] of expected) assert.deepEqual(found.get(prefix + name), facts, name);
}
