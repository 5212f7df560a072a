import assert from 'node:assert/strict';
import test from 'node:test';
import { commands } from '../../cli/commands.ts';
import { version } from '../../core/version.ts';
import { marStudio } from './command-line.ts';

const referenceFlags = [
  '--model-name',
  '--version',
  '--handler',
  '--serialized-file',
  '--model-file',
  '--extra-files',
  '--runtime',
  '--export-path',
  '--archive-format',
  '--force',
  '--requirements-file',
  '--config-file',
];

function assertFits(text: string, rows: number): void {
  const lines = text.trimEnd().split('\n');
  assert.ok(lines.length <= rows, `${lines.length} rows`);
  for (const line of lines) assert.ok(line.length <= 80, `${line.length} columns: ${line}`);
}

test('the general help fits one small screen, shows an example first and lists the commands that exist', async () => {
  const { code, stdout, stderr } = await marStudio(['--help']);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assertFits(stdout, 24);
  assert.match(stdout.split('\n')[1] ?? '', /^ {2}mar-studio pack /);
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name);
  assert.deepEqual(
    listed,
    commands.map(({ name }) => name),
  );
});

test('the help of every command fits one screen, shows an example first and names every option', async () => {
  for (const entry of commands) {
    const { groups } = await entry.load();
    const { code, stdout } = await marStudio([entry.name, '--help']);
    assert.equal(code, 0);
    assertFits(stdout, 40);
    assert.ok(stdout.split('\n')[1]?.startsWith(`  mar-studio ${entry.name} `));
    for (const { name, short, hidden } of groups.flatMap((group) => group.options)) {
      const signature = short === undefined ? `      --${name}` : `  -${short}, --${name}`;
      const isShown = stdout.split('\n').some((line) => `${line} `.startsWith(`${signature} `));
      assert.equal(isShown, hidden !== true, signature);
    }
  }
});

test('pack takes every flag and short form of torch-model-archiver', async () => {
  const { stdout } = await marStudio(['pack', '-h']);
  for (const flag of referenceFlags) assert.match(stdout, new RegExp(`${flag}\\b`));
  for (const [short, long] of Object.entries({
    v: 'version',
    f: 'force',
    r: 'requirements-file',
    c: 'config-file',
  }))
    assert.ok(stdout.includes(`-${short}, --${long}`));
});

test('help, help COMMAND and -v say what --help, COMMAND --help and --version say', async () => {
  for (const [word, option] of [
    [['help'], ['--help']],
    [
      ['help', 'pack'],
      ['pack', '--help'],
    ],
    [['-v'], ['--version']],
  ] as const) {
    const said = await marStudio(word);
    assert.deepEqual([said.code, said.stdout], [0, (await marStudio(option)).stdout]);
  }
});

test('--version alone prints the version of mar-studio', async () => {
  const { code, stdout } = await marStudio(['--version']);
  assert.equal(code, 0);
  assert.equal(stdout, `${version}\n`);
});

test('the help is there well before a person notices', async () => {
  let best = Number.POSITIVE_INFINITY;
  // The best of several: the others are what else this machine does.
  for (let i = 0; i < 20 && best >= 150; i++) {
    const started = performance.now();
    await marStudio(['--help']);
    best = Math.min(best, performance.now() - started);
  }
  assert.ok(best < 150, `${best.toFixed(0)} ms`);
});
