/** The manifest as rows of a card: what TorchServe knows first, then whatever else stands in it. */
import type { Manifest } from '../../../core/contract/model.ts';

export interface ManifestRow {
  readonly label: string;
  readonly value: string;
  /** The entry that the value names; null where it names none. */
  readonly entry: string | null;
  /** Of a handler such as "handler.py:run": the function. */
  readonly inside: string | null;
}

interface KnownKey {
  readonly label: string;
  readonly isFile?: boolean;
}

const ofModel: Readonly<Record<string, KnownKey>> = {
  modelName: { label: 'Model' },
  modelVersion: { label: 'Version' },
  handler: { label: 'Handler', isFile: true },
  serializedFile: { label: 'Weights', isFile: true },
  modelFile: { label: 'Model file', isFile: true },
  requirementsFile: { label: 'Requirements', isFile: true },
  configFile: { label: 'Config', isFile: true },
};
const ofManifest: Readonly<Record<string, KnownKey>> = {
  runtime: { label: 'Runtime' },
  createdOn: { label: 'Created' },
  archiverVersion: { label: 'Archiver' },
};

export function manifestRows(manifest: Manifest): {
  readonly known: readonly ManifestRow[];
  readonly others: readonly ManifestRow[];
} {
  const model: Readonly<Record<string, unknown>> = isObject(manifest.model) ? manifest.model : {};
  return {
    known: [...knownRows(model, ofModel), ...knownRows(manifest, ofManifest)],
    others: [
      ...otherRows(model, ofModel, 'model.'),
      ...otherRows(
        manifest,
        { ...ofManifest, ...(isObject(manifest.model) ? { model: { label: '' } } : {}) },
        '',
      ),
    ],
  };
}

function knownRows(values: Readonly<Record<string, unknown>>, keys: typeof ofModel): ManifestRow[] {
  return Object.entries(keys)
    .filter(([key]) => values[key] !== undefined && values[key] !== '')
    .map(([key, { label, isFile }]) => {
      const value = words(values[key]);
      const [file = '', inside] = key === 'handler' ? value.split(':') : [value];
      const isNamed = isFile === true && (key !== 'handler' || /\.py$|:/.test(value));
      const entry = isNamed ? (key === 'handler' && !file.endsWith('.py') ? `${file}.py` : file) : null;
      return { label, value, entry, inside: inside ?? null };
    });
}

function otherRows(values: Readonly<Record<string, unknown>>, known: object, prefix: string): ManifestRow[] {
  return Object.entries(values)
    .filter(([key]) => !Object.hasOwn(known, key))
    .slice(0, 200)
    .map(([key, value]) => ({ label: prefix + key, value: words(value), entry: null, inside: null }));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const words = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
