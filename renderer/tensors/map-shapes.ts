/** What the cells of a layer map look like, as paths: who sees no colours goes by size and shape. */

export type CellLook =
  | 'same'
  | 'near'
  | 'moved-a'
  | 'moved-b'
  | 'moved-c'
  | 'moved-d'
  | 'added'
  | 'removed'
  /** Another dtype, or another shape. */
  | 'form'
  | 'unread';

/** In the order of a legend. */
export const legendOrder: readonly CellLook[] = [
  ...(['same', 'near', 'moved-a', 'moved-b', 'moved-c', 'moved-d'] as const),
  ...(['form', 'added', 'removed', 'unread'] as const),
];

/** How much of its place a square takes. */
const sizes: Readonly<Partial<Record<CellLook, number>>> = {
  same: 0.25,
  near: 0.4,
  'moved-a': 0.5,
  'moved-b': 0.62,
  'moved-c': 0.74,
  'moved-d': 0.86,
};

export function cellShape(look: CellLook, x: number, y: number, step: number): string {
  const [cx, cy] = [x + step / 2, y + step / 2];
  const size = sizes[look];
  if (size !== undefined) {
    const side = Math.max(2, Math.round(size * step));
    const [left, top] = [round(cx - side / 2), round(cy - side / 2)];
    return `M${left} ${top}h${side}v${side}h${-side}z`;
  }
  const arm = round(step * 0.36);
  const [west, east, north, south] = [round(cx - arm), round(cx + arm), round(cy - arm), round(cy + arm)];
  switch (look) {
    case 'added':
      return `M${west} ${cy}H${east}M${cx} ${north}V${south}`;
    case 'removed':
      return `M${west} ${cy}H${east}`;
    case 'form':
      return `M${cx} ${north}L${east} ${cy}L${cx} ${south}L${west} ${cy}z`;
    default:
      return `M${west} ${north}L${east} ${south}M${east} ${north}L${west} ${south}`;
  }
}

const round = (value: number) => Math.round(value * 10) / 10;
