/**
 * What the server and the engine's process say to each other. Windows are numbered by the server; their calls and answers
 * pass through as text (core/contract/rpc.ts), so that what lies between need not understand them.
 */
import type { ProblemData } from '../core/contract/api.ts';
import type { EngineOptions } from '../core/service/engine.ts';

export type ToEngineProcess =
  /** The first one, and once. */
  | { readonly is: 'start'; readonly options: EngineOptions }
  /** Answered by `granted` or `refused`. */
  | { readonly is: 'grant'; readonly path: string }
  | { readonly is: 'connect'; readonly window: number }
  | { readonly is: 'text'; readonly window: number; readonly text: string }
  | { readonly is: 'close'; readonly window: number };

export type FromEngineProcess =
  | { readonly is: 'granted'; readonly path: string }
  | { readonly is: 'refused'; readonly path: string; readonly problem: ProblemData }
  | { readonly is: 'text'; readonly window: number; readonly text: string };
