/** `mar-studio pack`: options and recipe become one input; plan, archive or stream come out. */
import { Problem } from '../../core/contract/errors.ts';
import type { PackInput, PackPlan, PackResult } from '../../core/contract/model.ts';
import { type Arguments, joinWords, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import type { Terminal } from '../terminal.ts';
import { packExample, packOptions } from './pack-options.ts';
import { formatPlan, formatResult } from './pack-summary.ts';

export const pack: Command = {
  example: packExample,
  groups: packOptions,

  async run(args, terminal, signal) {
    refuseMisuse(args, terminal);
    // The core is loaded only now: help and misuse do not wait for it.
    const { dryRun, pack, packToStream } = await import('../../core/pack.ts');
    const recipes = await import('../../core/recipe-file.ts');

    const recipePath = args.text('recipe');
    const recipe = recipePath === undefined ? {} : await recipes.readRecipe(recipePath);
    const input = completeInput({ ...recipe, ...flagInput(args) });
    const savePath = args.text('write-recipe');
    if (savePath !== undefined) await recipes.assertRecipeCanBeSaved(savePath, input.force ?? false);
    const job = { signal, onProgress: terminal.onProgress(args), recipePath: savePath };

    if (args.has('dry-run')) {
      const started = performance.now();
      const plan = await dryRun(input, job);
      if (savePath !== undefined) await recipes.saveRecipe(input, savePath);
      const seconds = Math.round(performance.now() - started) / 1000;
      if (terminal.json) terminal.printJson(planDocument(plan, seconds));
      else terminal.print(formatPlan(plan, savePath, terminal.style));
      return 0;
    }

    const streaming = args.has('output');
    const result = streaming ? await packToStream(input, process.stdout, job) : await pack(input, job);
    if (savePath !== undefined) {
      await recipes.saveRecipe(input, savePath).catch((error) => {
        if (!(error instanceof Problem)) throw error;
        const output = streaming ? 'the archive' : result.output;
        throw Problem.of('RECIPE_NOT_SAVED', { path: savePath, output, detail: error.message }, error);
      });
    }

    if (streaming) terminal.note(formatResult(result, savePath, terminal.errorStyle));
    else if (terminal.json) terminal.printJson(resultDocument(result));
    else terminal.print(formatResult(result, savePath, terminal.style));
    return 0;
  },
};

function refuseMisuse(args: Arguments, terminal: Terminal): void {
  const [operand] = args.operands;
  if (operand !== undefined) {
    throw usage(
      `${JSON.stringify(operand)} belongs to no option`,
      args.has('extra-files')
        ? "separate extra files by commas, and quote patterns: --extra-files 'a.json,*.txt'"
        : 'pack takes options only; mar-studio pack --help lists them',
    );
  }
  if (args.has('dry-run') && args.has('output')) {
    throw usage('--dry-run writes no archive, and --output asks for one', 'leave out one of the two');
  }
  if (!args.has('output')) return;
  if (terminal.json) {
    throw usage(
      '--output - sends the archive to standard output, where --json would mix into it',
      'write to a file with --export-path, or leave out --json',
    );
  }
  if (args.has('export-path')) {
    throw usage('--output - writes no file, so --export-path means nothing', 'leave out one of the two');
  }
  if (process.stdout.isTTY) {
    throw usage(
      'standard output is a terminal, which an archive would only garble',
      'send it on: mar-studio pack ... --output - > model.mar',
    );
  }
}

function completeInput(input: Partial<PackInput>): PackInput {
  const required = { modelName: '--model-name', version: '--version', handler: '--handler' } as const;
  const missing = Object.entries(required).filter(([key]) => input[key as keyof PackInput] === undefined);
  if (missing.length === 0) return input as PackInput;
  const flags = joinWords(
    missing.map(([, flag]) => flag),
    'and',
  );
  throw usage(`pack needs ${flags}`, 'give them as options or by --recipe FILE; --help shows an example');
}

/** Only what was given: what is absent is left to the recipe, then to the core's defaults. */
function flagInput(args: Arguments): Partial<PackInput> {
  const input = {
    modelName: args.text('model-name'),
    version: args.text('version'),
    handler: args.text('handler'),
    serializedFile: args.text('serialized-file'),
    modelFile: args.text('model-file'),
    extraFiles: args.list('extra-files')?.join(','),
    runtime: args.text('runtime'),
    exportPath: args.text('export-path'),
    archiveFormat: args.text('archive-format'),
    force: args.has('force') || undefined,
    requirementsFile: args.text('requirements-file'),
    configFile: args.text('config-file'),
    compression: args.text('compression'),
    level: parseLevel(args.text('level')),
    reproducible: args.has('reproducible') || undefined,
  };
  // The choices in the table are the contract's own lists, so the texts are of its types.
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

export function parseLevel(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]$/.test(text)) return text === undefined ? undefined : Number(text);
  throw usage(`--level takes a digit from 1 to 9, not ${JSON.stringify(text)}`, '1 is fast, 9 is small');
}

export function resultDocument(result: PackResult): object {
  const { output, size, sha256, manifest, entries, findings, seconds } = result;
  return { schema: 'mar-studio.pack/1', output, size, sha256, manifest, entries, findings, seconds };
}

function planDocument(plan: PackPlan, seconds: number): object {
  const { output, manifest, entries, findings, estimate } = plan;
  return {
    ...{ schema: 'mar-studio.pack/1', dryRun: true, output, size: null, sha256: null },
    ...{ manifest, entries, findings, seconds, estimate },
  };
}
