/**
 * What the interface may ask of the engine, and what the engine tells unasked. Calls answer at once; whatever may
 * take long is a job, which outlives the window that started it. Paths are those of this computer; a host grants
 * the places that they may lead to (core/service/guard.ts).
 */
import type { KeyChanges } from './commands.ts';
import type { DiffResult } from './diff.ts';
import type { EarlyPart } from './early.ts';
import type {
  FindBytesInput,
  FindBytesResult,
  HashInput,
  HashResult,
  SearchInput,
  SearchResult,
  StoreResult,
} from './found.ts';
import type {
  ArchiveKind,
  EntryType,
  ExtractInput,
  ExtractResult,
  Finding,
  Manifest,
  PackInput,
  PackPlan,
  PackResult,
  RepackInput,
  RepackPlan,
  Role,
  Runtime,
} from './model.ts';
import type { Preview, PreviewInput } from './preview.ts';
import type { Settings } from './settings.ts';
import type { ConfigValue, VerifyResult } from './verification.ts';
import type { PickleReport, TensorDifference, TensorListing, TensorStats } from './weights.ts';

export type { EarlyPart } from './early.ts';
export type * from './found.ts';
export type * from './preview.ts';
export type { ConfigValue } from './verification.ts';

export interface Calls {
  about: { input: NoInput; output: About };
  /** What lies in a folder, for a file picker. */
  listFolder: { input: { readonly path: string }; output: FolderListing };
  /** What somebody dropped or named, and what may be done with it. */
  identify: { input: { readonly paths: readonly string[] }; output: readonly Identified[] };
  inspect: { input: { readonly path: string }; output: Inspected };
  /** The stamp that inspect would give now: whether a file is still the one that was looked at, without reading it. */
  stampOf: { input: { readonly path: string }; output: { readonly stamp: string } };
  /** What each code of a finding means, and why it matters. */
  listRules: { input: NoInput; output: readonly RuleWords[] };
  preview: { input: PreviewInput; output: Preview };
  /** For the hex view: bytes of an entry, or of the file itself where `entry` is null; base64. */
  readBytes: { input: BytesInput; output: BytesRead };
  /** Both sides of one changed text, whole, for a view that unfolds what did not change. */
  readTexts: { input: TextsInput; output: Texts };
  /** What the weights hold that an entry is, or the file itself where `entry` is null; no number of it is read. */
  tensors: { input: WeightsInput; output: TensorListing };
  /** Code or a graph inside weights, one of the listing's texts. */
  weightsText: { input: TensorInput; output: WeightsTextRead };
  /** The listing as a CSV file. */
  saveTensorTable: {
    input: WeightsInput & { readonly to: string; readonly force: boolean };
    output: Saved;
  };
  plan: { input: { readonly input: PackInput }; output: PackPlan };
  /** The same for a new archive from an old one. */
  planRepack: { input: { readonly path: string; readonly input: RepackInput }; output: RepackPlan };
  /** What TorchServe makes of a model-config.yaml. */
  readConfig: { input: { readonly path: string; readonly runtime: Runtime }; output: ConfigRead };
  /**
   * Answers once the archives of a model store are others than those that `stamp` stands for, however long that takes.
   * Watched for as long as somebody waits: whoever drops the call, or closes the window, ends it.
   */
  awaitStoreChange: { input: { readonly path: string; readonly stamp: string }; output: Done };
  readRecipe: { input: { readonly path: string }; output: PackInput };
  saveRecipe: {
    input: { readonly path: string; readonly input: PackInput; readonly force: boolean };
    output: Saved;
  };
  /** Settings and keys in one file of the user's own, such as for another computer. */
  saveSettings: {
    input: {
      readonly path: string;
      readonly settings: Settings;
      readonly keys: KeyChanges;
      readonly force: boolean;
    };
    output: Saved;
  };
  /** What such a file holds: nothing is changed by it. */
  readSettings: { input: { readonly path: string }; output: SettingsRead };
  /** Of a finished job: verify or diff. */
  saveReport: { input: ReportInput; output: Saved };
  /** A policy to start from, made of what a finished diff found. */
  savePolicy: {
    input: { readonly id: number; readonly path: string; readonly force: boolean };
    output: Saved;
  };
  /** Settings, recents and marks: one JSON value under each name, kept in this user's own folder. */
  readState: { input: { readonly name: StateName }; output: StateRead };
  /** Only over what `revision` stands for: another window may have written since that was read. */
  writeState: {
    input: { readonly name: StateName; readonly value: unknown; readonly revision: string };
    output: { readonly revision: string };
  };
  listJobs: { input: NoInput; output: readonly Job[] };
  startJob: { input: JobInput; output: Job };
  cancelJob: { input: { readonly id: number }; output: Done };
  /** Drops a finished job from the list. */
  forgetJob: { input: { readonly id: number }; output: Done };
  jobResult: { input: { readonly id: number }; output: JobResult };
  /** What a job was asked for, such as to start it once more. */
  jobInput: { input: { readonly id: number }; output: JobInput };
  /** What a job knows before it is done, or knew when it was stopped: from this item on, some at a time. */
  jobPart: { input: { readonly id: number; readonly from: number }; output: EarlyPart | null };
}

