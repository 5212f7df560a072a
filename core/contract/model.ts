/** The plain data that every face shows and every transport carries. Names follow CLI.md's JSON. */

export const archiveFormats = ['default', 'zip-store', 'tgz', 'no-archive'] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

export const runtimes = ['python', 'python3', 'LSP'] as const;
export type Runtime = (typeof runtimes)[number];

export const compressions = ['auto', 'deflate', 'store'] as const;
export type Compression = (typeof compressions)[number];

/** TorchServe makes a URL of it, and pack a file name. */
export const modelNameRule = /^[A-Za-z0-9][A-Za-z0-9_\-.]*$/;

export type Role = 'manifest' | 'handler' | 'model' | 'weights' | 'config' | 'requirements' | 'extra';

/** What TorchServe's archivers write; other keys are legal and kept. */
export interface Manifest {
  readonly createdOn?: string;
  readonly runtime?: string;
  readonly model?: ManifestModel;
  readonly archiverVersion?: string;
  readonly [key: string]: unknown;
}

export interface ManifestModel {
  readonly modelName?: string;
  readonly serializedFile?: string;
  readonly handler?: string;
  readonly modelFile?: string;
  readonly modelVersion?: string;
  readonly requirementsFile?: string;
  readonly configFile?: string;
  readonly [key: string]: unknown;
}

/** One entry of an archive. Fields a container does not have, or that a plan can't know yet, are null. */
export interface Entry {
  readonly path: string;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly method: string;
  /** Eight lower-case hex digits. */
  readonly crc32: string | null;
  /** ISO 8601, UTC. */
  readonly modified: string;
  /** Octal permission bits, such as "0644". */
  readonly mode: string;
  readonly role: Role;
}

export type Severity = 'error' | 'warning' | 'info';

/** An observation about an archive: data, never thrown. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** The entry concerned, or null where it is the archive as a whole. */
  readonly path: string | null;
  readonly message: string;
  readonly hint: string;
}

/** Everything that decides what an archive will hold. Paths are relative to the working folder. */
export interface PackInput {
  readonly modelName: string;
  readonly version: string;
  /** A default handler's name, `file.py`, `file.py:function`, `module:function`, or for LSP `libname:Class`. */
  readonly handler: string;
  readonly serializedFile?: string;
  readonly modelFile?: string;
  /** A comma list as torch-model-archiver takes it, or one item each: a path, a pattern, or `source=>name`. */
  readonly extraFiles?: string | readonly string[];
  readonly runtime?: Runtime;
  /** The folder that receives the archive; created if missing. */
  readonly exportPath?: string;
  readonly archiveFormat?: ArchiveFormat;
  readonly force?: boolean;
  readonly requirementsFile?: string;
  readonly configFile?: string;
  readonly compression?: Compression;
  /** 1 (fast) to 9 (small). */
  readonly level?: number;
  /** Same inputs, same bytes; SOURCE_DATE_EPOCH is honoured. */
  readonly reproducible?: boolean;
}

/** What packing would write, known before a byte is written. */
export interface PackPlan {
  readonly output: string;
  readonly format: ArchiveFormat;
  readonly manifest: Manifest;
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly totalBytes: number;
  readonly estimate: PackEstimate;
}

/** Neither is promised: contents above a megabyte are judged by samples. */
export interface PackEstimate {
  /** Of the whole archive, in bytes. */
  readonly size: number;
  readonly seconds: number;
  /** How it was made, in a sentence. */
  readonly how: string;
}

export interface PackResult {
  readonly output: string;
  readonly size: number;
  /** Of the whole archive; null for a folder, which has no bytes of its own. */
  readonly sha256: string | null;
  readonly manifest: Manifest;
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

/** Weights by themselves count as an archive of one entry where two are compared. */
export type ArchiveKind = 'mar' | 'war' | 'tgz' | 'directory' | 'weights';

export type EntryType = 'file' | 'folder' | 'link' | 'hard link' | 'device' | 'fifo' | 'socket' | 'other';

export interface InspectedEntry extends Entry {
  /** Absent for a file, which nearly every entry is. */
  readonly type?: EntryType;
  readonly linkTarget?: string;
}

export interface InspectResult {
  readonly path: string;
  readonly kind: ArchiveKind;
  readonly size: number;
  readonly manifest: Manifest | null;
  readonly entries: readonly InspectedEntry[];
  readonly totals: {
    readonly entries: number;
    readonly size: number;
    /** Null where the container compresses everything as one. */
    readonly compressedSize: number | null;
  };
  /** What is wrong with the container, the names and the manifest; no other content is read for it. */
  readonly findings: readonly Finding[];
}

export interface ExtractInput {
  /** The folder that receives the files; made if missing. */
  readonly into: string;
  /** Patterns for names; everything unless given. */
  readonly only?: readonly string[];
  /** Put the files among those that the folder holds already, in the place of their namesakes. */
  readonly force?: boolean;
}

export const views = ['directory', 'torchserve'] as const;
export type View = (typeof views)[number];

/** What a new archive shall have otherwise than the old one. Entries may be named as listed or as in the model. */
export interface RepackInput {
  /** Dotted paths into the manifest, such as "model.modelVersion", and the texts to put there. */
  readonly set?: Readonly<Record<string, string>>;
  /** Entries, and the files whose content they get. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Names of new entries, and the files that they are made from. */
  readonly add?: Readonly<Record<string, string>>;
  /** Entries, or folders with all that is in them. */
  readonly remove?: readonly string[];
  /** Whose reading counts where TorchServe and other tools read different files from the old archive. */
  readonly view?: View;
  /** The folder that receives the archive; made if missing. */
  readonly exportPath?: string;
  /** What the archive is called, without its ending; as the model unless given. */
  readonly fileName?: string;
  readonly archiveFormat?: ArchiveFormat;
  readonly force?: boolean;
  readonly compression?: Compression;
  readonly level?: number;
  readonly reproducible?: boolean;
}

/** What a repack would write, known before a byte is written. */
export interface RepackPlan {
  readonly output: string;
  readonly format: ArchiveFormat;
  readonly manifest: Manifest;
  /** What changes first; of very many entries the first ones. */
  readonly entries: readonly PlannedEntry[];
  /** Entries of the old archive that are left out, of very many the first ones. */
  readonly removed: readonly string[];
  readonly counts: Readonly<Record<PlannedEntry['change'] | 'removed', number>>;
  readonly findings: readonly Finding[];
  /** Whether contents were judged; those of a tar are when it is written. */
  readonly isJudged: boolean;
  readonly totalBytes: number;
}

export interface PlannedEntry {
  readonly path: string;
  readonly size: number;
  readonly role: Role;
  /** Kept are copied as they lie; rewritten have the same content and are compressed anew; made is the manifest. */
  readonly change: 'kept' | 'rewritten' | 'replaced' | 'added' | 'made';
}

export interface ExtractResult {
  readonly into: string;
  readonly entries: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Patterns that fit no entry: then nothing is written at all. */
  readonly unmatched: readonly string[];
}
