/** The filter bar: what is typed and which chips are pressed, as one question to each entry. */
import type { Role } from '../../../core/contract/model.ts';
import type { EntryFacts } from './entry-facts.ts';

export interface EntryFilter {
  readonly text: string;
  readonly role: Role | null;
  /** Such as "py"; empty for names without one. */
  readonly ending: string | null;
  /** More bytes than this. */
  readonly largerThan: number | null;
  readonly hasFindings: boolean;
  readonly isDuplicate: boolean;
}

export const noFilter: EntryFilter = {
  ...{ text: '', role: null, ending: null, largerThan: null },
  ...{ hasFindings: false, isDuplicate: false },
};

export const asksNothing = ({ text, ...chips }: EntryFilter): boolean =>
  text.trim() === '' && Object.values(chips).every((chip) => chip === null || chip === false);

/** Every term must fit; one with a `*` describes the whole path or its last part, others stand somewhere in it. */
export function wantedBy(filter: EntryFilter, facts: EntryFacts): ((item: number) => boolean) | null {
  const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean).map(fitsTerm);
  const asks: ((item: number) => boolean)[] = [];
  const { role, ending, largerThan, hasFindings, isDuplicate } = filter;
  if (role !== null) asks.push((item) => facts.columns.role[item] === role);
  if (ending !== null) asks.push((item) => facts.endings[item] === ending);
  if (largerThan !== null) asks.push((item) => (facts.columns.size[item] as number) > largerThan);
  if (hasFindings) asks.push((item) => facts.worstAt(item) !== null);
  if (isDuplicate) asks.push((item) => facts.duplicates[item] === 1);
  if (terms.length > 0) {
    const paths = facts.lowerPaths;
    asks.push((item) => terms.every((fits) => fits(paths[item] as string)));
  }
  if (asks.length === 0) return null;
  return (item) => asks.every((ask) => ask(item));
}

function fitsTerm(term: string): (path: string) => boolean {
  if (!term.includes('*')) return (path) => path.includes(term);
  const parts = term.split('*');
  const inName = !term.includes('/');
  return (path) => fitsGlob(inName ? path.slice(path.lastIndexOf('/', path.length - 2) + 1) : path, parts);
}

/** Each part in its turn, as far left as it fits: no way back, so that no name makes it slow. */
function fitsGlob(name: string, parts: readonly string[]): boolean {
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
