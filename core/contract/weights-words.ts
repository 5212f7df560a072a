/** Code and graphs inside weights, as rows and short texts: one voice for the terminal, the reports and the interface. */
import type { CodeChange, GraphChanges, GraphNode, GraphValueChange } from './diff.ts';
import { formatCount } from './format.ts';

/** A row for each input, output, version and node that changed, as a table of changes has them. */
export function graphRows({ nodes, inputs, outputs, opset, functions }: GraphChanges): GraphValueChange[] {
  const named = (what: string, changes: readonly GraphValueChange[]) =>
    changes.map((change) => ({ ...change, name: `${what} ${change.name}` }));
  return [
    ...named('opset', opset),
    ...named('input', inputs),
    ...named('output', outputs),
    ...named('function', functions),
    ...nodes.changed.map(nodeChange),
    ...nodes.added.map((node) => {
      return { name: titleOf(node), change: 'added' as const, before: null, after: partsOf(node).join(' ') };
    }),
    ...nodes.removed.map((node) => {
      return {
        name: titleOf(node),
        change: 'removed' as const,
        before: partsOf(node).join(' '),
        after: null,
      };
    }),
  ];
}

/** Of what is not listed. */
export const moreNodes = ({ nodes: { more } }: GraphChanges): string =>
  `${formatCount(more, 'node')} of the graph changed beyond those that are listed`;

/** By its name, or by what it gives out. */
const titleOf = ({ name, operator, outputs }: GraphNode) =>
  `node ${name === '' ? outputs.join(', ') : name} (${operator})`;

const partsOf = ({ inputs, outputs, attributes }: GraphNode): string[] => [
  `(${inputs.join(', ')}) → (${outputs.join(', ')})`,
  ...(attributes.length === 0 ? [] : [`{${attributes.join(', ')}}`]),
];

/** Only what differs stands on either side. */
function nodeChange({ before, after }: GraphChanges['nodes']['changed'][number]): GraphValueChange {
  const sides = [before, after].map((node, side) => {
    const other = side === 0 ? after : before;
    const differs = (list: readonly string[], others: readonly string[]) =>
      list.length !== others.length || list.some((text, at) => text !== others[at]);
    return [
      node.name === other.name ? '' : `name ${JSON.stringify(node.name)}`,
      node.operator === other.operator ? '' : node.operator,
      differs(node.inputs, other.inputs) ? `inputs (${node.inputs.join(', ')})` : '',
      differs(node.outputs, other.outputs) ? `outputs (${node.outputs.join(', ')})` : '',
      ...node.attributes.filter((attribute) => !other.attributes.includes(attribute)),
    ]
      .filter((text) => text !== '')
      .join('; ');
  });
  return { name: titleOf(after), change: 'changed', before: sides[0] ?? '', after: sides[1] ?? '' };
}

/** "+1 −2 lines", or why there are none. */
export function codeLines({ additions = 0, deletions = 0, fallback }: CodeChange): string {
  return fallback ?? `+${additions} −${deletions} lines`;
}
