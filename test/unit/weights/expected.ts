/** The fixtures of test/fixtures/weights, and what the libraries that wrote them say. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StridedValues } from '../../../core/weights/tensor.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/weights');
export const fixture = (name: string): string => join(fixtures, name);

export interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly layout?: string;
  readonly strides?: readonly number[];
  /** Bytes of the numbers in row-major order, and the numbers: NaN and infinities as texts, complex ones as pairs. */
  readonly hex?: string;
  readonly values?: readonly (number | string | readonly (number | string)[])[];
  /** Of numbers narrower than a byte: all bytes they take. */
  readonly packed?: string;
  readonly bytes?: number;
  readonly quantised?: StridedValues['quantised'];
  readonly problem?: string;
}

export interface ExpectedFile {
  readonly format: string;
  readonly tensors: Readonly<Record<string, ExpectedTensor>>;
  readonly about?: Readonly<Record<string, string>>;
  readonly shared?: Readonly<Record<string, string>>;
  readonly text?: string;
}

export const expectedFiles: ReadonlyMap<string, ExpectedFile> = new Map(
  ['old', 'current'].flatMap((age) => {
    const { files } = JSON.parse(readFileSync(fixture(`expected-${age}.json`), 'utf8'));
    return Object.entries(files as Record<string, ExpectedFile>);
  }),
);

/** The bytes of all numbers in row-major order, picked one by one by their strides. */
export async function gather(values: StridedValues, width: number): Promise<string> {
  const { storage, start, shape, strides } = values;
  const bytes = await storage.read(0, storage.size);
  const parts: Buffer[] = [];
  const walk = (at: number, dimension: number): void => {
    if (dimension === shape.length) {
      parts.push(bytes.subarray(at, at + width));
      return;
    }
    for (let index = 0; index < (shape[dimension] as number); index++) {
      walk(at + index * (strides[dimension] as number) * width, dimension + 1);
    }
  };
  walk(start, 0);
  return Buffer.concat(parts).toString('hex');
}
