/** Comparisons with everything in them that a report could stumble over. */
import type { Details, DiffEntry, DiffResult, Hunk } from '../../../core/contract/diff.ts';
import { encodePng } from '../../../core/image/png.ts';
import { hostileNames } from './sample-result.ts';

export function entryOf(path: string, more: Partial<DiffEntry> = {}): DiffEntry {
  return {
    path,
    change: 'modified',
    from: null,
    kind: 'text',
    role: 'extra',
    before: { size: 3_174, crc32: '0badcafe', sha256: null },
    after: { size: 3_584, crc32: 'deadbeef', sha256: null },
    wrapping: [],
    details: {},
    ...more,
  };
}

export const textDetails = (hunks: readonly Hunk[], more: Partial<Details> = {}): Details => ({
  additions: hunks.flatMap(({ lines }) => lines).filter(({ sign }) => sign === '+').length,
  deletions: hunks.flatMap(({ lines }) => lines).filter(({ sign }) => sign === '-').length,
  hunks,
  form: [],
  whitespaceOnly: false,
  moved: [],
  budgetSpent: false,
  ...more,
});

const handlerHunk: Hunk = {
  beforeStart: 40,
  beforeLines: 6,
  afterStart: 40,
  afterLines: 7,
  lines: [
    { sign: ' ', text: '' },
    { sign: ' ', text: '    def preprocess(self, data):' },
    { sign: '-', text: '        image = data[0]["data"]', words: [[16, 31]] },
    { sign: '+', text: '        image = data[0].get("body")', words: [[23, 35]] },
    { sign: '+', text: '        if image is None: raise ValueError("an image & <nothing> else")' },
    { sign: ' ', text: '        tensor = self.transform(image)' },
    { sign: ' ', text: '\treturn tensor.unsqueeze(0)' },
    { sign: ' ', text: '', noNewline: true },
  ],
};

const picture = encodePng(
  96,
  48,
  Uint8Array.from({ length: 96 * 48 * 3 }, (_, at) => (at % 288 < 90 ? [200, 70, 0][at % 3] : 235) ?? 0),
).toString('base64');

