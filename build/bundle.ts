/**
 * Builds dist/: the command line, the library and the worker, bundled for Node 20.19, the library's type
 * declarations, the desktop's shell, the interface, and the archives to try it with. All bundles lie flat in one folder, because the core finds its worker beside itself.
 * Nothing is built again while the sources are unchanged.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleDesktop } from './bundle-desktop.ts';
import { buildRenderer } from './renderer.ts';
import { makeSamples } from './samples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(root, '.cache', 'bundle.json');

const sources = [
  'cli',
  'core',
  'electron',
  'renderer',
  'examples',
  'build/icons',
  'server',
  'build/bundle.ts',
  'build/bundle-desktop.ts',
  'build/renderer.ts',
  'build/samples.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'build/tsconfig.types.json',
];

/** Builds what is out of date; true if anything was. */
export async function ensureBundle(): Promise<boolean> {
  const stamp = await hashSources();
  const built =
    existsSync(join(dist, 'cli.js')) &&
    existsSync(join(dist, 'electron', 'main.js')) &&
    existsSync(join(dist, 'renderer', 'index.html')) &&
    existsSync(join(dist, 'types', 'core', 'index.d.ts'));
  if (built && (await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return false;

  // Built beside dist and moved into place, so that a run under way never meets half a bundle.
  const fresh = join(root, `dist-${process.pid}.tmp`);
  try {
    const [bundled, , rendered] = await Promise.all([
      bundle(fresh),
      bundleDesktop(fresh),
      buildRenderer(join(fresh, 'renderer')),
      makeSamples(join(fresh, 'samples')),
      declareTypes(join(fresh, 'types')),
    ]);
    const licenses = await collectLicenses([...bundled, ...rendered]);
    await writeFile(join(fresh, 'THIRD-PARTY-LICENSES.txt'), licenses);
    await replaceFolder(fresh, dist);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, stamp);
  return true;
}

async function hashSources(): Promise<string> {
  const files = [];
  for (const source of sources) {
    if (source.includes('.')) files.push(source);
    else
      for (const item of await readdir(join(root, source), { recursive: true, withFileTypes: true }))
        if (item.isFile()) files.push(relative(root, join(item.parentPath, item.name)));
  }
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** Answers with the files that went into it. The desktop's bundles hold nothing that is not among them. */
async function bundle(outdir: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'cli/main.ts',
      index: 'core/index.ts',
      worker: 'core/workers/worker.ts',
      'server-engine': 'server/engine.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    chunkNames: '[name]-[hash]',
    // Some packages are CommonJS and require Node's own modules, which an ES module has no `require` for.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    // ws would look for native helpers of that name, wherever the bundle happens to lie.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    metafile: true,
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: root,
    entryPoints: { 'mar-studio': 'cli/bin.cts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
  });
  await chmod(join(outdir, 'mar-studio.cjs'), 0o755);
  await chmod(join(outdir, 'cli.js'), 0o755);
  return Object.keys(metafile.inputs);
}

/** The packages inside the bundles ask that their licence travels with them. */
async function collectLicenses(inputs: readonly string[]): Promise<string> {
  const packages = new Set(
    inputs.flatMap(
      (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.split(sep).join('/'))?.[0] ?? [],
    ),
  );
  const texts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? '' : await readFile(join(root, folder, file), 'utf8');
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function declareTypes(outDir: string): Promise<void> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  // Whether the types hold is the business of `npm run check`; here they are only written down.
  await promisify(execFile)(process.execPath, [tsc, '-p', 'build/tsconfig.types.json', '--outDir', outDir], {
    cwd: root,
  });
  await keepReachable(outDir);
}

/** Keeps the declarations that index.d.ts reaches, and lets them name each other as JavaScript files. */
async function keepReachable(folder: string): Promise<void> {
  const reached = new Set([join(folder, 'core', 'index.d.ts')]);
  // A Set hands out what is added to it while it is walked.
  for (const file of reached) {
    const text = await readFile(file, 'utf8');
    const named = text.replace(/(from '|import\(")(\.[^'"]*)\.ts\b/g, (_, before, module) => {
      reached.add(join(dirname(file), `${module}.d.ts`));
      return `${before}${module}.js`;
    });
    await writeFile(file, named);
  }
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name);
    if (item.isFile() && !reached.has(path)) await rm(path);
  }
}

async function replaceFolder(fresh: string, target: string): Promise<void> {
  const old = `${target}-${process.pid}-old.tmp`;
  try {
    if (existsSync(target)) await rename(target, old);
    await rename(fresh, target);
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  const didBuild = await ensureBundle();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(didBuild ? `Built dist/ in ${seconds} s.` : 'dist/ is up to date.');
}
