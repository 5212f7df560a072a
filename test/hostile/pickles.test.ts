import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { auditSubject } from '../../core/audit/audit.ts';
import { pickle as family } from '../../core/audit/rules/pickle.ts';
import type { Finding } from '../../core/contract/model.ts';
import { scanPickles } from '../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../core/weights/pickle/source.ts';
import { functionHandler, subjectOf } from '../unit/audit/sketch.ts';
import { hostilePickles } from './pickles/evasions.ts';
import { oneRecordManyTimes, wrappedPickles } from './pickles/wrapped.ts';

/** A suffix says nothing: the same bytes go by the names of weights, of texts, of images and of nothing at all. */
const names = ['model.pkl', 'model.pt', 'labels.txt', 'logo.png', 'weights.safetensors', 'README'];

async function findingsIn(name: string, bytes: Buffer): Promise<Finding[]> {
  const subject = subjectOf({ files: { 'handler.py': functionHandler, [name]: bytes } });
  return auditSubject(subject, { families: [family] });
}

const all = [...hostilePickles, ...wrappedPickles];

test('there are at least eighty of them, each with a name of its own', () => {
  assert.ok(all.length >= 80, `${all.length}`);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
});

describe('every hostile pickle is told', () => {
  for (const [index, { name, bytes, code }] of all.entries()) {
    test(`${name}: ${code}`, async () => {
      const findings = await findingsIn(names[index % names.length] ?? '', bytes);
      const codes = findings.map((finding) => finding.code);
      assert.ok(codes.includes(code), `told was ${codes.join(', ') || 'nothing'}`);
      for (const { message } of findings) assert.match(message, /^[^\p{Cc}\p{Cf}]{10,600}$/u);
    });
  }
});

test('records that stand for billions cost what they would take, and the scan ends', async () => {
  const bomb = oneRecordManyTimes(oneRecordManyTimes(Buffer.from('hello'), 1000), 1000);
  const allowance = { opcodes: 100_000, unpackedBytes: 0 };
  const { verdict, incomplete } = await scanPickles(sourceOfBytes(bomb), { allowance });
  assert.equal(verdict, 'incomplete');
  assert.ok(incomplete.some(({ message }) => message === 'it holds more than is looked at'));
  assert.ok(allowance.opcodes > -100_000, `${allowance.opcodes} left: it went on though nothing was left`);
});