export const richDiff: DiffResult = {
  identical: false,
  proof: 'crc32',
  strict: false,
  isOrderNew: false,
  before: {
    path: '/home/someone/secret-project/v1/fraud.mar',
    size: 4_700_000_000,
    kind: 'mar',
    modelName: 'fraud',
    modelVersion: '1.4',
  },
  after: {
    path: '/home/someone/secret-project/v2/fraud.mar',
    size: 4_800_000_000,
    kind: 'mar',
    modelName: 'fraud',
    modelVersion: '1.5',
  },
  summary: {
    added: 2,
    removed: 1,
    modified: 7,
    renamed: 1,
    unchanged: 482,
    bytesBefore: 4_900_000_000,
    bytesAfter: 5_000_000_000,
    wrapping: 312,
  },
  verdict: [
    { text: 'Weights unchanged.', path: null },
    { text: 'Handler changed in 2 lines.', path: 'handler.py' },
    { text: 'batchSize 4 to 8.', path: 'model-config.yaml' },
    { text: 'torch downgraded 2.4 to 2.3.', path: 'requirements.txt' },
  ],
  manifest: [
    { path: 'model.modelVersion', change: 'changed', before: '1.4', after: '1.5' },
    { path: 'createdOn', change: 'changed', before: '01/02/2026 10:00:00', after: '03/04/2026 11:30:00' },
  ],
  effectiveConfig: [
    { path: 'batchSize', change: 'changed', before: 4, after: 8 },
    { path: 'responseTimeout', change: 'added', before: undefined, after: 120 },
  ],
  entries: [
    entryOf('MAR-INF/MANIFEST.json', {
      kind: 'json',
      role: 'manifest',
      details: {
        changes: [{ path: 'model.modelVersion', change: 'changed', before: '1.4', after: '1.5' }],
        sameMeaning: false,
      },
    }),
    entryOf('handler.py', {
      role: 'handler',
      details: textDetails([handlerHunk], {
        moved: [{ before: 12, after: 80, lines: 6 }],
        form: [{ what: 'line-ends', before: 'CRLF', after: 'LF' }],
      }),
    }),
    entryOf('requirements.txt', {
      kind: 'requirements',
      role: 'requirements',
      details: {
        changes: [
          {
            name: '--extra-index-url',
            change: 'added',
            how: 'option',
            before: null,
            after: 'https://pypi.example.org/simple',
          },
          { name: 'torch', change: 'changed', how: 'downgraded', before: '==2.4.0', after: '==2.3.1' },
          { name: 'pillow', change: 'removed', before: '>=10', after: null },
        ],
        sameMeaning: false,
      },
    }),
    entryOf('model-config.yaml', {
      kind: 'yaml',
      role: 'config',
      details: {
        changes: [
          { path: 'batchSize', change: 'changed', before: 4, after: 8 },
          { path: 'maxWorkers', change: 'changed', how: 'type', before: 2, after: '2' },
        ],
        sameMeaning: false,
      },
    }),
    entryOf('index_to_name.json', {
      kind: 'json',
      details: {
        labels: {
          before: 1000,
          after: 1001,
          added: 1,
          removed: 0,
          renamed: 0,
          pattern: 'every class from 17 on moved by one',
        },
      },
    }),
    entryOf('docs/sample.png', {
      kind: 'image',
      details: {
        image: {
          before: { format: 'PNG', width: 1920, height: 960 },
          after: { format: 'PNG', width: 1920, height: 960 },
          pixels: { changed: 12_345, total: 1_843_200, largest: 200, picture },
        },
      },
    }),
    entryOf('lib/native.so', {
      kind: 'binary',
      details: {
        bytes: {
          firstDifference: 4_096,
          differing: 17,
          ranges: [
            { change: 'changed', beforeStart: 4_096, beforeLength: 16, afterStart: 4_096, afterLength: 16 },
            { change: 'inserted', beforeStart: 8_192, beforeLength: 0, afterStart: 8_192, afterLength: 410 },
          ],
        },
      },
    }),
    entryOf('data/new labels.csv', { change: 'added', before: null }),
    entryOf('notes.txt', { change: 'removed', after: null }),
    entryOf('lib/preprocessing.py', { change: 'renamed', from: 'preprocess.py', likeness: 0.93 }),
    entryOf('weights/model.pt', {
      kind: 'weights',
      role: 'weights',
      before: { size: 4_700_000_000, crc32: '0badcafe', sha256: null },
      after: { size: 4_800_000_000, crc32: 'deadbeef', sha256: null },
      details: {
        members: {
          summary: {
            added: 1,
            removed: 0,
            modified: 1,
            renamed: 0,
            unchanged: 120,
            bytesBefore: 1,
            bytesAfter: 2,
          },
          entries: [
            entryOf('archive/data/17', {
              kind: 'binary',
              details: { bytes: { firstDifference: 0, differing: 4_000, ranges: null } },
            }),
            entryOf('archive/data/18', { kind: 'binary', change: 'added', before: null }),
          ],
          more: 3,
        },
      },
    }),
  ],
  findings: [
    {
      code: 'HANDLER_SYNTAX',
      severity: 'error',
      path: 'handler.py',
      message: 'line 44 is no Python',
      hint: 'mend that line',
    },
  ],
  policy: {
    ok: false,
    path: '/home/someone/secret-project/policy.yaml',
    rules: [
      {
        name: 'A change gets a new version',
        ok: true,
        asks: 'a higher modelVersion where anything else changed',
        broken: [],
      },
      {
        name: 'Nothing is downgraded',
        ok: false,
        asks: 'no lower version of any package, nor of the model',
        broken: [{ path: 'requirements.txt', message: 'torch went from ==2.4.0 to ==2.3.1' }],
      },
    ],
  },
  seconds: 0.31,
};

