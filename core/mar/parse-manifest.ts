/** A manifest from its bytes, as strictly as its several readers together: what one of them refuses is a flaw. */
import type { Manifest } from '../contract/model.ts';
import { checkJson } from '../json/check-json.ts';

export const maxManifestBytes = 1024 * 1024;

export interface ParsedManifest {
  /** Null where no reader would get an object out of it. */
  readonly manifest: Manifest | null;
  /** In words, with line and column where there is one. */
  readonly flaws: readonly string[];
}

export function parseManifest(bytes: Buffer): ParsedManifest {
  if (bytes.length > maxManifestBytes) {
    return {
      manifest: null,
      flaws: [`it has ${bytes.length.toLocaleString('en-US')} bytes, more than 1 MiB`],
    };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { manifest: null, flaws: ['it is not valid UTF-8'] };
  }
  const found = checkJson(text);
  const flaws = found.map(({ line, column, detail }) => `${line}:${column}: ${detail}`);
  if (found.some(({ kind }) => kind === 'syntax' || kind === 'too deep')) return { manifest: null, flaws };
  const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { manifest: null, flaws: [...flaws, 'it is not a JSON object'] };
  }
  return { manifest: value as Manifest, flaws };
}
