/** Entries as a tree: folders with the sums of what they hold, in the order of their names. */
import { formatBytes, showName } from '../core/contract/format.ts';
import { alignColumns } from './table.ts';

interface Branch {
  bytes: number;
  /** How many entries have this very name: more than one is worth seeing. */
  entries: number;
  readonly children: Map<string, Branch>;
  isFolder: boolean;
}

/** What lies deeper is shown in one line: no honest archive goes so deep, and no screen is so wide. */
const deepest = 64;

export function treeOf(entries: readonly { readonly path: string; readonly size: number }[]): string[] {
  const root = newBranch();
  for (const { path, size } of entries) {
    let branch = root;
    const parts = path.replace(/\/$/, '').split('/');
    if (parts.length > deepest) parts.push(parts.splice(deepest - 1).join('/'));
    for (const [index, part] of parts.entries()) {
      const child = branch.children.get(part) ?? newBranch();
      branch.children.set(part, child);
      child.bytes += size;
      child.isFolder ||= index < parts.length - 1 || path.endsWith('/');
      branch = child;
    }
    branch.entries++;
  }
  const rows: string[][] = [];
  draw(root, '', rows);
  return alignColumns(rows, [0]);
}

const newBranch = (): Branch => ({ bytes: 0, entries: 0, children: new Map(), isFolder: false });

function draw(branch: Branch, indent: string, rows: string[][]): void {
  const children = [...branch.children].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [index, [name, child]] of children.entries()) {
    const last = index === children.length - 1;
    const times = child.entries > 1 ? ` (${child.entries} entries)` : '';
    const label = `${showName(name)}${child.isFolder ? '/' : ''}${times}`;
    rows.push([formatBytes(child.bytes), `${indent}${last ? '└─ ' : '├─ '}${label}`]);
    draw(child, `${indent}${last ? '   ' : '│  '}`, rows);
  }
}
