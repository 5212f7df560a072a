/** Where the build puts what this host gives out: beside the bundles, or in dist/ when the sources run as they are. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : './', import.meta.url);

export const rendererFolder = fileURLToPath(new URL('renderer', dist));

/** Archives to try the application with, or null where it came without. */
export function samplesFolder(): string | null {
  const folder = fileURLToPath(new URL('samples', dist));
  return existsSync(folder) ? folder : null;
}
