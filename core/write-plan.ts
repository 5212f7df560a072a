/** From a plan to bytes: which writer takes it, and how its result is proven. */
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { ArchiveWriter, EntryBody, WriteSettings, WrittenEntry } from './archive-writer.ts';
import { Problem, throwIfCancelled } from './contract/errors.ts';
import { formatCrc32 } from './contract/format.ts';
import type { Entry } from './contract/model.ts';
import { type JobOptions, ProgressMeter } from './contract/progress.ts';
import { type DeflateEngine, nativeEngine, portableEngine } from './deflate/engine.ts';
import {
  type AtomicOptions,
  remove,
  translated,
  writeFileAtomically,
  writeFolderAtomically,
} from './fs/atomic.ts';
import { copyInLargeSteps } from './fs/copy.ts';
import { FolderWriter } from './fs/folder-writer.ts';
import { openPinned, pinStat } from './fs/pinned-file.ts';
import { PipeSink } from './fs/pipe-sink.ts';
import { readThrough } from './fs/read-through.ts';
import { assertReplaceableFolder } from './mar/output-place.ts';
import type { Plan, PlannedFile } from './mar/plan.ts';
import { bodyOf, bytesToWrite, SmallFilesAhead, withBody } from './planned-bodies.ts';
import { TarGzWriter } from './tar/writer.ts';
import { WorkerPool } from './workers/pool.ts';
import { proveCopies } from './zip/raw-copy.ts';
import { readBackZip } from './zip/read-back.ts';
import { assertStreamable, ZipStreamWriter } from './zip/stream-writer.ts';
import { foreseeEntry, smallBytes, ZipWriter } from './zip/writer.ts';

export interface WrittenArchive {
  readonly size: number;
  readonly sha256: string | null;
  readonly entries: readonly Entry[];
}

export async function writePlan(plan: Plan, options: JobOptions): Promise<WrittenArchive> {
  return withEngine(plan, options.signal, async (engine) => {
    // Every byte is handled twice: once written, once read back.
    const meter = new ProgressMeter(options.onProgress, 'write', 2 * plan.totalBytes);
    const settings = settingsOf(plan, engine, options, meter);
    const expectedBytes = plan.files.reduce((sum, file) => sum + bytesToWrite(file), 0);
    const leastBytes = () => surelyStoredBytes(plan, engine);
    const atomic = { force: plan.force, expectedBytes, leastBytes, signal: options.signal };
    const archive =
      plan.format === 'no-archive'
        ? await writeFolder(plan, atomic, settings, meter)
        : plan.format === 'tgz'
          ? await writeTarGz(plan, atomic, settings, meter)
          : await writeZip(plan, atomic, settings, meter);
    meter.finish();
    return archive;
  });
}

export async function streamPlan(
  plan: Plan,
  destination: Writable,
  options: JobOptions,
): Promise<WrittenArchive> {
  if (plan.format !== 'tgz') {
    if (plan.reproducible) return spoolZip(plan, destination, options);
    // The one form with unknown sizes that TorchServe reads is deflated, so "stored" can't be had here.
    if (plan.compression === 'store') {
      throw Problem.of('OUTPUT_NOT_STREAMABLE', {
        detail: "TorchServe can't read stored entries of a streamed archive",
      });
    }
    assertStreamable(plan.files);
  }
  return withEngine(plan, options.signal, async (engine) => {
    const meter = new ProgressMeter(options.onProgress, 'write', plan.totalBytes);
    const settings = settingsOf(plan, engine, options, meter);
    const sink = new PipeSink(destination, options.signal);
    let entries: Entry[];
    if (plan.format === 'tgz') {
      const writer = new TarGzWriter(sink, plan.modelName, 'standard output', settings);
      await writer.begin();
      entries = await addAll(plan, writer, meter);
      await writer.finish();
    } else {
      const writer = new ZipStreamWriter(sink, settings);
      try {
        entries = await addAll(plan, writer, meter);
        await writer.finish();
      } catch (error) {
        writer.abandon();
        throw error;
      }
    }
    meter.finish();
    return { size: sink.bytes, sha256: sink.finish(), entries };
  });
}

/**
 * Through a temporary file. yazl knows native zlib alone, whose bytes differ between builds of Node and even
 * between processors, and a promise of the same bytes on any machine allows for neither.
 */
async function spoolZip(plan: Plan, destination: Writable, options: JobOptions): Promise<WrittenArchive> {
  const folder = await translated(tmpdir(), mkdtemp(join(tmpdir(), 'mar-studio-')), 'making a folder in');
  try {
    const path = join(folder, `${plan.modelName}.mar`);
    const written = await writePlan({ ...plan, output: path, force: false }, options);
    const sink = new PipeSink(destination, options.signal);
    const spooled = await openPinned(path, pinStat(await stat(path)), 'temporary archive');
    try {
      await copyInLargeSteps(spooled, sink, () => throwIfCancelled(options.signal));
    } finally {
      await spooled.close();
    }
    return { ...written, sha256: sink.finish() };
  } finally {
    await remove(folder);
  }
}

