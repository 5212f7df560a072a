/** Which ways there are to look into a changed entry, the most telling first. */
import type { DiffEntry } from '../../../core/contract/diff.ts';

export type DetailView =
  | 'tensors'
  | 'code'
  | 'graph'
  | 'keys'
  | 'packages'
  | 'labels'
  | 'lines'
  | 'members'
  | 'image'
  | 'bytes'
  | 'content';

export const viewWords: Readonly<Record<DetailView, string>> = {
  tensors: 'Tensors',
  code: 'Code',
  graph: 'Graph',
  keys: 'Keys',
  packages: 'Packages',
  labels: 'Labels',
  lines: 'Lines',
  members: 'Members',
  image: 'Picture',
  bytes: 'Bytes',
  content: 'Content',
};

const texts: readonly DiffEntry['kind'][] = ['text', 'json', 'yaml', 'requirements'];

export function detailViews({ details, kind, change }: DiffEntry): readonly DetailView[] {
  const {
    tensors = [],
    code,
    graph,
    labels,
    changes = [],
    hunks = [],
    members,
    image,
    bytes,
    problem,
  } = details;
  const isAlone = change === 'added' || change === 'removed';
  if (isAlone) {
    if (problem !== undefined) return ['bytes'];
    return kind === 'image' ? ['image', 'bytes'] : texts.includes(kind) ? ['content', 'bytes'] : ['bytes'];
  }
  const computed = [
    ...(code === undefined ? [] : (['code'] as const)),
    ...(graph === undefined ? [] : (['graph'] as const)),
  ];
  // What runs comes first where no number moved.
  const hasMoved = tensors.some((one) => one.change !== 'unchanged' && one.change !== 'unknown');
  return [
    ...(hasMoved ? [] : computed),
    ...(tensors.length === 0 ? [] : (['tensors'] as const)),
    ...(hasMoved ? computed : []),
    ...(members === undefined ? [] : (['members'] as const)),
    ...(labels === undefined ? [] : (['labels'] as const)),
    ...(changes.length === 0 || labels !== undefined
      ? []
      : ([kind === 'requirements' ? 'packages' : 'keys'] as const)),
    ...(hunks.length === 0 ? [] : (['lines'] as const)),
    ...(image === undefined ? [] : (['image'] as const)),
    ...(bytes === undefined ? [] : (['bytes'] as const)),
  ];
}

/** Other kinds have a table of their own; a text of so much change reads better as keys. */
export const firstView = (entry: DiffEntry): DetailView | null => detailViews(entry)[0] ?? null;
