/** The verb verify: reads all of an archive, proves what can be proven, and judges what TorchServe would make of it. */
import { stat } from 'node:fs/promises';
import type { Archive, ArchiveEntry } from './archive.ts';
import { archiveSubject } from './audit/archive-subject.ts';
import { auditSubject, ruleFamilies, rulesFor } from './audit/audit.ts';
import { mostOfARule } from './audit/finding-list.ts';
import { foreseeLoad } from './audit/foresee-load.ts';
import { located, mergeFindings, newsAfter } from './audit/merge-findings.ts';
import { readBodies } from './audit/read-bodies.ts';
import type { RuleFamily } from './audit/rule.ts';
import { names } from './audit/rules/names.ts';
import { pickle, pickleProof } from './audit/rules/pickle.ts';
import { secrets } from './audit/rules/secrets.ts';
import { throwIfCancelled } from './contract/errors.ts';
import type { Finding } from './contract/model.ts';
import { type JobOptions, ProgressMeter } from './contract/progress.ts';
import type { Check, FailOn, LoadOutcome, VerifyResult } from './contract/verification.ts';
import { openPinned, pinStat } from './fs/pinned-file.ts';
import { readThrough } from './fs/read-through.ts';
import { inputProblem } from './fs/system-error.ts';
import { isNoModel } from './nested.ts';
import { openArchive } from './open.ts';
import { sideBySide } from './side-by-side.ts';

export interface VerifyOptions extends JobOptions {
  /** The least severity that makes `ok` false; "error" unless given. */
  readonly failOn?: FailOn | undefined;
  /** Told of what is found as it is found. The result is in order, and may hold a little less. */
  readonly onFindings?: ((findings: readonly Finding[]) => void) | undefined;
}

export async function verify(path: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  const started = performance.now();
  const archive = await openArchive(path, options);
  try {
    const totalBytes = archive.entries.reduce(
      (sum, entry) => sum + (entry.type === 'file' ? entry.size : 0),
      0,
    );
    const meter = new ProgressMeter(options.onProgress, 'verifying', totalBytes);
    const tell = fewOfEach(options.onFindings);
    if (archive.findings.length > 0) options.onFindings?.(archive.findings);
    const { bodies, sha256 } = await readAll(archive, meter, options.signal, (finding) => tell([finding]));
    const { samples, findings: inBodies, ...read } = bodies;

    meter.phase('judging');
    const subject = await archiveSubject(archive, samples, options.signal);
    // Names were judged on opening, as the container spells them.
    const asked = isNoModel(archive) ? [names, pickle, secrets] : ruleFamilies;
    const families = asked.filter((family) => family !== names);
    const isNews = newsAfter(archive.findings, inBodies);
    const onFinding = (finding: Finding) => tell(located([finding], subject).filter(isNews));
    const inContent = await auditSubject(subject, { signal: options.signal, families, onFinding });
    const findings = mergeFindings(archive.findings, inBodies, located(inContent, subject));
    throwIfCancelled(options.signal);
    meter.finish();
    return {
      path,
      ok: !findings.some(({ severity }) => severity === 'error' || severity === options.failOn),
      sha256,
      findings,
      kind: archive.kind,
      size: archive.size,
      load: isNoModel(archive) ? noLoad : await foreseeLoad(subject, archive.served, findings),
      served: servedOtherwise(archive),
      manifest: subject.archive?.manifest?.manifest ?? null,
      read,
      pickles: pickleProof(subject),
      checks: passedChecks(archive, asked, findings),
      seconds: Math.round(performance.now() - started) / 1000,
    };
  } finally {
    await archive.close();
  }
}

/** As in the result: nobody reads the same fault a thousand times. */
function fewOfEach(tell: VerifyOptions['onFindings']): (findings: readonly Finding[]) => void {
  if (tell === undefined) return () => {};
  const counts = new Map<string, number>();
  return (findings) => {
    const few = findings.filter(({ code }) => {
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      return count <= mostOfARule;
    });
    if (few.length > 0) tell(few);
  };
}

/** The entries, and beside them the file as a whole for its hash: of the two the disk sees one. */
async function readAll(
  archive: Archive,
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
  onFinding: (finding: Finding) => void,
) {
  const [bodies, sha256] = await sideBySide(
    signal,
    (either) => readBodies(archive, meter, either, onFinding),
    (either) => hashOf(archive, either),
  );
  return { bodies, sha256 };
}

async function hashOf(archive: Archive, signal: AbortSignal): Promise<string | null> {
  const { container, path } = archive;
  if (container === 'directory') return null;
  if (archive.hashInside) return archive.hashInside(signal);
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'archive');
  });
  const sha256 = await readThrough(path, () => {}, {
    size: seen.size,
    shownPath: path,
    signal,
    isInput: true,
  });
  // What was hashed must be what was read, also when somebody writes to it meanwhile.
  const pinned = await openPinned(path, pinStat(seen), 'archive');
  await pinned.close();
  return sha256;
}

/** The names that TorchServe would have, where they stand for other bytes than those listed. */
function servedOtherwise({ served, entries }: Archive): string[] | null {
  if (served.error !== null) return null;
  // Of several with one name the last is what other tools unpack.
  const rest = new Map<string, ArchiveEntry>();
  for (const entry of entries) if (entry.type === 'file') rest.set(entry.name, entry);
  for (const { entry } of served.files) {
    if (entry === null || rest.get(entry.name) !== entry) return served.files.map(({ name }) => name);
    rest.delete(entry.name);
  }
  return rest.size === 0 ? null : served.files.map(({ name }) => name);
}

const noLoad: LoadOutcome = {
  ...{ failure: null, name: '', version: '', others: [], steps: [], config: [] },
  unjudged: 'it lies inside another archive and has no manifest, as weights and wheels do',
};

function passedChecks(
  { container }: Archive,
  asked: readonly RuleFamily[],
  findings: readonly Finding[],
): Check[] {
  const found = new Set(findings.map(({ code }) => code));
  return rulesFor(container, asked)
    .filter(({ code }) => !found.has(code))
    .map(({ code, severity, title }) => ({ code, severity, title }));
}
