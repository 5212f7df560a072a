/**
 * The layer rule: imports point one way (ARCHITECTURE.md). A table reads easier than the lint
 * configuration that would say the same, and it can be tested.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** What each layer may import of the project, itself aside. `node` says whether Node's own modules are allowed. */
const layers: Record<string, { readonly imports: readonly string[]; readonly node: boolean }> = {
  'core/contract': { imports: [], node: false },
  core: { imports: ['core/contract'], node: true },
  renderer: { imports: ['core/contract'], node: false },
  // `serve` is a command, and what it starts is the server.
  cli: { imports: ['core', 'core/contract', 'server'], node: true },
  server: { imports: ['core', 'core/contract'], node: true },
  electron: { imports: ['core', 'core/contract'], node: true },
};

function layerOf(path: string): string | undefined {
  const parts = path.split(sep);
  if (parts[0] === 'core' && parts[1] === 'contract') return 'core/contract';
  return parts[0];
}

const importPattern = /\b(?:from|import)\s*\(?\s*(['"])([^'"]+)\1/g;

/** One line for every import that points the wrong way. `path` is relative to the project. */
export function checkImports(path: string, source: string): string[] {
  const from = layerOf(path);
  const rule = from === undefined ? undefined : layers[from];
  if (rule === undefined) return [];
  const wrong: string[] = [];
  for (const [, , specifier = ''] of source.matchAll(importPattern)) {
    if (specifier.startsWith('node:')) {
      if (!rule.node) wrong.push(`${path}: ${from} is browser-safe and must not import ${specifier}`);
    } else if (specifier.startsWith('.')) {
      const to = layerOf(relative('.', resolve(dirname(path), specifier)));
      if (to !== from && to !== undefined && !rule.imports.includes(to)) {
        wrong.push(`${path}: ${from} must not import ${specifier} (of ${to})`);
      }
    } else if (specifier === 'electron' && from !== 'electron') {
      wrong.push(`${path}: only electron/ knows Electron`);
    }
  }
  return wrong;
}

export async function checkLayers(root: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const layer of ['core', 'renderer', 'cli', 'server', 'electron']) {
    const names = await readdir(join(root, layer), { recursive: true });
    for (const name of names.sort()) {
      if (!/\.(ts|svelte)$/.test(name)) continue;
      wrong.push(...checkImports(join(layer, name), await readFile(join(root, layer, name), 'utf8')));
    }
  }
  return wrong;
}
