/** The manifest of either side, field by field, and what TorchServe makes of both configurations. */
import type { ValueChange } from '../contract/diff.ts';
import type { Manifest } from '../contract/model.ts';
import { effectiveConfig } from '../mar/model-config.ts';
import { compareJson } from './structured.ts';

/** When an archive was made says nothing of what it is. */
export function manifestChanges(before: Manifest | null, after: Manifest | null): readonly ValueChange[] {
  const [old, now] = [withoutTime(before), withoutTime(after)].map((fields) => JSON.stringify(fields));
  const compared = compareJson(old as string, now as string);
  if ('fallback' in compared) return [];
  return compared.details.changes as readonly ValueChange[];
}

function withoutTime(manifest: Manifest | null): unknown {
  if (manifest === null) return {};
  const { createdOn: _, ...rest } = manifest;
  return rest;
}

export function createdOnOf(manifest: Manifest | null): string {
  return manifest?.createdOn === undefined ? 'none' : String(manifest.createdOn);
}

export interface Configured {
  /** Null where the model has no configuration. */
  readonly text: string | null;
  readonly runtime: string;
}

/** A configuration that TorchServe can't read has no effect to speak of: then there is nothing to compare. */
export function configChanges(before: Configured, after: Configured): ValueChange[] {
  const [old, now] = [effectiveOf(before), effectiveOf(after)];
  if (old === null || now === null) return [];
  const changes: ValueChange[] = [];
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(path) ?? null, now.get(path) ?? null];
    if (JSON.stringify(was) !== JSON.stringify(is))
      changes.push({ path, change: 'changed', before: was, after: is });
  }
  return changes;
}

function effectiveOf({ text, runtime }: Configured): Map<string, unknown> | null {
  const { values } = effectiveConfig(text ?? '{}', runtime);
  if (values.length === 0 && text !== null) return null;
  return new Map(values.map(({ key, effective }) => [key, effective]));
}
