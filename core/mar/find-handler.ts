/** Finds the handler's file on disk. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../contract/errors.ts';
import { defaultHandlers } from '../contract/handlers.ts';
import type { Runtime } from '../contract/model.ts';
import { nearest } from '../suggest.ts';
import { parseHandler } from './handlers.ts';
import { type Candidate, nullIfMissing } from './sources.ts';

export interface FoundHandler {
  /** The manifest's value. */
  readonly value: string;
  /** The file to pack; null where the server brings the handler. */
  readonly candidate: Candidate | null;
}

export async function findHandler(
  handler: string,
  runtime: Runtime,
  cwd: string,
  platform: NodeJS.Platform,
): Promise<FoundHandler> {
  const { value, candidates, onServer } = parseHandler(handler, runtime, platform);
  const looked = await Promise.all(candidates.map((shown) => lookAt(shown, cwd)));
  const there = looked.filter((found) => found !== null);
  // A folder or a pipe of that name gets its own problem when it is pinned.
  const found = there.find(({ isFile }) => isFile) ?? (onServer ? undefined : there[0]);
  if (found !== undefined) return { value, candidate: found.candidate };
  const [wanted] = candidates;
  if (wanted === undefined || onServer) return { value, candidate: null };
  throw Problem.of('INPUT_MISSING', { path: wanted, role: 'handler', suggestion: meant(handler, runtime) });
}

function meant(handler: string, runtime: Runtime): string {
  const known = defaultHandlers[runtime];
  const near = nearest(handler.replace(/\.py$/, ''), known);
  if (near !== null) return `did you mean the default handler ${near}?`;
  if (runtime === 'LSP') return 'give TorchScriptHandler, or LIBRARY:Class where LIBRARY.so is a file';
  return `give the path of a Python file, or a default handler: ${known.join(', ')}`;
}

async function lookAt(shown: string, cwd: string): Promise<{ candidate: Candidate; isFile: boolean } | null> {
  const at = path.resolve(cwd, shown);
  const seen = await stat(at).catch((error) => nullIfMissing(error, shown, 'handler'));
  if (seen === null) return null;
  return { candidate: { name: path.basename(at), role: 'handler', path: at, shown }, isFile: seen.isFile() };
}
