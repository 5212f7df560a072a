/**
 * `npm run bench -- pack inspect`: measures, prints the tables, and writes them to docs/benchmarks.md, those of the
 * interface to docs/interface-performance.md. A section of such a file always comes from one run.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBundle } from '../build/bundle.ts';
import type { Bench, Settings } from './bench.ts';
import { diff } from './diff.ts';
import { extract } from './extract.ts';
import { inspect } from './inspect.ts';
import { interfaceBench } from './interface.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { pack } from './pack.ts';
import { keepBundle } from './peers.ts';
import { formatReport, replaceSection } from './report.ts';
import { tensors } from './tensors.ts';
import { verify } from './verify.ts';

const benches: ReadonlyMap<string, Bench> = new Map(
  Object.entries({ pack, extract, inspect, verify, diff, tensors, interface: interfaceBench }),
);

const usage = `npm run bench -- NAME... [options]

  NAME          ${[...benches.keys()].join(', ')}
  --size SIZE   of weights and of large texts (512MiB)
  --large SIZE  for the comparison of memory (8GiB or 2GiB; 0 leaves it out)
  --files N     small files or entries (20000 to 100000, as each bench has it)
  --runs N      counted runs of each (5)
  --quick       16 MiB, 2000 files, one run, and docs/ stays as it is`;

interface Document {
  readonly path: string;
  readonly preface: string;
}

const document: Document = {
  path: resolve(import.meta.dirname, '../docs/benchmarks.md'),
  preface: `# Benchmarks

Each section comes from one run, on the machine and with the command that it names.`,
};
const interfaceDocument: Document = {
  path: resolve(import.meta.dirname, '../docs/interface-performance.md'),
  preface: '# How fast the interface is',
};

function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)([KMG]iB)?$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no size, such as 512MiB`);
  return Number(number) * 1024 ** ['', 'KiB', 'MiB', 'GiB'].indexOf(unit);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is no count`);
  return Number(text);
}

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: 'string' },
      large: { type: 'string' },
      files: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const largeBytes = values.large === undefined ? undefined : parseSize(values.large);
  const files = values.files === undefined ? undefined : parseCount(values.files);
  const settings: Settings = {
    sizeBytes: parseSize(values.size ?? (quick ? '16MiB' : '512MiB')),
    large: (usualBytes) => (largeBytes ?? (quick ? 0 : usualBytes)) || null,
    files: (usual) => files ?? (quick ? 2000 : usual),
    runs: parseCount(values.runs ?? (quick ? '1' : '5')),
    say: (line) => console.error(line),
  };
  const chosen = positionals.map((name) => {
    const bench = benches.get(name);
    if (bench === undefined) throw new Error(`there is no bench ${name}`);
    return { name, bench };
  });
  if (chosen.length === 0) throw new Error('no bench was named');
  return { chosen, settings, quick };
}

function askedFor() {
  try {
    return parseCommandLine();
  } catch (error) {
    console.error(`error: ${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const { chosen, settings, quick } = askedFor();
await ensureBundle();
await keepBundle();
for (const { name, bench } of chosen) {
  const machine = describeMachine();
  const start = describeLoad();
  const report = await bench(settings);
  if (report === null) continue;
  const command = `- Command: \`npm run bench -- ${process.argv.slice(2).join(' ')}\``;
  const load = `- Load average (1 minute): ${start} at the start, ${describeLoad()} at the end`;
  const body = formatReport({ ...report, facts: [...machine, load, command, ...report.facts] });
  console.log(`## ${name}\n\n${body}`);
  if (report.broken.length > 0) process.exitCode = 1;
  if (quick) continue;
  const { path, preface } = name === 'interface' ? interfaceDocument : document;
  const text = await readFile(path, 'utf8').catch(() => preface);
  await writeFile(path, replaceSection(text, name, body));
}
