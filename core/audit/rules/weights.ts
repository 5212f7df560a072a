/** The weights: will the handler load this file, by its suffix and by what it really is. */
import { showName } from '../../contract/format.ts';
import { parseConfigYaml } from '../../mar/config-yaml.ts';
import { describeWeights, type WeightsFile, type WeightsKind } from '../../weights/detect.ts';
import { decodeText, readPython, readStart, readWeights } from '../entry-content.ts';
import type { Report, Rule, RuleFamily, Subject, SubjectEntry } from '../rule.ts';
import { isLoadedByBase, modelOf, namedEntry, servedHandler } from '../served-model.ts';

const suffix: Rule = {
  code: 'LOAD_WEIGHTS_SUFFIX',
  severity: 'error',
  title: "The weights file's suffix is one that the handler can't load.",
  why: 'Without a model file BaseHandler goes by the suffix alone: .pt is TorchScript, .onnx is ONNX, .so is a compiled export; anything else ends in "No model weights could be loaded".',
  hint: 'give the class of the model with --model-file, or export the model to TorchScript (.pt)',
};
const torchscriptSuffix: Rule = {
  code: 'LOAD_TORCHSCRIPT_SUFFIX',
  severity: 'error',
  title: 'The weights are TorchScript under a suffix that hides it.',
  why: 'BaseHandler loads TorchScript only from a file that ends in .pt.',
  hint: 'rename the file to end in .pt',
};
const stateDictOnly: Rule = {
  code: 'LOAD_STATE_DICT_ONLY',
  severity: 'error',
  title: 'The .pt file is not TorchScript, and there is no model file.',
  why: 'Without a model file BaseHandler hands every .pt to torch.jit.load, which takes TorchScript alone.',
  hint: "add the model's class with --model-file, or save with torch.jit.save(torch.jit.script(model), …)",
};
const kindMismatch: Rule = {
  code: 'LOAD_WEIGHTS_KIND',
  severity: 'error',
  title: 'The weights file is of a kind that its loader does not read.',
  why: 'With a model file the weights go through torch.load and load_state_dict; without one, a .pt through torch.jit.load, an .onnx through onnxruntime and an .so through the system.',
  hint: 'save the weights in the form that this handler loads, or load them in a handler of your own',
};
const missing: Rule = {
  code: 'LOAD_WEIGHTS_MISSING',
  severity: 'error',
  title: 'The handler loads weights and there are none.',
  why: 'Without a model file BaseHandler fails on the missing serialized file, and the worker with it.',
  hint: 'name the weights with --serialized-file, or the class of the model with --model-file',
};
const notWeights: Rule = {
  code: 'LOAD_WEIGHTS_NOT_WEIGHTS',
  severity: 'error',
  title: 'The weights file holds no weights at all.',
  why: 'The loader fails on it, and the worker with it.',
  hint: 'fetch the real file: git lfs pull, or download it again',
};
const placeholder: Rule = {
  code: 'LOAD_WEIGHTS_PLACEHOLDER',
  severity: 'warning',
  title: 'A file that is called weights is a web page or a Git LFS pointer.',
  why: 'It stands in for a file that was never fetched.',
  hint: 'fetch the real file: git lfs pull, or download it again',
};
const unknownKind: Rule = {
  code: 'LOAD_WEIGHTS_UNKNOWN',
  severity: 'warning',
  title: 'The weights file is of no kind that is known here.',
  why: 'A .pt is a ZIP or a pickle that torch wrote, an .onnx a message that begins with its version. What is neither is most likely damaged or another file, and its loader fails on it.',
  hint: 'check that it is the file that was exported, whole and not encrypted',
};
const modelFileClasses: Rule = {
  code: 'LOAD_MODEL_FILE_CLASSES',
  severity: 'error',
  title: 'The model file does not define exactly one class.',
  why: 'BaseHandler takes the only class of that module for the model, whatever it is; with none or several it fails.',
  hint: 'keep the class of the model in a file of its own and import the others from files beside it',
};
const modelFileName: Rule = {
  code: 'LOAD_MODEL_FILE_NAME',
  severity: 'error',
  title: "The model file can't be imported by its name.",
  why: 'BaseHandler imports what stands before the first dot of the name, from the root of the model.',
  hint: 'name it like a Python module: letters, digits and "_", then .py',
};

export const weights: RuleFamily = {
  name: 'weights',
  rules: [
    suffix,
    torchscriptSuffix,
    stateDictOnly,
    kindMismatch,
    missing,
    notWeights,
    placeholder,
    unknownKind,
    modelFileClasses,
    modelFileName,
  ],
  async check(subject, report) {
    if (subject.manifest.runtime === 'LSP') return;
    const loadedByBase = await isLoadedByBase(subject);
    const modelFile = modelOf(subject).modelFile ?? '';
    if (loadedByBase && modelFile !== '') await checkModelFile(subject, modelFile, report);

    const { serializedFile } = modelOf(subject);
    if (serializedFile === undefined) {
      if (loadedByBase && modelFile === '')
        report(missing, null, `${handlerName(subject)} loads weights, and no weights file is given`);
      return;
    }
    const entry = namedEntry(subject, 'serializedFile');
    if (entry && loadedByBase) await checkWeights(entry, subject, modelFile !== '', report);
  },
  async checkEntry(entry, report, subject) {
    const isNamedWeights = entry.name === modelOf(subject).serializedFile;
    const isCalledWeights = /\.(pt|pth|bin|safetensors|onnx|ckpt|h5|pkl|gguf)$/i.test(entry.name);
    if (!isNamedWeights && !isCalledWeights) return;
    if (isNamedWeights && (await isLoadedByBase(subject))) return;
    const start = await readStart(entry, 512);
    const text = decodeText(start)?.trimStart() ?? '';
    if (text.startsWith('version https://git-lfs.github.com/spec/')) {
      report(
        placeholder,
        entry.name,
        `${showName(entry.name)} is a Git LFS pointer, not the file it points to`,
      );
    } else if (/^(<!doctype html|<html)/i.test(text)) {
      report(
        placeholder,
        entry.name,
        `${showName(entry.name)} is a web page, such as a download leaves when it fails`,
      );
    }
  },
};

