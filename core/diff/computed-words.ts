/** What is computed otherwise with the numbers of weights, in a part of a sentence. */
import type { CodeChange, GraphChanges } from '../contract/diff.ts';
import { formatCount } from '../contract/format.ts';
import { clipped } from './tree.ts';

/** "the code of __torch__.py changed"; empty where nothing is computed otherwise. */
export function computedWords(code: readonly CodeChange[], graph: GraphChanges | null): string {
  return [codeWords(code), graph === null ? '' : graphWords(graph)].filter((text) => text !== '').join('; ');
}

/** Few and short, so that what moved still has room in the verdict. */
const mostNames = 2;
const longestName = 40;

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
