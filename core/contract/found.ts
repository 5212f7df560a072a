/** What is looked for, and what a search, a sum of contents and a look through a store find. */
import type { ProblemData } from './api.ts';

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** Hits beyond the first thousand. */
  readonly more: number;
  readonly searchedEntries: number;
  /** Entries whose content was not searched: no text, or too large. */
  readonly skipped: readonly { readonly entry: string; readonly why: string }[];
}

export interface SearchHit {
  readonly entry: string;
  /** 0 where the name is the hit. */
  readonly line: number;
  readonly text: string;
  /** The hit within the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface StoreResult {
  readonly path: string;
  /** Tells whether the folder still holds the archives that were read. */
  readonly stamp: string;
  readonly archives: readonly StoredArchive[];
}

export interface StoredArchive {
  readonly path: string;
  readonly fileName: string;
  readonly modelName: string | null;
  readonly modelVersion: string | null;
  readonly size: number;
  readonly modified: string;
  /** Of inspect, which reads the index and the manifest, and no other content. */
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Equal for archives whose entries have equal names and checksums. */
  readonly contents: string | null;
  readonly problem: ProblemData | null;
}

export interface SearchInput {
  readonly path: string;
  readonly text: string;
}

export interface HashInput {
  readonly path: string;
  /** Of the archive that the numbers were taken from: of another one they would say nothing. */
  readonly stamp: string;
  /** Entries by their place in the listing; null for every file. */
  readonly entries: readonly number[] | null;
}

export interface HashResult {
  readonly sums: readonly EntrySum[];
}

/** Of one entry by its place in the listing; the problem where it could not be read. */
export type EntrySum =
  | { readonly entry: number; readonly sha256: string }
  | { readonly entry: number; readonly problem: ProblemData };

export interface FindBytesInput {
  readonly path: string;
  /** Null for the archive's own file. */
  readonly entry: string | null;
  /** Two hex digits a byte, at most 256 bytes. */
  readonly bytes: string;
}

export interface FindBytesResult {
  /** Where each one begins, the first 10,000; none reaches into another. */
  readonly offsets: readonly number[];
  /** There are more: the search ended with these. */
  readonly isCut: boolean;
}
