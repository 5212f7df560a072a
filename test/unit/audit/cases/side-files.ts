import { torchscript } from '../../weights/files.ts';
import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const served = (handler: string, files: Record<string, string | Buffer> = {}, config?: string): Sketch => ({
  handler,
  serializedFile: 'model.pt',
  ...(config === undefined ? {} : { configFile: 'model-config.yaml' }),
  files: {
    'model.pt': torchscript,
    ...files,
    ...(config === undefined ? {} : { 'model-config.yaml': config }),
  },
});

const labels = (text: string) => ({ 'index_to_name.json': text });

export const sideFileCases: readonly RuleCase[] = [
  {
    code: 'LOAD_VOCAB_MISSING',
    because: 'the vocabulary has another name',
    trigger: served('text_classifier', { 'vocab.pt': 'x' }),
    nearMiss: served('text_classifier', { 'source_vocab.pt': 'x' }),
  },
  {
    code: 'LOAD_LABELS_MISSING',
    because: 'the labels lie in a folder, where nobody looks',
    trigger: served('image_classifier', { 'labels/index_to_name.json': '{"0": "cat"}' }),
    nearMiss: served('image_classifier', labels('{"0": "cat"}')),
  },
  {
    code: 'LOAD_LABELS_NUMERIC',
    because: 'a detector answers with numbers',
    trigger: served('object_detector'),
    nearMiss: served('image_segmenter'),
  },
  {
    code: 'LOAD_LABELS_INVALID',
    because: 'a comma is too many',
    trigger: served('image_classifier', labels('{"0": "cat",}')),
    nearMiss: served('image_classifier', labels('{"0": ["n02123045", "cat"], "1": "dog"}')),
  },
  {
    code: 'LOAD_LABELS_INVALID',
    because: 'a list has no ids',
    trigger: served('image_classifier', labels('["cat", "dog"]')),
    nearMiss: served('object_detector', labels('{"object_type_names": ["person", "cat"]}')),
  },
  {
    code: 'LOAD_LABELS_INVALID',
    because: 'a label is a number, which a handler of its own may allow',
    trigger: served('image_classifier', labels('{"0": 7}')),
    nearMiss: { files: { 'handler.py': functionHandler, ...labels('{"0": 7}') } },
  },
  {
    code: 'LOAD_LABELS_GAPS',
    because: 'the ids begin at 1, as a detector may have them',
    trigger: served('image_classifier', labels('{"1": "cat", "2": "dog"}')),
    nearMiss: served('object_detector', labels('{"1": "person", "3": "car"}')),
  },
  {
    code: 'LOAD_HANDLER_CONFIG',
    because: 'there is no config file at all',
    trigger: served('dali_image_classifier'),
    nearMiss: served(
      'dali_image_classifier',
      {},
      'dali:\n  batch_size: 8\n  num_threads: 2\n  device_id: 0\n  seed: 12\n',
    ),
  },
  {
    code: 'LOAD_HANDLER_CONFIG',
    because: 'vllm_handler is not told which model',
    trigger: {
      handler: 'vllm_handler',
      configFile: 'c.yaml',
      files: { 'c.yaml': 'handler:\n  vllm_engine_config:\n    max_num_seqs: 16\n' },
    },
    nearMiss: {
      handler: 'vllm_handler',
      configFile: 'c.yaml',
      files: { 'c.yaml': 'handler:\n  vllm_engine_config:\n    model: org/model\n' },
    },
  },
  {
    code: 'LOAD_HANDLER_CONFIG',
    because: 'trt_llm_handler needs the tokenizer too',
    trigger: {
      handler: 'trt_llm_handler',
      configFile: 'c.yaml',
      files: { 'c.yaml': 'handler:\n  engine_dir: engine\n' },
    },
    nearMiss: {
      handler: 'trt_llm_handler',
      configFile: 'c.yaml',
      files: { 'c.yaml': 'handler:\n  engine_dir: engine\n  tokenizer_dir: tokenizer\n' },
    },
  },
  {
    code: 'LOAD_BATCH_SIZE',
    because: 'text_classifier answers one request',
    trigger: served('text_classifier', { 'source_vocab.pt': 'x' }, 'batchSize: 4\n'),
    nearMiss: served('text_classifier', { 'source_vocab.pt': 'x' }, 'batchSize: 1\n'),
  },
];
