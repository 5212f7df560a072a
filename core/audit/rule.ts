/** What a rule looks at, and what it says. The same rules judge a plan before it is written and an archive afterwards. */
import type { ArchiveKind, Finding, Manifest, Role, Severity } from '../contract/model.ts';
import type { ParsedManifest } from '../mar/parse-manifest.ts';

/** Where bytes begin in an open file, for threads that read by themselves. */
export interface FilePlace {
  readonly fd: number;
  readonly start: number;
}

/** Bytes that can be read at any place. */
export interface RandomAccess {
  readonly size: number;
  /** Absent where they lie in no file as they are. */
  readonly place?: FilePlace | null;
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export interface SubjectEntry {
  /** The name inside the archive, with "/" between its parts. */
  readonly name: string;
  readonly size: number;
  readonly role: Role;
  /** The first bytes, at most `limit` of them. */
  readStart(limit: number): Promise<Buffer>;
  /** Reading in place, or null where the bytes are deflated and have no places. */
  open(): Promise<RandomAccess | null>;
  /** All of its bytes at any place, from a temporary copy where they are deflated: for what can't be told otherwise. */
  openWhole(): Promise<RandomAccess>;
}

/** A model as TorchServe would see it: a manifest and entries. */
export interface Subject {
  readonly manifest: Manifest;
  readonly entries: readonly SubjectEntry[];
  find(name: string): SubjectEntry | undefined;
  /** Absent for a plan: its manifest is of our own making, and its archive does not exist yet. */
  readonly archive?: ArchiveFacts;
}

/** What only an archive that exists can be asked. */
export interface ArchiveFacts {
  /** Of the file or the folder: TorchServe goes by it. */
  readonly fileName: string;
  readonly kind: ArchiveKind;
  /** Null where there is none. */
  readonly manifest: ParsedManifest | null;
}

export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, in one sentence for people. */
  readonly title: string;
  /** What TorchServe, or whoever opens the archive, does about it. */
  readonly why: string;
  readonly hint: string;
}

export type Report = (rule: Rule, path: string | null, message: string, hint?: string) => void;

/** One file in core/audit/rules: rules that look at the same thing. What a check can't read it throws. */
export interface RuleFamily {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Looks at the model as a whole. */
  check?(subject: Subject, report: Report): void | Promise<void>;
  /** Looks at one entry, so that an unreadable one does not hide what is wrong with the others. */
  checkEntry?(
    entry: SubjectEntry,
    report: Report,
    subject: Subject,
    signal: AbortSignal | undefined,
  ): void | Promise<void>;
}

export function findingOf(rule: Rule, path: string | null, message: string, hint = rule.hint): Finding {
  return { code: rule.code, severity: rule.severity, path, message, hint };
}