async function writeZip(
  plan: Plan,
  atomic: AtomicOptions,
  settings: WriteSettings,
  meter: ProgressMeter,
): Promise<WrittenArchive> {
  let size = 0;
  let sha256: string | null = null;
  const { entries } = await writeFileAtomically(
    plan.output,
    atomic,
    async (out) => {
      const writer = new ZipWriter(out, settings);
      const entries = await addAll(plan, writer, meter);
      return { entries, zip: await writer.finish() };
    },
    async (temporary, sizeBytes, { zip }) => {
      size = sizeBytes;
      meter.phase('check');
      const onBytes = (bytes: number) => meter.add((bytes / sizeBytes) * plan.totalBytes);
      const check = { size: sizeBytes, shownPath: plan.output, signal: settings.signal, onBytes };
      sha256 = await readBackZip(temporary, zip, check);
      await proveCopies(temporary, plan.files, settings.signal);
    },
  );
  return { size, sha256, entries };
}

async function writeTarGz(
  plan: Plan,
  atomic: AtomicOptions,
  settings: WriteSettings,
  meter: ProgressMeter,
): Promise<WrittenArchive> {
  let size = 0;
  let sha256: string | null = null;
  const { entries } = await writeFileAtomically(
    plan.output,
    atomic,
    async (out) => {
      const writer = new TarGzWriter(out, plan.modelName, plan.output, settings);
      await writer.begin();
      const entries = await addAll(plan, writer, meter);
      return { entries, crc: await writer.finish() };
    },
    async (temporary, sizeBytes, written) => {
      size = sizeBytes;
      meter.phase('check');
      let crc = 0;
      const onBytes = (bytes: Buffer) => {
        crc = crc32(bytes, crc);
        meter.add((bytes.length / sizeBytes) * plan.totalBytes);
      };
      const check = { size: sizeBytes, shownPath: plan.output, signal: settings.signal };
      sha256 = await readThrough(temporary, onBytes, check);
      if (crc !== written.crc) {
        throw Problem.of('OUTPUT_CORRUPT', { path: plan.output, detail: 'its bytes differ' });
      }
    },
  );
  return { size, sha256, entries };
}

async function writeFolder(
  plan: Plan,
  atomic: AtomicOptions,
  settings: WriteSettings,
  meter: ProgressMeter,
): Promise<WrittenArchive> {
  const entries = await writeFolderAtomically(plan.output, atomic, async (temporary) => {
    const writer = new FolderWriter(temporary, plan.output, settings);
    const written = await addAll(plan, writer, meter);
    meter.phase('check');
    await writer.finish((bytes) => meter.add(bytes));
    // Planning asked this too, but minutes may have gone by.
    if (plan.force) await assertReplaceableFolder(plan.output);
    return written;
  });
  return { size: plan.totalBytes, sha256: null, entries };
}

/** Of large contents samples tell; small ones are not worth the look. */
async function surelyStoredBytes(plan: Plan, engine: DeflateEngine): Promise<number> {
  const { compression, level, format } = plan;
  let total = 0;
  for (const file of plan.files) {
    const isKept = format === 'no-archive' || compression === 'store' || file.source.kind === 'archived';
    if (isKept) total += bytesToWrite(file);
    else if (file.size > smallBytes) {
      const { method } = await withBody(file, (body) => foreseeEntry(body, { compression, level, engine }));
      if (method === 'stored') total += file.size;
    }
  }
  return total;
}

function settingsOf(
  plan: Plan,
  engine: DeflateEngine,
  options: JobOptions,
  meter: ProgressMeter,
): WriteSettings {
  return {
    compression: plan.compression,
    level: plan.level,
    engine,
    zone: plan.reproducible ? 'utc' : 'local',
    signal: options.signal,
    onBytes: (bytes) => meter.add(bytes),
  };
}

export async function withEngine<T>(
  plan: Plan,
  signal: AbortSignal | undefined,
  work: (engine: DeflateEngine) => Promise<T>,
): Promise<T> {
  if (!plan.reproducible) return work(nativeEngine);
  const pool = new WorkerPool(signal);
  try {
    return await work(portableEngine(pool));
  } finally {
    await pool.close();
  }
}

async function addAll(plan: Plan, writer: ArchiveWriter, meter: ProgressMeter): Promise<Entry[]> {
  const entries: Entry[] = [];
  const ahead = new SmallFilesAhead(plan.files);
  try {
    for (const file of plan.files) {
      meter.entry(file.name);
      const bytes = await ahead.take(file);
      const add = (body: EntryBody) => addOne(file, body, writer);
      entries.push(entryOf(file, await (bytes === undefined ? withBody(file, add) : add(bodyOf(bytes)))));
    }
  } finally {
    await ahead.settle();
  }
  return entries;
}

function addOne(file: PlannedFile, body: EntryBody, writer: ArchiveWriter): Promise<WrittenEntry> {
  if (file.source.kind !== 'archived') return writer.add(file, body);
  if (writer.addRaw === undefined) throw new Error('only a ZIP takes entries as they lie in another one');
  return writer.addRaw(file, file.source.raw, body);
}

export function entryOf(file: PlannedFile, written: WrittenEntry): Entry {
  return {
    path: file.name,
    size: file.size,
    compressedSize: written.compressedSize,
    method: written.method,
    crc32: written.crc32 === null ? null : formatCrc32(written.crc32),
    modified: file.modified.toISOString(),
    mode: `0${file.mode.toString(8)}`,
    role: file.role,
  };
}
