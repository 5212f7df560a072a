/** `--reproducible`: the same inputs give the same bytes, whatever else differs, today and next year. */
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { marStudio } from '../cli/command-line.ts';
import { otherNode } from '../support/other-node.ts';
import { makeScratch, removeScratch, scratchFolder } from '../support/scratch.ts';

/**
 * The bytes that these inputs have given since the first version. A change of a library, of Node or of the code that changes
 * one of them breaks a promise to those who compare hashes.
 */
const golden = {
  'default, auto': '07f80389e5892d3b20256c49f49e42d021a6646c44fa50016a7ca5ab0185c0ab',
  'default, deflate': 'e1819a078a5511f12899cb682bbfb6ab1aaf3caab1151e903a585210af354f5b',
  'zip-store': 'bd3896993fe0dadc9060e68831516c93dabbe8e305c5494835cc0ebaf89a258d',
  tgz: '557253d48f8a7fc1ea793f435a2c5111afeea9e18fa66b04ca7c5da8b3211f15',
  streamed: '07f80389e5892d3b20256c49f49e42d021a6646c44fa50016a7ca5ab0185c0ab',
  'streamed tgz': '557253d48f8a7fc1ea793f435a2c5111afeea9e18fa66b04ca7c5da8b3211f15',
} as const;

type Form = keyof typeof golden;

const forms: Readonly<Record<Form, readonly string[]>> = {
  'default, auto': [],
  'default, deflate': ['--compression', 'deflate', '--level', '9'],
  'zip-store': ['--archive-format', 'zip-store'],
  tgz: ['--archive-format', 'tgz'],
  streamed: ['--output', '-'],
  'streamed tgz': ['--output', '-', '--archive-format', 'tgz'],
};

const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(2_500_000),
);
const words = ['tensor', 'model', 'handle', 'data', 'batch', 'input', 'output', '\n'];
const prose = Array.from(noise.subarray(0, 400_000), (byte) => words[byte % words.length]).join(' ');

const files: Readonly<Record<string, Buffer | string>> = {
  'handler.py': 'def handle(data, context):\n    return data\n',
  'extra/z-last.txt': 'last\n',
  'extra/B.txt': 'upper case\n',
  'extra/a.txt': 'lower case\n',
  'extra/i.txt': 'a letter that Turkish spells otherwise\n',
  'extra/I/dotless.txt': 'its capital\n',
  'extra/标签/名称.json': '{"0": "猫"}\n',
  'extra/é.txt': 'sorted by its bytes, not by a language\n',
  'extra/empty': '',
  'extra/text.txt': prose,
  'extra/weights.bin': noise,
};

/** One way to run the command: where, with what environment, and by which program. */
interface Run {
  readonly cwd: string;
  /** Where the sources stand, from there. */
  readonly sources: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
}

type Hashes = Readonly<Record<Form, string>>;

let folder = '';
let plain: Run;
/** What a run in the ordinary way gives: the others are compared with this, and this with the golden ones. */
let ordinary: Hashes;

before(async () => {
  folder = await makeScratch();
  await writeSources(folder, Object.keys(files));
  plain = { cwd: folder, sources: '.' };
  ordinary = await hashesOf(plain);
});

after(() => removeScratch(folder));

test('every form has the bytes of the first version', () => assert.deepEqual(ordinary, golden));

for (const [TZ, LC_ALL] of [
  ['UTC', 'C'],
  ['America/St_Johns', 'C.UTF-8'],
  ['Asia/Kolkata', 'tr_TR.UTF-8'],
  ['Pacific/Apia', 'zh_CN.GB18030'],
] as const) {
  testSame(`in the time zone ${TZ} and the language ${LC_ALL}`, async () => ({
    ...plain,
    env: { TZ, LC_ALL, LANG: LC_ALL },
  }));
}

for (const size of ['1', '16']) {
  testSame(`with ${size} threads`, async () => ({ ...plain, env: { UV_THREADPOOL_SIZE: size } }));
}

for (const umask of ['000', '077']) {
  testSame(`under the umask ${umask}`, async (t) => {
    if (process.platform === 'win32') return { missing: 'Windows has no umask' };
    const node = join(await scratchFolder(t), 'node-under-umask');
    await writeFile(node, `#!/bin/sh\numask ${umask}\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
    return { ...plain, node };
  });
}

testSame(
  'from files with other times and permissions, in folders that were filled in another order',
  async (t) => {
    const cwd = await scratchFolder(t);
    const names = Object.keys(files).reverse();
    await writeSources(cwd, names);
    for (const [index, name] of names.entries()) {
      await chmod(join(cwd, name), index % 2 ? 0o700 : 0o466);
      await utimes(join(cwd, name), 0, 40_000_000 * (index + 1) + 1);
    }
    return { cwd, sources: '.' };
  },
);

testSame('from another working folder', async (t) => ({ cwd: await scratchFolder(t), sources: folder }));

testSame('by another Node', async () => {
  const other = await otherNode();
  return 'missing' in other ? other : { ...plain, node: other.path };
});

test('SOURCE_DATE_EPOCH changes the bytes, and the same one gives the same', async () => {
  const at = async (SOURCE_DATE_EPOCH: string, TZ: string) =>
    hashOf('default, auto', { ...plain, env: { SOURCE_DATE_EPOCH, TZ } });
  const first = await at('1700000000', 'UTC');
  assert.notEqual(first, ordinary['default, auto']);
  assert.equal(await at('1700000000', 'Asia/Kolkata'), first);
});

test('without --reproducible the times of the files count, so the tests above can fail', async (t) => {
  const cwd = await scratchFolder(t);
  await writeSources(cwd, Object.keys(files));
  const first = await hashOf('default, auto', { cwd, sources: '.' }, []);
  await utimes(join(cwd, 'extra', 'a.txt'), 0, 1_000_000_000);
  assert.notEqual(await hashOf('default, auto', { cwd, sources: '.' }, []), first);
});

function testSame(
  how: string,
  prepare: (t: TestContext) => Promise<Run | { readonly missing: string }>,
): void {
  test(`every form is the same ${how}`, async (t) => {
    const run = await prepare(t);
    if ('missing' in run) return t.skip(run.missing);
    assert.deepEqual(await hashesOf(run), ordinary);
  });
}

async function hashesOf(run: Run): Promise<Hashes> {
  const hashes: Partial<Record<Form, string>> = {};
  for (const form of Object.keys(forms) as Form[]) hashes[form] = await hashOf(form, run);
  return hashes as Hashes;
}

async function hashOf(
  form: Form,
  { cwd, sources, ...setting }: Run,
  flags: readonly string[] = ['--reproducible'],
): Promise<string> {
  const streams = forms[form].includes('--output');
  const exportPath = await makeScratch();
  try {
    const inputs = ['--handler', join(sources, 'handler.py'), '--extra-files', join(sources, 'extra')];
    const names = ['--model-name', 'model', '--version', '1.0'];
    const target = streams ? [] : ['--export-path', exportPath];
    const args = ['pack', ...names, ...inputs, ...target, ...forms[form], ...flags];
    const { code, stderr, bytes } = await marStudio(args, { cwd, ...setting });
    assert.equal(code, 0, stderr);
    const name = form === 'tgz' ? 'model.tar.gz' : 'model.mar';
    const archive = streams ? bytes : await readFile(join(exportPath, name));
    return createHash('sha256').update(archive).digest('hex');
  } finally {
    await removeScratch(exportPath);
  }
}

async function writeSources(at: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(at, name)), { recursive: true });
    await writeFile(join(at, name), files[name] as Buffer | string);
  }
}
