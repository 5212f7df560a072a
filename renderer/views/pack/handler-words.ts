/** What each of TorchServe's own handlers is for. */
export const handlerWords: Readonly<Record<string, string>> = {
  base_handler: 'Feeds the model what arrives, as a tensor. Mostly a base for handlers of your own.',
  text_classifier: 'Classifies a text; needs index_to_name.json among the extra files for names.',
  image_classifier: 'Classifies an image; index_to_name.json among the extra files gives the names.',
  object_detector: 'Finds objects in an image and answers their boxes.',
  image_segmenter: 'Answers a class for every pixel of an image.',
  dali_image_classifier: 'Classifies an image that NVIDIA DALI prepares.',
  vllm_handler: 'Serves a language model with vLLM.',
  trt_llm_handler: 'Serves a language model with TensorRT-LLM.',
  BaseHandler: 'The base of C++ handlers.',
  TorchScriptHandler: 'Runs a TorchScript model in the C++ backend.',
};

export const runtimeWords = {
  python: "TorchServe's usual backend.",
  python3: 'The same backend; older archivers wrote it so.',
  LSP: 'The C++ backend: the handler is a library, not a Python file.',
} as const;
