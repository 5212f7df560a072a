/** The files that the server's own handlers expect beside the weights. */
import { showName } from '../../contract/format.ts';
import { type ConfigDocument, type ConfigEntry, parseConfigYaml } from '../../mar/config-yaml.ts';
import { decodeText, readWhole } from '../entry-content.ts';
import type { Report, Rule, RuleFamily, Subject, SubjectEntry } from '../rule.ts';
import { isLoadedByBase, modelOf, namedEntry, servedHandler } from '../served-model.ts';

const vocabulary: Rule = {
  code: 'LOAD_VOCAB_MISSING',
  severity: 'error',
  title: 'text_classifier has no source_vocab.pt.',
  why: 'It loads the vocabulary from exactly that name in the root of the model, and fails without it.',
  hint: 'save the vocabulary as source_vocab.pt and add it with --extra-files',
};
const labels: Rule = {
  code: 'LOAD_LABELS_MISSING',
  severity: 'warning',
  title: 'A classifier has no index_to_name.json.',
  why: 'TorchServe logs a warning and answers with numbers in place of names.',
  hint: 'add index_to_name.json with --extra-files, such as {"0": "cat", "1": "dog"}',
};
const detectorLabels: Rule = {
  code: 'LOAD_LABELS_NUMERIC',
  severity: 'info',
  title: 'object_detector has no index_to_name.json.',
  why: "It answers with the numbers of the detector's labels.",
  hint: 'add index_to_name.json with --extra-files to answer with names',
};
const labelsInvalid: Rule = {
  code: 'LOAD_LABELS_INVALID',
  severity: 'error',
  title: 'index_to_name.json is not what BaseHandler reads.',
  why: 'It must be an object of texts, or of lists whose last item is a text, or hold a list object_type_names; BaseHandler fails on anything else.',
  hint: 'write it as {"0": "cat", "1": "dog"}',
};
const labelsGaps: Rule = {
  code: 'LOAD_LABELS_GAPS',
  severity: 'warning',
  title: 'The ids in index_to_name.json leave gaps.',
  why: 'A request whose answer has a missing id fails with a KeyError.',
  hint: 'number the labels from 0 without gaps, one for each output of the model',
};
const handlerConfig: Rule = {
  code: 'LOAD_HANDLER_CONFIG',
  severity: 'error',
  title: 'The handler needs keys in the config file that are not there.',
  why: 'It reads them while it starts, and the worker fails without them.',
  hint: 'add a config file with these keys, with --config-file',
};
const batchSize: Rule = {
  code: 'LOAD_BATCH_SIZE',
  severity: 'error',
  title: 'The handler answers one request at a time, and batchSize is more.',
  why: 'Every batch of several requests fails, or is answered once for all.',
  hint: 'set batchSize to 1',
};

const oneAtATime = ['text_classifier', 'vllm_handler', 'trt_llm_handler'];
const classifiers = ['image_classifier', 'text_classifier', 'dali_image_classifier'];

export const sideFiles: RuleFamily = {
  name: 'side-files',
  rules: [vocabulary, labels, detectorLabels, labelsInvalid, labelsGaps, handlerConfig, batchSize],
  async check(subject, report) {
    const served = servedHandler(subject);
    const name = served.kind === 'server' ? served.name : null;
    if (name === 'text_classifier' && !subject.find('source_vocab.pt') && !modelOf(subject).sourceVocab) {
      report(vocabulary, null, 'text_classifier needs source_vocab.pt, and the archive has none');
    }
    const labelsFile = subject.find('index_to_name.json');
    if (!labelsFile) reportNoLabels(name, report);
    else if (await isLoadedByBase(subject))
      await checkLabels(labelsFile, name !== null && classifiers.includes(name), report);
    if (name !== null) await checkConfig(name, subject, report);
  },
};

