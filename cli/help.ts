/** Help: an example first, then every option of the table, one to a line, in 80 columns. */
import type { Option, OptionGroup } from './arguments.ts';
import type { Style } from './style.ts';

export interface CommandHelp {
  readonly example: string;
  readonly operands?: string;
  readonly groups: readonly OptionGroup[];
}

export function commandHelp(name: string, { example, operands, groups }: CommandHelp, style: Style): string {
  const options = groups.flatMap((group) => offered(group));
  const width = Math.max(...options.map((option) => signature(option).length));
  const call = operands === undefined ? `mar-studio ${name}` : `mar-studio ${name} ${operands}`;
  const lines = [`${style.bold(call)}, for example:`, example];
  for (const group of groups) {
    lines.push('', style.bold(group.title));
    for (const option of offered(group)) {
      lines.push(`  ${signature(option).padEnd(width)}  ${option.summary}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function offered({ options }: OptionGroup): readonly Option[] {
  return options.filter(({ hidden }) => !hidden);
}

function signature({ name, short, value }: Option): string {
  return `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`;
}

export function generalHelp(
  commands: readonly { readonly name: string; readonly summary: string }[],
  example: string,
  style: Style,
): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return `${[
    `${style.bold('mar-studio')}, for example:`,
    example,
    '',
    style.bold('Commands'),
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    style.bold('Options'),
    '  --help, -h  this help; after a command, the options of that command',
    '  --version   the version of mar-studio',
    '',
    'Exit codes: 0 done; 1 done, and the answer is no; 2 not done; 130 cancelled.',
  ].join('\n')}\n`;
}
