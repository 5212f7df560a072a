import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configKeys } from '../../../core/mar/config-schema.ts';
import { effectiveConfig } from '../../../core/mar/model-config.ts';

const effective = (text: string, key: string) =>
  effectiveConfig(text).values.find((value) => value.key === key)?.effective;
const codes = (text: string) =>
  effectiveConfig(text)
    .findings.map(({ code }) => code)
    .filter((code) => code !== 'CONFIG_TIMEOUT_TRAP');

test('a config that says little goes by the defaults for all the rest', () => {
  const { values } = effectiveConfig('deviceType: cpu\n');
  const given = Object.fromEntries(values.map(({ key, effective }) => [key, effective]));
  assert.equal(given.batchSize, 1);
  assert.equal(given.maxBatchDelay, 100);
  assert.equal(given.responseTimeout, 120);
  assert.equal(given.maxRetryTimeoutInSec, 300);
  assert.equal(given.deviceType, 'cpu');
  assert.equal(values.find(({ key }) => key === 'batchSize')?.why, 'the default');
  assert.equal(values.find(({ key }) => key === 'batchSize')?.value, undefined);
});

test('what TorchServe does not take is shown beside what it goes by', () => {
  assert.equal(effective('batchSize: 0\n', 'batchSize'), 1);
  assert.equal(effective('batchSize: "8"\n', 'batchSize'), 1);
  assert.equal(effective('maxBatchDelay: 0\n', 'maxBatchDelay'), 100);
  assert.equal(effective('responseTimeout: -1\n', 'responseTimeout'), 120);
  assert.equal(effective('clientTimeoutInMills: -5\n', 'clientTimeoutInMills'), 0);
  assert.equal(effective('minWorkers: 2\n', 'minWorkers'), null);
  assert.equal(effective('minWorkers: 2\nmaxWorkers: 3\n', 'minWorkers'), 2);
  assert.equal(effective('deviceType: neuron\n', 'deviceType'), null);
  assert.equal(effective('torchrun: {nproc-per-node: 4}\nparallelLevel: 2\n', 'torchrun.nproc-per-node'), 2);
  assert.equal(effective('parallelLevel: 2\ntorchrun: {nproc-per-node: 4}\n', 'parallelLevel'), 4);
});

test('the two readers of TorchServe read YAML 1.1, and so do we', () => {
  assert.deepEqual(codes('useJobTicket: yes\nasyncCommunication: off\n'), []);
  assert.equal(effective('jobQueueSize: 1_000\n', 'jobQueueSize'), 1000);
  assert.equal(effective('jobQueueSize: 010\n', 'jobQueueSize'), 8);
  assert.equal(effective('base: &b {batchSize: 4}\n<<: *b\n', 'batchSize'), 4);
  assert.equal(effective('batchSize: 2\nbatchSize: 6\n', 'batchSize'), 6);
});

test('every finding stands at its line and column', () => {
  const text = 'minWorkers: 1\nmaxWorkers: 1\n\ntorchrun:\n    nnodes: 1\n    nproc_per_node: 2\n';
  const [finding] = effectiveConfig(text).findings;
  assert.deepEqual([finding?.code, finding?.line, finding?.column], ['CONFIG_UNKNOWN_KEY', 6, 5]);
  assert.equal(finding?.hint, 'did you mean torchrun.nproc-per-node?');
  const [broken] = effectiveConfig('batchSize: 1\nhandler: {a: [1, 2}\n').findings;
  assert.deepEqual([broken?.code, broken?.line], ['CONFIG_INVALID', 2]);
});

test('every key of the table is known as it stands, and a slip in it leads back to it', () => {
  for (const { path } of configKeys.filter((key) => !key.path.includes('.'))) {
    assert.ok(!codes(`${path}: 1\n`).includes('CONFIG_UNKNOWN_KEY'), path);
    if (path.length < 4) continue;
    const slip = path[0]?.toUpperCase() + path.slice(1);
    const [finding] = effectiveConfig(`${slip}: 1\n`).findings;
    assert.equal(finding?.hint, `did you mean ${path}?`);
  }
});

test('a key of every type in every wrong type is told, and nothing throws', () => {
  const values = [
    '1',
    '-1',
    '1.5',
    '""',
    'text',
    'true',
    '[]',
    '[1, x]',
    '{}',
    '{a: 1}',
    'null',
    '2020-01-01',
    '.nan',
    '!!binary aGk=',
  ];
  for (const { path } of configKeys) {
    for (const value of values) {
      const parts = path.split('.');
      const text = parts.map((part, depth) => `${'  '.repeat(depth)}${part}:`).join('\n');
      const { findings } = effectiveConfig(`${text} ${value}\n`);
      for (const { message, line, column } of findings) {
        assert.ok(message.length > 5 && line >= 1 && column >= 1);
      }
    }
  }
});

test('every start of a config is judged without a throw', () => {
  const text = 'a: &x {b: [1, "2", \'3\']}\n"c": *x\n? d\n: |\n  e\n<<: [*x]\nf: !!set {g}\n---\n%h\n';
  for (let end = 0; end <= text.length; end++) effectiveConfig(text.slice(0, end));
});

test('hostile YAML is refused at once', () => {
  const bomb = Array.from({ length: 9 }, (_, n) =>
    n === 0
      ? 'a0: &a0 [x, x]'
      : `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
  ).join('\n');
  const hostile = [
    bomb,
    'a: &a [*a]\n',
    '['.repeat(400_000),
    '- '.repeat(400_000),
    '{a: '.repeat(100_000),
    'a: !!javax.script.ScriptEngineManager [x]\n',
    'a: !!python/name:os.system\n',
    '%TAG !e! tag:yaml.org,2002:python/\n---\na: !e!name:os.system x\n',
  ];
  for (const text of hostile) {
    const start = performance.now();
    assert.deepEqual(codes(text), ['YAML_UNSAFE'], text.slice(0, 40));
    assert.ok(performance.now() - start < 10_000, text.slice(0, 40));
  }
});
