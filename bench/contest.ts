/**
 * Lets contenders run in turns, A B C, B C A, so that a slow minute of the machine falls on all of them, and
 * what one leaves behind, such as a hot processor, on each in turn.
 */
import { mkdir, rm } from 'node:fs/promises';
import {
  type BenchCommand,
  type Measurement,
  measure,
  type Outcome,
  type Spread,
  settle,
  spreadOf,
} from './measure.ts';
import { outFolder } from './peers.ts';

export interface Contender {
  readonly name: string;
  /** The contender whose numbers this one's are compared with. */
  readonly against: string;
  readonly command: BenchCommand;
  /**
   * Holds what the run made or printed to what it should be, and throws where it is not, so that no broken run
   * can win. Returns the bytes that it made. The warm-up is the time for a check that takes long.
   */
  readonly check: (outcome: Outcome, isWarmUp: boolean) => Promise<number>;
}

export interface Result {
  readonly contender: Contender;
  readonly seconds: Spread;
  readonly cpuSeconds: Spread | null;
  readonly peakBytes: Spread | null;
  readonly madeBytes: number;
}

export interface Contest {
  readonly results: readonly Result[];
  readonly broken: readonly string[];
}

interface Run extends Measurement {
  readonly madeBytes: number;
}

export async function holdContest(
  contenders: readonly Contender[],
  runs: number,
  say: (line: string) => void,
  { warmsUp } = { warmsUp: true },
): Promise<Contest> {
  const counted = new Map<Contender, Run[]>(contenders.map((contender) => [contender, []]));
  const broken: string[] = [];
  for (let round = warmsUp ? 0 : 1; round <= runs; round++) {
    const turn = [...counted];
    const first = round % turn.length;
    for (const [contender, measured] of [...turn.slice(first), ...turn.slice(0, first)]) {
      const isWarmUp = round === 0;
      try {
        const run = await runOnce(contender, isWarmUp);
        if (!isWarmUp) measured.push(run);
        const label = isWarmUp ? 'warm-up' : `run ${round} of ${runs}`;
        say(`${label}: ${contender.name}: ${run.seconds.toFixed(2)} s`);
      } catch (error) {
        counted.delete(contender);
        broken.push(`${contender.name}: ${error instanceof Error ? error.message : error}`);
        say(`broken: ${broken.at(-1)}`);
      }
    }
  }
  const results = [...counted].map(([contender, measured]) => resultOf(contender, measured));
  return { results, broken };
}

async function runOnce({ command, check }: Contender, isWarmUp: boolean): Promise<Run> {
  const clear = () => rm(outFolder, { recursive: true, force: true });
  await clear();
  await mkdir(outFolder, { recursive: true });
  await settle();
  try {
    const outcome = await measure(command);
    return { ...outcome, madeBytes: await check(outcome, isWarmUp) };
  } finally {
    await clear();
  }
}

function resultOf(contender: Contender, runs: readonly Run[]): Result {
  const known = (values: readonly (number | null)[]) => {
    const numbers = values.filter((value) => value !== null);
    return numbers.length === 0 ? null : spreadOf(numbers);
  };
  return {
    contender,
    seconds: spreadOf(runs.map(({ seconds }) => seconds)),
    cpuSeconds: known(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: known(runs.map(({ peakBytes }) => peakBytes)),
    madeBytes: runs.at(-1)?.madeBytes ?? 0,
  };
}
