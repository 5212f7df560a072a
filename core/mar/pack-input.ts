/** Judges the values of a PackInput that types can't hold: they may come from a recipe, a page or plain JavaScript. */
import { Problem } from '../contract/errors.ts';
import { archiveFormats, compressions, modelNameRule, type PackInput, runtimes } from '../contract/model.ts';
import { nearest } from '../suggest.ts';

interface Kind {
  readonly says: string;
  readonly fits: (value: unknown) => boolean;
}

const text: Kind = { says: 'a text', fits: (value: unknown) => typeof value === 'string' };
const flag: Kind = { says: 'true or false', fits: (value: unknown) => typeof value === 'boolean' };
const texts: Kind = {
  says: 'a text or a list of texts',
  fits: (value: unknown) => [value].flat().every(text.fits),
};
/** Judged further below, each in its own words. */
const anything: Kind = { says: 'anything', fits: () => true };

const fields: Readonly<Record<keyof PackInput, Kind>> = {
  modelName: text,
  version: text,
  handler: text,
  serializedFile: text,
  modelFile: text,
  extraFiles: texts,
  runtime: anything,
  exportPath: text,
  archiveFormat: anything,
  force: flag,
  requirementsFile: text,
  configFile: text,
  compression: anything,
  level: anything,
  reproducible: flag,
};

export function assertPackInput(input: PackInput): void {
  assertFields(input);
  assertModelName(input.modelName);
  assertOneOf('a runtime', input.runtime, runtimes);
  assertForm(input);
}

function assertFields(input: PackInput): void {
  if (typeof input !== 'object' || input === null) {
    throw misuse(`the input is ${kindOf(input)}, not an object`, 'give modelName, version and handler');
  }
  for (const [key, value] of Object.entries(input)) {
    if (!Object.hasOwn(fields, key)) {
      const meant = nearest(key, Object.keys(fields));
      throw misuse(
        `the input has no field ${JSON.stringify(key)}`,
        meant === null ? `the fields are ${Object.keys(fields).join(', ')}` : `did you mean ${meant}?`,
      );
    }
    const { says, fits } = fields[key as keyof PackInput];
    if (value !== undefined && !fits(value)) {
      throw misuse(`${key} must be ${says}, not ${kindOf(value)}`, `give ${key} as ${says}`);
    }
  }
  for (const required of ['modelName', 'version', 'handler'] as const) {
    if (input[required] !== undefined) continue;
    throw misuse(`${required} is missing`, 'a model name, a version and a handler are always needed');
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}

function misuse(detail: string, suggestion: string): Problem {
  return Problem.of('USAGE', { detail, suggestion });
}

/** How the archive is to be written, whatever it shall hold. */
export function assertForm(input: Pick<PackInput, 'archiveFormat' | 'compression' | 'level'>): void {
  assertOneOf('an archive format', input.archiveFormat, archiveFormats);
  assertOneOf('a compression', input.compression, compressions);
  const { archiveFormat, compression, level } = input;
  if (level !== undefined && !(Number.isInteger(level) && level >= 1 && level <= 9)) {
    const detail = `the level ${typeof level === 'number' ? level : JSON.stringify(level)} is not a whole number from 1 to 9`;
    throw misuse(detail, '1 is fast, 9 is small, 6 is the default');
  }
  if (archiveFormat === 'zip-store' && compression === 'deflate') {
    throw contradiction('the archive format zip-store', 'the compression deflate');
  }
  if (level === undefined) return;
  if (archiveFormat === 'zip-store' || archiveFormat === 'no-archive') {
    throw contradiction(`the archive format ${archiveFormat}`, 'a level');
  }
  if (compression === 'store') throw contradiction('the compression store', 'a level');
}

function contradiction(what: string, other: string): Problem {
  const detail = `${what} compresses nothing, so ${other} makes no sense beside it`;
  return misuse(detail, 'leave out one of the two');
}

export function assertModelName(name: string): void {
  if (!modelNameRule.test(name)) throw Problem.of('MODEL_NAME', { name });
}

function assertOneOf(what: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value as string)) return;
  const meant = typeof value === 'string' ? nearest(value, allowed) : null;
  throw misuse(
    `${JSON.stringify(value)} is not ${what}`,
    meant === null ? `choose one of ${allowed.join(', ')}` : `did you mean ${meant}?`,
  );
}
