/** TorchScript's code calls operators by name. Most compute; some read and write files, or come with libraries of their own. */

/** Namespaces that torch itself registers. */
const ownNamespaces = new Set(
  (
    'aten prim prims quantized _quantized mkldnn mkldnn_prepacked onednn prepacked xnnpack sparse static_runtime ' +
    'vulkan_prepack metal_prepack metal rngprims inductor profiler cuda mkl nnapi_jit'
  ).split(' '),
);

const reaching = new Map([
  ['from_file', 'reads a file'],
  ['save', 'writes a file'],
]);

/** Each operator that reaches outside of the model, once. */
export function operatorsIn(code: string): { readonly name: string; readonly reason: string }[] {
  const found = new Map<string, string>();
  for (const [, namespace = '', operator = ''] of code.matchAll(/\bops\.(\w{1,100})\.(\w{1,100})/g)) {
    const does = namespace === 'aten' ? reaching.get(operator) : undefined;
    if (does !== undefined) found.set(`aten::${operator}`, does);
    else if (!ownNamespaces.has(namespace))
      found.set(`${namespace}::${operator}`, 'is no operator of torch, and comes with a library');
  }
  for (const [, operator = ''] of code.matchAll(/\btorch\.(\w{1,100})\(/g)) {
    const does = reaching.get(operator);
    if (does !== undefined) found.set(`aten::${operator}`, does);
  }
  return [...found].map(([name, reason]) => ({ name, reason }));
}
