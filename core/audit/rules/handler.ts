/** The handler: does Python read it, and does TorchServe find its way in. */
import { showName } from '../../contract/format.ts';
import { defaultHandlers, serverHandlers } from '../../contract/handlers.ts';
import { bindsName, type PythonClass, type PythonOutline } from '../../python/outline.ts';
import { nearest } from '../../suggest.ts';
import { readPython, readStart } from '../entry-content.ts';
import type { Report, Rule, RuleFamily, Subject } from '../rule.ts';
import { modelOf, namedEntry, plainBases, type ServedHandler, servedHandler } from '../served-model.ts';
import { shadowedModule } from '../shadowed-modules.ts';

const syntax: Rule = {
  code: 'LOAD_HANDLER_SYNTAX',
  severity: 'error',
  title: 'The handler or the model file is not valid Python 3.',
  why: 'The worker fails while it imports the file, and is started again and again.',
  hint: 'mend that line; python3 -m py_compile FILE shows the same error',
};
const noEntryPoint: Rule = {
  code: 'LOAD_NO_ENTRY_POINT',
  severity: 'error',
  title: 'The handler has no entry point.',
  why: 'TorchServe calls a function of the module, handle unless another is named, or else the only class of the module, which needs handle and initialize.',
  hint: 'define handle(data, context), or exactly one class with handle and initialize',
};
const namesClass: Rule = {
  code: 'LOAD_HANDLER_CLASS',
  severity: 'error',
  title: 'The handler names a class after its colon.',
  why: 'TorchServe takes what stands after the colon for a function and calls it with (None, context), which makes an object of the class and no answer.',
  hint: 'leave out the colon and the class: the only class of the module is found by itself',
};
const shadows: Rule = {
  code: 'LOAD_MODULE_SHADOWS',
  severity: 'warning',
  title: 'A file of the archive hides a module of Python, of torch or of TorchServe.',
  why: "The model's folder comes first on Python's path, so every import of that name in the worker gets this file.",
  hint: 'rename the file, or put it into a folder of its own',
};
const serverOnly: Rule = {
  code: 'LOAD_HANDLER_NAME_SERVER_ONLY',
  severity: 'info',
  title: 'The handler is a module of the server that the reference archiver does not know by name.',
  why: 'TorchServe finds it; torch-model-archiver would ask for a file of that name.',
  hint: 'nothing needs doing; to be understood by both, derive a handler of your own from it',
};
const lspHandler: Rule = {
  code: 'LOAD_LSP_HANDLER',
  severity: 'error',
  title: 'The C++ worker has no handler of this name.',
  why: 'Without a library it knows TorchScriptHandler alone; any other name leaves it without a handler.',
  hint: 'use TorchScriptHandler, or LIBRARY:Class with the library in the archive',
};
const lspLibrary: Rule = {
  code: 'LOAD_LSP_LIBRARY',
  severity: 'error',
  title: "The C++ handler's library is missing or is no shared library.",
  why: 'The worker opens LIBRARY.so (LIBRARY.dylib on macOS) in the root of the model and fails without it.',
  hint: 'build the handler as a shared library and pack it beside the model',
};

export const handler: RuleFamily = {
  name: 'handler',
  rules: [syntax, noEntryPoint, namesClass, shadows, serverOnly, lspHandler, lspLibrary],
  async check(subject, report) {
    const served = servedHandler(subject);
    if (served.kind === 'server') reportServerOnly(served.name, report);
    if (served.kind === 'lsp') await checkLsp(served, subject, report);
    if (served.kind === 'file') await checkFile(served, subject, report);
    const modelFile = namedEntry(subject, 'modelFile');
    if (modelFile?.name.endsWith('.py')) await readsAsPython(modelFile, report);
  },
  checkEntry(entry, report, subject) {
    if (subject.manifest.runtime === 'LSP') return;
    const hidden = shadowedModule(entry.name, subject);
    if (hidden === null) return;
    report(
      shadows,
      entry.name,
      `${showName(entry.name)} hides the module ${hidden.name} of ${hidden.owner} from everything in the worker`,
    );
  },
};

