/** The same pack as one line for a shell. */
import type { PackInput } from '../../../core/contract/model.ts';
import { option, outputWords } from '../../forms/output-form.ts';
import { commandLine } from '../../parts/words.ts';

export interface Command {
  readonly line: string;
  /** Why the line may not say the same as the form; null where it does. */
  readonly doubt: string | null;
}

export function packCommand(input: PackInput): Command {
  const items = typeof input.extraFiles === 'string' ? input.extraFiles.split(',') : (input.extraFiles ?? []);
  const hasComma = items.some((item) => item.includes(','));
  const words = [
    'pack',
    ...option('--model-name', input.modelName),
    ...option('--version', input.version),
    ...option('--handler', input.handler),
    ...option('--serialized-file', input.serializedFile),
    ...option('--model-file', input.modelFile),
    // Commas part the items there, and "?" stands for any one character.
    ...option('--extra-files', items.length === 0 ? undefined : items.map(withoutCommas).join(',')),
    ...option('--requirements-file', input.requirementsFile),
    ...option('--config-file', input.configFile),
    ...option('--runtime', input.runtime),
    ...outputWords(input),
  ];
  const doubt = hasComma ? 'A comma in a name is written as "?" there; a recipe says it exactly.' : null;
  return { line: commandLine(...words), doubt };
}

const withoutCommas = (item: string) => item.replaceAll(',', '?');
