/** A hostile case, declared: what is wrong with a file, why it matters, and what we must say of it. */
import type { Piece } from './pieces.ts';
import { deflated, type ZipEntry, zipEntry } from './zip-builder.ts';

export type Outcome = 'refuse' | 'error' | 'warning' | 'good';

export type Contents =
  | readonly Piece[]
  | {
      readonly kind: 'folder';
      readonly files: Readonly<Record<string, string>>;
      readonly links?: Readonly<Record<string, string>>;
      readonly fifos?: readonly string[];
    }
  | { readonly kind: 'fifo' }
  | { readonly kind: 'link'; readonly target: string };

/** What a command must answer: its exit code, and the code that it names, if any. */
export interface Answer {
  readonly exit: 0 | 1 | 2;
  readonly code: string | null;
}

export interface CaseFacts {
  /** Why this must be told, in one sentence. */
  readonly because: string;
  readonly contents: () => Contents;
  /** The row of SECURITY.md section 6, and that of the table in section 4. */
  readonly row?: number;
  readonly table?: string;
  readonly extension?: string;
  /** What else may be found in it, but need not. */
  readonly also?: readonly string[];
  /** Who sees it: opening the archive, reading its bodies, or only the audit of verify. */
  readonly seenBy?: 'opening' | 'reading' | 'audit';
  /** Takes far more bytes than the others when read whole; the readers of other makers are not run on it. */
  readonly huge?: boolean;
  /** Where a command does not answer as its outcome tells. Null: it is not asked. */
  readonly inspect?: Answer | null;
  readonly verify?: Answer | null;
  readonly extract?: Answer | null;
}

export interface HostileCase extends CaseFacts {
  readonly outcome: Outcome;
  /** `OK` for a good one. */
  readonly code: string;
  readonly slug: string;
}

type Declare = (code: string, slug: string, facts: CaseFacts) => HostileCase;

const declare =
  (outcome: Outcome): Declare =>
  (code, slug, facts) => ({ outcome, code, slug, ...facts });

export const refuse = declare('refuse');
export const error = declare('error');
export const warning = declare('warning');
export const good = (slug: string, facts: CaseFacts): HostileCase => ({
  outcome: 'good',
  code: 'OK',
  slug,
  ...facts,
});

export const fileNameOf = ({ outcome, code, slug, extension = '.mar' }: HostileCase): string =>
  `${outcome}--${code}--${slug}${extension}`;

/** What stands in a file beside the manifest is no reason to keep it packed: unpacking is how one mends it. */
const isContent = (code: string): boolean => /^(YAML|REQ)_/.test(code);

/** Extract names one reason, the first it meets: here another than the one that the case is about. */
export const refusedAs = (code: string): Pick<CaseFacts, 'extract'> => ({ extract: { exit: 2, code } });

export interface Answers {
  readonly inspect: Answer | null;
  readonly verify: Answer | null;
  readonly extract: Answer | null;
}

/** As CLI.md has it: B is listed, judged with exit code 1 and not extracted, W is told, R ends everything. */
export function answersOf(one: HostileCase): Answers {
  const { outcome, code, seenBy = 'opening' } = one;
  const done: Answer = { exit: 0, code: null };
  const refused: Answer = { exit: 2, code };
  // Opening does not see it, but inspect reads the manifest beside.
  const isInspected = seenBy === 'opening' || code.startsWith('MANIFEST_');
  const usual: Record<Outcome, Answers> = {
    refuse: { inspect: refused, verify: refused, extract: refused },
    error: {
      inspect: isInspected ? { exit: 0, code } : done,
      verify: { exit: 1, code },
      extract: isContent(code) ? done : refused,
    },
    warning: {
      inspect: isInspected ? { exit: 0, code } : done,
      verify: { exit: 0, code },
      extract: done,
    },
    good: { inspect: done, verify: done, extract: done },
  };
  const { inspect, verify, extract } = { ...usual[outcome], ...one };
  return { inspect, verify, extract };
}

export const manifestName = 'MAR-INF/MANIFEST.json';
export const manifest = {
  createdOn: '01/01/2024 00:00:00',
  runtime: 'python',
  model: { modelName: 'model', handler: 'handler.py', modelVersion: '1.0' },
  archiverVersion: '0.12.0',
};
export const manifestText = JSON.stringify(manifest, null, 2);
/** The handler that people would see, and the one that an attacker would have run. */
export const handlerText = 'def handle(data, context):\n    return data\n';
export const evilText = 'def handle(data, context):\n    return ["evil"]\n';

export const manifestEntry: ZipEntry = deflated(manifestName, manifestText);
export const handlerEntry: ZipEntry = zipEntry('handler.py', handlerText);
/** The entries of a model that nothing is wrong with. */
export const goodEntries: readonly ZipEntry[] = [manifestEntry, handlerEntry];
