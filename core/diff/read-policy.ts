/** A policy on disk. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { Problem } from '../contract/errors.ts';
import { inputProblem } from '../fs/system-error.ts';
import { kindOf } from '../mar/sources.ts';
import { maxPolicyBytes, type Policy, parsePolicy } from './policy-schema.ts';

export async function readPolicy(path: string): Promise<Policy> {
  const translate = (error: unknown): never => {
    throw inputProblem(error, path, 'policy');
  };
  const found = await stat(path).catch(translate);
  if (!found.isFile()) throw Problem.of('CREATE_TYPE', { path, role: 'policy', type: kindOf(found) });
  const refuse = (detail: string) =>
    Problem.of('POLICY_INVALID', {
      ...{ path, line: 1, column: 1, detail },
      suggestion: 'mar-studio diff --init-policy prints one to start from',
    });
  if (found.size > maxPolicyBytes) throw refuse('a policy has at most 256 KiB');
  const bytes = await readFile(path).catch(translate);
  if (!isUtf8(bytes)) throw refuse('this is no text in UTF-8');
  return parsePolicy(bytes.toString('utf8'), path);
}
