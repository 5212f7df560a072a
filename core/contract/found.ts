/** What a search and a look through a store find. */
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
