/** What the main process and the engine's process tell each other. A window's texts go over a port of its own. */

export type ToEngineProcess =
  /** A port follows: a window that calls. */
  | { readonly connect: number }
  | { readonly grant: string; readonly id: number }
  /** Cancel what is under way, clean up, and end. */
  | { readonly close: true };

export interface FromEngineProcess {
  readonly granted: number;
  /** Why it could not be granted. */
  readonly refusal: string | null;
}

/** How the main process starts the engine's. */
export interface EngineArguments {
  readonly stateFolder: string;
  readonly samplesFolder: string | null;
  readonly passingFolder: string;
}
