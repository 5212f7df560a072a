/** Plans of small folders, for the tests of planning. */
import type { TestContext } from 'node:test';
import type { PackInput } from '../../../core/contract/model.ts';
import { type Plan, type PlanContext, planPack } from '../../../core/mar/plan.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { buildTree } from '../../support/tree.ts';

export const plain: PackInput = { modelName: 'net', version: '1.0', handler: 'handler.py' };
export const now = new Date(2026, 5, 7, 8, 9, 10);

export async function makeFolder(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await scratchFolder(t);
  await buildTree(folder, { 'handler.py': 'handler', 'model.pt': 'weights', ...files });
  return folder;
}

export function plan(
  cwd: string,
  input: Partial<PackInput> = {},
  context: Partial<PlanContext> = {},
): Promise<Plan> {
  return planPack({ ...plain, ...input }, { cwd, now, env: {}, destination: 'path', ...context });
}

export const names = (made: Plan) => made.files.map(({ name }) => name);
