/** What became of weights as a whole, in one sentence: what runs comes before the numbers that it runs with. */
import type { CodeChange, GraphChanges } from '../contract/diff.ts';
import { formatCount } from '../contract/format.ts';
import { clipped } from './tree.ts';

interface Inside {
  /** Of the tensors; empty where all of them are equal. */
  readonly moved: string;
  readonly hasTensors: boolean;
  readonly code: readonly CodeChange[];
  readonly graph: GraphChanges | null;
}

/** "the numbers are equal, the code of __torch__.py changed" */
export function computedWords({ moved, hasTensors, code, graph }: Inside): string {
  const told = [codeWords(code), graph === null ? '' : graphWords(graph)].filter((text) => text !== '');
  if (told.length === 0) return moved;
  const computed = told.join(' and ');
  if (moved !== '') return `${computed}; ${moved}`;
  return hasTensors ? `the numbers are equal, ${computed}` : computed;
}

const mostNames = 3;
const longestName = 60;

function codeWords(code: readonly CodeChange[]): string {
  const parts = (['changed', 'added', 'removed'] as const).flatMap((change) => {
    const some = code.filter((one) => one.change === change);
    return some.length === 0 ? [] : [`the code of ${filesOf(some)} ${change}`];
  });
  return parts.join(', ');
}

function filesOf(some: readonly CodeChange[]): string {
  const names = some.slice(0, mostNames).map(({ path }) => clipped(path.replace(/^code\//, ''), longestName));
  if (some.length > names.length) names.push(formatCount(some.length - names.length, 'other file'));
  return listed(names);
}

/** "the graph changed in 3 nodes, its inputs and its opset" */
function graphWords({ nodes, inputs, outputs, opset, functions }: GraphChanges): string {
  const { added, removed, changed, more } = nodes;
  const count = added.length + removed.length + changed.length + more;
  const parts = [
    count === 0 ? '' : formatCount(count, 'node'),
    inputs.length === 0 ? '' : 'its inputs',
    outputs.length === 0 ? '' : 'its outputs',
    opset.length === 0 ? '' : 'its opset',
    functions.length === 0 ? '' : 'its functions',
  ].filter((text) => text !== '');
  return `the graph changed in ${listed(parts)}`;
}

const listed = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
