import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding, Severity } from '../../../../core/contract/model.ts';
import type { VerifyResult } from '../../../../core/contract/verification.ts';
import { listed, verdictInShort, verdictOf } from '../../../../renderer/views/verify/verdict.ts';

const finding = (severity: Severity, code = 'A', path: string | null = null): Finding => ({
  ...{ code, severity, path, message: `about ${code}`, hint: '' },
});

function resultWith(findings: readonly Finding[], load: Partial<VerifyResult['load']> = {}): VerifyResult {
  return {
    ...{
      path: '/m.mar',
      ok: true,
      sha256: null,
      kind: 'mar',
      size: 1,
      served: null,
      manifest: null,
      seconds: 1,
    },
    findings,
    load: {
      ...{ failure: null, unjudged: null, name: 'm', version: '1.0', others: [], steps: [], config: [] },
      ...load,
    },
    pickles: { verdict: 'no disallowed globals found', streams: 0, opcodes: 0, listVersion: '1' },
    read: { entries: 512, bytes: 1, checksums: 512 },
    checks: Array.from({ length: 41 }, (_, at) => ({ code: `C${at}`, severity: 'error', title: '' })),
  };
}

test('errors keep an archive from being shipped, warnings ask for a look', () => {
  const words = (findings: readonly Finding[]) => verdictOf(resultWith(findings)).words;
  const [error, warning, info] = (['error', 'warning', 'info'] as const).map((one) => finding(one));
  assert.equal(
    words([error, error, warning] as Finding[]),
    '2 errors, 1 warning. Not ready to ship, though TorchServe would load it.',
  );
  assert.equal(
    words([warning] as Finding[]),
    '1 warning. TorchServe would load it; look at the warning first.',
  );
  assert.equal(words([info] as Finding[]), '1 note, no errors in 41 checks over 512 entries. Ready to ship.');
  assert.equal(words([]), 'No findings in 41 checks over 512 entries. Ready to ship.');
});

test('what TorchServe would refuse is not ready, and what nobody can tell is not said to be', () => {
  assert.equal(verdictOf(resultWith([], { failure: 'x' })).tone, 'error');
  assert.deepEqual(verdictOf(resultWith([], { unjudged: 'x' })), {
    tone: 'warning',
    words: 'No findings. It could not be judged whether TorchServe would load it.',
  });
});

test('recents are told whether there are errors', () => {
  assert.equal(verdictInShort([finding('error'), finding('warning')]), '1 error');
  assert.equal(verdictInShort([finding('warning')]), 'No errors, 1 warning');
  assert.equal(verdictInShort([]), 'No errors');
});

test('findings are listed with the worst first, and filtered by severity and by every word', () => {
  const all = [finding('info', 'N', 'a.py'), finding('error', 'E', 'b.py'), finding('warning', 'W', 'a.py')];
  const codes = (text: string, ...severities: Severity[]) =>
    listed(all, { text, severities: new Set(severities) }).map(({ code }) => code);
  assert.deepEqual(codes(''), ['E', 'W', 'N']);
  assert.deepEqual(codes('A.PY'), ['W', 'N']);
  assert.deepEqual(codes('a.py about', 'info'), ['N']);
  assert.deepEqual(codes('nothing'), []);
});
