/** The manifest: is it there, can every reader read it, and is what it names in the archive. */
import { posix } from 'node:path';
import { showName } from '../../contract/format.ts';
import type { Manifest } from '../../contract/model.ts';
import { runtimes } from '../../contract/model.ts';
import { nearest } from '../../suggest.ts';
import type { ArchiveFacts, Report, Rule, RuleFamily, Subject } from '../rule.ts';
import { handlerModule, modelOf, servedHandler } from '../served-model.ts';

const missing: Rule = {
  code: 'MANIFEST_MISSING',
  severity: 'error',
  title: 'The archive has no manifest where TorchServe looks for it.',
  why: "TorchServe's front end goes on with an empty one; the worker has neither a handler nor weights and dies.",
  hint: 'pack the model again with mar-studio pack, which writes the manifest',
};
const invalid: Rule = {
  code: 'MANIFEST_INVALID',
  severity: 'error',
  title: 'The manifest is not JSON that all its readers take alike.',
  why: 'TorchServe reads it in Java and again in Python. Where the JSON is broken it says "Failed to parse signature.json", whatever the name of the file; of a key that stands twice each reader may take another.',
  hint: 'mend that place, or pack the model again',
};
const field: Rule = {
  code: 'MANIFEST_FIELD',
  severity: 'error',
  title: 'A field of the manifest that TorchServe needs is missing or wrong.',
  why: 'TorchServe refuses the model, or serves it under a name, a version or a runtime that nobody chose.',
  hint: 'pack the model again with --model-name, --version and --runtime',
};
const fieldType: Rule = {
  code: 'MANIFEST_FIELD_TYPE',
  severity: 'warning',
  title: 'A text of the manifest is written as a number.',
  why: 'TorchServe turns it into text; 1.10 becomes "1.1", and other readers of the manifest fail on it.',
  hint: 'write the value in quotes',
};
const noHandler: Rule = {
  code: 'MANIFEST_NO_HANDLER',
  severity: 'warning',
  title: 'The manifest names no handler.',
  why: "The server's default_service_handler is used; where that is not set, and it is not by default, the worker dies.",
  hint: 'pack the model again with --handler',
};
const dangling: Rule = {
  code: 'MANIFEST_DANGLING',
  severity: 'error',
  title: 'The manifest names a file that is not in the archive.',
  why: "The worker fails where it needs the file. A missing handler shows as a missing module of the server's own, ts.torch_handler.NAME.",
  hint: 'pack the model again with that file',
};
const escapes: Rule = {
  code: 'MANIFEST_PATH_ESCAPE',
  severity: 'error',
  title: 'The manifest names a file outside the archive.',
  why: 'TorchServe joins the path to the model folder without a look and reads what stands there on the server.',
  hint: 'put the file into the archive and name it by its place there',
};
const several: Rule = {
  code: 'MANIFEST_SEVERAL',
  severity: 'warning',
  title: 'The archive has more than one manifest.',
  why: 'TorchServe reads MAR-INF/MANIFEST.json alone; people and tools may look at another one.',
  hint: 'remove the others',
};
const legacy: Rule = {
  code: 'MANIFEST_LEGACY',
  severity: 'info',
  title: 'The manifest has the form of an older archiver.',
  why: 'TorchServe still loads it; it asks in its log to upgrade where createdOn or archiverVersion is missing, and passes over fields of older servers.',
  hint: 'nothing needs doing; packing the model again writes the present form',
};

export const manifest: RuleFamily = {
  name: 'manifest',
  rules: [missing, invalid, field, fieldType, noHandler, dangling, escapes, several, legacy],
  check(subject, report) {
    const { archive } = subject;
    if (!archive || subject.entries.length === 0) return;
    const name = manifestNameOf(archive);
    checkPlace(name, archive, subject, report);
    if (archive.manifest === null) return;
    const shown = showName(name);
    for (const flaw of archive.manifest.flaws) {
      const place = /^\d+:\d+: /.test(flaw) ? `${shown}:${flaw}` : `${shown}: ${flaw}`;
      report(invalid, name, showName(place));
    }
    if (archive.manifest.manifest === null) return;
    const at = { manifest: archive.manifest.manifest, name, subject, report };
    if (archive.kind === 'war') checkWorkflow(at);
    else checkModel(at);
  },
};

