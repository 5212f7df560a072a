/**
 * `npm start`: until the application exists, it shows the command line at work on the example model.
 * With arguments (`npm start -- pack --help`) it is the command line itself.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatBytes } from '../core/contract/format.ts';
import type { PackResult } from '../core/contract/model.ts';
import { ensureBundle } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// npm runs scripts in the project's folder and says in INIT_CWD where it was called.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
const cli = join(root, 'dist', 'cli.js');

await ensureBundle();
const args = process.argv.slice(2);
if (args.length > 0) runCommandLine(args);
else showExample();

function runCommandLine(args: readonly string[]): void {
  const child = spawn(process.execPath, [cli, ...args], { cwd: calledFrom, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function showExample(): void {
  const recipe = here('examples/digits/recipe.yaml');
  const pack = ['pack', '--recipe', recipe, '--export-path', here('.cache/example'), '--force'];
  console.log(`MAR Studio packs its example model, examples/digits:\n\n  $ mar-studio ${pack.join(' ')}\n`);

  const run = spawnSync(process.execPath, [cli, ...pack, '--json'], {
    cwd: calledFrom,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) {
    console.error(run.stdout);
    process.exitCode = 1;
    return;
  }
  const { output, size, sha256, entries, findings, seconds } = JSON.parse(run.stdout) as PackResult;
  for (const entry of entries) {
    console.log(
      `  ${formatBytes(entry.size).padStart(10)}  ${entry.method.padEnd(8)}  ${entry.crc32}  ${entry.path}`,
    );
  }
  for (const { severity, code, message } of findings) console.log(`  ${severity} ${code}: ${message}`);
  console.log(`
  ${relative(calledFrom, output)}: ${formatBytes(size)} in ${seconds.toFixed(2)} s
  Read back after writing: every header, every byte and every CRC-32 is what was packed.
  SHA-256 ${sha256}
  The recipe asks for reproducible bytes, so that is the hash on every machine.

Next
  npm start -- --help              the command line
  npm start -- pack --help         every option of pack
  npm start -- pack --recipe ${recipe} --dry-run
  npm test                         all tests
`);
}

function here(path: string): string {
  return relative(calledFrom, join(root, path)) || '.';
}
