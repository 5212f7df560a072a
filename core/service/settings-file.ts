/** Settings and keys as one JSON file, to carry them to another computer. What is in it and not known is told, not lost. */
import { lstat, readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import type { SettingsRead } from '../contract/api.ts';
import { isKeyChange, type KeyChanges } from '../contract/commands.ts';
import { Problem } from '../contract/errors.ts';
import { choices, longestReviewer, mostColumns, type Settings } from '../contract/settings.ts';
import { writeFileAtomically } from '../fs/atomic.ts';
import { inputProblem } from '../fs/system-error.ts';
import { checkJson } from '../json/check-json.ts';

const schemaName = 'mar-studio.settings/1';
const largestBytes = 1024 * 1024;
/** A file with thousands of unknown names is no file of ours. */
const mostTold = 50;

export const settingFields = {
  theme: v.picklist(choices.theme),
  palette: v.picklist(choices.palette),
  density: v.picklist(choices.density),
  fontSize: v.picklist(choices.fontSize),
  motion: v.picklist(choices.motion),
  diffMode: v.picklist(choices.diffMode),
  contextLines: v.picklist(choices.contextLines),
  wrapsLines: v.boolean(),
  keepsRecents: v.boolean(),
  reviewer: v.pipe(v.string(), v.maxLength(longestReviewer)),
  isRailNarrow: v.boolean(),
  entryColumns: v.pipe(
    v.array(v.strictObject({ id: v.pipe(v.string(), v.maxLength(50)), rem: v.pipe(v.number(), v.finite()) })),
    v.maxLength(mostColumns),
  ),
} as const satisfies { readonly [N in keyof Settings]: v.GenericSchema<unknown, Settings[N]> };

/** Not a record, which would pass over names such as "constructor" without a word. */
const anything = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const fileSchema = v.looseObject({
  schema: v.literal(schemaName),
  settings: v.optional(anything, {}),
  keys: v.optional(anything, {}),
});

interface Kept {
  readonly settings: Settings;
  readonly keys: KeyChanges;
}

export async function saveSettingsFile(
  path: string,
  { settings, keys }: Kept,
  force: boolean,
): Promise<void> {
  if (!force && (await lstat(path).catch(() => null)) !== null) {
    throw Problem.of('OUTPUT_EXISTS', { path, suggestion: 'replace it, or choose another name' });
  }
  const bytes = Buffer.from(`${JSON.stringify({ schema: schemaName, settings, keys }, null, 2)}\n`);
  await writeFileAtomically(
    path,
    { force, expectedBytes: bytes.length, signal: undefined },
    (out) => out.write(bytes),
    async () => {},
  );
}

export async function readSettingsFile(path: string): Promise<SettingsRead> {
  const file = v.safeParse(fileSchema, await readJson(path), { abortEarly: true });
  if (!file.success)
    throw notSettings(path, partWords[String(file.issues[0].path?.[0].key)] ?? 'it is no object');
  const { schema: _, settings: given, keys: givenKeys, ...others } = file.output;
  const leftOut = Object.keys(others).map((name) => `${name}: not known here`);
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(settingFields, name) ? settingFields[name as keyof Settings] : undefined;
    const checked = field === undefined ? undefined : v.safeParse(field, value);
    if (checked?.success) settings[name] = checked.output;
    else
      leftOut.push(
        `settings.${name}: ${checked === undefined ? 'not known here' : 'no value that it may have'}`,
      );
  }
  const keys: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(givenKeys)) {
    if (isKeyChange(name, value)) keys[name] = value;
    else leftOut.push(`keys.${name}: no command of that name, or no keys that it may have`);
  }
  const more = leftOut.length - mostTold;
  const told = more > 0 ? [...leftOut.slice(0, mostTold), `and ${more} more`] : leftOut;
  return { settings, keys, leftOut: told.map((words) => words.slice(0, 200)) };
}

async function readJson(path: string): Promise<unknown> {
  const seen = await stat(path).catch((error) => {
    throw inputProblem(error, path, 'recipe');
  });
  if (!seen.isFile()) throw notSettings(path, 'it is no file');
  if (seen.size > largestBytes) throw notSettings(path, `its ${seen.size} bytes are too many`);
  const text = await readFile(path, 'utf8').catch((error) => {
    throw inputProblem(error, path, 'recipe');
  });
  try {
    return JSON.parse(text);
  } catch {
    const [flaw] = checkJson(text);
    throw notSettings(path, flaw ? `line ${flaw.line}: ${flaw.detail}` : 'it is no JSON');
  }
}

/** What is wrong with each part of a file, in words of ours. */
const partWords: Readonly<Record<string, string>> = {
  schema: `its "schema" is not "${schemaName}"`,
  settings: 'its "settings" are no object',
  keys: 'its "keys" are no object',
};

const notSettings = (path: string, detail: string) => Problem.of('SETTINGS_INVALID', { path, detail });
