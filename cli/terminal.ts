/** Where a command's words go: results to standard output, everything else to standard error. */
import { Problem } from '../core/contract/errors.ts';
import { showName } from '../core/contract/format.ts';
import type { OnProgress } from '../core/contract/progress.ts';
import type { Arguments } from './arguments.ts';
import { ProgressBar } from './progress-bar.ts';
import { type Style, styleWith, wantsColor } from './style.ts';

export interface Wishes {
  readonly json: boolean;
  readonly noColor: boolean;
  readonly debug: boolean;
}

export class Terminal {
  readonly json: boolean;
  /** For text on standard output. */
  readonly style: Style;
  /** For text on standard error. */
  readonly errorStyle: Style;
  readonly #wishes: Wishes;
  #bar: ProgressBar | undefined;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
    this.json = wishes.json;
    this.style = styleWith(wantsColor(process.stdout, wishes.noColor));
    this.errorStyle = styleWith(wantsColor(process.stderr, wishes.noColor));
  }

  /** What a job reports to, or undefined where nobody would see it. */
  onProgress(args: Arguments): OnProgress | undefined {
    if (args.has('quiet')) return undefined;
    if (args.text('progress') === 'json')
      return (progress) => process.stderr.write(`${JSON.stringify(progress)}\n`);
    if (!process.stderr.isTTY || process.env.TERM === 'dumb') return undefined;
    const bar = new ProgressBar(process.stderr);
    this.#bar = bar;
    return (progress) => bar.report(progress);
  }

  print(text: string | Buffer): void {
    this.#bar?.clear();
    process.stdout.write(text);
  }

  printJson(document: object): void {
    this.print(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** For people, where standard output carries something else. */
  note(text: string): void {
    this.#bar?.clear();
    process.stderr.write(text);
  }

  /** Says what went wrong, once, and returns the exit code. */
  fail(error: unknown): number {
    const failure = describe(error);
    if (this.json) {
      const { code, message, hint, path } = failure;
      this.printJson({ schema: 'mar-studio.error/1', code, message, hint, path });
    } else {
      const { bold, red } = this.errorStyle;
      this.note(`${bold(red(`error ${failure.code}:`))} ${showName(failure.message)}\n`);
      this.note(`${bold('hint:')} ${showName(failure.hint)}\n`);
    }
    if (this.#wishes.debug) this.note(`${stackOf(error)}\n`);
    return failure.exit;
  }
}

/** A problem speaks for itself; anything else is a bug and is called one. */
function describe(error: unknown) {
  if (error instanceof Problem) return error;
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hint: 'this is a bug in mar-studio: run the same command with --debug and report what it prints',
    path: null,
    exit: 2,
  };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
