import * as weights from '../../weights/files.ts';
import { baseHandler, functionHandler, type RuleCase } from '../sketch.ts';

const net = 'from torch import nn\n\n\nclass Net(nn.Module):\n    pass\n';
const ownLoader = `${baseHandler}\n    def initialize(self, context):\n        self.model = load(context)\n`;
const extendedLoader = `${baseHandler}\n    def initialize(self, context):\n        super().initialize(context)\n        self.ready = True\n`;

const withWeights = (name: string, bytes: string | Buffer, handler = baseHandler) => ({
  serializedFile: name,
  files: { 'handler.py': handler, [name]: bytes },
});

export const weightsCases: readonly RuleCase[] = [
  {
    code: 'LOAD_WEIGHTS_SUFFIX',
    because: 'BaseHandler goes by the suffix, and a handler that loads by itself need not',
    trigger: withWeights('model.safetensors', weights.safetensors),
    nearMiss: withWeights('model.safetensors', weights.safetensors, ownLoader),
  },
  {
    code: 'LOAD_WEIGHTS_SUFFIX',
    because: 'a handler that extends initialize still gets what BaseHandler loads',
    trigger: withWeights('model.pth', weights.stateDict, extendedLoader),
    nearMiss: { ...withWeights('model.pth', weights.stateDict, extendedLoader), modelFile: 'model.py' },
  },
  {
    code: 'LOAD_WEIGHTS_SUFFIX',
    because: 'a compiled export needs its key in the config',
    trigger: {
      handler: 'image_classifier',
      serializedFile: 'model.so',
      files: { 'model.so': weights.library },
    },
    nearMiss: {
      handler: 'image_classifier',
      serializedFile: 'model.so',
      configFile: 'config.yaml',
      files: { 'model.so': weights.library, 'config.yaml': 'pt2:\n  export:\n    aot_compile: true\n' },
    },
  },
  {
    code: 'LOAD_WEIGHTS_SUFFIX',
    because: '.onnx is loaded, and .bin is not',
    trigger: {
      handler: 'image_classifier',
      serializedFile: 'model.bin',
      files: { 'model.bin': weights.onnx },
    },
    nearMiss: {
      handler: 'image_classifier',
      serializedFile: 'model.onnx',
      files: { 'model.onnx': weights.onnx },
    },
  },
  {
    code: 'LOAD_TORCHSCRIPT_SUFFIX',
    because: 'TorchScript needs .pt',
    trigger: {
      handler: 'image_classifier',
      serializedFile: 'model.pth',
      files: { 'model.pth': weights.torchscript },
    },
    nearMiss: {
      handler: 'image_classifier',
      serializedFile: 'model.pt',
      files: { 'model.pt': weights.torchscript },
    },
  },
  {
    code: 'LOAD_STATE_DICT_ONLY',
    because: 'torch.jit.load takes no state_dict',
    trigger: withWeights('model.pt', weights.stateDict),
    nearMiss: { ...withWeights('model.pt', weights.stateDict), modelFile: 'model.py' },
  },
  {
    code: 'LOAD_STATE_DICT_ONLY',
    because: 'the old format is no TorchScript either, and a function loads as it likes',
    trigger: {
      handler: 'object_detector',
      serializedFile: 'model.pt',
      files: { 'model.pt': weights.legacy },
    },
    nearMiss: withWeights('model.pt', weights.legacy, functionHandler),
  },
  {
    code: 'LOAD_WEIGHTS_KIND',
    because: 'load_state_dict takes no TorchScript',
    trigger: {
      ...withWeights('model.pt', weights.torchscript),
      modelFile: 'model.py',
    },
    nearMiss: { ...withWeights('model.pt', weights.stateDict), modelFile: 'model.py' },
  },
  {
    code: 'LOAD_WEIGHTS_KIND',
    because: 'safetensors named .pt stay safetensors',
    trigger: withWeights('model.pt', weights.safetensors),
    nearMiss: withWeights('model.pt', Buffer.from('9f3c00d1aa07', 'hex')),
  },
  {
    code: 'LOAD_WEIGHTS_UNKNOWN',
    because: 'six bytes of noise are no weights, and a handler of its own may read anything',
    trigger: withWeights('model.pt', Buffer.from('9f3c00d1aa07', 'hex')),
    nearMiss: {
      serializedFile: 'model.pt',
      files: { 'handler.py': functionHandler, 'model.pt': Buffer.from('9f3c00d1aa07', 'hex') },
    },
  },
  {
    code: 'LOAD_WEIGHTS_MISSING',
    because: 'image_classifier has nothing to load, and vllm_handler loads from elsewhere',
    trigger: { handler: 'image_classifier' },
    nearMiss: {
      handler: 'vllm_handler',
      configFile: 'c.yaml',
      files: { 'c.yaml': 'handler:\n  model_path: m\n' },
    },
  },
  {
    code: 'LOAD_WEIGHTS_MISSING',
    because: 'a model file alone is enough: it starts with the weights that its class makes',
    trigger: { files: { 'handler.py': baseHandler } },
    nearMiss: { modelFile: 'model.py', files: { 'handler.py': baseHandler, 'model.py': net } },
  },
  {
    code: 'LOAD_WEIGHTS_NOT_WEIGHTS',
    because: 'the file is empty',
    trigger: withWeights('model.pt', ''),
    nearMiss: withWeights('model.pt', '', functionHandler),
  },
  {
    code: 'LOAD_WEIGHTS_NOT_WEIGHTS',
    because: 'git lfs was never asked for the file',
    trigger: withWeights('model.pt', weights.lfsPointer),
    nearMiss: withWeights('model.pt', weights.torchscript),
  },
  {
    code: 'LOAD_WEIGHTS_PLACEHOLDER',
    because: 'an extra file is a pointer too',
    trigger: { files: { 'handler.py': functionHandler, 'encoder/model.safetensors': weights.lfsPointer } },
    nearMiss: { files: { 'handler.py': functionHandler, 'docs/pointers.txt': weights.lfsPointer } },
  },
  {
    code: 'LOAD_WEIGHTS_PLACEHOLDER',
    because: 'the download ended at a page to sign in',
    trigger: withWeights('model.bin', weights.html, functionHandler),
    nearMiss: withWeights('model.bin', weights.plainPickle, functionHandler),
  },
  {
    code: 'LOAD_MODEL_FILE_CLASSES',
    because: 'a block in the model file is a second class',
    trigger: {
      modelFile: 'model.py',
      files: { 'handler.py': baseHandler, 'model.py': `${net}\n\nclass Block(nn.Module):\n    pass\n` },
    },
    nearMiss: {
      modelFile: 'model.py',
      files: { 'handler.py': baseHandler, 'model.py': `from blocks import Block, Stem\n${net}` },
    },
  },
  {
    code: 'LOAD_MODEL_FILE_CLASSES',
    because: 'a function that makes the model is no class',
    trigger: {
      handler: 'image_classifier',
      modelFile: 'model.py',
      files: { 'model.py': 'def build():\n    return None\n' },
    },
    nearMiss: {
      modelFile: 'model.py',
      files: { 'handler.py': functionHandler, 'model.py': 'def build():\n    return None\n' },
    },
  },
  {
    code: 'LOAD_MODEL_FILE_NAME',
    because: 'the import ends at the first dot',
    trigger: {
      handler: 'image_classifier',
      modelFile: 'resnet.v2.py',
      files: { 'resnet.v2.py': net },
    },
    nearMiss: { handler: 'image_classifier', modelFile: 'resnet_v2.py', files: { 'resnet_v2.py': net } },
  },
];
