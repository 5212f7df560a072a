/** One line of requirements.txt taken apart into what can change about it. */
import { formatVersion, parseVersion, type Version } from './pep440.ts';
import { atUrl, firstOption, named, packageKey, type RequirementLine } from './requirements.ts';

export interface RequirementParts {
  /** The package by its normalised name; else the option, the address or the path. */
  readonly key: string;
  readonly kind: 'package' | 'option' | 'invalid';
  readonly extras: string | null;
  /** As written, or null where any version will do. */
  readonly versions: string | null;
  /** One form for all spellings that mean the same. */
  readonly meaning: string;
  /** The one version that it is pinned to. */
  readonly pin: { readonly text: string; readonly version: Version | null } | null;
  /** Where it is taken from, beside the index: an address or a path. */
  readonly source: string | null;
  readonly marker: string | null;
  readonly hashes: readonly string[];
  /** Of an option: what it is set to. */
  readonly value: string;
  /** The whole line without its hashes. */
  readonly text: string;
}

const nothing: Omit<RequirementParts, 'key' | 'text' | 'kind'> = {
  extras: null,
  versions: null,
  meaning: '',
  pin: null,
  source: null,
  marker: null,
  hashes: [],
  value: '',
};

export function requirementParts(line: RequirementLine): RequirementParts {
  const whole = line.text.replace(/\s+/g, ' ');
  const end = whole.search(firstOption);
  const text = end === -1 ? whole : whole.slice(0, end);
  if (line.kind === 'option') return optionParts(whole);
  if (line.kind === 'invalid') return { ...nothing, kind: 'invalid', key: whole, text: whole };
  const hashes = end === -1 ? [] : hashesOf(whole.slice(end));
  if (line.kind !== 'named') return { ...sourceParts(text), hashes };
  const [, , extras, versions, marker] = named.exec(text) ?? [];
  return {
    ...nothing,
    kind: 'package',
    key: line.name,
    text,
    extras: extrasOf(extras),
    ...versionParts(versions),
    marker: marker === undefined ? null : markerOf(marker.slice(1)),
    hashes,
  };
}

const longNames: Readonly<Record<string, string>> = {
  '-i': '--index-url',
  '-f': '--find-links',
  '-r': '--requirement',
  '-c': '--constraint',
};

function optionParts(text: string): RequirementParts {
  const [, name = text, value = ''] = /^(--[\w-]+|-\w)[= ]?(.*)$/.exec(text) ?? [];
  return { ...nothing, kind: 'option', key: longNames[name] ?? name, value: value.trim(), text };
}

/** "name @ address", "-e address#egg=name", a wheel whose name begins with the package, or an address alone. */
function sourceParts(text: string): RequirementParts {
  const [bare = '', ...rest] = text.split(/ ;/);
  const marker = rest.length === 0 ? null : markerOf(rest.join(' ;'));
  const direct = atUrl.exec(bare);
  const source = direct ? bare.slice(bare.indexOf('@') + 1).trim() : bare.trim();
  const address = source.replace(/^(?:-e|--editable)[= ]*/, '');
  const name = direct?.[1] ?? /#(?:[^#]*&)?egg=([A-Za-z0-9._-]+)/.exec(address)?.[1] ?? wheelName(address);
  return {
    ...nothing,
    kind: 'package',
    key: name === undefined ? withoutRevision(address) : packageKey(name),
    text,
    extras: extrasOf(direct ? /\[[^\]]*\]/.exec(bare.slice(0, bare.indexOf('@')))?.[0] : undefined),
    source,
    marker,
  };
}

function wheelName(address: string): string | undefined {
  const file =
    address
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  return file.endsWith('.whl') ? /^([A-Za-z0-9._]+)-/.exec(file)?.[1] : undefined;
}

/** The same repository at another revision is a change of one requirement, not another requirement. */
const withoutRevision = (address: string) => {
  const path = address.replace(/#.*$/, '');
  const at = path.lastIndexOf('@');
  return /^\w+\+/.test(path) && at > path.lastIndexOf('/') ? path.slice(0, at) : path;
};

function extrasOf(text: string | undefined): string | null {
  const names = (text ?? '')
    .replace(/[[\] ]/g, '')
    .split(',')
    .filter(Boolean)
    .map(packageKey);
  return names.length === 0 ? null : `[${[...new Set(names)].sort().join(',')}]`;
}

function versionParts(text: string | undefined): Pick<RequirementParts, 'versions' | 'meaning' | 'pin'> {
  const bare = (text ?? '').replace(/[() ]/g, '').replace(/,$/, '');
  if (bare === '') return { versions: null, meaning: '', pin: null };
  const clauses = bare.split(',').map((clause) => {
    const operator = /^[=~!<>]+/.exec(clause)?.[0] ?? '';
    const version = clause.slice(operator.length);
    const parsed = operator === '===' ? null : parseVersion(version);
    // ~=2.2.0 lets less through than ~=2.2.
    const meaning = parsed ? formatVersion(parsed, operator === '~=') : version.toLowerCase();
    return { operator, version, parsed, meaning: `${operator}${meaning}` };
  });
  const pin = clauses.find(({ operator, version }) => /^={2,3}$/.test(operator) && !version.includes('*'));
  return {
    versions: bare,
    meaning: [...new Set(clauses.map(({ meaning }) => meaning))].sort().join(),
    pin: pin ? { text: pin.version, version: pin.parsed ?? parseVersion(pin.version) } : null,
  };
}

/** With one blank between its parts and double quotes, as both are free. */
function markerOf(text: string): string | null {
  const parts = text.match(/"[^"]*"|'[^']*'|[\w.]+|[<>=!~]+|[()]|\S/g) ?? [];
  const marker = parts.map((part) => (/^'[^"]*'$/.test(part) ? `"${part.slice(1, -1)}"` : part)).join(' ');
  return marker === '' ? null : marker;
}

const hashesOf = (options: string) =>
  [...new Set([...options.matchAll(/--hash[= ] ?(\S+)/g)].map(([, hash = '']) => hash.toLowerCase()))].sort();
