/** What diff answers: one tree of plain data, which every report prints and none computes. CLI.md names its keys. */
import type { ArchiveKind, Finding, Role } from './model.ts';
import type { TensorDifference, WeightsFormat, WeightsProblem } from './weights.ts';

export interface DiffResult {
  /** Of manifest and contents; times, order and compression count only where `strict` was asked for. */
  readonly identical: boolean;
  /** What equal contents rest on. */
  readonly proof: Proof;
  readonly strict: boolean;
  /** What both have stands in another order. */
  readonly isOrderNew: boolean;
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly summary: DiffSummary;
  /** In one sentence or a few, from facts alone; each part names the entry that it comes from. */
  readonly verdict: readonly VerdictPart[];
  readonly manifest: readonly ValueChange[];
  /** Those that changed, by name; unchanged ones too where all were asked for. */
  readonly entries: readonly DiffEntry[];
  readonly findings: readonly Finding[];
  /** What TorchServe would do otherwise, from both effective configurations. */
  readonly effectiveConfig: readonly ValueChange[];
  readonly policy: PolicyResult | null;
  readonly seconds: number;
}

export type Proof = 'sha256' | 'crc32';

export interface DiffSide {
  readonly path: string;
  readonly size: number;
  readonly kind: ArchiveKind;
  readonly modelName: string | null;
  readonly modelVersion: string | null;
}

export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
  readonly renamed: number;
  readonly unchanged: number;
  /** Of contents, unpacked. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Unchanged entries whose time, mode or way of being stored differs. */
  readonly wrapping: number;
}

export interface VerdictPart {
  readonly text: string;
  /** The entry that the fact comes from, or null where it is the archive as a whole. */
  readonly path: string | null;
}

export type EntryChange = 'added' | 'removed' | 'modified' | 'renamed' | 'unchanged';

export const contentKinds = ['text', 'json', 'yaml', 'requirements', 'weights', 'image', 'binary'] as const;
export type ContentKind = (typeof contentKinds)[number];

export interface DiffEntry {
  readonly path: string;
  readonly change: EntryChange;
  /** The old name of a renamed entry. */
  readonly from: string | null;
  readonly kind: ContentKind;
  readonly role: Role;
  /** What the manifest had the old one for, where that was something else. */
  readonly fromRole?: Role;
  readonly before: EntryState | null;
  readonly after: EntryState | null;
  /** How much of a renamed entry stayed, from 0 to 1; 1 is equal content. Absent where nothing was renamed. */
  readonly likeness?: number;
  /** What is known of an entry whose contents are equal. */
  readonly proof?: Proof;
  /** What differs beside the content. */
  readonly wrapping: readonly Wrapping[];
  readonly details: Details;
}

export interface EntryState {
  readonly size: number;
  readonly crc32: string | null;
  /** Known where it was asked for, and where the content was read anyway. */
  readonly sha256: string | null;
}

export interface Wrapping {
  readonly what: 'time' | 'mode' | 'method' | 'compressedSize';
  readonly before: string;
  readonly after: string;
}

/** What the contents have to say for themselves, by their kind; empty where there is nothing to add. */
export interface Details extends Partial<TextDetails>, Partial<StructuredDetails> {
  /** Why the comparison by kind was not to be had, such as a parse error, and what was done instead. */
  readonly fallback?: string;
  readonly labels?: LabelDetails;
  readonly image?: ImageDetails;
  readonly bytes?: BytesDetails | undefined;
  readonly members?: MembersDetails;
  /** Of weights: what became of each tensor, in the order of the new file, those that are gone at the end. */
  readonly tensors?: readonly TensorChange[];
  readonly weights?: WeightsDetails;
  /** Of weights: the files of code in them that changed, of TorchScript or torch.package. Absent where none did. */
  readonly code?: readonly CodeChange[];
  /** Of ONNX: what is computed otherwise. Absent where nothing is. */
  readonly graph?: GraphChanges;
  /** Of texts, where patches were asked for: what turns the old bytes into the new ones, a character for each byte. */
  readonly patch?: string;
  /** The content of this entry could not be read: the problem, in its own words. */
  readonly problem?: { readonly code: string; readonly message: string };
}

export interface TextDetails {
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: readonly Hunk[];
  /** What differs that lines don't show. */
  readonly form: readonly TextFormChange[];
  /** Every changed line differs in white space only. */
  readonly whitespaceOnly: boolean;
  /** Blocks of lines that stand elsewhere now, first lines counted from 1. */
  readonly moved: readonly MovedLines[];
  /** The search for the shortest difference, or for changed words, ran out of its budget; what is shown is right but may be longer. */
  readonly budgetSpent: boolean;
}

export interface TextFormChange {
  readonly what: 'line-ends' | 'bom' | 'encoding' | 'final-newline';
  readonly before: string;
  readonly after: string;
}

export interface MovedLines {
  readonly before: number;
  readonly after: number;
  readonly lines: number;
}

/** As in a unified diff: three lines of context, numbers from 1; a start is 0 where its side is empty. */
export interface Hunk {
  readonly beforeStart: number;
  readonly beforeLines: number;
  readonly afterStart: number;
  readonly afterLines: number;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  readonly sign: ' ' | '-' | '+';
  /** Without its line end. */
  readonly text: string;
  /** The changed stretches of the text, as [start, end) in UTF-16 units; absent where the whole line changed or none. */
  readonly words?: readonly (readonly [number, number])[];
  /** The line ends in CRLF; absent where it ends in LF, or in nothing. */
  readonly crlf?: true;
  /** The line is the last of its file and has no line end. */
  readonly noNewline?: true;
}

