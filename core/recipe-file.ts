/** Recipes on disk: read for --recipe, saved for --write-recipe. */
import { isUtf8 } from 'node:buffer';
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from './contract/errors.ts';
import type { PackInput } from './contract/model.ts';
import { writeFileAtomically } from './fs/atomic.ts';
import { inputProblem } from './fs/system-error.ts';
import { parseRecipe, type Recipe } from './mar/recipe.ts';
import { kindOf } from './mar/sources.ts';
import { serializeRecipe } from './mar/write-recipe.ts';

const largestBytes = 1024 * 1024;

export async function readRecipe(path: string): Promise<Recipe> {
  const found = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'recipe');
  });
  if (!found.isFile()) throw Problem.of('CREATE_TYPE', { path, role: 'recipe', type: kindOf(found) });
  if (found.size > largestBytes) {
    throw notARecipe(path, `a recipe of ${found.size} bytes is too large; ${largestBytes} are read`);
  }
  const bytes = await readFile(path).catch((error) => {
    throw inputProblem(error, path, 'recipe');
  });
  if (!isUtf8(bytes)) throw notARecipe(path, 'this is no text in UTF-8');
  return parseRecipe(bytes.toString('utf8'), path);
}

function notARecipe(path: string, detail: string): Problem {
  const suggestion = 'name a recipe: a short text in YAML or JSON';
  return Problem.of('RECIPE_INVALID', { path, line: 1, column: 1, detail, suggestion });
}

/** Asked before a long job, so that it does not end in a recipe that can't be saved; and again when it is saved. */
export async function assertRecipeCanBeSaved(path: string, force: boolean): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory()) {
    const detail = `the recipe ${path} has no folder to be saved in`;
    throw Problem.of('USAGE', { detail, suggestion: 'make the folder first' });
  }
  if ((await lstat(path).catch(() => null)) === null) return;
  if (!force) {
    const suggestion = 'add --force to replace it, or give --write-recipe another place';
    throw Problem.of('OUTPUT_EXISTS', { path, suggestion });
  }
  await readRecipe(path).catch((error) => {
    throw Problem.of('OUTPUT_NOT_RECIPE', { path }, error);
  });
}

export async function saveRecipe(input: PackInput, path: string): Promise<void> {
  const force = input.force ?? false;
  await assertRecipeCanBeSaved(path, force);
  const bytes = Buffer.from(serializeRecipe(input, path));
  // Too short to be cancelled: by now the archive is there, and "nothing was left behind" would be untrue.
  await writeFileAtomically(
    path,
    { force, expectedBytes: bytes.length, signal: undefined },
    (out) => out.write(bytes),
    async () => {},
  );
}
