/** What the main thread and a worker say to each other. Requests are answered in order. */
import type { DeflateOptions } from '../deflate/engine.ts';
import type { NumberAnswer, NumberTask } from '../weights/numbers/tasks.ts';
import type { UnpackBatch, UnpackFailure } from '../zip/unpack-batch.ts';

export type WorkerRequest =
  | { readonly kind: 'deflate'; readonly input: Uint8Array; readonly options: DeflateOptions }
  | { readonly kind: 'hash'; readonly bytes: Uint8Array }
  | { readonly kind: 'digest' }
  | { readonly kind: 'unpack'; readonly batch: UnpackBatch }
  | { readonly kind: 'numbers'; readonly tasks: readonly NumberTask[] };

export type WorkerValue = Uint8Array | string | UnpackFailure | readonly NumberAnswer[] | null;

export type WorkerAnswer =
  | { readonly ok: true; readonly value: WorkerValue }
  | { readonly ok: false; readonly message: string };
