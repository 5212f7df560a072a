import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../core/suggest.ts';

const keys = ['minWorkers', 'maxWorkers', 'batchSize', 'maxBatchDelay', 'responseTimeout', 'pt2'];
const flags = ['--force', '--handler', '--version', '--level', '--recipe', '--json'];

test('a slip of case, of underscores or of hyphens finds the word that was meant', () => {
  for (const slip of ['BatchSize', 'batch_size', 'batch-size', 'BATCHSIZE', 'batchsize']) {
    assert.equal(nearest(slip, keys), 'batchSize');
  }
});

test('every single slip in a long word finds that word again', () => {
  for (const word of keys.filter((key) => key.length > 5)) {
    for (let at = 0; at < word.length; at++) {
      const head = word.slice(0, at);
      const rest = word.slice(at);
      const swapped = head + (rest[1] ?? '') + rest[0] + rest.slice(2);
      for (const slip of [head + rest.slice(1), `${head}q${rest}`, `${head}q${rest.slice(1)}`, swapped]) {
        assert.equal(nearest(slip, keys), word, slip);
      }
    }
  }
});

test('two letters swapped count as one slip, so a short word is still found', () => {
  assert.equal(nearest('--froce', flags), '--force');
  assert.equal(nearest('--jsno', flags), '--json');
});

test('the nearer of two candidates wins, whatever their order', () => {
  assert.equal(nearest('mixWorkers', ['maxWorkers', 'minWorkerz']), 'maxWorkers');
  assert.equal(nearest('maxWorker', ['minWorkers', 'maxWorkers']), 'maxWorkers');
});

test('a word that resembles nothing gets no suggestion', () => {
  for (const word of ['temperature', 'xyz', 'p', '--', '', 'x'.repeat(100_000)]) {
    assert.equal(nearest(word, [...keys, ...flags]), null, word.slice(0, 20));
  }
});

test('a known word is its own nearest word', () => {
  for (const word of [...keys, ...flags]) assert.equal(nearest(word, [...keys, ...flags]), word);
});