/** One key path of JSON, YAML or the manifest. */
export interface ValueChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Told apart from a change of value: 8 and "8", or the same items in another order. */
  readonly how?: 'type' | 'order';
  readonly before: unknown;
  readonly after: unknown;
}

export interface RequirementChange {
  /** The package's normalised name, or the option's, such as "--index-url". */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly how?:
    | 'upgraded'
    | 'downgraded'
    | 'pinned'
    | 'unpinned'
    | 'constraint'
    | 'marker'
    | 'extras'
    | 'hashes'
    | 'source'
    | 'option';
  readonly before: string | null;
  readonly after: string | null;
}

export interface StructuredDetails {
  readonly changes: readonly (ValueChange | RequirementChange)[];
  /** Only comments, layout, or the order of keys differ. */
  readonly sameMeaning: boolean;
  /** The items of some list could not be aligned within the budget; the changes are right but may be more than need be. */
  readonly budgetSpent?: boolean;
}

export interface LabelDetails {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly removed: number;
  readonly renamed: number;
  /** Classes that are on both sides under other numbers. */
  readonly moved?: number;
  /** Such as "every class from 17 on moved by one", or null where no single rule explains the change. */
  readonly pattern: string | null;
}

export interface ImageDetails {
  readonly before: ImageFacts | null;
  readonly after: ImageFacts | null;
  /** Null where the pixels can't be compared: another size, or a format that is not decoded. */
  readonly pixels: PixelDifference | null;
}

export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
}

export interface PixelDifference {
  readonly changed: number;
  readonly total: number;
  /** Of any channel, 0 to 255. */
  readonly largest: number;
  /** A PNG, base64: changed pixels stand out on a pale copy of the old picture; at most 512 pixels wide. */
  readonly picture: string | null;
}

export interface BytesDetails {
  /** Offset of the first byte that differs. */
  readonly firstDifference: number;
  /** Bytes at the same offset that differ, and those that one side has more; null where it was not counted. */
  readonly differing: number | null;
  /** Found by alignment, where both sides are small enough for it; else null. */
  readonly ranges: readonly ByteRange[] | null;
}

export interface ByteRange {
  readonly change: 'inserted' | 'removed' | 'changed';
  readonly beforeStart: number;
  readonly beforeLength: number;
  readonly afterStart: number;
  readonly afterLength: number;
}

export interface MembersDetails {
  readonly summary: Omit<DiffSummary, 'wrapping'>;
  /** Those that changed, at most a thousand. */
  readonly entries: readonly DiffEntry[];
  /** How many more changed. */
  readonly more: number;
}

/** `unknown` was not compared: its numbers can't be read, or nobody asked for them. */
export const tensorChanges = [
  'added',
  'removed',
  'renamed',
  'shape',
  'dtype',
  'values',
  'unknown',
  'unchanged',
] as const;

export interface TensorChange {
  readonly name: string;
  readonly change: (typeof tensorChanges)[number];
  /** The old name, where it is another one. */
  readonly from?: string;
  readonly before: TensorState | null;
  readonly after: TensorState | null;
  /** Where both have as many numbers and not all of them are the same. */
  readonly stats?: TensorDifference;
  /** The change of a matrix is the product of two thin ones, as where a LoRA was merged. */
  readonly lowRank?: LowRank;
  /** Why its numbers were not compared. */
  readonly problem?: WeightsProblem;
}

export interface TensorState {
  readonly dtype: string;
  readonly shape: readonly number[];
}

export interface LowRank {
  readonly rank: number;
  /** What the rank could have been, of the part that was looked at. */
  readonly of: number;
}

export interface WeightsDetails {
  readonly before: WeightsFormat;
  readonly after: WeightsFormat;
  /** By their changes. */
  readonly counts: Readonly<Record<TensorChange['change'], number>>;
  /** How many changed or stayed beyond those that are listed. */
  readonly more: number;
  /** False where only names, dtypes and shapes were. */
  readonly areValuesCompared: boolean;
  /** Such as "layers 22 to 31 and lm_head moved"; empty where nothing changed. */
  readonly sentence: string;
}

/** A file of code inside weights. */
export interface CodeChange extends Partial<TextDetails> {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Why its lines were not compared. */
  readonly fallback?: string;
}

/** A graph of ONNX before and after: paired by name, else by operator and outputs. */
export interface GraphChanges {
  readonly nodes: {
    readonly added: readonly GraphNode[];
    readonly removed: readonly GraphNode[];
    readonly changed: readonly { readonly before: GraphNode; readonly after: GraphNode }[];
    /** How many more changed than are listed. */
    readonly more: number;
  };
  /** By name, each with its type. */
  readonly inputs: readonly GraphValueChange[];
  readonly outputs: readonly GraphValueChange[];
  /** By domain, each with its version. */
  readonly opset: readonly GraphValueChange[];
  /** Functions that the file defines, by name, each with its checksum. */
  readonly functions: readonly GraphValueChange[];
}

export interface GraphNode {
  readonly name: string;
  /** Such as "Gemm", or "com.example.Mine". */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Such as "axis=1"; what is too long for that is told by its size and its checksum. */
  readonly attributes: readonly string[];
}

export interface GraphValueChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

export interface PolicyResult {
  readonly ok: boolean;
  readonly path: string;
  readonly rules: readonly PolicyRuleResult[];
}

export interface PolicyRuleResult {
  readonly name: string;
  readonly ok: boolean;
  /** What the rule asks for, in words. */
  readonly asks: string;
  /** What broke it: each an entry or a fact, and what about it. */
  readonly broken: readonly { readonly path: string | null; readonly message: string }[];
}
