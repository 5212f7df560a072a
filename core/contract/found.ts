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
  readonly archives: readonly StoredArchive[];
}

export interface StoredArchive {
  readonly path: string;
  readonly fileName: string;
  readonly modelName: string | null;
  readonly modelVersion: string | null;
  readonly size: number;
  readonly modified: string;
  readonly errors: number;
  readonly warnings: number;
  /** Equal for archives whose entries have equal names and checksums. */
  readonly contents: string | null;
  readonly problem: ProblemData | null;
}
