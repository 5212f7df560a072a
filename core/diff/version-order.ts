/**
 * Which of two versions is higher, as PEP 440 orders them. Model versions are free text to TorchServe; most are numbers
 * with dots, and the semantic ones (1.2.0-beta.3+build) mean the same in PEP 440.
 */

interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** Before the release: -1 for what is only under development, 0 to 2 for a, b and rc; 3 for the release itself. */
  readonly stage: number;
  readonly stageNumber: number;
  /** -1 where it is no post-release. */
  readonly post: number;
  /** Infinity where it is no development version. */
  readonly dev: number;
  readonly local: readonly (number | string)[];
}

/** No quantifier here can give back what another could take, so the time is linear. */
const shape =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;
const longest = 200;

const stages: ReadonlyMap<string, number> = new Map([
  ['alpha', 0],
  ['a', 0],
  ['beta', 1],
  ['b', 1],
  ['c', 2],
  ['rc', 2],
  ['pre', 2],
  ['preview', 2],
]);

function parseVersion(text: string): Version | null {
  if (text.length > longest) return null;
  const match = shape.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [, epoch, release = '', stage, stageNumber, dashPost, post, dev, devNumber, local] = match;
  const isPost = dashPost !== undefined || post !== undefined;
  const isOnlyDev = dev !== undefined && stage === undefined && !isPost;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    stage: stage === undefined ? (isOnlyDev ? -1 : 3) : (stages.get(stage) ?? 3),
    stageNumber: Number(stageNumber ?? 0),
    post: isPost ? Number(dashPost ?? post) : -1,
    dev: dev === undefined ? Number.POSITIVE_INFINITY : Number(devNumber),
    local: (local ?? '').split(/[-_.]/).flatMap((part) => {
      if (part === '') return [];
      return /^\d+$/.test(part) ? Number(part) : part;
    }),
  };
}

/** Below zero where `a` is the lower one, above where it is the higher; null where one is no version that has an order. */
export function compareVersions(a: string, b: string): number | null {
  const [first, second] = [parseVersion(a), parseVersion(b)];
  if (first === null || second === null) return null;
  return (
    first.epoch - second.epoch ||
    compareReleases(first.release, second.release) ||
    first.stage - second.stage ||
    first.stageNumber - second.stageNumber ||
    first.post - second.post ||
    compareNumbers(first.dev, second.dev) ||
    compareLocals(first.local, second.local)
  );
}

/** Two infinities have no difference that is a number. */
const compareNumbers = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** 1.0 and 1.0.0 are the same release. */
function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = compareNumbers(a[at] ?? 0, b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers come after words, and more parts after fewer. */
function compareLocals(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (typeof left !== typeof right) return typeof left === 'number' ? 1 : -1;
    return left < right ? -1 : 1;
  }
  return 0;
}
