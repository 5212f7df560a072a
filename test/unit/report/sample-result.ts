/** A result with everything in it that a report could stumble over. */
import type { Finding } from '../../../core/contract/model.ts';
import type { VerifyResult } from '../../../core/contract/verification.ts';

/** Markup, attributes, table cells, controls, text direction, half of a surrogate pair: all in names of entries. */
export const hostileNames = [
  '<img src=x onerror=alert(1)>.py',
  '"><script>alert(1)</script>',
  "a' onmouseover='alert(1)",
  ']]>&amp;&#x3c;b&#62;',
  'a | b \\| c `d` **e** ~~f~~',
  '[text](https://example.org) ![picture](http://example.org/p.png)',
  '@someone fixes #12, see www.example.org',
  'line\nbreak\rand\ttab',
  'control\u0000\u0007\u001b[2J\u0085',
  'direction\u202etxt.py\u2066',
  'half \ud83d pair \ufffe \uffff',
  '<!-- comment --> <?pi?>',
];

const findings: Finding[] = [
  ...hostileNames.map((name, index) => ({
    code: index % 2 === 0 ? 'PATH_TRAVERSAL' : 'ZIP_CRC',
    severity: 'error' as const,
    path: name,
    message: `${name} is wrong`,
    hint: `rename ${name}`,
  })),
  { code: 'TS_EXTENSION', severity: 'warning', path: null, message: 'a warning', hint: 'a hint' },
  { code: 'MANIFEST_LEGACY', severity: 'info', path: 'MAR-INF/MANIFEST.json', message: 'old', hint: 'none' },
  { code: 'UNHEARD_OF', severity: 'error', path: 'x', message: 'no rule has this code', hint: 'a hint' },
];

export const hostileResult: VerifyResult = {
  path: '/home/someone/secret-project/<b>model</b>\u001b[31m.mar',
  ok: false,
  sha256: 'ab'.repeat(32),
  findings,
  kind: 'mar',
  size: 123_456,
  load: {
    ...{ failure: hostileNames.join(' '), unjudged: null, name: hostileNames.join(' '), version: '<1>' },
    ...{ others: hostileNames, config: [] },
    steps: [{ what: 'handler', words: hostileNames.join(' '), path: hostileNames[0] as string }],
  },
  served: hostileNames,
  manifest: { runtime: hostileNames[0] as string, model: { modelName: hostileNames[1] as string } },
  read: { entries: 3, bytes: 4_567, checksums: 3 },
  pickles: { verdict: 'findings', streams: 2, opcodes: 345, listVersion: '1' },
  checks: [
    { code: 'ZIP_GAP', severity: 'error', title: 'Bytes between the entries belong to none of them.' },
  ],
  seconds: 1.5,
};

export const cleanResult: VerifyResult = {
  ...hostileResult,
  path: 'digits.mar',
  ok: true,
  findings: [],
  load: { failure: null, unjudged: null, name: 'digits', version: '1.0', others: [], steps: [], config: [] },
  served: null,
  pickles: { verdict: 'no disallowed globals found', streams: 2, opcodes: 345, listVersion: '1' },
  manifest: { runtime: 'python', model: { modelName: 'digits' } },
};
