/** `npm run check`: all that can be judged without running the code. One line each; all run even if one fails. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { checkLayers } from './layers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Verdict {
  readonly ok: boolean;
  /** What the tool said, shown only if it was not content. */
  readonly words: string;
}

const checks: Readonly<Record<string, () => Promise<Verdict>>> = {
  types: () => run('typescript/bin/tsc', ['--pretty', 'false']),
  'types of the interface': () =>
    run('svelte-check/bin/svelte-check', [
      '--tsconfig',
      'renderer/tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
      '--no-color',
    ]),
  'lint and format': () =>
    run('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--colors=off', '.']),
  layers: async () => {
    const wrong = await checkLayers(root);
    return { ok: wrong.length === 0, words: wrong.join('\n') };
  },
  'unused code': () => run('knip/bin/knip.js', ['--no-progress']),
};

function run(tool: string, args: readonly string[]): Promise<Verdict> {
  const path = fileURLToPath(new URL(`../node_modules/${tool}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: undefined },
    });
    let words = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      words += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      words += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, words }));
  });
}

for (const [name, check] of Object.entries(checks)) {
  const started = performance.now();
  const { ok, words } = await check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(22)}  ${seconds.padStart(5)} s`);
  if (!ok) {
    console.log(`\n${words.trim()}\n`);
    process.exitCode = 1;
  }
}
