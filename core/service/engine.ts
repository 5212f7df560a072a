/**
 * The engine behind the windows: answers their calls, runs their jobs, and tells all of them what becomes of those.
 * It knows neither windows nor sockets: a host connects each of its ports, and grants the paths that may be named.
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallName, EngineEvent } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { type FromEngine, maxRequestBytes, type ToEngine } from '../contract/rpc.ts';
import { answerCall, type EngineParts, runJob } from './calls.ts';
import { Guard, realPlace } from './guard.ts';
import { checkInput, isCallName } from './inputs.ts';
import { JobList } from './jobs.ts';
import { OpenArchives } from './open-archives.ts';
import { asProblemData } from './problem-data.ts';
import { StateFiles } from './state-files.ts';
import { WeightsService } from './weights.ts';

export interface EngineOptions {
  /** Where settings, recents and marks are kept. */
  readonly stateFolder: string;
  /** Archives to try the application with; null where it has none. */
  readonly samplesFolder: string | null;
  /** A folder of the host's, which exists, for files on their way elsewhere; it is offered to nobody. */
  readonly passingFolder?: string;
}

export interface Connection {
  receive(text: string): void;
  close(): void;
}

/** A window asks for a few things at a time; one that asks for hundreds is broken. */
const mostCallsAtOnce = 64;

export class Engine {
  readonly #windows = new Set<(text: string) => void>();
  readonly #parts: EngineParts;

  constructor({ stateFolder, samplesFolder, passingFolder }: EngineOptions) {
    const guard = new Guard();
    const archives = new OpenArchives();
    const jobs = new JobList(
      (job, options) => runJob(this.#parts, job, options),
      (job) => this.#tellAll({ is: 'job', job }),
    );
    const state = new StateFiles(stateFolder);
    const weights = new WeightsService();
    const samples = samplesFolder === null ? [] : samplesIn(samplesFolder);
    for (const sample of samples)
      guard.grant(sample, realpathSync(sample), { isFolder: false, isReadOnly: true });
    if (passingFolder !== undefined)
      guard.grant(passingFolder, realpathSync(passingFolder), { isFolder: true, isPassing: true });
    this.#parts = {
      guard,
      archives,
      jobs,
      state,
      weights,
      samples,
      tellAll: (event) => this.#tellAll(event),
    };
  }

  /** From now on callers may name this file or folder, and a file that does not exist yet. */
  async grant(path: string): Promise<void> {
    const seen = await stat(path).catch(() => null);
    const real = seen === null ? await realPlace(path) : await realpath(path);
    this.#parts.guard.grant(path, real, { isFolder: seen?.isDirectory() ?? false });
  }

  /** One for each window. */
  connect(send: (text: string) => void): Connection {
    const underWay = new Map<number, AbortController>();
    this.#windows.add(send);
    const answer = (message: FromEngine) => {
      if (this.#windows.has(send)) send(JSON.stringify(message));
    };
    return {
      receive: (text) => void this.#receive(text, underWay, answer),
      close: () => {
        this.#windows.delete(send);
        for (const controller of underWay.values()) controller.abort();
      },
    };
  }

  /** Cancels what is under way, and resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#windows.clear();
    await this.#parts.jobs.cancelAll();
    await this.#parts.weights.close();
    await this.#parts.archives.close();
  }

  async #receive(
    text: string,
    underWay: Map<number, AbortController>,
    answer: (message: FromEngine) => void,
  ): Promise<void> {
    const message = readMessage(text);
    // Nothing tells whom to answer.
    if (message === null) return;
    if ('drop' in message) return underWay.get(message.drop)?.abort();
    const { id, call, input } = message;
    if (underWay.size >= mostCallsAtOnce || underWay.has(id)) {
      answer({
        id,
        problem: asProblemData(Problem.of('CALL_INVALID', { detail: 'too many calls at once' })),
      });
      return;
    }
    const controller = new AbortController();
    underWay.set(id, controller);
    try {
      const output = await this.#answer(call, input, controller.signal);
      if (!controller.signal.aborted) answer({ id, output });
    } catch (error) {
      if (!controller.signal.aborted) answer({ id, problem: asProblemData(error) });
    } finally {
      underWay.delete(id);
    }
  }

  async #answer(call: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isCallName(call))
      throw Problem.of('CALL_INVALID', { detail: `there is no call ${call.slice(0, 100)}` });
    return answerCall(this.#parts, call as CallName, checkInput(call, input), signal);
  }

  #tellAll(event: EngineEvent): void {
    const text = JSON.stringify({ event } satisfies FromEngine);
    for (const send of this.#windows) send(text);
  }
}

function readMessage(text: string): ToEngine | null {
  if (Buffer.byteLength(text) > maxRequestBytes) return null;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof message !== 'object' || message === null) return null;
  if ('drop' in message && typeof message.drop === 'number') return { drop: message.drop };
  if (!('id' in message) || !('call' in message) || !Number.isSafeInteger(message.id)) return null;
  const { id, call } = message;
  if (typeof id !== 'number' || typeof call !== 'string') return null;
  return { id, call, input: 'input' in message ? message.input : {} };
}

function samplesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}
