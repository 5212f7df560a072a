/**
 * Temporary names, and sweeping up after a process that was killed. A temporary file names its maker, so a
 * later run can tell a dead one's leavings from a living one's work.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Leavings of another machine or container, whose processes can't be seen from here, must be this old. */
const foreignAgeMs = 60 * 60 * 1000;

/** When this process began. */
const startedMs = Date.now() - process.uptime() * 1000;

/** `.name.<where>.<pid>.<random>.tmp`, or `.old` for a folder that stepped aside. */
export function temporaryName(target: string, suffix: 'tmp' | 'old' = 'tmp'): string {
  return `.${stem(target)}.${whereabouts()}.${process.pid}.${randomBytes(4).toString('hex')}.${suffix}`;
}

/** The name of the target, or a sum in place of one so long that nothing could be added to it. */
function stem(target: string): string {
  const name = basename(target);
  return Buffer.byteLength(name) <= 180 ? name : createHash('sha256').update(name).digest('hex');
}

/** Removes what dead processes left beside this target, and puts a folder back that had only stepped aside. */
export async function removeStale(target: string): Promise<void> {
  const folder = dirname(target);
  const start = `.${stem(target)}.`;
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names) {
    if (!name.startsWith(start)) continue;
    const parts = /^([0-9a-f]{8})\.(\d+)\.[0-9a-f]{8}\.(tmp|old)$/.exec(name.slice(start.length));
    if (parts === null) continue;
    const path = join(folder, name);
    if (!(await isStale(path, parts[1] as string, Number(parts[2])))) continue;
    const steppedAside = parts[3] === 'old' && (await lstat(target).catch(() => undefined)) === undefined;
    await (steppedAside ? rename(path, target) : rm(path, { recursive: true, force: true })).catch(() => {});
  }
}

async function isStale(path: string, where: string, pid: number): Promise<boolean> {
  const isFromHere = where === whereabouts();
  if (isFromHere && pid !== process.pid) return !isAlive(pid);
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return false;
  // A container that is started again gives its processes the numbers that they had before.
  return isFromHere ? info.mtimeMs < startedMs : Date.now() - info.mtimeMs > foreignAgeMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let known: string | undefined;

/** Identifies the set of processes that this one can see: machine, boot and container. */
function whereabouts(): string {
  known ??= createHash('sha256')
    .update(
      [
        hostname(),
        attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
        attempt(() => readlinkSync('/proc/self/ns/pid')),
      ].join('\n'),
    )
    .digest('hex')
    .slice(0, 8);
  return known;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