function reportNoLabels(name: string | null, report: Report): void {
  if (name !== null && classifiers.includes(name)) {
    report(labels, null, `without index_to_name.json, ${name} answers with numbers in place of names`);
  }
  if (name === 'object_detector') {
    report(
      detectorLabels,
      null,
      'without index_to_name.json, object_detector answers with the numbers of its labels',
    );
  }
}

const maxLabelsBytes = 16 * 1024 * 1024;

async function checkLabels(entry: SubjectEntry, mustBeWhole: boolean, report: Report): Promise<void> {
  const refuse = (detail: string) =>
    report(labelsInvalid, entry.name, `BaseHandler can't read ${showName(entry.name)}: ${detail}`);
  const text = decodeText(await readWhole(entry, maxLabelsBytes));
  if (text === null) return refuse('it is not UTF-8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const detail =
      error instanceof Error ? error.message.replace(/^Unexpected/, 'unexpected').split('\n')[0] : '';
    return refuse(`it is not valid JSON (${detail})`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refuse('it holds no object of ids and names');
  }
  const mapping = parsed as Record<string, unknown>;
  if (Array.isArray(mapping.object_type_names)) return;
  for (const [id, value] of Object.entries(mapping)) {
    const label = Array.isArray(value) ? value.at(-1) : value;
    if (typeof label !== 'string')
      return refuse(`the label of ${showName(JSON.stringify(id.slice(0, 40)))} is no text`);
  }
  if (mustBeWhole) checkIds(Object.keys(mapping), entry.name, report);
}

function checkIds(ids: readonly string[], name: string, report: Report): void {
  const known = new Set(ids);
  const missing = ids.findIndex((_, index) => !known.has(String(index)));
  if (ids.length === 0) {
    report(labelsGaps, name, `${showName(name)} holds no label at all`);
  } else if (missing !== -1) {
    report(labelsGaps, name, `${showName(name)} has ${ids.length} labels and none for the id ${missing}`);
  }
}

async function checkConfig(name: string, subject: Subject, report: Report): Promise<void> {
  const document = await readConfig(subject);
  const entry = namedEntry(subject, 'configFile');
  const path = entry?.name ?? null;
  const handlerKeys = child(document?.entries, 'handler')?.children;
  const need = (keys: string) => report(handlerConfig, path, `${name} needs ${keys} in the config file`);
  // A file that can't be read as YAML has a finding of its own.
  const unreadable = entry !== null && document === null;
  if (!unreadable) {
    if (name === 'dali_image_classifier' && !child(document?.entries, 'dali')) need('the key dali');
    if (name === 'vllm_handler') {
      const engine = child(handlerKeys, 'vllm_engine_config')?.children;
      if (!child(engine, 'model') && !child(handlerKeys, 'model_path')) {
        need('handler.vllm_engine_config.model or handler.model_path');
      }
    }
    if (name === 'trt_llm_handler') {
      const engine = child(handlerKeys, 'engine_dir') ?? child(handlerKeys, 'trt_llm_engine_config');
      if (!engine || !child(handlerKeys, 'tokenizer_dir'))
        need('handler.engine_dir and handler.tokenizer_dir');
    }
  }
  const size = child(document?.entries, 'batchSize')?.value;
  if (oneAtATime.includes(name) && typeof size === 'number' && size > 1) {
    report(batchSize, path, `${name} answers one request at a time, and batchSize is ${size}`);
  }
}

/** The config file, or null where there is none or it is no map of keys. */
async function readConfig(subject: Subject): Promise<ConfigDocument | null> {
  const entry = namedEntry(subject, 'configFile');
  if (!entry || entry.size > 1_000_000) return null;
  const text = decodeText(await readWhole(entry, 1_000_000));
  const document = text === null ? null : parseConfigYaml(text);
  return document === null || 'code' in document ? null : document;
}

function child(entries: readonly ConfigEntry[] | undefined, key: string): ConfigEntry | undefined {
  return entries?.find((entry) => entry.key === key);
}
