/** Writes down what a pack was told, so that it can be told again. */
import path from 'node:path';
import { stringify } from 'yaml';
import type { PackInput } from '../contract/model.ts';
import { parseExtraFiles } from './extra-files.ts';
import { recipeKeys } from './recipe.ts';
import { relativeExtraFile, relativeHandler, relativePath } from './recipe-paths.ts';

const heading = '# mar-studio pack --recipe FILE; paths are relative to this file, flags win over it.\n';

/** YAML, or JSON where the file is called so, in a stable order. What was not set is not written, and `force` never is. */
export function serializeRecipe(input: PackInput, recipePath: string): string {
  const folder = path.dirname(recipePath);
  const lines: Record<string, unknown> = {};
  for (const [key, { field, kind }] of Object.entries(recipeKeys)) {
    const value = input[field];
    if (value === undefined || value === '') continue;
    if (field === 'extraFiles') {
      const items = parseExtraFiles(value as string | readonly string[]);
      if (items.length > 0) lines[key] = items.map((item) => relativeExtraFile(folder, item));
    } else if (kind === 'handler') lines[key] = relativeHandler(folder, String(value));
    else if (kind === 'path') lines[key] = relativePath(folder, String(value));
    else lines[key] = value;
  }
  if (/\.json$/i.test(recipePath)) return `${JSON.stringify(lines, null, 2)}\n`;
  return heading + stringify(lines, { lineWidth: 0 });
}