const manifestNameOf = ({ kind }: ArchiveFacts) =>
  kind === 'war' ? 'WAR-INF/MANIFEST.json' : 'MAR-INF/MANIFEST.json';

function checkPlace(name: string, archive: ArchiveFacts, subject: Subject, report: Report): void {
  const isManifest = /^[MW]AR-INF\/MANIFEST\.json$/i;
  const others = subject.entries.filter((entry) => entry.name !== name);
  const near = others.find((entry) => isManifest.test(entry.name));
  if (archive.manifest !== null) {
    if (near)
      report(several, near.name, `${showName(near.name)} is a manifest beside ${name}, which alone is read`);
    return;
  }
  const deeper = others.find((entry) => entry.name.endsWith(`/${name}`));
  if (near) {
    const message = `${showName(near.name)} is not ${name}: TorchServe goes by the case of letters and finds no manifest`;
    report(missing, near.name, message, `name it ${name}`);
  } else if (deeper) {
    const message = `${showName(deeper.name)} lies below a folder, and TorchServe looks for ${name}`;
    report(missing, deeper.name, message, 'pack what is inside that folder, not the folder itself');
  } else {
    report(missing, null, `there is no ${name}: TorchServe would take the model for one without a handler`);
  }
}

interface Place {
  readonly manifest: Manifest;
  readonly name: string;
  readonly subject: Subject;
  readonly report: Report;
}

const legacyFields = [
  'modelServerVersion',
  'implementationVersion',
  'specificationVersion',
  'engine',
  'publisher',
  'license',
] as const;

function checkModel(at: Place): void {
  const { manifest, name, subject, report } = at;
  checkRuntime(at);
  const { model } = manifest as { readonly model?: unknown };
  if (typeof model !== 'object' || model === null || Array.isArray(model)) {
    const what = model === undefined ? 'has no model' : `has a model that is ${kindOf(model)}`;
    report(field, name, `${name} ${what}: TorchServe finds neither a name nor a handler in it`);
    return;
  }
  requireText(
    at,
    modelOf(subject),
    'modelName',
    'model.modelName',
    'TorchServe goes by the name of the file, or says "Model name is not defined."',
  );
  requireText(
    at,
    modelOf(subject),
    'modelVersion',
    'model.modelVersion',
    'TorchServe serves it as version 1.0',
  );
  checkLegacy(at);
  checkFiles(at);
}

function checkRuntime({ manifest, name, report }: Place): void {
  const runtime: unknown = manifest.runtime;
  if (runtime === undefined) {
    report(field, name, `${name} has no runtime: TorchServe takes it for python`);
  } else if (!runtimes.some((known) => known === runtime)) {
    const shown = showName(JSON.stringify(runtime).slice(0, 60));
    const meant = typeof runtime === 'string' ? nearest(runtime, runtimes) : null;
    const hint = meant === null ? 'write python, python3 or LSP' : `did you mean ${meant}?`;
    report(
      field,
      name,
      `${name} has the runtime ${shown}: TorchServe says "Runtime is not defined or invalid."`,
      hint,
    );
  }
}

/** A text that must be there; Gson makes texts of numbers, and of nothing else. */
function requireText(
  { name, report }: Pick<Place, 'name' | 'report'>,
  object: Readonly<Record<string, unknown>>,
  key: string,
  shown: string,
  otherwise: string,
): void {
  const value = object[key];
  if (value === undefined || value === null || value === '') {
    report(field, name, `${name} has no ${shown}: ${otherwise}`);
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    report(
      fieldType,
      name,
      `${name} has the ${kindOf(value).replace('a ', '')} ${value} as ${shown}, where a text belongs`,
    );
  } else if (typeof value !== 'string') {
    report(
      field,
      name,
      `${name} has ${kindOf(value)} as ${shown}: TorchServe says "Failed to parse signature.json."`,
    );
  }
}

function checkLegacy({ manifest, name, report }: Place): void {
  const absent = ['createdOn', 'archiverVersion'].filter((key) => manifest[key] === undefined);
  const old = legacyFields.filter((key) => manifest[key] !== undefined);
  if (absent.length === 0 && old.length === 0) return;
  const parts = [
    ...(absent.length === 0 ? [] : [`has no ${absent.join(' and no ')}`]),
    ...(old.length === 0 ? [] : [`carries ${old.join(', ')}, which nothing reads any more`]),
  ];
  report(legacy, name, `${name} is of an older form: it ${parts.join(', and ')}`);
}

