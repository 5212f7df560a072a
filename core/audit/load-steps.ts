/** What TorchServe would do to load a model, step by step: what it runs, what reads the weights, what it goes by. */
import { Problem } from '../contract/errors.ts';
import { formatBytes, formatCount, showName } from '../contract/format.ts';
import type { ConfigValue, LoadStep } from '../contract/verification.ts';
import { maxConfigBytes } from '../mar/config-yaml.ts';
import { configValues } from '../mar/model-config.ts';
import type { PythonOutline } from '../python/outline.ts';
import { parseRequirements } from '../python/requirements.ts';
import { describeWeights } from '../weights/detect.ts';
import { decodeText, NotRead, readPython, readWeights, readWhole } from './entry-content.ts';
import type { Subject, SubjectEntry } from './rule.ts';
import { isLoadedByBase, modelOf, namedEntry, servedHandler } from './served-model.ts';

type Told = Omit<LoadStep, 'what'>;

export interface LoadSteps {
  readonly steps: readonly LoadStep[];
  /** What it goes by of the config file; empty where there is none that it can read. */
  readonly config: readonly ConfigValue[];
}

export async function foreseeSteps(subject: Subject): Promise<LoadSteps> {
  const told: [LoadStep['what'], Told | null][] = [
    ['runtime', runtimeOf(subject)],
    ['handler', await orUnread(() => handlerOf(subject))],
    ['model', await orUnread(() => modelFileOf(subject))],
    ['weights', await orUnread(() => weightsOf(subject))],
    ['requirements', await orUnread(() => requirementsOf(subject))],
  ];
  const config = await configOf(subject);
  const steps = told.flatMap(([what, step]) => (step === null ? [] : [{ what, ...step }]));
  return { steps: [...steps, { what: 'config', ...config.step }], config: config.values };
}

async function orUnread(look: () => Promise<Told | null>): Promise<Told | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof NotRead)
      return { words: `not looked at: ${showName(error.message)}`, path: error.entryName };
    if (error instanceof Problem && error.code !== 'CANCELLED')
      return { words: `not looked at: ${error.message}`, path: null };
    throw error;
  }
}

const fact = (words: string, path: string | null = null): Told => ({ words, path });

function runtimeOf({ manifest }: Subject): Told {
  const runtime: unknown = manifest.runtime;
  if (runtime === undefined)
    return fact("python, which it takes where none is named: the server's own Python");
  if (runtime === 'python') return fact("python: the server's own Python");
  if (runtime === 'python3') return fact("python3: whatever that is on the server's PATH");
  if (runtime === 'LSP') return fact('LSP: the C++ worker');
  return fact(`${showName(JSON.stringify(runtime))}, which it does not know`);
}

async function handlerOf(subject: Subject): Promise<Told> {
  const handler = servedHandler(subject);
  const named = showName(String(modelOf(subject).handler ?? ''));
  switch (handler.kind) {
    case 'server':
      return fact(`${named}, a module of the server's own; the archive holds no code for it`);
    case 'lsp':
      return handler.member === null
        ? fact(`${named} of the C++ worker`)
        : fact(`${showName(handler.member)} from the library ${showName(handler.library)}`);
    case 'missing':
      return fact(named === '' ? 'none is named' : `${named}, which is neither in the archive nor known`);
    case 'file': {
      const { outline, encodingFault } = await readPython(handler.entry);
      const entry = encodingFault === null ? entryPoint(outline, handler.member) : 'Python can not read it';
      return fact(`${showName(handler.entry.name)}: ${entry}`, handler.entry.name);
    }
  }
}

/** A function wins over a class, and a class must be the only one. */
function entryPoint({ functions, classes, errors }: PythonOutline, member: string | null): string {
  if (errors.length > 0) return 'Python can not read it';
  const wanted = member ?? 'handle';
  if (functions.some(({ name }) => name === wanted)) return `its function ${showName(wanted)}`;
  const [only, ...others] = classes;
  if (only !== undefined && others.length === 0) return `its class ${showName(only.name)}`;
  return member === null
    ? 'no entry point that can be told without running it'
    : `${showName(wanted)}, if running the module makes it`;
}

async function modelFileOf(subject: Subject): Promise<Told | null> {
  const { modelFile } = modelOf(subject);
  if (typeof modelFile !== 'string' || modelFile === '') return null;
  const entry = namedEntry(subject, 'modelFile');
  if (entry === null) return fact(`${showName(modelFile)}, which is not in the archive`);
  const { outline } = await readPython(entry);
  const [only, ...others] = outline.classes;
  const what =
    only === undefined
      ? 'no class that can be told without running it'
      : others.length === 0
        ? `its class ${showName(only.name)}`
        : `one of ${outline.classes.length} classes, and it takes a file with exactly one`;
  return fact(`${showName(entry.name)}: ${what}`, entry.name);
}

