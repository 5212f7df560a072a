import assert from 'node:assert/strict';
import test from 'node:test';
import { parseTensorFilter } from '../../../core/contract/tensor-filter.ts';

const tensors = [
  { name: 'encoder.attn.weight', dtype: 'float16', shape: [768, 64] },
  { name: 'encoder.attn.bias', dtype: 'bfloat16', shape: [768] },
  { name: 'Head Out.weight', dtype: 'float32', shape: [10, 768, 3, 3] },
  { name: 'codes', dtype: 'float8_e4m3fn', shape: [] },
  { name: 'ids', dtype: 'int8', shape: [0] },
  { name: 'q', dtype: 'q4_0', shape: [32] },
];

const passing: Readonly<Record<string, readonly number[]>> = {
  '': [0, 1, 2, 3, 4, 5],
  'name:attn': [0, 1],
  attn: [0, 1],
  'NAME:ATTN': [0, 1],
  ATTN: [0, 1],
  '*.weight': [0, 2],
  'encoder.*.bias': [1],
  'encoder.*': [0, 1],
  '*attn*': [0, 1],
  'e*attn.weight*attn.weight': [],
  '"head out"': [2],
  'name:"Head Out.weight"': [2],
  'dtype:f16': [0],
  'dtype:bf16': [1],
  'dtype:f8': [3],
  'dtype:float': [],
  'dtype:float8_e4m3fn': [3],
  'dtype:i8,f32': [2, 4],
  'dtype:f3': [],
  'dtype:q4_0': [5],
  'shape:768': [1],
  'shape:768,*': [0],
  'shape:768,...': [0, 1],
  'shape:...,3': [2],
  'shape:10,...,3': [2],
  'shape:[768,64]': [0],
  'shape:*': [1, 4, 5],
  'shape:...': [0, 1, 2, 3, 4, 5],
  'shape:16-64': [5],
  'dtype:f16 shape:768,* name:attn': [0],
  '-name:attn': [2, 3, 4, 5],
  'encoder -dtype:f16': [1],
};

for (const [text, passes] of Object.entries(passing)) {
  test(`the filter ${JSON.stringify(text)} lets the right tensors pass`, () => {
    const filter = parseTensorFilter(text);
    assert.ok(typeof filter === 'function', JSON.stringify(filter));
    assert.deepEqual(
      tensors.flatMap((tensor, at) => (filter(tensor) ? [at] : [])),
      passes,
    );
  });
}

test('what is no filter is told in words', () => {
  const flawOf = (text: string) => (parseTensorFilter(text) as { flaw?: string }).flaw ?? '';
  assert.match(flawOf('size:3'), /no filter "size:"/);
  assert.match(flawOf('dtype:'), /no filter|nothing stands behind "dtype:"/);
  assert.match(flawOf('shape:a,b'), /"a" is no size/);
  assert.match(flawOf('shape:...,...'), /once/);
  assert.match(flawOf('name:""'), /nothing stands behind/);
});

test('many stars in a long name take no time', () => {
  const filter = parseTensorFilter(`${'*a'.repeat(2000)}*b`);
  assert.ok(typeof filter === 'function');
  assert.equal(filter({ name: 'a'.repeat(100_000), dtype: 'x', shape: [] }), false);
});