const hostileHunk = (text: string): Hunk => ({
  beforeStart: 1,
  beforeLines: 1,
  afterStart: 1,
  afterLines: 1,
  lines: [
    {
      sign: '-',
      text: `\`\`\`\`\n${text}`,
      words: [
        [2, 9_999],
        [-5, 3],
      ],
    },
    { sign: '+', text: `</pre></details>${text}`, words: [[0, 1]], noNewline: true },
  ],
});

/** Every name and every value is a trap; paths of this machine stand in messages as well. */
export const hostileDiff: DiffResult = {
  ...richDiff,
  before: { ...richDiff.before, modelName: hostileNames.join(' '), modelVersion: '<1>\u202e' },
  after: {
    ...richDiff.after,
    path: '/home/someone/secret-project/<b>model</b>\u001b[31m.mar',
    modelName: null,
  },
  verdict: hostileNames.map((name) => ({ text: `${name} changed.`, path: name })),
  manifest: hostileNames.map((name) => ({
    path: name,
    change: 'changed',
    before: name,
    after: { [name]: [name] },
  })),
  effectiveConfig: hostileNames.map((name) => ({
    path: name,
    change: 'added',
    before: undefined,
    after: name,
  })),
  findings: hostileNames.map((name) => ({
    code: 'ZIP_CRC',
    severity: 'error',
    path: name,
    message: name,
    hint: name,
  })),
  policy: {
    ok: false,
    path: hostileNames[0] as string,
    rules: hostileNames.map((name) => ({
      name,
      ok: false,
      asks: name,
      broken: [{ path: name, message: name }],
    })),
  },
  entries: hostileNames.flatMap((name) => [
    entryOf(name, {
      change: 'renamed',
      from: `old ${name}`,
      likeness: 0.5,
      details: {
        ...textDetails([hostileHunk(name)], { form: [{ what: 'encoding', before: name, after: name }] }),
        changes: [
          { path: name, change: 'changed', before: name, after: name },
          { name, change: 'removed', before: name, after: null },
        ],
        fallback: `${name} at /home/someone/secret-project/v1/fraud.mar`,
        problem: {
          code: 'IO_ERROR',
          message: `reading /home/someone/secret-project/v1/fraud.mar failed: ${name}`,
        },
        labels: { before: 1, after: 1, added: 0, removed: 0, renamed: 1, pattern: name },
        image: {
          before: { format: name, width: 1, height: 1 },
          after: null,
          pixels: { changed: 1, total: 1, largest: 1, picture: '"><script>alert(1)</script>' },
        },
        members: {
          summary: {
            added: 0,
            removed: 0,
            modified: 1,
            renamed: 0,
            unchanged: 0,
            bytesBefore: 1,
            bytesAfter: 1,
          },
          entries: [entryOf(name, { details: textDetails([hostileHunk(name)]) })],
          more: 0,
        },
      },
    }),
  ]),
};

export const identicalDiff: DiffResult = {
  ...richDiff,
  identical: true,
  proof: 'sha256',
  before: { ...richDiff.before, path: 'old.mar' },
  after: { ...richDiff.after, path: 'new.mar', modelVersion: '1.4' },
  summary: {
    ...richDiff.summary,
    added: 0,
    removed: 0,
    modified: 0,
    renamed: 0,
    bytesAfter: richDiff.summary.bytesBefore,
  },
  verdict: [],
  manifest: [],
  effectiveConfig: [],
  entries: [],
  findings: [],
  policy: null,
};

/** As many changes as an archive may hold, each with lines to show. */
export function manyChanges(count: number): DiffResult {
  const entries = Array.from({ length: count }, (_, at) =>
    entryOf(`data/folder-${at % 50}/file-${at}.py`, { details: textDetails([handlerHunk]) }),
  );
  return {
    ...richDiff,
    entries,
    summary: { ...richDiff.summary, modified: count },
    policy: null,
    findings: [],
  };
}
