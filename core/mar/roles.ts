/** What each entry is for, by what the manifest says of it. */
import type { Manifest, Role } from '../contract/model.ts';

const named = {
  model: 'modelFile',
  weights: 'serializedFile',
  config: 'configFile',
  requirements: 'requirementsFile',
} as const satisfies Partial<Record<Role, string>>;

/** A function from an entry's name to its role. */
export function rolesBy(manifest: Manifest | null): (name: string) => Role {
  const roles = new Map<string, Role>([
    ['MAR-INF/MANIFEST.json', 'manifest'],
    ['WAR-INF/MANIFEST.json', 'manifest'],
  ]);
  const add = (name: unknown, role: Role) => {
    if (typeof name === 'string' && name !== '' && !roles.has(name)) roles.set(name, role);
  };
  const model = objectIn(manifest, 'model');
  const workflow = objectIn(manifest, 'workflow');
  for (const name of handlerFiles(model?.handler, manifest?.runtime)) add(name, 'handler');
  for (const [role, field] of Object.entries(named)) add(model?.[field], role as Role);
  add(workflow?.handler, 'handler');
  add(workflow?.specFile, 'config');
  return (name) => roles.get(name) ?? 'extra';
}

/** `handler.py`, `handler`, `handler.py:function` and `libhandler:Class` name files by one rule a runtime. */
function handlerFiles(handler: unknown, runtime: unknown): string[] {
  if (typeof handler !== 'string' || handler === '') return [];
  const before = handler.split(':', 1)[0] ?? '';
  if (runtime === 'LSP') return [`${before}.so`, `${before}.dylib`];
  return [`${before.replace(/\.py$/, '').split('/').at(-1)}.py`];
}

function objectIn(manifest: Manifest | null, key: string): Record<string, unknown> | undefined {
  const value = manifest?.[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
