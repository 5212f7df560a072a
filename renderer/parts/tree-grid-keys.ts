/** What the keys do in a TreeGrid. */
import type { TreeRows } from '../tree/tree-rows.svelte.ts';
import type { TypeAhead } from '../tree/type-ahead.ts';

export interface KeyedGrid {
  readonly tree: TreeRows;
  readonly typing: TypeAhead;
  /** How many rows are seen at once. */
  readonly page: number;
  moveTo(at: number, event: KeyboardEvent): void;
  moveByCell(step: 1 | -1, node: number): void;
  focusNode(node: number): void;
  focusHeader(): void;
  open(node: number): void;
  openMenuAt(node: number): void;
  readonly copy: ((nodes: readonly number[]) => void) | undefined;
}

/** True where the key is taken. */
export function takeKey(event: KeyboardEvent, node: number, grid: KeyedGrid): boolean {
  const { tree, copy } = grid;
  const isMod = event.ctrlKey || event.metaKey;
  const isSideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
  if ((event.ctrlKey || event.altKey) && isSideways) {
    if (event.altKey && !/mac/i.test(navigator.platform)) return false;
    grid.moveByCell(event.key === 'ArrowRight' ? 1 : -1, node);
    return true;
  }
  if (isMod && event.key.toLowerCase() === 'a') {
    tree.selectAll();
    return true;
  }
  if (isMod && event.key.toLowerCase() === 'c' && copy) {
    copy([...tree.selected]);
    return true;
  }
  if (isMod || event.altKey) return false;
  if (move(event, node, grid) || act(event, node, grid)) return true;
  if (event.key.length !== 1) return false;
  const found = grid.typing.find(event, tree, tree.rowOf(node));
  if (found !== -1) grid.focusNode(found);
  return true;
}

function move(event: KeyboardEvent, node: number, grid: KeyedGrid): boolean {
  const { tree, page } = grid;
  const at = tree.rowOf(node);
  const isFolder = tree.tree.isFolder(node);
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: tree.rows.length - 1,
    PageDown: at + page,
    PageUp: at - page,
  }[event.key];
  if (event.key === 'ArrowUp' && at === 0 && !event.shiftKey) grid.focusHeader();
  else if (to !== undefined) grid.moveTo(to, event);
  else if (event.key === 'ArrowRight') {
    if (!isFolder) return false;
    if (tree.isOpen(node)) grid.moveTo(at + 1, event);
    else tree.toggle(node, true);
  } else if (event.key === 'ArrowLeft') {
    const parent = tree.tree.parents[node] ?? 0;
    if (isFolder && tree.isOpen(node)) tree.toggle(node, false);
    else if (parent > 0) grid.focusNode(parent);
  } else return false;
  return true;
}

function act(event: KeyboardEvent, node: number, grid: KeyedGrid): boolean {
  if (event.key === '*') grid.tree.openSiblings(node);
  else if (event.key === 'Enter') grid.open(node);
  else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) grid.openMenuAt(node);
  else if (event.key === ' ') grid.tree.select(node, 'toggle');
  else return false;
  return true;
}
