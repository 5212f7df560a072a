/**
 * Builds dist/electron/: the desktop shell. It lies in a folder of its own, with the engine and the worker that the
 * engine starts, so that the package takes this folder whole and nothing of the command line.
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function bundleDesktop(dist: string): Promise<void> {
  const outdir = join(dist, 'electron');
  const common = { absWorkingDir: root, outdir, bundle: true, external: ['electron'] };
  await build({
    ...common,
    entryPoints: {
      main: 'electron/main.ts',
      engine: 'electron/engine.ts',
      worker: 'core/workers/worker.ts',
    },
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: '[name]-[hash]',
    // Some packages are CommonJS and require Node's own modules, which an ES module has no `require` for.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  // A sandboxed preload is one CommonJS file, and has no module of Node's.
  await build({
    ...common,
    entryPoints: { preload: 'electron/preload.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'browser',
    target: 'chrome140',
  });
  await copyFile(join(root, 'build/icons/app/256x256.png'), join(outdir, 'icon.png'));
  await copyFile(join(root, 'build/icons/file/64x64.png'), join(outdir, 'file.png'));
}
