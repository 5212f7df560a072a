/** What an entry is when it is looked at: text with what is known of it, a picture, an archive, or bytes. */

export interface PreviewInput {
  readonly path: string;
  readonly entry: string;
  /** How much of a long text to read, 16 MiB at most; unless given all of 5 MiB, and of a longer one the first MiB. */
  readonly bytes?: number;
}

export interface Preview {
  readonly size: number;
  /** By its content: the call `tensors` has something to tell of it. */
  readonly isWeights: boolean;
  readonly content: PreviewContent;
}

export type PreviewContent =
  | TextPreview
  | {
      readonly is: 'image';
      readonly format: string;
      readonly width: number;
      readonly height: number;
      readonly url: string;
    }
  /** An archive in an archive: `path` opens it. */
  | { readonly is: 'archive'; readonly path: string; readonly entries: number; readonly words: string }
  /** Nothing better is known: show its bytes. */
  | { readonly is: 'bytes'; readonly words: string };

export interface TextPreview {
  readonly is: 'text';
  readonly language: TextLanguage;
  readonly text: string;
  readonly encoding: string;
  /** Whether all of it is here; else how many bytes were read. */
  readonly isWhole: boolean;
  readonly bytesRead: number;
  /** Of Python: classes and functions, and which of them TorchServe enters. */
  readonly outline: readonly OutlineItem[];
  /** Of JSON and YAML: why it can't be parsed, or what is doubtful about it. */
  readonly flaws: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  /** Of a requirements file. */
  readonly requirements: readonly RequirementRow[] | null;
  /** Of a map of labels. */
  readonly labels: LabelTable | null;
}

export type TextLanguage = 'python' | 'json' | 'yaml' | 'requirements' | 'markdown' | 'csv' | 'plain';

export interface OutlineItem {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'method';
  readonly line: number;
  readonly isEntryPoint: boolean;
}

export interface RequirementRow {
  readonly line: number;
  readonly name: string;
  readonly specifier: string;
  readonly marker: string;
  readonly hashes: number;
  /** A URL, an index option, or empty. */
  readonly source: string;
}

export interface LabelTable {
  readonly rows: readonly { readonly index: string; readonly label: string }[];
  /** Numbers that no class has, between the first and the last. */
  readonly gaps: readonly number[];
  /** Labels that several classes share. */
  readonly duplicates: readonly string[];
}
