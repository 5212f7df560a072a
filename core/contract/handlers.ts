/** The handlers that need no file, for whoever chooses one and for whoever looks one up. */
import type { Runtime } from './model.ts';

/** Names that torch-model-archiver takes for the server's own; nothing is packed for them. */
export const defaultHandlers: Readonly<Record<Runtime, readonly string[]>> = (() => {
  const python = [
    'base_handler',
    'text_classifier',
    'image_classifier',
    'object_detector',
    'image_segmenter',
    'dali_image_classifier',
    'vllm_handler',
    'trt_llm_handler',
  ];
  return { python, python3: python, LSP: ['BaseHandler', 'TorchScriptHandler'] };
})();

/** Modules that the server has too, and that the reference asks a file for. Here a file wins where there is one. */
export const serverHandlers: readonly string[] = [
  'text_handler',
  'vision_handler',
  'dali_handler',
  'densenet_handler',
];
