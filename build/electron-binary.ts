/** Where Electron's binary is, if it is on this machine. The npm package is only its types and what downloads it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../node_modules/electron', import.meta.url));

const executables: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

export type FoundElectron =
  | { readonly path: string }
  /** Why there is none, and how to bring it. */
  | { readonly path: null; readonly why: string };

/** Looks, and never downloads. */
export function findElectron(): FoundElectron {
  const executable = executables[process.platform] ?? 'electron';
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given !== undefined && given !== '') {
    const path = join(given, executable);
    if (existsSync(path)) return { path };
    return {
      path: null,
      why: `ELECTRON_OVERRIDE_DIST_PATH is ${given}, and there is no ${executable} in it`,
    };
  }
  const path = join(installed, 'dist', readName() ?? executable);
  if (existsSync(path)) return { path };
  const bring = 'npx install-electron downloads it; ELECTRON_OVERRIDE_DIST_PATH names one that is here';
  return { path: null, why: `Electron's binary is not on this machine (${bring})` };
}

function readName(): string | null {
  try {
    return readFileSync(join(installed, 'path.txt'), 'utf8');
  } catch {
    return null;
  }
}
