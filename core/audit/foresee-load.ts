/** Whether TorchServe would serve an archive, and if not, what it would stumble over first. */
import type { Archive } from '../archive.ts';
import { showName } from '../contract/format.ts';
import type { Finding, Role } from '../contract/model.ts';
import { runtimes } from '../contract/model.ts';
import type { LoadOutcome } from '../contract/verification.ts';
import type { ArchiveSubject } from './archive-subject.ts';
import { incomplete } from './audit.ts';
import { foreseeSteps, type LoadSteps } from './load-steps.ts';
import type { Subject } from './rule.ts';
import { servedAs } from './served-as.ts';
import { servedHandler } from './served-model.ts';

export async function foreseeLoad(
  subject: ArchiveSubject,
  served: Archive['served'],
  findings: readonly Finding[],
): Promise<LoadOutcome> {
  const { name, version } = servedAs(subject.manifest, subject.archive?.fileName ?? '');
  const inContent = findings.filter(isStop).map(({ message }) => message);
  const [failure = null, ...others] = [
    ...[unpackingFailure(served), refusal(subject), missedFile(subject, served)].filter(
      (why) => why !== null,
    ),
    ...inContent,
  ];
  const isModel = subject.archive?.kind !== 'war' && subject.archive?.manifest?.manifest != null;
  return {
    ...{ failure, unjudged: failure === null ? unjudged(subject, findings) : null, name, version },
    others: others.slice(0, mostOthers),
    ...(isModel ? located(await foreseeSteps(subject), subject) : { steps: [], config: [] }),
  };
}

const mostOthers = 20;

function located({ steps, config }: LoadSteps, subject: ArchiveSubject): LoadSteps {
  const at = (path: string | null) => (path === null ? null : subject.entryName(path));
  return { steps: steps.map((step) => ({ ...step, path: at(step.path) })), config };
}

/** Files without which there is no saying whether the model loads. */
const deciding: ReadonlySet<Role> = new Set(['handler', 'model', 'config']);

function unjudged(subject: ArchiveSubject, findings: readonly Finding[]): string | null {
  const handler = servedHandler(subject);
  const names = subject.entries.filter(({ role }) => deciding.has(role)).map(({ name }) => name);
  if (handler.kind === 'file') names.push(handler.entry.name);
  const asListed = new Set(names.map((name) => subject.entryName(name)));
  const missed = findings.find(({ code, path }) => code === incomplete.code && asListed.has(path ?? ''));
  return missed?.message ?? null;
}

function unpackingFailure({ error, files }: Archive['served']): string | null {
  if (error !== null) return `unpacking fails: ${error}`;
  return files.length === 0 ? 'it finds no files inside' : null;
}

/** In the order and the words of the front end. */
function refusal({ manifest, archive }: Subject): string | null {
  if (!archive || archive.manifest?.manifest == null) return null;
  const part: unknown = archive.kind === 'war' ? manifest.workflow : manifest.model;
  if (archive.kind === 'war') {
    if (typeof part !== 'object' || part === null)
      return 'it says "Missing Workflow entry in manifest file."';
    if (!('workflowName' in part)) return 'it says "Workflow name is not defined."';
    if (manifest.archiverVersion == null) return 'it says "Workflow archive version is not defined."';
    return manifest.createdOn == null ? 'it says "Workflow archive createdOn is not defined."' : null;
  }
  if (part === null || (part !== undefined && typeof part !== 'object'))
    return 'it fails on a manifest without a model';
  const runtime: unknown = manifest.runtime;
  const isKnown = runtime === undefined || runtimes.some((known) => known === runtime);
  return isKnown ? null : 'it says "Runtime is not defined or invalid."';
}

/** A file that the archive lists and the manifest counts on, and that is not where TorchServe looks. */
function missedFile({ entries }: Subject, { files }: Archive['served']): string | null {
  const names = new Set(files.map(({ name }) => name));
  const missed = entries.find(({ name, role }) => role !== 'extra' && !names.has(name));
  return missed ? `it never finds ${showName(missed.name)}, although the archive lists it` : null;
}

/** What ends in a failure, be it of the front end or of the worker. Other errors are no hindrance to loading. */
const stops =
  /^(MAR_EMPTY|MANIFEST_(MISSING|INVALID|DANGLING)|(CONFIG|LOAD|YAML|TS|TAR|GZIP)_\w+|ZIP_(CRC|SIZE|DEFLATE|TRAILING_COMPRESSED|DESCRIPTOR_MISMATCH))$/;

const isStop = ({ code, severity }: Finding) =>
  stops.test(code) && (severity === 'error' || code === 'TS_EXTENSION');