async function weightsOf(subject: Subject): Promise<Told> {
  const { serializedFile, modelFile } = modelOf(subject);
  const isOfBase = subject.manifest.runtime !== 'LSP' && (await isLoadedByBase(subject));
  const hasModelFile = typeof modelFile === 'string' && modelFile !== '';
  if (typeof serializedFile !== 'string' || serializedFile === '') {
    if (!isOfBase) return fact('none are named; the handler may bring its own');
    return fact(
      hasModelFile ? 'none: the model starts with those of its class' : 'none are named, and it needs some',
    );
  }
  const entry = namedEntry(subject, 'serializedFile');
  if (entry === null) return fact(`${showName(serializedFile)}, which is not in the archive`);
  const what = `${showName(entry.name)} (${formatBytes(entry.size)}, ${describeWeights(await readWeights(entry))})`;
  const loader = isOfBase ? loaderOf(entry, hasModelFile) : foreignLoader(subject);
  return fact(`${what}: ${loader}`, entry.name);
}

function foreignLoader({ manifest }: Subject): string {
  return manifest.runtime === 'LSP'
    ? 'read by the C++ handler'
    : 'read by the handler itself, in a way that can only be told by running it';
}

/** As BaseHandler chooses: by whether there is a model file, then by the suffix alone. */
function loaderOf({ name }: SubjectEntry, hasModelFile: boolean): string {
  if (hasModelFile) return 'read by torch.load, which runs what a pickle asks for, and load_state_dict';
  if (name.endsWith('.pt')) return 'read by torch.jit.load';
  if (name.endsWith('.onnx')) return 'read by onnxruntime, where the server has it';
  if (name.endsWith('.so'))
    return 'loaded as a compiled library, where the config says pt2: export: aot_compile';
  return 'nothing reads a file of this suffix';
}

const maxRequirementsBytes = 1024 * 1024;

async function requirementsOf(subject: Subject): Promise<Told> {
  const { requirementsFile } = modelOf(subject);
  if (typeof requirementsFile !== 'string' || requirementsFile === '') return fact('none');
  const entry = namedEntry(subject, 'requirementsFile');
  if (entry === null) return fact(`${showName(requirementsFile)}, which is not in the archive`);
  const text = decodeText(await readWhole(entry, maxRequirementsBytes));
  if (text === null) return fact(`${showName(entry.name)}, which is not UTF-8`, entry.name);
  const lines = parseRequirements(text).filter(({ kind }) => kind !== 'option');
  const packed = lines.filter(({ kind, name }) => kind === 'file' && subject.find(name) !== undefined).length;
  const fetched = lines.length - packed;
  const from =
    fetched === 0 ? 'all from the archive' : `${fetched.toLocaleString('en-US')} from a package index`;
  const when = 'installed by pip only where the server says install_py_dep_per_model=true';
  return fact(
    `${showName(entry.name)}: ${formatCount(lines.length, 'package')}, ${from}; ${when}`,
    entry.name,
  );
}

async function configOf(subject: Subject): Promise<{ step: Told; values: readonly ConfigValue[] }> {
  const { configFile } = modelOf(subject);
  const without = "the server's settings and the request that registers the model decide";
  if (typeof configFile !== 'string' || configFile === '')
    return { step: fact(`none: ${without}`), values: [] };
  const entry = namedEntry(subject, 'configFile');
  if (entry === null) {
    return { step: fact(`${showName(configFile)}, which is not in the archive`), values: [] };
  }
  let values: readonly ConfigValue[] = [];
  const step = await orUnread(async () => {
    const text = decodeText(await readWhole(entry, maxConfigBytes));
    values = text === null ? [] : configValues(text, subject.manifest.runtime).values;
    const shown = showName(entry.name);
    return fact(values.length === 0 ? `${shown}, which it can not read` : shown, entry.name);
  });
  return { step: step ?? fact(showName(entry.name), entry.name), values: values.filter(isWorthTelling) };
}

/** What everybody asks for, and whatever the file says otherwise. */
const alwaysTold = new Set([
  'minWorkers',
  'maxWorkers',
  'batchSize',
  'maxBatchDelay',
  'responseTimeout',
  'startupTimeout',
]);
const isWorthTelling = ({ key, given }: ConfigValue) => given !== null || alwaysTold.has(key);
