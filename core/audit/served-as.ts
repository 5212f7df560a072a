/** The name and the version under which TorchServe serves a model that is registered without either. */
import type { Manifest } from '../contract/model.ts';

export interface ServedAs {
  readonly name: string;
  readonly version: string;
}

export function servedAs(manifest: Manifest, fileName: string): ServedAs {
  const part = manifest.workflow ?? manifest.model;
  const fields: Readonly<Record<string, unknown>> =
    typeof part === 'object' && part !== null ? (part as Readonly<Record<string, unknown>>) : {};
  return {
    name: textOf(fields.workflowName ?? fields.modelName) ?? nameFromFile(fileName),
    version: textOf(fields.modelVersion) ?? '1.0',
  };
}

/** Gson makes texts of numbers too. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** At start-up TorchServe makes a name of the file's: `a.tar.gz` becomes `a_tar_gz`. */
function nameFromFile(fileName: string): string {
  return fileName.replace(/\.(mar|model)$/, '').replace(/\W/g, '_');
}
