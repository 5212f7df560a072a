/** What is known of a text beside its lines: an outline of Python, flaws of JSON and YAML, requirements, labels. */
import type { LabelTable, OutlineItem, RequirementRow, TextPreview } from '../contract/api.ts';
import { readJson } from '../json/check-json.ts';
import { parseBoundedYaml } from '../mar/config-yaml.ts';
import { maxSourceBytes, type PythonOutline, parsePython } from '../python/outline.ts';
import { requirementParts } from '../python/requirement-parts.ts';
import { parseRequirements } from '../python/requirements.ts';

type Text = Pick<TextPreview, 'text' | 'encoding' | 'language' | 'isWhole' | 'bytesRead'>;

export async function aboutText(read: Text, handler: unknown): Promise<TextPreview> {
  const facts: TextPreview = {
    ...{ is: 'text', ...read },
    ...{ outline: [], flaws: [], requirements: null, labels: null },
  };
  // Half a text would seem to end too early.
  if (!read.isWhole) return facts;
  switch (read.language) {
    case 'python':
      return { ...facts, ...(await pythonFacts(read.text, handler)) };
    case 'json':
      return { ...facts, ...jsonFacts(read.text) };
    case 'yaml':
      return { ...facts, flaws: yamlFlaws(read.text) };
    case 'requirements':
      return { ...facts, requirements: requirementRows(read.text) };
    default:
      return facts;
  }
}

async function pythonFacts(text: string, handler: unknown): Promise<Pick<TextPreview, 'outline' | 'flaws'>> {
  if (text.length > maxSourceBytes) return { outline: [], flaws: [] };
  // A source that would take a parser for ever has no outline.
  const outline = await parsePython(text).catch(() => null);
  if (outline === null) return { outline: [], flaws: [] };
  const entry = typeof handler === 'string' && handler.includes(':') ? handler.split(':')[1] : undefined;
  const flaws = outline.errors
    .slice(0, 100)
    .map(({ line }) => ({ line, column: 1, message: 'Python would not accept this' }));
  return { outline: outlineItems(outline, entry ?? 'handle'), flaws };
}

function outlineItems({ classes, functions }: PythonOutline, entry: string): OutlineItem[] {
  const items: OutlineItem[] = functions.map(({ name, line }) => ({
    ...{ name, kind: 'function', line },
    isEntryPoint: name === entry,
  }));
  for (const { name, line, methods } of classes) {
    const isEntered = methods.some((method) => method.name === entry);
    items.push({ name, kind: 'class', line, isEntryPoint: isEntered || name === entry });
    for (const method of methods) {
      const isEntryPoint = method.name === entry || (isEntered && method.name === 'initialize');
      items.push({ name: `${name}.${method.name}`, kind: 'method', line: method.line, isEntryPoint });
    }
  }
  return items.sort((a, b) => a.line - b.line).slice(0, 5000);
}

/** Longer ones would keep the engine from everything else for seconds. */
const longestJson = 4 * 1024 * 1024;

function jsonFacts(text: string): Pick<TextPreview, 'flaws' | 'labels'> {
  if (text.length > longestJson) return { flaws: [], labels: null };
  const { flaws } = readJson(text);
  const shown = flaws.slice(0, 100).map(({ line, column, detail }) => ({ line, column, message: detail }));
  if (flaws.some(({ kind }) => kind === 'syntax' || kind === 'too deep'))
    return { flaws: shown, labels: null };
  return { flaws: shown, labels: labelTable(JSON.parse(text)) };
}

function yamlFlaws(text: string): TextPreview['flaws'] {
  const parsed = parseBoundedYaml(text);
  if ('code' in parsed) return [{ line: parsed.line, column: parsed.column, message: parsed.message }];
  return parsed.document.errors.slice(0, 100).map(({ message, pos: [offset] }) => ({
    ...parsed.placeOf(offset),
    message: message.split('\n')[0] ?? message,
  }));
}

function requirementRows(text: string): RequirementRow[] {
  return parseRequirements(text)
    .slice(0, 5000)
    .map((line) => {
      const parts = requirementParts(line);
      const isOption = parts.kind === 'option';
      return {
        line: line.line,
        name: parts.key,
        specifier: isOption ? parts.value : (parts.versions ?? ''),
        marker: parts.marker ?? '',
        hashes: parts.hashes.length,
        source: parts.source ?? (isOption ? parts.key : ''),
      };
    });
}

const mostLabels = 100_000;

/** Numbers as keys, or a list; a text for each, or texts such as ["n01440764", "tench"]. */
function labelTable(value: unknown): LabelTable | null {
  if (value === null || typeof value !== 'object') return null;
  // Counted before anything is made of them: a hostile list has millions.
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  if (count === 0 || count > mostLabels) return null;
  const rows = Object.entries(value).map(([index, label]) => ({ index, label: labelText(label) }));
  if (rows.some(({ index, label }) => label === null || !/^(?:0|[1-9]\d{0,8})$/.test(index))) return null;
  const numbers = rows.map(({ index }) => Number(index)).sort((a, b) => a - b);
  return {
    rows: rows as LabelTable['rows'],
    gaps: gapsIn(numbers),
    duplicates: duplicatesIn(rows.map(({ label }) => label as string)),
  };
}

function labelText(label: unknown): string | null {
  if (typeof label === 'string') return label;
  if (Array.isArray(label) && label.length > 0 && label.every((part) => typeof part === 'string'))
    return label.join(', ');
  return null;
}

function gapsIn(sorted: readonly number[]): number[] {
  const gaps: number[] = [];
  for (let at = 1; at < sorted.length && gaps.length < 100; at++) {
    for (let missing = (sorted[at - 1] as number) + 1; missing < (sorted[at] as number); missing++) {
      if (gaps.length === 100) break;
      gaps.push(missing);
    }
  }
  return gaps;
}

function duplicatesIn(labels: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const label of labels) (seen.has(label) ? twice : seen).add(label);
  return [...twice].slice(0, 100);
}
