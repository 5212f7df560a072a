/** Code inside files of torch: Python, and what TorchScript makes of it. */
import { showName } from '../../contract/format.ts';
import type { WeightsContent } from '../content.ts';
import type { Records } from '../records.ts';
import type { WeightsText } from '../tensor.ts';

const mostCodeBytes = 16 * 1024 * 1024;

/** The files of code among the records, each by its name below the root folder. */
export function codeIn(records: Records, root: string, isCode: (name: string) => boolean): WeightsText[] {
  return records.archive.entries
    .filter(({ type, name }) => type === 'file' && name.endsWith('.py') && isCode(name))
    .map((entry) => ({
      name: showName(entry.name.slice(root.length)),
      language: 'python',
      read: () => records.read(entry, mostCodeBytes),
    }));
}

/** torch.package: Python sources beside pickles. Its pickles are scanned with all others; their tensors are not listed. */
export async function readTorchPackage(records: Records): Promise<WeightsContent> {
  const mark = records.archive.entries.find(({ name }) => /^[^/]+\/\.data\//.test(name));
  const root = mark?.name.slice(0, mark.name.indexOf('/') + 1) ?? '';
  const texts = codeIn(records, root, (name) => name.startsWith(root) && !name.startsWith(`${root}.data/`));
  return { format: 'torch-package', tensors: [], about: [], texts, problems: [] };
}
