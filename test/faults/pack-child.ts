/** Packs the inputs given as JSON, over and over, and prints a line before and after each: to be killed. */
import type { PackInput } from '../../core/contract/model.ts';
import { pack } from '../../core/pack.ts';

const { inputs, times } = JSON.parse(process.argv[2] as string) as { inputs: PackInput[]; times: number };
for (let turn = 0; turn < times; turn++) {
  process.stdout.write('start\n');
  const result = await pack(inputs[turn % inputs.length] as PackInput).catch((error) => error);
  process.stdout.write(
    `${result instanceof Error ? ((result as { code?: string }).code ?? result.stack) : 'packed'}\n`,
  );
}
