/** Pickles, which weights are full of: what loading them would call. Looked for in every entry, whatever it is called. */
import { formatCount, showName } from '../../contract/format.ts';
import type { PickleProof } from '../../contract/verification.ts';
import { listVersion } from '../../weights/pickle/allowed.ts';
import type { PickleContext } from '../../weights/pickle/judge.ts';
import { mayHoldPickles, plainContext, scanPickles } from '../../weights/pickle/scan.ts';
import type { ScanSource } from '../../weights/pickle/source.ts';
import { type Allowance, type PickleScan, usualAllowance } from '../../weights/pickle/tally.ts';
import { TorchRecords } from '../../weights/pickle/torch-records.ts';
import { readStart } from '../entry-content.ts';
import type { RandomAccess, Report, Rule, RuleFamily, Subject, SubjectEntry } from '../rule.ts';

const dangerous: Rule = {
  code: 'PICKLE_DANGEROUS',
  severity: 'error',
  title: 'A pickle names what runs commands or code, reaches files or the network, or loads other code.',
  why: 'Unpickling calls what the file names, before anybody has seen a tensor: torch.load without weights_only, joblib.load and numpy.load with allow_pickle all do.',
  hint: 'do not load it; ask its author for safetensors',
};
const evasion: Rule = {
  code: 'PICKLE_EVASION',
  severity: 'error',
  title: 'A pickle is written as no pickler writes one, in a way that hides what it does.',
  why: 'Names made while it is loaded, extension codes, frames that cross and values from nowhere serve to get past scanners. Loaders differ in what they make of them.',
  hint: 'do not load it; ask its author for safetensors',
};
const unlisted: Rule = {
  code: 'PICKLE_GLOBAL',
  severity: 'warning',
  title: 'A pickle names classes or functions that are not on the list of what weights need.',
  why: 'torch.load refuses them with weights_only=True. Without it they are imported and called, with the code that the server or the archive has for them.',
  hint: 'save the state_dict alone, or safetensors; else know where the file comes from, and what the classes do',
};
const incomplete: Rule = {
  code: 'PICKLE_INCOMPLETE',
  severity: 'warning',
  title: 'What may be a pickle could not be looked at to its end.',
  why: 'It is cut off, larger than what is looked at, or packed in a way that is not unpacked here. What stands in the rest is not judged.',
  hint: 'load it only where you trust its author',
};
const operators: Rule = {
  code: 'TORCHSCRIPT_OPERATOR',
  severity: 'warning',
  title: 'TorchScript code calls operators that reach outside of the model.',
  why: 'TorchScript runs no Python, but its operators can read and write files, and those of other libraries do whatever they do.',
  hint: 'read the code in the archive, and know the libraries that it needs',
};

export const pickle: RuleFamily = {
  name: 'pickle',
  rules: [dangerous, evasion, unlisted, incomplete, operators],
  async checkEntry(entry, report, subject, signal) {
    // A link of a tar, for one, is served as an empty file.
    if (entry.size === 0) return;
    const state = stateOf(subject);
    const head = await readStart(entry, headBytes);
    const isCode = state.torch.isCode(entry.name);
    if (!isCode && !(await mayHoldPickles(head, entry.size))) return;
    // One at a time: each may hold a window of 64 MiB.
    const scan = await state.next(() => scanEntry(entry, head, state, signal));
    state.add(scan);
    tell(entry, scan, report);
  },
};

/** What was said about all pickles of a subject that has been judged. */
export const pickleProof = (subject: Subject): PickleProof => stateOf(subject).proof;

/** Enough to tell that bytes are no pickle, of all entries that are none. */
const headBytes = 4096;

class State {
  readonly torch: TorchRecords;
  readonly allowance: Allowance = usualAllowance();
  proof: PickleProof = { verdict: 'no disallowed globals found', streams: 0, opcodes: 0, listVersion };
  #last: Promise<unknown> = Promise.resolve();

  constructor(subject: Subject) {
    this.torch = new TorchRecords(subject.entries.map(({ name }) => name));
  }

  next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  add({ verdict, streams, opcodes }: PickleScan): void {
    const ranks = ['no disallowed globals found', 'incomplete', 'findings'] as const;
    const worse = ranks.indexOf(verdict) > ranks.indexOf(this.proof.verdict);
    this.proof = {
      verdict: worse ? verdict : this.proof.verdict,
      streams: this.proof.streams + streams,
      opcodes: this.proof.opcodes + opcodes,
      listVersion,
    };
  }
}

const states = new WeakMap<Subject, State>();

function stateOf(subject: Subject): State {
  const known = states.get(subject);
  if (known) return known;
  const made = new State(subject);
  states.set(subject, made);
  return made;
}

/** An archive may itself be what torch wrote, or a folder into which that was unpacked: then its storages are entries. */
function contextOf(entry: SubjectEntry, { torch }: State): PickleContext {
  return { ...torch.contextOf(entry.name), mayHoldArrays: plainContext.mayHoldArrays };
}

async function scanEntry(
  entry: SubjectEntry,
  head: Buffer,
  state: State,
  signal: AbortSignal | undefined,
): Promise<PickleScan> {
  let whole: RandomAccess | null = null;
  const source: ScanSource = {
    size: entry.size,
    async read(position, length) {
      if (position + length <= head.length) return head.subarray(position, position + length);
      whole ??= await entry.openWhole();
      return whole.read(position, length);
    },
  };
  try {
    return await scanPickles(source, {
      allowance: state.allowance,
      context: contextOf(entry, state),
      isCode: state.torch.isCode(entry.name),
      signal,
    });
  } finally {
    await (whole as RandomAccess | null)?.close();
  }
}

const mostNamed = 3;

function tell({ name }: SubjectEntry, scan: PickleScan, report: Report): void {
  const shown = showName(name);
  const isOf = (wanted: string) => scan.globals.filter(({ standing }) => standing === wanted);
  const worst = isOf('dangerous');
  if (worst.length > 0)
    report(
      dangerous,
      name,
      `${shown} names ${listed(worst, (one) => `${nameOf(one)}, which ${one.reason}${place(one)}`)}`,
    );
  if (scan.evasions.length > 0)
    report(
      evasion,
      name,
      `${shown} hides what it does: ${listed(scan.evasions, (one) => `${showName(one.message)}${place(one)}`)}`,
    );
  const others = [...isOf('unknown'), ...isOf('review')];
  if (others.length > 0) {
    const message = `${shown} names ${listed(others, nameOf)}, which torch.load refuses with weights_only=True`;
    report(unlisted, name, message);
  }
  if (scan.incomplete.length > 0) {
    const faults = listed(scan.incomplete, (one) => `${showName(one.message)}${place(one)}`);
    report(incomplete, name, `${shown} was not looked at as a whole: ${faults}`);
  }
  if (scan.operators.length > 0) {
    const called = listed(scan.operators, (one) => `${showName(one.name)}, which ${one.reason}`);
    report(operators, name, `${shown} calls ${called}`);
  }
}

const nameOf = ({ module, name }: { readonly module: string; readonly name: string }) =>
  showName(`${module}.${name}`.slice(0, 100));

const place = ({ where, position }: { readonly where: string; readonly position: number }) =>
  ` (${where === '' ? '' : `${showName(where.slice(0, 60))}, `}byte ${position.toLocaleString('en-US')})`;

function listed<T>(items: readonly T[], show: (item: T) => string): string {
  const first = items.slice(0, mostNamed).map(show).join('; ');
  const more = items.length - mostNamed;
  return more > 0 ? `${first}; and ${formatCount(more, 'more', 'more')}` : first;
}