const fileFields = ['serializedFile', 'modelFile', 'requirementsFile', 'configFile'] as const;

function checkFiles(at: Place): void {
  const { name, subject, report } = at;
  const model: Readonly<Record<string, unknown>> = modelOf(subject);
  for (const key of fileFields) checkFile(at, key, model[key]);

  const { handler } = model;
  if (handler === undefined || handler === null || handler === '') {
    report(noHandler, name, `${name} names no handler, so the server's default_service_handler decides`);
  } else if (typeof handler !== 'string') {
    report(field, name, `${name} has ${kindOf(handler)} as model.handler, where the name of a file belongs`);
  } else if (subject.manifest.runtime !== 'LSP') {
    checkHandler(at, handler);
  }
}

function checkFile({ name, subject, report }: Place, key: string, value: unknown): void {
  if (value === undefined || value === '') return;
  if (typeof value !== 'string') {
    report(field, name, `${name} has ${kindOf(value)} as ${key}, where the name of a file belongs`);
    return;
  }
  const shown = showName(JSON.stringify(value));
  if (leadsOut(value) || /^[A-Za-z]:/.test(value)) {
    report(escapes, name, `${key} is ${shown}: TorchServe would read it outside the model`);
  } else if (!subject.find(value) && !subject.find(posix.normalize(value))) {
    report(
      dangling,
      name,
      `${key} is ${shown}, and the archive holds no such file`,
      meantFile(value, subject) ??
        `pack the model again with that file, or clear the field: mar-studio repack --set model.${key}=`,
    );
  }
}

function checkHandler({ name, subject, report }: Place, handler: string): void {
  const shown = showName(JSON.stringify(handler));
  // What stands before the last slash counts only beside a colon: it goes to Python's path as it is.
  if (handler.includes(':') && leadsOut(handler.split(':', 1)[0] ?? '')) {
    report(escapes, name, `handler is ${shown}: TorchServe would import it from outside the model`);
    return;
  }
  if (servedHandler(subject).kind !== 'missing') return;
  // Python also imports what was compiled before.
  const { module } = handlerModule(handler);
  const isCompiled = (file: string) => file.startsWith(`${module}.`) && /\.(?:pyc|pyd|so)$/.test(file);
  if (subject.entries.some((entry) => isCompiled(entry.name))) return;
  const sought = showName(`ts.torch_handler.${handler.split('.', 1)[0]}`);
  const message = `handler is ${shown}, and the archive holds no such file: TorchServe says "No module named '${sought}'"`;
  report(dangling, name, message, meantFile(handler.split(':', 1)[0] ?? '', subject));
}

function leadsOut(path: string): boolean {
  return path.split(/[/\\]/).includes('..') || /^[/\\]|^[A-Za-z]:[/\\]/.test(path);
}

function meantFile(name: string, subject: Subject): string | undefined {
  const names = subject.entries.map((entry) => entry.name);
  const meant = nearest(name, names) ?? names.find((other) => other.endsWith(`/${name}`));
  return meant === undefined ? undefined : `did you mean ${showName(meant)}?`;
}

/** For workflows TorchServe is stricter: what is a warning in its log for models is an error for them. */
function checkWorkflow(at: Place): void {
  const { manifest, name, subject, report } = at;
  const said = {
    createdOn: 'Workflow archive createdOn is not defined.',
    archiverVersion: 'Workflow archive version is not defined.',
  };
  for (const [key, error] of Object.entries(said)) {
    requireText(at, manifest, key, key, `TorchServe says "${error}"`);
  }
  const { workflow } = manifest;
  if (typeof workflow !== 'object' || workflow === null || Array.isArray(workflow)) {
    const what = workflow === undefined ? 'has no workflow' : `has a workflow that is ${kindOf(workflow)}`;
    report(field, name, `${name} ${what}: TorchServe says "Missing Workflow entry in manifest file."`);
    return;
  }
  const fields = workflow as Readonly<Record<string, unknown>>;
  requireText(
    at,
    fields,
    'workflowName',
    'workflow.workflowName',
    'TorchServe says "Workflow name is not defined."',
  );
  for (const key of ['specFile', 'handler']) {
    requireText(at, fields, key, `workflow.${key}`, 'TorchServe fails on it without a word of its own');
    const value = fields[key];
    if (typeof value === 'string' && value !== '') checkFile({ manifest, name, subject, report }, key, value);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