function reportServerOnly(name: string, report: Report): void {
  if (!serverHandlers.includes(name) || defaultHandlers.python.includes(name)) return;
  report(
    serverOnly,
    null,
    `${name} is found by TorchServe, but torch-model-archiver would ask for ${name}.py`,
  );
}

async function checkFile(
  served: Extract<ServedHandler, { kind: 'file' }>,
  subject: Subject,
  report: Report,
): Promise<void> {
  const { entry, member } = served;
  const shown = showName(entry.name);
  if (!(await readsAsPython(entry, report))) return;
  const { outline } = await readPython(entry);

  const named = outline.classes.find(({ name }) => name === member);
  if (named) {
    report(
      namesClass,
      entry.name,
      `${named.name} in ${shown} is a class, and TorchServe would call it as a function`,
    );
    return;
  }
  const wanted = member ?? 'handle';
  if (bindsName(outline, wanted) !== 'no') return;
  const fault = classFault(outline);
  if (fault === null) return;
  const meant = nearest(
    wanted,
    outline.functions.map(({ name }) => name),
  );
  const archive = modelOf(subject).handler;
  const hint = meant === null ? undefined : `did you mean ${String(archive).split(':')[0]}:${meant}?`;
  report(noEntryPoint, entry.name, `${shown} has no function ${wanted}, and ${fault}`, hint);
}

/** Why the class road is closed too, or null where it may be open. Only what is sure is said. */
function classFault(outline: PythonOutline): string | null {
  const sure = outline.classes.filter(({ conditional }) => !conditional);
  const names = [...new Set(sure.map(({ name }) => name))];
  if (names.length > 1) {
    return `${names.length} classes (${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}) where TorchServe needs exactly one`;
  }
  const [only] = outline.classes;
  if (!only) return outline.assignsClass ? null : 'no class either';
  if (outline.classes.length > 1) return null;
  const missing = ['handle', 'initialize'].filter((method) => surelyLacks(only, method));
  return missing.length === 0 ? null : `its class ${only.name} has no ${missing.join(' and no ')}`;
}

function surelyLacks(one: PythonClass, method: string): boolean {
  if (one.altered || one.members.includes(method) || one.members.includes('__getattr__')) return false;
  if (!one.bases.every((base) => plainBases.includes(base))) return false;
  return !one.methods.some(({ source }) => new RegExp(`\\bself\\.${method}\\s*=|setattr\\(`).test(source));
}

/** Whether Python would read the file; tells the first error otherwise. */
async function readsAsPython(
  entry: { readonly name: string } & Parameters<typeof readPython>[0],
  report: Report,
): Promise<boolean> {
  const { outline, encodingFault } = await readPython(entry);
  const shown = showName(entry.name);
  if (encodingFault) {
    report(syntax, entry.name, `Python can't read ${shown}: ${encodingFault}`, 'save the file as UTF-8');
    return false;
  }
  const [first] = outline.errors;
  if (!first) return true;
  report(syntax, entry.name, `Python can't read ${shown}:${first.line}:${first.column}: ${first.detail}`);
  return false;
}

async function checkLsp(
  { library, member }: Extract<ServedHandler, { kind: 'lsp' }>,
  subject: Subject,
  report: Report,
): Promise<void> {
  if (member === null) {
    if (library === 'TorchScriptHandler') return;
    const detail = library === 'BaseHandler' ? ', although torch-model-archiver takes it' : '';
    report(lspHandler, null, `the C++ worker has no handler ${showName(library)}${detail}`);
    return;
  }
  const names = [`${library}.so`, `${library}.dylib`, library];
  const entry = names.map((name) => subject.find(name)).find((found) => found !== undefined);
  if (!entry) {
    report(lspLibrary, null, `the handler's library ${showName(library)}.so is not in the archive`);
    return;
  }
  const start = await readStart(entry, 8);
  const magic = start.length < 4 ? 0 : start.readUInt32BE(0);
  if (![0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic)) {
    report(lspLibrary, entry.name, `${showName(entry.name)} is no shared library by its first bytes`);
  }
}
