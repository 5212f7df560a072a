import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePython } from '../../../core/python/outline.ts';

const never = [
  ...[
    '1',
    '-1',
    'not a',
    '"x"',
    '"a" "b"',
    'f"{a}"',
    'None',
    'True',
    '...',
    '[A]',
    '{A: B}',
    '{A}',
    '(A, B)',
  ],
  ...['lambda: A', '[a for a in b]', 'a + b', 'a < b', '(1)', '1 if a else 2', '"" or 1', 'int(a)', 'a.b(c)'],
  ...['logging.getLogger(__name__)', 'os.environ.get("A")', 'torch.device("cpu")', 'a().b()', 'a[0].b()'],
];
const maybe = [
  ...['A', 'a.A', 'a[0]', 'make()', 'type("A", (), {})', 'namedtuple("A", "b")', 'a.namedtuple("A", "b")'],
  ...['(A)', 'A if a else None', 'a or B', 'enum.Enum("A", "b")', 'a()()', '(b := A)'],
];

for (const [values, expected] of [
  [never, false],
  [maybe, true],
] as const) {
  for (const value of values) {
    test(`${value} ${expected ? 'may be' : 'is never'} a class`, async () => {
      for (const statement of [
        `x = ${value}`,
        `x: int = ${value}`,
        `x = y = ${value}`,
        `x, y = 1, ${value}`,
      ]) {
        const { assignsClass, assigned } = await parsePython(`${statement}\n`);
        assert.equal(assignsClass, expected, statement);
        assert.ok(assigned.includes('x'));
      }
    });
  }
}

test('what is unpacked, looped over or only annotated is not taken for sure', async () => {
  const assigns = async (source: string) => (await parsePython(source)).assignsClass;
  assert.equal(await assigns('x, y = [A, B]\n'), true);
  assert.equal(await assigns('for x in y:\n    pass\n'), true);
  assert.equal(await assigns('x: int\n'), false);
  assert.equal(await assigns('def f():\n    x = A\n'), false);
});
