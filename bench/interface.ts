/** How fast the interface is, in the browser, with the real engine: what docs/interface-performance.md holds. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatBytes } from '../core/contract/format.ts';
import { rendererFolder } from '../server/built-files.ts';
import { launchBrowser, noBrowser } from '../test/support/served-app.ts';
import type { Bench, Report, Settings } from './bench.ts';
import { type Measured, measureJob, measureManyEntries, measureText } from './interface-page.ts';
import { type Spread, spreadOf } from './measure.ts';

export interface Gate {
  readonly name: string;
  readonly unit: 'ms' | 'rows' | 'bytes' | 'events';
  /** Two cores and Chromium; null where nothing is promised. */
  readonly most: number | null;
}

const gates: readonly Gate[] = [
  { name: 'first rows', unit: 'ms', most: 600 },
  { name: 'complete', unit: 'ms', most: 2400 },
  { name: 'longest task', unit: 'ms', most: null },
  { name: 'scroll p50', unit: 'ms', most: null },
  { name: 'scroll p95', unit: 'ms', most: 40 },
  { name: 'filter', unit: 'ms', most: 200 },
  { name: 'sort', unit: 'ms', most: 300 },
  { name: 'expand all', unit: 'ms', most: 200 },
  { name: 'collapse all', unit: 'ms', most: 200 },
  { name: 'rows in the document', unit: 'rows', most: 80 },
  { name: 'heap', unit: 'bytes', most: 160e6 },
  { name: 'text of 20,000 lines', unit: 'ms', most: 400 },
  { name: 'text of 100,000 lines', unit: 'ms', most: 1000 },
  { name: 'initial JavaScript', unit: 'bytes', most: 180 * 1024 },
  { name: 'cancel', unit: 'ms', most: 200 },
  { name: 'progress events a second', unit: 'events', most: 10 },
];

export interface InterfaceResult {
  readonly gate: Gate;
  readonly spread: Spread;
}

/** Each thing so often, one after the other; the scripts and the engine of a run are its own. */
export async function measureInterface(
  entries: number,
  runs: number,
  say: Settings['say'],
): Promise<readonly InterfaceResult[]> {
  const values = new Map<string, number[]>();
  const note = (measured: Measured) => {
    for (const [name, value] of Object.entries(measured))
      values.set(name, [...(values.get(name) ?? []), value]);
  };
  const browser = await launchBrowser();
  try {
    for (let run = 1; run <= runs; run++) {
      say(`run ${run} of ${runs}`);
      note(await measureManyEntries(browser, entries));
      note({ 'text of 20,000 lines': await measureText(browser, 20_000, 1000) });
      note({ 'text of 100,000 lines': await measureText(browser, 100_000, 5000) });
      note(await measureJob(browser, 3_900_000_000));
    }
  } finally {
    await browser.close();
  }
  note({ 'initial JavaScript': await initialJavaScript() });
  return gates.map((gate) => ({ gate, spread: spreadOf(values.get(gate.name) ?? []) }));
}

/** Gzipped: what the page loads before anybody does anything. */
async function initialJavaScript(): Promise<number> {
  const page = await readFile(join(rendererFolder, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(
    ([, name]) => name as string,
  );
  const seen = new Set<string>();
  let bytes = 0;
  const add = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = await readFile(join(rendererFolder, name), 'utf8');
    bytes += gzipSync(text, { level: 9 }).length;
    // Not those of import(): they come when they are asked for.
    const imports = text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g);
    for (const [, other] of imports) await add(`assets/${other}`);
  };
  for (const name of first) await add(name);
  return bytes;
}

export function shownValue(value: number, unit: Gate['unit']): string {
  if (unit === 'bytes') return formatBytes(value);
  return unit === 'ms' ? `${Math.round(value)} ms` : String(Math.round(value));
}

export function tableRow({ gate, spread }: InterfaceResult): string[] {
  const shown = (value: number) => shownValue(value, gate.unit);
  return [
    gate.name,
    shown(spread.median),
    shown(spread.min),
    shown(spread.max),
    gate.most === null ? '' : shown(gate.most),
  ];
}

export const interfaceBench: Bench = async ({ runs, files, say }): Promise<Report | null> => {
  if (noBrowser) {
    say(noBrowser);
    return null;
  }
  const entries = files(100_000);
  const results = await measureInterface(entries, runs, say);
  return {
    facts: [`- Runs: ${runs}; each row shows their median, and the least and the most`],
    tables: [
      {
        title: `An archive of ${entries.toLocaleString('en-US')} entries, two texts, and a verification`,
        columns: ['', 'median', 'least', 'most', 'at most'],
        rows: results.map(tableRow),
      },
    ],
    notes: [
      'Times end when the frame that shows it was painted. First rows and complete begin when the answer of the engine arrives; a key, a click or a cancel when it was pressed.',
      'Scrolling goes from the first row to the last in 240 frames, each with rows that were not there before.',
      'Filter is the slowest of four keys. A text is shown from the click on its entry on, the comparison being done; one line of twenty differs.',
    ],
    targets: results
      .filter(({ gate }) => gate.most !== null)
      .map(({ gate, spread }) => ({
        text: `${gate.name}: at most ${shownValue(gate.most as number, gate.unit)}`,
        measured: shownValue(spread.median, gate.unit),
        met: spread.median <= (gate.most as number),
      })),
    broken: [],
  };
};
