/** Hands tasks to threads: small ones many at a time, and never more bytes at once than memory should hold. */
import { Problem, throwIfCancelled } from '../../contract/errors.ts';
import { WorkerPool } from '../../workers/pool.ts';
import type { NumberAnswer, NumberAnswers, NumberTask, Unreadable } from './tasks.ts';

const mostBytesInFlight = 48 * 1024 * 1024;
/** A request costs some 50 µs, which a thousand small tensors share. */
const mostNumbersInRequest = 2 ** 20;
const mostTasksInRequest = 256;

interface Waiting {
  readonly task: NumberTask;
  readonly numbers: number;
  readonly resolve: (answer: NumberAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class NumberQueue {
  readonly #pool: WorkerPool;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #waitingForRoom: (() => void)[] = [];
  #requests = 0;
  #bytes = 0;
  #isScheduled = false;

  constructor(signal: AbortSignal | undefined) {
    this.#pool = new WorkerPool(signal);
    this.#signal = signal;
  }

  /** `make` is called when there is room for so many bytes; what can't be read is told of the tensor of that name. */
  async run<K extends NumberTask['kind']>(
    bytes: number,
    name: string,
    make: () => Promise<Extract<NumberTask, { kind: K }>>,
  ): Promise<NumberAnswers[K]> {
    while (this.#bytes > 0 && this.#bytes + bytes > mostBytesInFlight) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
    this.#bytes += bytes;
    try {
      throwIfCancelled(this.#signal);
      const answer = await this.#ask(await make());
      if (isUnreadable(answer))
        throw Problem.of('TENSOR_NOT_READABLE', { path: name, detail: answer.unreadable });
      return answer as NumberAnswers[K];
    } finally {
      this.#bytes -= bytes;
      for (const go of this.#waitingForRoom.splice(0)) go();
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #ask(task: NumberTask): Promise<NumberAnswer> {
    return new Promise((resolve, reject) => {
      const { from, to } = 'of' in task ? task.of : task.before;
      this.#waiting.push({ task, numbers: to - from, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // What is asked for in one turn goes together.
      setImmediate(() => {
        this.#isScheduled = false;
        this.#send();
      });
    });
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#requests < this.#pool.worthwhileRequests) {
      const request: Waiting[] = [];
      let numbers = 0;
      while (request.length < mostTasksInRequest) {
        const next = this.#waiting[0];
        if (next === undefined || (request.length > 0 && numbers + next.numbers > mostNumbersInRequest))
          break;
        request.push(next);
        this.#waiting.shift();
        numbers += next.numbers;
      }
      void this.#request(request);
    }
  }

  async #request(request: readonly Waiting[]): Promise<void> {
    this.#requests++;
    try {
      const answers = await this.#pool.numbers(request.map(({ task }) => task));
      for (const [at, { resolve }] of request.entries()) resolve(answers[at] as NumberAnswer);
    } catch (error) {
      for (const { reject } of request) reject(error);
    } finally {
      this.#requests--;
      this.#send();
    }
  }
}

const isUnreadable = (answer: NumberAnswer): answer is Unreadable =>
  typeof answer === 'object' && 'unreadable' in answer;
