/** Imports: will the worker find what the handler asks for. TorchServe's own words for a miss mislead. */
import { showName } from '../../contract/format.ts';
import { isKnownModule, mayProvide } from '../../python/known-modules.ts';
import { maxSourceBytes, type PythonImport } from '../../python/outline.ts';
import { parseRequirements } from '../../python/requirements.ts';
import { decodeText, readPython, readWhole } from '../entry-content.ts';
import type { Report, Rule, RuleFamily, Subject, SubjectEntry } from '../rule.ts';
import { namedEntry, servedHandler } from '../served-model.ts';

const hidden =
  'TorchServe takes any failed import for a missing handler, and its log names a missing ts.torch_handler.NAME in place of the cause.';

const relative: Rule = {
  code: 'LOAD_RELATIVE_IMPORT',
  severity: 'error',
  title: 'A file in the root of the model imports relative to a package.',
  why: `The root is no package, so Python refuses the import. ${hidden}`,
  hint: 'import it by its own name: write import x in place of from . import x',
};
const unprovided: Rule = {
  code: 'LOAD_IMPORT_UNPROVIDED',
  severity: 'info',
  title: 'The handler imports a module that the archive does not bring.',
  why: `It is not in the archive, not in its requirements, and no part of Python, torch or TorchServe: the server must have it. ${hidden}`,
  hint: 'name its package in the requirements file, or make sure that the server has it',
};

export const imports: RuleFamily = {
  name: 'imports',
  rules: [relative, unprovided],
  async check(subject, report) {
    const handler = servedHandler(subject);
    if (handler.kind !== 'file' && handler.kind !== 'server') return;
    const starts = [handler.kind === 'file' ? handler.entry : null, namedEntry(subject, 'modelFile')];
    const provides = await providers(subject);
    const seen = new Set<SubjectEntry>();
    const waiting = starts.filter((entry) => entry?.name.endsWith('.py')) as SubjectEntry[];
    for (let entry = waiting.shift(); entry && seen.size < mostFiles; entry = waiting.shift()) {
      if (seen.has(entry)) continue;
      seen.add(entry);
      for (const imported of await checkFile(entry, subject, provides, report)) waiting.push(imported);
    }
  },
};

/** More source files than this are a library of its own. */
const mostFiles = 200;

/** Returns the files of the archive that this one imports. */
async function checkFile(
  entry: SubjectEntry,
  subject: Subject,
  provides: (module: string) => boolean,
  report: Report,
): Promise<SubjectEntry[]> {
  const { outline } = await readPython(entry);
  const text = decodeText(await readWhole(entry, maxSourceBytes));
  // A changed path makes modules appear that nobody can foresee.
  if (text === null || outline.errors.length > 0 || text.includes('sys.path')) return [];
  const lines = text.split(/\r\n?|\n/);
  const found: SubjectEntry[] = [];
  const told = new Set<string>();
  for (const one of outline.imports) {
    for (const file of filesOf(one, entry.name, subject)) found.push(file);
    // What stands further right runs under some condition, or may fail and be caught.
    if (!/^(?:import|from)\b/.test(lines[one.line - 1] ?? '')) continue;
    const shown = `${showName(entry.name)}:${one.line}`;
    if (one.module.startsWith('.')) {
      if (!entry.name.includes('/'))
        report(relative, entry.name, `${shown} imports from ${showName(one.module)}, and lies in no package`);
      continue;
    }
    const module = one.module.split('.')[0] ?? '';
    if (module === '' || told.has(module) || isKnownModule(module) || provides(module)) continue;
    told.add(module);
    report(
      unprovided,
      entry.name,
      `${shown} imports ${showName(module)}, which the server must have by itself`,
    );
  }
  return found;
}

function filesOf({ module, names }: PythonImport, from: string, subject: Subject): SubjectEntry[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const folder = from.split('/').slice(0, -1);
  const base = dots === 0 ? [] : folder.slice(0, folder.length - (dots - 1));
  const path = [
    ...base,
    ...module
      .slice(dots)
      .split('.')
      .filter((part) => part !== ''),
  ].join('/');
  const under = path === '' ? '' : `${path}/`;
  const places = [`${path}.py`, `${under}__init__.py`, ...names.map((name) => `${under}${name}.py`)];
  return places.map((place) => subject.find(place)).filter((entry) => entry !== undefined);
}

/** Whether the archive or what it requires brings a module. */
async function providers(subject: Subject): Promise<(module: string) => boolean> {
  const own = new Set(subject.entries.map(({ name }) => /^[^/.]*/.exec(name)?.[0] ?? ''));
  const file = namedEntry(subject, 'requirementsFile');
  const text = file ? decodeText(await readWhole(file, 1024 * 1024)) : '';
  const lines = parseRequirements(text ?? '');
  // What an address or another list of requirements brings can't be told from here.
  const elsewhere = /^(?:-[rc]|--requirement|--constraint)/;
  const anything = text === null || lines.some((line) => line.kind === 'url' || elsewhere.test(line.text));
  const required = lines
    .filter(({ kind }) => kind === 'named' || kind === 'file')
    .map(({ kind, name }) => (kind === 'file' ? (name.split('/').at(-1)?.split('-')[0] ?? '') : name));
  return (module) => anything || own.has(module) || required.some((name) => mayProvide(name, module));
}
