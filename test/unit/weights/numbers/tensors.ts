/** Tensors made of bytes, for tests of what is measured of them. */
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StridedValues, Tensor } from '../../../../core/weights/tensor.ts';

export interface MadeTensor {
  readonly name?: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly strides?: readonly number[];
  readonly start?: number;
  readonly littleEndian?: boolean;
  readonly quantised?: StridedValues['quantised'];
}

/** In memory, unless it is put into a file. */
export function tensorOf(made: MadeTensor, place: { fd: number; start: number } | null = null): Tensor {
  const { dtype, shape, bytes, start = 0, littleEndian = true, quantised } = made;
  const strides = made.strides ?? stridesOf(shape);
  const storage = {
    ...{ size: bytes.length, place },
    read: async (position: number, length: number) =>
      Buffer.from(bytes.subarray(position, position + length)),
    close: async () => {},
  };
  const values = { storage, start, dtype, shape, strides, littleEndian };
  return {
    ...{ name: made.name ?? 'weight', dtype, shape, bytes: bytes.length, where: '', offset: start },
    parameters: shape.reduce((product, size) => product * size, 1),
    layout: 'strided',
    values: quantised === undefined ? values : { ...values, quantised },
  };
}

/** As in a file, behind some bytes that are not its own. */
export function tensorInFile(made: MadeTensor): { tensor: Tensor; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'mar-studio-test-'));
  const path = join(folder, 'numbers');
  const before = Buffer.from('something else');
  writeFileSync(path, Buffer.concat([before, made.bytes]));
  const fd = openSync(path, 'r');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { tensor: tensorOf(made, { fd, start: before.length }), remove };
}

export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

export const float32 = (numbers: ArrayLike<number>, shape: readonly number[] = [numbers.length]): Tensor =>
  tensorOf({ dtype: 'float32', shape, bytes: new Uint8Array(Float32Array.from(numbers).buffer) });
