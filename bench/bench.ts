/** What every bench takes and gives. */

export interface Settings {
  readonly sizeBytes: number;
  /** The size for the question whether memory grows with the archive; null leaves it out. */
  readonly large: (usualBytes: number) => number | null;
  readonly runs: number;
  /** How many small files, or entries. */
  readonly files: (usual: number) => number;
  readonly say: (line: string) => void;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A promise of the project, held to what was measured. */
export interface Target {
  readonly text: string;
  readonly measured: string;
  /** Null where this machine or this run can't tell. */
  readonly met: boolean | null;
}

export interface Report {
  /** What ran against what, and what is missing and why. */
  readonly facts: readonly string[];
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
  readonly targets: readonly Target[];
  /** Contenders that failed or made a wrong archive. */
  readonly broken: readonly string[];
}

/** Null, after saying why, where there is nothing to measure. */
export type Bench = (settings: Settings) => Promise<Report | null>;
