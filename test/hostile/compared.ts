/** What a test wants to know of two archives that were compared, as plain data: it comes from a process of its own. */
export interface Compared {
  /** The code of the problem that refused one of them, or null. */
  readonly problem: string | null;
  /** A failure that is no problem of the archives, with its stack: always a bug. */
  readonly bug: string | null;
  readonly identical: boolean;
  /** Entries that changed, as "change path". */
  readonly changes: readonly string[];
  /** Entries that could not be read, as "code path". */
  readonly unread: readonly string[];
  /** How each changed entry was compared, by its name. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Why one was not compared by its kind, by its name. */
  readonly fallbacks: Readonly<Record<string, string>>;
  readonly peakBytes: number;
}

export interface ComparisonQuestion {
  readonly before: string;
  readonly after: string;
  readonly proves: boolean;
}
