/**
 * `npm test`: every file under test/, or those whose path holds one of the given texts (`npm test -- cli zip`).
 * One line a file, and what its tests measured; what failed, in full; what was not run here, and why; node's own closing
 * lines.
 */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type EventData, run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { ensureBundle } from './bundle.ts';

/** The file that node was asked to run is not in the types; `file` may be a module that it imports. */
type InEntryFile<Event> = Event & { readonly entryFile?: string };

const root = fileURLToPath(new URL('..', import.meta.url));
const patterns = process.argv.slice(2);
const files = (await readdir(join(root, 'test'), { recursive: true }))
  .map((name) => join('test', name))
  .filter(
    (name) => name.endsWith('.test.ts') && (patterns.length === 0 || patterns.some((p) => name.includes(p))),
  )
  .sort();
if (files.length === 0) {
  console.error(`no test file's path holds ${patterns.join(' or ')}`);
  process.exit(1);
}

await ensureBundle();
// Hundreds of processes load the same sources, and without it each of them strips their types and compiles them anew.
process.env.NODE_COMPILE_CACHE ??= join(root, '.cache', 'compiled');
const names = new Map<string, { readonly name: string; readonly parent: string }>();
const counts = new Map<string, number>();
const failures: { readonly file: string; readonly name: string; readonly text: string }[] = [];
const skips = new Map<string, string[]>();
const notes = new Map<string, string[]>();
const errorOutput = new Map<string, string>();
const closing: string[] = [];

const stream = run({ files, cwd: root, concurrency: 2 });
stream.on('test:enqueue', (event: InEntryFile<EventData.TestEnqueue>) => {
  if (event.entryFile === undefined) return;
  names.set(keyOf(event, event.testId), { name: event.name, parent: keyOf(event, event.parentId) });
});
stream.on('test:complete', (event: InEntryFile<EventData.TestComplete>) => {
  if (event.entryFile === undefined) finishFile(event);
  else finishTest(event, shown(event.entryFile));
});
stream.on('test:stderr', (event: InEntryFile<EventData.TestStderr>) => {
  const file = shown(event.entryFile ?? event.file ?? '');
  errorOutput.set(file, (errorOutput.get(file) ?? '') + event.message);
});
stream.on(
  'test:diagnostic',
  ({ nesting, message, entryFile, file }: InEntryFile<EventData.TestDiagnostic>) => {
    if (nesting === 0 && /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(message)) {
      closing.push(`# ${message}`);
      return;
    }
    const from = shown(entryFile ?? file ?? '');
    notes.set(from, [...(notes.get(from) ?? []), message]);
  },
);
stream.on('end', report);
stream.resume();

function finishTest(event: InEntryFile<EventData.TestComplete>, file: string): void {
  if (event.nesting === 0) counts.set(file, (counts.get(file) ?? 0) + 1);
  const name = fullName(keyOf(event, event.testId));
  if (event.skip !== undefined) {
    const reason = typeof event.skip === 'string' && event.skip !== '' ? event.skip : 'no reason given';
    skips.set(reason, [...(skips.get(reason) ?? []), `${file}: ${name}`]);
  }
  const { error } = event.details;
  // A test whose parts failed says nothing that they have not said.
  if (error === undefined || (error as { failureType?: string }).failureType === 'subtestsFailed') return;
  const place = event.line === undefined ? file : `${shown(event.file ?? file)}:${event.line}`;
  const text = `${name}\n  at ${place}\n${indent(textOf(error.cause ?? error))}`;
  failures.push({ file, name, text });
}

/** Of an assertion its message and stack say it all; inspected, it would repeat both sides. */
function textOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : inspect(error);
}

function finishFile({ name, details }: EventData.TestComplete): void {
  const file = shown(name);
  const found = counts.get(file) ?? 0;
  const failed = details.error !== undefined || found === 0;
  const seconds = `${(details.duration_ms / 1000).toFixed(1).padStart(6)} s`;
  const count = `${String(found).padStart(4)} tests`;
  console.log(`${failed ? 'FAIL' : 'ok  '} ${seconds} ${count}  ${file}`);
  for (const note of notes.get(file) ?? []) console.log(indent(note, 8));
  // At once too: of a long log people may see this part alone.
  for (const failure of failures) if (failure.file === file) console.log(indent(failure.text, 8));
  if (failed && !failures.some((failure) => failure.file === file)) {
    const name = found === 0 ? 'it holds no test' : 'it ended with an error of its own';
    failures.push({ file, name, text: `${file}: ${name}` });
  }
}

function report(): void {
  failures.forEach(({ file, text }, index) => {
    console.log(`\n${index + 1}) ${text}`);
    const words = errorOutput.get(file);
    const isLastOfFile = failures.findLastIndex((failure) => failure.file === file) === index;
    if (words !== undefined && isLastOfFile)
      console.log(`  ${file} wrote to standard error:\n${indent(words)}`);
  });
  if (skips.size > 0) console.log('\nNot run here, and why');
  for (const [reason, tests] of skips) console.log(`  ${reason}\n${indent(tests.join('\n'), 4)}`);
  // Once more at the end, in a line each: of a long log people see the end first.
  const short = [
    ...Array.from(skips, ([reason, tests]) => `# not run here: ${tests.length} (${reason})`),
    ...failures.map(({ file, name }) => `# failed: ${file}: ${name.split('\n')[0]}`),
  ];
  console.log(`\n${[...closing, ...short].join('\n')}`);
  if (failures.length > 0) process.exitCode = 1;
}

function keyOf(
  event: InEntryFile<EventData.TestEnqueue | EventData.TestComplete>,
  id: number | undefined,
): string {
  return `${event.entryFile} ${id}`;
}

function fullName(key: string): string {
  const found = names.get(key);
  if (found === undefined) return '';
  const above = fullName(found.parent);
  return above === '' ? found.name : `${above} > ${found.name}`;
}

function shown(path: string): string {
  return path === '' ? '' : relative(root, path);
}

function indent(text: string, by = 2): string {
  return text.trimEnd().replace(/^/gm, ' '.repeat(by));
}