export type CallName = keyof Calls;
export type CallInput<N extends CallName> = Calls[N]['input'];
export type CallOutput<N extends CallName> = Calls[N]['output'];

export type NoInput = Readonly<Record<never, never>>;
export type Done = Readonly<Record<never, never>>;

export interface About {
  readonly version: string;
  /** As Node names it: "linux", "darwin", "win32". */
  readonly platform: string;
  readonly cores: number;
  /** The places that paths may lead to. */
  readonly grants: readonly Grant[];
  /** Archives that came with the application, to try it with. */
  readonly samples: readonly string[];
  /** Where a person's own files begin, such as the first folder granted. */
  readonly home: string | null;
}

export interface Grant {
  readonly path: string;
  readonly isFolder: boolean;
}

export interface FolderListing {
  readonly path: string;
  /** Null where the folder above is not granted. */
  readonly parent: string | null;
  /** Folders first, then files, each by name. */
  readonly items: readonly FolderItem[];
  /** How many more there are than were listed. */
  readonly more: number;
}

export interface FolderItem {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file' | 'other';
  readonly size: number;
  /** ISO 8601, UTC. */
  readonly modified: string;
}

export interface Identified {
  readonly path: string;
  readonly name: string;
  readonly is: 'archive' | 'model folder' | 'folder' | 'file' | 'missing' | 'unreadable';
  readonly size: number;
  /** For a file that is no archive: what it would be in one. */
  readonly role: Role | null;
  /** What it looks like, or why nothing can be done with it. */
  readonly words: string;
}

/** What inspect answers, its entries by column: a hundred thousand objects would be slow to carry. */
export interface Inspected {
  readonly path: string;
  readonly kind: ArchiveKind | null;
  readonly size: number;
  /** Tells whether the file is still the one that was looked at. */
  readonly stamp: string;
  readonly manifest: Manifest | null;
  readonly entries: EntryColumns;
  readonly totals: {
    readonly entries: number;
    readonly size: number;
    readonly compressedSize: number | null;
  };
  readonly findings: readonly Finding[];
  /** Why it could not be opened; the entries are those that were seen before. */
  readonly problem: ProblemData | null;
}

export interface RuleWords {
  readonly code: string;
  readonly title: string;
  readonly why: string;
}

export interface EntryColumns {
  readonly path: readonly string[];
  readonly size: readonly number[];
  readonly compressedSize: readonly (number | null)[];
  readonly method: readonly string[];
  readonly crc32: readonly (string | null)[];
  /** Milliseconds since 1970. */
  readonly modified: readonly number[];
  readonly mode: readonly string[];
  readonly role: readonly Role[];
  readonly type: readonly EntryType[];
  readonly linkTarget: readonly (string | null)[];
  /** Where the local header begins; null where the container has none. */
  readonly offset: readonly (number | null)[];
}

/** A problem as it crosses a transport: no stack, nothing of the machine. */
export interface ProblemData {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly path: string | null;
}

export interface BytesInput {
  readonly path: string;
  readonly entry: string | null;
  readonly offset: number;
  /** At most 1 MiB. */
  readonly length: number;
}

export interface BytesRead {
  readonly size: number;
  readonly offset: number;
  readonly base64: string;
}

export interface WeightsInput {
  readonly path: string;
  readonly entry: string | null;
}

/** One tensor, or one text, among those of some weights. */
export interface TensorInput extends WeightsInput {
  readonly name: string;
}

export interface WeightsTextRead {
  readonly text: string;
  /** Whether all of it is here: at most 16 MiB are. */
  readonly isWhole: boolean;
}

export interface TensorPairInput {
  readonly before: string;
  readonly after: string;
  readonly beforeEntry: string | null;
  readonly afterEntry: string | null;
  readonly beforeName: string;
  readonly afterName: string;
}

export interface ExportTensorInput extends TensorInput {
  /** Where to write the .npy file. */
  readonly to: string;
  readonly force: boolean;
}

