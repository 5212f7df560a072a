/** Who reads archives, and with which command. */
import type { Contender } from './contest.ts';
import { cli, outFolder, type Peer, type ReadPeers } from './peers.ts';

type Check = Contender['check'];

interface Wanted {
  readonly name: string;
  readonly peer: Peer;
  readonly args: readonly string[];
  readonly check: Check;
  readonly against: string;
  readonly exitCode?: number;
  readonly limitSeconds?: number;
}

/** Nobody, where the program is missing. */
export function contender({ name, peer, args, check, against, ...ends }: Wanted): Contender[] {
  if (peer.path === null) return [];
  return [{ name, against, check, command: { program: peer.path, args, cwd: outFolder, ...ends } }];
}

/** Ours, on the Node that runs the bench and on the system's. */
export function ours(
  { node, otherNode }: Pick<ReadPeers, 'node' | 'otherNode'>,
  label: string,
  args: readonly string[],
  against: string,
  check: Check,
  exitCode = 0,
): Contender[] {
  const named = (name: string, peer: Peer) =>
    contender({ name, peer, args: [cli, ...args], against, check, exitCode });
  const name = `mar-studio ${label}`;
  return [...named(name, node), ...named(`${name}, Node ${otherNode.version}`, otherNode)];
}

/** A check for what only prints: the pattern's first group is the number that is to be found. */
export function printsCount(pattern: RegExp, wanted: number): Check {
  return async ({ printed }) => {
    const found = Number(pattern.exec(printed)?.[1]);
    if (found !== wanted) throw new Error(`it counts ${found} instead of ${wanted}`);
    return printed.length;
  };
}

/** A check for an answer in JSON; `found` and `wanted` are what is compared. */
export function answers<Answer>(found: (answer: Answer) => unknown, wanted: unknown): Check {
  return async ({ printed }) => {
    const is = JSON.stringify(found(JSON.parse(printed)));
    if (is !== JSON.stringify(wanted))
      throw new Error(`it answers ${is} instead of ${JSON.stringify(wanted)}`);
    return printed.length;
  };
}

/** The exit code says all. */
export const endsWell: Check = async () => 0;

export const madeByPython =
  "The archives were made by Python's zipfile, so nobody reads one of their own making.";

export const readingNotes: readonly string[] = [
  'Times are whole processes, from start to exit: median (least–most), after one warm-up. Contenders take turns.',
  'Archives lie in the page cache, for all alike: nothing is dropped from it.',
  'Peak memory is the resident set of the largest process of a run, from the kernel by GNU time. CPU is user and system time of all processes.',
];
