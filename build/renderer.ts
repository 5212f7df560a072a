/** Builds the interface into dist/renderer, with Vite. Nothing in it comes from anywhere but this project's packages. */
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Answers with the files that went into it, relative to the project. */
export async function buildRenderer(outDir: string): Promise<readonly string[]> {
  const built = await build({
    configFile: false,
    root: join(root, 'renderer'),
    // A window loads it from app://, a tab from the loopback server.
    base: './',
    publicDir: join(root, 'renderer', 'public'),
    logLevel: 'warn',
    plugins: [svelte({ configFile: false })],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome140',
      // The page's policy allows scripts and styles from files, and none inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: true,
      reportCompressedSize: false,
    },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  return outputs
    .flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
    .filter((id) => isAbsolute(id))
    .map((id) => relative(root, id));
}
