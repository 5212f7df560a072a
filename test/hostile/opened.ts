/** What a test wants to know of an opened archive, as plain data: it comes from a process of its own. */
export interface Opened {
  /** The code of the problem that refused it, or null. */
  readonly problem: string | null;
  /** A failure that is no problem of the archive, with its stack: always a bug. */
  readonly bug: string | null;
  readonly container: string | null;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
  /** The files that the container lists, in its order; the hash is null where the content can't be read. */
  readonly listed: readonly OpenedFile[];
  readonly served: { readonly files: readonly OpenedFile[]; readonly error: string | null };
  /** The codes that reading all bodies gave. */
  readonly bodies: readonly string[];
  readonly peakBytes: number;
}

export interface OpenedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string | null;
}

export interface Question {
  readonly path: string;
  readonly readBodies: boolean;
}

export const errorsOf = (opened: Opened): string[] => [
  ...opened.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  ...opened.bodies,
];
