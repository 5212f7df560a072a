/**
 * Options as a table. Parsing, help and "did you mean" all read it, so that none of them can know an option
 * the others don't.
 */
import { Problem } from '../core/contract/errors.ts';
import { nearest } from '../core/suggest.ts';

export interface Option {
  /** Without the dashes, such as "model-name". */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; an option without one is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** The hint where none of the choices is given. */
  readonly otherwise?: string;
  /** May be given more than once; of any other option the last one counts. */
  readonly repeats?: true;
  /** Understood, to say why it can't be, and not offered. */
  readonly hidden?: true;
  readonly summary: string;
}

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly Option[];
}

type NameIn<G extends readonly OptionGroup[]> = G[number]['options'][number]['name'];

/** What every command takes. */
export const commonOptions = {
  title: 'Output',
  options: [
    { name: 'json', summary: 'one JSON document on standard output' },
    {
      name: 'progress',
      value: 'WHEN',
      choices: ['auto', 'json'],
      summary: 'auto: a bar on terminals; json: event lines',
    },
    { name: 'quiet', short: 'q', summary: 'no progress' },
    { name: 'no-color', summary: 'no colours (as NO_COLOR)' },
    { name: 'debug', summary: 'a stack trace with an error' },
    { name: 'help', short: 'h', summary: 'this help' },
  ],
} as const satisfies OptionGroup;

export class Arguments<Name extends string = string> {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, operands: readonly string[]) {
    this.#values = values;
    this.operands = operands;
  }

  has(name: Name): boolean {
    return this.#values.has(name);
  }

  text(name: Name): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  list(name: Name): readonly string[] | undefined {
    return this.#values.get(name);
  }
}

/** `args` is what follows the command's name; `command` is named in the hints. */
export function parseArguments<const G extends readonly OptionGroup[]>(
  args: readonly string[],
  groups: G,
  command: string,
): Arguments<NameIn<G>> {
  const options = groups.flatMap((group) => group.options);
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const help = `mar-studio ${command} --help lists every option`;

  const waiting = [...args];
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    if (arg === '--') {
      operands.push(...waiting.splice(0));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') operands.push(arg);
    else if (arg.startsWith('--')) {
      const [, name = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
      const option = options.find((candidate) => candidate.name === name);
      if (option === undefined) throw unknownOption(`--${name}`, options, help);
      take(option, `--${name}`, attached);
    } else takeShort(arg);
  }
  return new Arguments(values, operands);

  /** `-f`, `-v 1.0`, `-v1.0`, `-v=1.0`, `-fv 1.0`. */
  function takeShort(arg: string): void {
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      const option = options.find((candidate) => candidate.short === letter);
      if (option === undefined) throw unknownOption(`-${letter}`, options, help);
      const rest = arg.slice(at + 1);
      if (option.value !== undefined && rest !== '') {
        take(option, `-${letter}`, rest.replace(/^=/, ''));
        return;
      }
      take(option, `-${letter}`, undefined);
    }
  }

  function take(option: Option, shown: string, attached: string | undefined): void {
    let value = attached;
    if (option.value === undefined) {
      if (attached !== undefined) throw usage(`${shown} takes no value`, `write ${shown} alone`);
      value = '';
    } else if (value === undefined) {
      value = waiting.shift();
      if (value === undefined || (value.startsWith('-') && value !== '-')) {
        throw usage(
          `${shown} needs a value`,
          value === undefined
            ? `write ${shown} ${option.value}`
            : `write --${option.name}=${option.value} if the value itself begins with a dash`,
        );
      }
    }
    if (option.choices !== undefined && !option.choices.includes(value)) {
      const meant = nearest(value, option.choices);
      throw usage(
        `${shown} takes ${joinWords(option.choices, 'or')}, not ${JSON.stringify(value)}`,
        option.otherwise ?? (meant === null ? help : `did you mean ${meant}?`),
      );
    }
    values.set(option.name, [...(values.get(option.name) ?? []), value]);
  }
}

function unknownOption(shown: string, options: readonly Option[], help: string): Problem {
  const names = options.filter(({ hidden }) => !hidden).map((option) => option.name);
  const word = shown.replace(/^-+/, '');
  const meant = nearest(word, names) ?? names.find((name) => word.length > 1 && name.startsWith(word));
  return usage(`there is no option ${shown}`, meant === undefined ? help : `did you mean --${meant}?`);
}

export function usage(detail: string, suggestion: string): Problem {
  return Problem.of('USAGE', { detail, suggestion });
}

export function joinWords(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}