function handlerName(subject: Subject): string {
  const handler = servedHandler(subject);
  return handler.kind === 'file'
    ? `the handler in ${showName(handler.entry.name)}`
    : `the handler ${modelOf(subject).handler}`;
}

const noWeights: readonly WeightsKind[] = ['empty', 'text', 'html', 'lfs-pointer'];
/** What may be something else than it seems is not judged. */
const undecided: readonly WeightsKind[] = ['unknown', 'torch-unseen', 'zip', 'pickle'];

async function checkWeights(
  entry: SubjectEntry,
  subject: Subject,
  hasModelFile: boolean,
  report: Report,
): Promise<void> {
  const file = await readWeights(entry);
  const shown = showName(entry.name);
  const what = describeWeights(file);
  if (noWeights.includes(file.kind)) {
    report(notWeights, entry.name, `${shown} is ${what}, and ${handlerName(subject)} would fail to load it`);
    return;
  }
  if (file.kind === 'unknown' && /\.(pt|pth|onnx)$/.test(entry.name)) {
    report(
      unknownKind,
      entry.name,
      `${shown} begins like no weights file, and ${handlerName(subject)} would hardly load it`,
    );
  }
  if (hasModelFile) {
    const loads: readonly WeightsKind[] = ['torch-zip', 'torch-legacy', ...undecided];
    if (!loads.includes(file.kind)) {
      report(
        kindMismatch,
        entry.name,
        `${shown} is ${what}, which torch.load and load_state_dict can't take beside a model file`,
      );
    }
    return;
  }
  await checkWithoutModelFile(entry, file, subject, report);
}

async function checkWithoutModelFile(
  entry: SubjectEntry,
  file: WeightsFile,
  subject: Subject,
  report: Report,
): Promise<void> {
  const shown = showName(entry.name);
  const what = describeWeights(file);
  const ending = /\.[^./]*$/.exec(entry.name)?.[0] ?? '';
  const expected = expectedKinds[ending];
  if (expected === undefined) {
    if (file.kind === 'torchscript') {
      report(
        torchscriptSuffix,
        entry.name,
        `${shown} is TorchScript, which ${handlerName(subject)} loads only from a name that ends in .pt`,
      );
    } else {
      const named = ending === '' ? 'without a suffix' : `with the suffix ${ending}`;
      report(
        suffix,
        entry.name,
        `${handlerName(subject)} loads no weights ${named}, such as ${shown}, without a model file`,
      );
    }
    return;
  }
  if (ending === '.so' && !(await usesAotCompile(subject))) {
    const message = `${handlerName(subject)} loads ${shown} only where the config says pt2: export: aot_compile: true`;
    report(suffix, entry.name, message, 'add pt2: export: aot_compile: true to the config file');
    return;
  }
  if (ending === '.pt' && (file.kind === 'torch-zip' || file.kind === 'torch-legacy')) {
    report(
      stateDictOnly,
      entry.name,
      `${shown} is ${what}, which ${handlerName(subject)} can't load without a model file`,
    );
  } else if (!expected.includes(file.kind) && !undecided.includes(file.kind)) {
    report(
      kindMismatch,
      entry.name,
      `${shown} is ${what}, and its suffix ${ending} makes TorchServe load it as another`,
    );
  }
}

const expectedKinds: Readonly<Record<string, readonly WeightsKind[]>> = {
  '.pt': ['torchscript'],
  '.onnx': ['onnx'],
  '.so': ['library'],
};

async function usesAotCompile(subject: Subject): Promise<boolean> {
  const entry = namedEntry(subject, 'configFile');
  if (!entry) return false;
  const text = decodeText(await readStart(entry, 1_000_000));
  const document = text === null ? null : parseConfigYaml(text);
  if (!document || 'code' in document) return false;
  const pt2 = document.entries.find(({ key }) => key === 'pt2');
  const exports = pt2?.children.find(({ key }) => key === 'export');
  return exports?.children.find(({ key }) => key === 'aot_compile')?.value === true;
}

async function checkModelFile(subject: Subject, name: string, report: Report): Promise<void> {
  const module = name.split('.')[0] ?? '';
  if (name !== `${module}.py` || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(module)) {
    const imported = module === '' ? 'nothing' : showName(module);
    report(modelFileName, name, `TorchServe would import ${imported} for the model file ${showName(name)}`);
    return;
  }
  const entry = namedEntry(subject, 'modelFile');
  if (!entry) return;
  const { outline, encodingFault } = await readPython(entry);
  if (encodingFault !== null || outline.errors.length > 0 || outline.dynamic) return;
  const sure = [...new Set(outline.classes.filter(({ conditional }) => !conditional).map((one) => one.name))];
  const shown = showName(name);
  if (sure.length > 1) {
    const listed = `${sure.slice(0, 4).join(', ')}${sure.length > 4 ? ', …' : ''}`;
    report(
      modelFileClasses,
      name,
      `${shown} defines ${sure.length} classes (${listed}), and TorchServe takes a model file with exactly one`,
    );
  } else if (
    outline.classes.length === 0 &&
    !outline.assignsClass &&
    !outline.imports.some(({ star }) => star)
  ) {
    report(
      modelFileClasses,
      name,
      `${shown} defines no class, and TorchServe makes the model from the only class in it`,
    );
  }
}
