/**
 * Filters of tensors as people type them, in a window or on the command line: `dtype:f16 shape:768,* name:attn`.
 * Words without a colon are parts of names, and a minus before any of them turns it around.
 */
import type { TensorFacts } from './weights.ts';

export type TensorFilter = (tensor: Pick<TensorFacts, 'name' | 'dtype' | 'shape'>) => boolean;

/** The filter, or what can't be understood, in words. */
export function parseTensorFilter(text: string): TensorFilter | { readonly flaw: string } {
  const tests: TensorFilter[] = [];
  for (const word of text.match(/-?(?:[a-z]+:)?(?:"[^"]*"|\S+)/gi) ?? []) {
    const isNot = word.startsWith('-') && word.length > 1;
    const test = testOf(isNot ? word.slice(1) : word);
    if (typeof test !== 'function') return test;
    tests.push(isNot ? (tensor) => !test(tensor) : test);
  }
  return (tensor) => tests.every((test) => test(tensor));
}

function testOf(word: string): TensorFilter | { readonly flaw: string } {
  const [, key = 'name', quoted = ''] = /^(?:([a-z]+):)?(.*)$/is.exec(word) ?? [];
  const value = quoted.replace(/^"(.*)"$/s, '$1');
  if (value === '') return { flaw: `nothing stands behind "${key}:"` };
  if (key === 'name') return nameTest(value);
  if (key === 'dtype') return dtypeTest(value);
  if (key === 'shape') return shapeTest(value);
  return { flaw: `there is no filter "${key}:"; there are name:, dtype: and shape:` };
}

/** A part of the name in any case; with a star, all of it. */
function nameTest(value: string): TensorFilter {
  const wanted = value.toLowerCase();
  if (!wanted.includes('*')) return ({ name }) => name.toLowerCase().includes(wanted);
  const parts = wanted.split('*');
  return ({ name }) => fitsStars(name.toLowerCase(), parts);
}

/** The parts between stars, found one after the other: a pattern would need ages for some names. */
function fitsStars(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const shortDtypes: Readonly<Record<string, string>> = {
  ...{ f: 'float', bf: 'bfloat', i: 'int', u: 'uint', c: 'complex' },
};

/** f16 is float16, i8 int8; "float8" is every type that begins so; several stand with commas between them. */
function dtypeTest(value: string): TensorFilter {
  const wanted = value
    .toLowerCase()
    .split(',')
    .map((one) => one.replace(/^(bf|[fiuc])(?=\d)/, (short) => shortDtypes[short] ?? short));
  return ({ dtype }) =>
    wanted.some((one) => dtype === one || (dtype.startsWith(one) && !/\d/.test(dtype[one.length] ?? '')));
}

/** Sizes with commas between them: a star for any one of them, "..." for any number; a range such as 512-1024 too. */
function shapeTest(value: string): TensorFilter | { readonly flaw: string } {
  const wanted = value.replace(/^\[|\]$/g, '').split(',');
  const rest = wanted.indexOf('...');
  if (rest !== -1 && wanted.lastIndexOf('...') !== rest) return { flaw: '"..." may stand in a shape once' };
  const sizes: ((size: number) => boolean)[] = [];
  for (const one of wanted) {
    if (one === '...') continue;
    const range = /^(\d+)-(\d+)$/.exec(one);
    if (one === '*') sizes.push(() => true);
    else if (range) sizes.push((size) => size >= Number(range[1]) && size <= Number(range[2]));
    else if (/^\d+$/.test(one)) sizes.push((size) => size === Number(one));
    else
      return {
        flaw: `${JSON.stringify(one)} is no size: write numbers, *, or 512-1024, with commas between them`,
      };
  }
  const before = rest === -1 ? sizes.length : rest;
  return ({ shape }) => {
    if (rest === -1 ? shape.length !== sizes.length : shape.length < sizes.length) return false;
    return sizes.every((fits, at) =>
      fits(shape[at < before ? at : shape.length - sizes.length + at] as number),
    );
  };
}
