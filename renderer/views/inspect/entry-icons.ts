/**
 * The icons of entries as one path each, after Lucide's (ISC): a row of a tree is made and dropped while it scrolls by, and
 * an icon component in it would cost as much as the rest of the row.
 */
import type { EntryType, Role } from '../../../core/contract/model.ts';

const file =
  'M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5';
const shapes = {
  file,
  code: `${file}M10 12.5 8 15l2 2.5M14 12.5l2 2.5-2 2.5`,
  data: `${file}M10 12a1 1 0 0 0-1 1v1a1 1 0 0 1-1 1 1 1 0 0 1 1 1v1a1 1 0 0 0 1 1M14 18a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1 1 1 0 0 1-1-1v-1a1 1 0 0 0-1-1`,
  text: `${file}M10 9H8M16 13H8M16 17H8`,
  folder:
    'M20 20a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-7.9a2 2 0 0 1-1.69-.9L9.6 3.9A2 2 0 0 0 7.93 3H4a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2Z',
  image:
    'M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM11 9a2 2 0 1 1-4 0 2 2 0 0 1 4 0M21 15l-3.086-3.086a2 2 0 0 0-2.828 0L6 21',
  link: 'M9 17H7A5 5 0 0 1 7 7h2M15 7h2a5 5 0 1 1 0 10h-2M8 12h8',
  archive:
    'M3 3h18a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM4 8v11a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8M10 12h4',
  weights:
    'M11 21.73a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16V8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73zM12 22V12M3.29 7 12 12l8.71-5M7.5 4.27l9 5.15',
  odd: 'M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01',
} as const;

const bySuffix: Readonly<Record<string, keyof typeof shapes>> = {
  ...{
    py: 'code',
    json: 'data',
    yaml: 'data',
    yml: 'data',
    md: 'text',
    txt: 'text',
    csv: 'text',
    tsv: 'text',
  },
  ...{ png: 'image', jpg: 'image', jpeg: 'image', gif: 'image', webp: 'image' },
  ...{ zip: 'archive', whl: 'archive', gz: 'archive', tar: 'archive' },
  ...{ pt: 'weights', pth: 'weights', bin: 'weights', onnx: 'weights', safetensors: 'weights' },
};

export function iconOf(name: string, type: EntryType, role: Role): string {
  if (type === 'folder') return shapes.folder;
  if (type === 'link' || type === 'hard link') return shapes.link;
  if (type !== 'file') return shapes.odd;
  if (role === 'weights') return shapes.weights;
  const dot = name.lastIndexOf('.');
  const suffix = dot === -1 || name.length - dot > 12 ? '' : name.slice(dot + 1).toLowerCase();
  return shapes[Object.hasOwn(bySuffix, suffix) ? (bySuffix[suffix] as keyof typeof shapes) : 'file'];
}
