/** What the rows of an inspected archive have to tell beside their columns: findings, equal contents, searchable paths. */
import type { EntryColumns, Inspected } from '../../../core/contract/api.ts';
import type { Finding, Severity } from '../../../core/contract/model.ts';

const ranks: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };

export class EntryFacts {
  readonly columns: EntryColumns;
  readonly count: number;
  /** What an entry is for stands in the manifest; without it only that one is known. */
  readonly knowsRoles: boolean;
  readonly #findings: ReadonlyMap<string, readonly Finding[]>;
  #lowerPaths: readonly string[] | null = null;
  #endings: readonly (string | null)[] | null = null;
  #duplicates: Uint8Array | null = null;

  constructor({
    entries,
    findings,
    problem = null,
  }: Pick<Inspected, 'entries' | 'findings'> & Partial<Pick<Inspected, 'problem'>>) {
    this.knowsRoles = problem === null;
    this.columns = entries;
    this.count = entries.path.length;
    this.#findings = byPath(findings);
  }

  roleAt(item: number): string {
    const role = this.columns.role[item] as string;
    return this.knowsRoles || role === 'manifest' ? role : 'not known';
  }

  findingsAt(item: number): readonly Finding[] {
    return this.#findings.get(bare(this.columns.path[item] as string)) ?? [];
  }

  get hasFindings(): boolean {
    return this.#findings.size > 0;
  }

  worstAt(item: number): Severity | null {
    return this.hasFindings ? worstOf(this.findingsAt(item)) : null;
  }

  /** Made when somebody first types: most archives are never filtered. */
  get lowerPaths(): readonly string[] {
    this.#lowerPaths ??= this.columns.path.map((path) => path.toLowerCase());
    return this.#lowerPaths;
  }

  /** What the name of each file ends in; null for folders and the like. */
  get endings(): readonly (string | null)[] {
    const { path, type } = this.columns;
    this.#endings ??= path.map((name, item) => (type[item] === 'file' ? endingOf(name) : null));
    return this.#endings;
  }

  /** 1 for files that have a namesake in content: the same size and CRC-32 as another one. */
  get duplicates(): Uint8Array {
    this.#duplicates ??= equalContents(this.columns);
    return this.#duplicates;
  }

  /** The last of those with this path, as TorchServe takes it; -1 where there is none. */
  itemOf(path: string): number {
    const exact = this.columns.path.lastIndexOf(path);
    return exact === -1 ? this.columns.path.findLastIndex((one) => bare(one) === bare(path)) : exact;
  }

  /** An entry that the manifest names: a tar may hold a folder around the whole model. */
  itemOfModel(name: string): number {
    const exact = this.itemOf(name);
    return exact === -1 ? this.columns.path.findLastIndex((one) => one.endsWith(`/${name}`)) : exact;
  }
}

/** Longer ones are no type of file but the end of a sentence. */
const longestEnding = 12;

function endingOf(path: string): string {
  const dot = path.lastIndexOf('.');
  if (dot <= path.lastIndexOf('/') + 1 || path.length - dot - 1 > longestEnding) return '';
  return path.slice(dot + 1).toLowerCase();
}

const bare = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path);

function byPath(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.path === null) continue;
    const path = bare(finding.path);
    const known = map.get(path);
    if (known) known.push(finding);
    else map.set(path, [finding]);
  }
  return map;
}

function worstOf(findings: readonly Finding[]): Severity | null {
  let worst: Severity | null = null;
  for (const { severity } of findings) if (worst === null || ranks[severity] > ranks[worst]) worst = severity;
  return worst;
}

function equalContents({ path, size, crc32, type }: EntryColumns): Uint8Array {
  const duplicates = new Uint8Array(path.length);
  const first = new Map<string, number>();
  for (let item = 0; item < path.length; item++) {
    const crc = crc32[item];
    if (!crc || size[item] === 0 || type[item] !== 'file') continue;
    const key = `${crc} ${size[item]}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, item);
    else duplicates[known] = duplicates[item] = 1;
  }
  return duplicates;
}
