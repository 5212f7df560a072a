/** What verify answers. The keys up to `findings` are CLI.md's contract; the others may grow. */
import type { ArchiveKind, Finding, Manifest, Severity } from './model.ts';

export interface VerifyResult {
  readonly path: string;
  /** No finding is as bad as what was asked to fail on: an error, unless told otherwise. */
  readonly ok: boolean;
  /** Of the whole file; null for a folder, which has no bytes of its own. */
  readonly sha256: string | null;
  readonly findings: readonly Finding[];
  readonly kind: ArchiveKind;
  readonly size: number;
  readonly load: LoadOutcome;
  /** The files that TorchServe would have, where they are others than those listed; else null. */
  readonly served: readonly string[] | null;
  /** Null where there is none that can be read. */
  readonly manifest: Manifest | null;
  readonly read: ReadProof;
  readonly pickles: PickleProof;
  /** What was looked for and not found. */
  readonly checks: readonly Check[];
  readonly seconds: number;
}

/** What TorchServe would do with the archive if it were registered without any settings beside it. */
export interface LoadOutcome {
  /** Why it would not serve it, or null where nothing speaks against it. */
  readonly failure: string | null;
  /** Why nobody can tell: a file that decides about it could not be looked at. Null where that was not needed. */
  readonly unjudged: string | null;
  readonly name: string;
  readonly version: string;
  /** What else would stop it, were that mended. */
  readonly others: readonly string[];
  /** What it would run and read, in its order; empty for what is no model. */
  readonly steps: readonly LoadStep[];
  /** What it would go by of the config file; empty where there is none, or none that it can read. */
  readonly config: readonly ConfigValue[];
}

export interface LoadStep {
  readonly what: 'runtime' | 'handler' | 'model' | 'weights' | 'requirements' | 'config';
  readonly words: string;
  /** The entry that it is about. */
  readonly path: string | null;
}

export interface ConfigValue {
  readonly key: string;
  /** As JSON; null where the file says nothing. */
  readonly given: string | null;
  /** What TorchServe goes by, as JSON; null where another setting or the machine decides. */
  readonly effective: string | null;
  readonly why: string;
}

/** What was read, and so is known and not only claimed. */
export interface ReadProof {
  readonly entries: number;
  readonly bytes: number;
  /** How many of the entries have a CRC-32, and it held. */
  readonly checksums: number;
}

/** What all pickles of the archive would call, by the lists of that version. Never "safe": the lists know what they know. */
export interface PickleProof {
  readonly verdict: PickleVerdict;
  /** Pickles that were read. */
  readonly streams: number;
  readonly opcodes: number;
  readonly listVersion: string;
}

export type PickleVerdict = 'no disallowed globals found' | 'findings' | 'incomplete';

export interface Check {
  readonly code: string;
  readonly severity: Severity;
  /** What is not the case. */
  readonly title: string;
}

export const failOnLevels = ['error', 'warning'] as const;
export type FailOn = (typeof failOnLevels)[number];
