#!/usr/bin/env node
/** The command line: finds the command, runs it, and turns whatever happens into an exit code. */
import { Problem } from '../core/contract/errors.ts';
import { nearest } from '../core/suggest.ts';
import { version } from '../core/version.ts';
import { parseArguments, usage } from './arguments.ts';
import { commands, example } from './commands.ts';
import { commandHelp, generalHelp } from './help.ts';
import { Terminal } from './terminal.ts';

const argv = process.argv.slice(2);
const terminal = terminalFor(argv);
const cancelling = cancelOnSignals();

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has seen enough; that is no failure of ours. A full disk is.
  if (error.code === 'EPIPE') return;
  terminal.note(`error IO_ERROR: writing to standard output failed: ${error.message}\n`);
  terminal.note('hint: check where standard output goes, then try again\n');
  process.exit(2);
});
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => process.exit(terminal.fail(error)));

try {
  process.exitCode = await main();
} catch (error) {
  // Ctrl-C also ends the reader of our output, so the failure to write is only an echo of it.
  const cancelled = cancelling.aborted && error instanceof Problem;
  process.exitCode = terminal.fail(cancelled ? Problem.cancelled() : error);
  // Whoever cancels does not wait for a reader that takes nothing more.
  if (cancelled) process.exit();
}

async function main(): Promise<number> {
  // Switches that every command takes may stand before its name too.
  const at = argv.findIndex((arg) => !['--json', '--quiet', '-q', '--no-color', '--debug'].includes(arg));
  const name = argv[at];
  const args = argv.toSpliced(at, 1);
  const asked = args.find((arg) => !arg.startsWith('-'));
  if (name === 'help' && asked !== undefined) return runCommand(asked, ['--help']);
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.print(generalHelp(commands, example, terminal.style));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.print(`${version}\n`);
    return 0;
  }
  if (name === undefined) {
    throw usage('no command was given', 'mar-studio --help lists the commands');
  }
  return runCommand(name, args);
}

async function runCommand(name: string, args: readonly string[]): Promise<number> {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const known = name.startsWith('-')
      ? ['--help', '--version']
      : ['help', ...commands.map((one) => one.name)];
    const meant = nearest(name, known);
    throw usage(
      name.startsWith('-') ? `${name} stands where a command belongs` : `there is no command ${name}`,
      meant === null ? 'mar-studio --help lists the commands' : `did you mean mar-studio ${meant}?`,
    );
  }
  const command = await entry.load();
  const given = parseArguments(args, command.groups, name);
  if (given.has('help')) {
    terminal.print(commandHelp(name, command, terminal.style));
    return 0;
  }
  return command.run(given, terminal, cancelling);
}

/** Read before the arguments are parsed, because their errors must already be said the way they ask for. */
function terminalFor(args: readonly string[]): Terminal {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return new Terminal({
    json: options.includes('--json'),
    noColor: options.includes('--no-color'),
    debug: options.includes('--debug'),
  });
}

/** The first signal cancels the job, which then cleans up; a second one ends the process as it is. */
function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}
