/** The same arguments for torch-model-archiver 0.12 and for us: the same entries, contents and manifest. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Problem } from '../../core/contract/errors.ts';
import type { PackInput } from '../../core/contract/model.ts';
import { pack } from '../../core/pack.ts';
import { scratchFolder } from '../support/scratch.ts';
import { buildTree } from '../support/tree.ts';
import { venvTool } from '../support/venv.ts';
import { commonFiles, type Difference, type ReferenceCase } from './reference-case.ts';
import { referenceCases } from './reference-cases.ts';

const run = promisify(execFile);

/** An archive as Python sees it, or why there is none. */
type Outcome =
  | { readonly kind: 'packed'; readonly files: Readonly<Record<string, string>>; readonly manifest: string }
  | { readonly kind: 'refused'; readonly code: string };

const readWithPython = `
import hashlib, json, os, sys, tarfile, zipfile
path, root = sys.argv[1:]
def members():
    if os.path.isdir(path):
        for folder, _, names in os.walk(path):
            for name in names:
                at = os.path.join(folder, name)
                yield os.path.relpath(at, path), open(at, "rb").read()
    elif path.endswith(".tar.gz"):
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                if member.isdir():
                    continue
                assert member.name.startswith(root + "/"), member.name
                yield member.name[len(root) + 1:], archive.extractfile(member).read()
    else:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
files = {}
for name, data in members():
    files[name] = data
manifest = files.pop("MAR-INF/MANIFEST.json").decode("ascii")
print(json.dumps({"files": {n: hashlib.sha256(d).hexdigest() for n, d in sorted(files.items())}, "manifest": manifest}))
`;

const archiver = await venvTool('torch-model-archiver');
const python = await venvTool('python');

test('the reference is asked about at least 40 argument sets', () => {
  assert.ok(referenceCases.length >= 40, `${referenceCases.length}`);
  const names = new Set(referenceCases.map(({ name }) => name));
  assert.equal(names.size, referenceCases.length, 'no case has the name of another');
});

for (const example of referenceCases) {
  test(`as the reference: ${example.name}`, async (t) => {
    if ('missing' in archiver) return t.skip(archiver.missing);
    if ('missing' in python) return t.skip(python.missing);
    if (process.platform === 'win32') return t.skip('the cases need links and pipes');
    const scratch = await scratchFolder(t);
    const [theirs, ours] = await Promise.all([
      packAsReference(example, join(scratch, 'reference'), archiver.path, python.path),
      packOurs(example, join(scratch, 'ours'), python.path),
    ]);

    if (example.difference) assertDiffers(ours, theirs, example.difference);
    else if (example.refused) {
      assert.equal(theirs.kind, 'refused', 'the reference refuses too');
      assert.deepEqual(ours, { kind: 'refused', code: example.refused });
    } else {
      assert.equal(theirs.kind, 'packed', theirs.kind === 'refused' ? theirs.code : '');
      assert.deepEqual(withoutMaker(ours), withoutMaker(theirs));
    }
  });
}

function assertDiffers(ours: Outcome, theirs: Outcome, { reference, ours: expected }: Difference): void {
  assert.equal(
    theirs.kind,
    reference === 'packs' ? 'packed' : 'refused',
    'the reference as it was described',
  );
  if (typeof expected === 'string') {
    assert.deepEqual(ours, { kind: 'refused', code: expected });
    return;
  }
  assert.ok(ours.kind === 'packed', ours.kind === 'refused' ? ours.code : '');
  assert.deepEqual(Object.keys(ours.files), expected);
  assert.notDeepEqual(withoutMaker(ours), withoutMaker(theirs), 'the difference is gone: move the case');
}

/** The manifest's very bytes, but for the two values that can't be equal. */
function withoutMaker(outcome: Outcome): Outcome {
  if (outcome.kind === 'refused') return outcome;
  const manifest = outcome.manifest
    .replace(/"createdOn": "\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d"/, '"createdOn": ""')
    .replace(/"archiverVersion": "(0\.12\.0|mar-studio(?: [\d.]+)?)"/, '"archiverVersion": ""');
  return { ...outcome, manifest };
}

async function packAsReference(
  example: ReferenceCase,
  folder: string,
  tool: string,
  pythonPath: string,
): Promise<Outcome> {
  const cwd = await makeWorkFolder(example, folder);
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const env = { ...process.env, TMPDIR: temporary, LC_ALL: 'C.UTF-8' };
  try {
    await run(tool, referenceArguments(example.input), { cwd, env });
  } catch (error) {
    const { code, stderr } = error as { code: number | string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { kind: 'refused', code: stderr.trim().split('\n').at(-1) ?? '' };
  }
  return readArchive(example.input, cwd, pythonPath);
}

async function packOurs(example: ReferenceCase, folder: string, pythonPath: string): Promise<Outcome> {
  const cwd = await makeWorkFolder(example, folder);
  try {
    await pack(example.input, { cwd });
  } catch (error) {
    if (error instanceof Problem) return { kind: 'refused', code: error.code };
    throw error;
  }
  return readArchive(example.input, cwd, pythonPath);
}

/** Both get their own copy, so that neither sees what the other left. */
async function makeWorkFolder(example: ReferenceCase, folder: string): Promise<string> {
  const cwd = join(folder, 'work');
  await buildTree(cwd, { ...commonFiles, ...example.files });
  await example.prepare?.(cwd);
  return cwd;
}

function referenceArguments(input: PackInput): string[] {
  const { force, ...values } = input;
  const flags = Object.entries(values).flatMap(([field, value]) => [
    `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  return force ? [...flags, '--force'] : flags;
}

async function readArchive(input: PackInput, cwd: string, pythonPath: string): Promise<Outcome> {
  const suffix = { default: '.mar', 'zip-store': '.mar', tgz: '.tar.gz', 'no-archive': '' };
  const path = join(cwd, input.exportPath ?? '', input.modelName + suffix[input.archiveFormat ?? 'default']);
  const { stdout } = await run(pythonPath, ['-c', readWithPython, path, input.modelName]);
  return { kind: 'packed', ...JSON.parse(stdout) };
}
