/** The formats of weights as people call them. */
import type { WeightsFormat } from './weights.ts';

export const formatNames: Readonly<Record<WeightsFormat, string>> = {
  'torch-zip': 'PyTorch',
  torchscript: 'TorchScript',
  'torch-legacy': 'PyTorch, before 1.6',
  'torch-tar': 'PyTorch, before 0.1.10',
  'torch-package': 'torch.package',
  'torch-export': 'torch.export (.pt2)',
  executorch: 'ExecuTorch',
  pickle: 'Pickle',
  safetensors: 'safetensors',
  onnx: 'ONNX',
  npy: 'NumPy array',
  npz: 'NumPy arrays',
  gguf: 'GGUF',
  hdf5: 'HDF5',
  library: 'Compiled library',
};

/** What is told for what it is, and whose tensors are not read. */
const namedOnly: readonly WeightsFormat[] = [
  'torch-package',
  'torch-export',
  'executorch',
  'hdf5',
  'library',
];

export const isNamedOnly = (format: WeightsFormat) => namedOnly.includes(format);