export interface TextsInput {
  readonly before: string;
  readonly after: string;
  /** Null where this side has none. */
  readonly beforeEntry: string | null;
  readonly afterEntry: string | null;
}

export interface Texts {
  readonly before: string | null;
  readonly after: string | null;
}

export interface ConfigRead {
  /** Every key that counts for any model, and of the others those that were given. */
  readonly values: readonly ConfigValue[];
  readonly notices: readonly { readonly code: string; readonly line: number; readonly message: string }[];
}

export interface ReportInput {
  readonly id: number;
  readonly format: ReportFormat;
  readonly path: string;
  readonly force: boolean;
}

export const reportFormats = ['html', 'markdown', 'json', 'patch', 'sarif', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface SettingsRead {
  readonly settings: Partial<Settings>;
  readonly keys: KeyChanges;
  /** What in it is not known here, or may not be so: in words. */
  readonly leftOut: readonly string[];
}

export interface Saved {
  readonly path: string;
}

export const stateNames = ['settings', 'recents', 'viewed', 'store', 'keys'] as const;
export type StateName = (typeof stateNames)[number];

export interface StateRead {
  /** Null where nothing was kept. */
  readonly value: unknown;
  /** What was there and could not be read: it lies under this name now. */
  readonly keptAside: string | null;
  /** Of the file's bytes; empty where there is none. */
  readonly revision: string;
}

/** What a job does, and with what. */
export interface Jobs {
  pack: { input: { readonly input: PackInput }; result: PackResult };
  repack: { input: { readonly path: string; readonly input: RepackInput }; result: PackResult };
  extract: { input: { readonly path: string; readonly input: ExtractInput }; result: ExtractResult };
  verify: { input: { readonly path: string }; result: VerifyResult };
  diff: { input: DiffJobInput; result: DiffResult };
  /** The archive that a pack would write, against one that exists: nothing is written where it would be kept. */
  comparePlan: { input: { readonly input: PackInput; readonly before: string }; result: DiffResult };
  search: { input: SearchInput; result: SearchResult };
  /** SHA-256 of contents that somebody wants to know; those of a job that was stopped are told as its part. */
  hash: { input: HashInput; result: HashResult };
  /** Where some bytes stand in an entry, or in the archive's own file. */
  findBytes: { input: FindBytesInput; result: FindBytesResult };
  scanStore: { input: { readonly path: string }; result: StoreResult };
  tensorStats: { input: TensorInput; result: TensorStats };
  /** What loading the weights would call; nothing of them is run. */
  scanPickles: { input: WeightsInput; result: PickleReport };
  exportTensor: { input: ExportTensorInput; result: Saved };
  tensorDifference: { input: TensorPairInput; result: TensorDifference };
}

export type Verb = keyof Jobs;
export type JobInput = { [V in Verb]: { readonly verb: V; readonly input: Jobs[V]['input'] } }[Verb];
export type JobResult = { [V in Verb]: { readonly verb: V; readonly result: Jobs[V]['result'] } }[Verb];

export interface DiffJobInput {
  readonly before: string;
  readonly after: string;
  readonly proves?: boolean;
  readonly strict?: boolean;
  readonly policyPath?: string;
}

export interface Job {
  readonly id: number;
  readonly verb: Verb;
  /** What it works on, in a word or a path. */
  readonly object: string;
  /** The archive that it reads, where that is one. */
  readonly path: string | null;
  /** Grows with what is known early: whoever shows that asks `jobPart` for it. */
  readonly early: number;
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly phase: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly entry: string | null;
  /** Mean of the last five seconds; null before there is one. */
  readonly bytesPerSecond: number | null;
  /** Null while it can't be told. */
  readonly secondsLeft: number | null;
  readonly seconds: number;
  readonly problem: ProblemData | null;
}

/** What the engine or its host says unasked. */
export type EngineEvent =
  | { readonly is: 'job'; readonly job: Job }
  | { readonly is: 'job gone'; readonly id: number }
  /** The engine's process died and a new one stands in its place; its jobs are lost. */
  | { readonly is: 'engine restarted'; readonly why: string }
  /** It died again and again; no new one comes unless the host is asked for one. */
  | { readonly is: 'engine stopped'; readonly why: string }
  /** A host asks the window to open something: a second start, a file from outside. */
  | { readonly is: 'open'; readonly paths: readonly string[] }
  /** Somebody wants to see the job that they were notified of. */
  | { readonly is: 'show jobs' }
  /** A menu of the host was used. */
  | { readonly is: 'command'; readonly name: string };
