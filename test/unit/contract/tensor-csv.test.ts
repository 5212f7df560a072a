/** The listing as CSV: what readers of CSV and spreadsheets make of it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { tensorCsv } from '../../../core/contract/tensor-csv.ts';
import type { TensorFacts } from '../../../core/contract/weights.ts';

const tensor = (name: string): TensorFacts => ({
  ...{ name, dtype: 'float32', shape: [2, 3], parameters: 6, bytes: 24, where: 'data/0', offset: 64 },
  layout: 'strided',
});

test('a row for each tensor, with sizes in one cell', () => {
  assert.equal(
    tensorCsv([tensor('a.weight')]),
    'name,dtype,shape,parameters,bytes,where,offset,sharedWith,problem\r\na.weight,float32,"[2, 3]",6,24,data/0,64,,\r\n',
  );
});

test('quotes, commas and line ends of names stay in their cell', () => {
  const [, row = ''] = tensorCsv([tensor('a"b,c')]).split('\r\n');
  assert.ok(row.startsWith('"a""b,c",float32,'));
  assert.ok(tensorCsv([tensor('a\nb')]).includes('"a\nb",'));
});

test('no name becomes a formula', () => {
  for (const name of ['=1+1', '+1', '-1', '@x', '\tx']) {
    const [, row = ''] = tensorCsv([tensor(name)]).split('\r\n');
    assert.ok(row.startsWith(`'${name}`) || row.startsWith(`"'${name}`), row);
  }
});
