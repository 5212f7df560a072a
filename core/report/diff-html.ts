/** A comparison as one page that opens offline, prints, and can be walked through by keyboard. No script at all. */
import type { DiffEntry, DiffResult, DiffSide, PolicyResult, PolicyRuleResult } from '../contract/diff.ts';
import {
  byAttention,
  changeOrder,
  changeSigns,
  clip,
  headline,
  proofSentence,
  sideName,
  sizeSentence,
  wrappingSentence,
} from '../contract/diff-words.ts';
import { formatBytes, formatCount, formatDuration, showName } from '../contract/format.ts';
import { version } from '../version.ts';
import { changeTable, entryOf, insideOf } from './diff-html-details.ts';
import { diffStyle } from './diff-html-style.ts';
import { type ReportOptions, withoutLocalPaths } from './diff-names.ts';
import { escapeHtml } from './escape.ts';
import { moreOf, named, shown, table } from './html-parts.ts';
import { htmlPage } from './page.ts';

/** A page that grows past a few megabytes opens slowly and helps nobody; the JSON has everything. */
const roomForDetails = 1_900_000;
const roomForList = 2_600_000;
const mostBroken = 200;
const mostFindings = 200;
const mostParts = 100;
/** So few are all open when the page is. */
const openWhenFew = 12;

export function diffHtml(full: DiffResult, options?: ReportOptions): string {
  const result = withoutLocalPaths(full, options);
  const [before, after] = [result.before, result.after].map((side) => showName(clip(sideName(side), 300)));
  const title = `${before} → ${after}`;
  const changes = listOf(result);
  const body = [
    '<a class="skip" href="#changes">Skip to what changed</a>',
    '<main>',
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="verdict">${verdictOf(result, changes.ids)}</p>`,
    counts(result),
    `<p>${[sizeSentence(result), proofSentence(result), wrappingSentence(result) ?? ''].map((text) => shown(text)).join(' ')}</p>`,
    ...(result.policy === null ? [] : [policySection(result.policy)]),
    ...(result.findings.length === 0 ? [] : [findingsSection(result)]),
    ...section(
      'Manifest',
      result.manifest.length > 0 && changeTable(result.manifest, 'Fields of the manifest'),
    ),
    ...section(
      'Effective configuration',
      result.effectiveConfig.length > 0 &&
        changeTable(result.effectiveConfig, 'What TorchServe would do differently'),
    ),
    '<section id="changes" tabindex="-1"><h2>What changed</h2>',
    changes.html,
    '</section>',
    sidesSection(result),
    '</main>',
  ].join('\n');
  return htmlPage(`${title}: comparison`, body, { style: diffStyle, pictures: body.includes('<img ') });
}

function section(title: string, content: string | false): string[] {
  return content === false ? [] : [`<section><h2>${title}</h2>`, content, '</section>'];
}

/** Every part leads to the entry that it comes from. */
function verdictOf(result: DiffResult, ids: ReadonlyMap<string, string>): string {
  const parts = result.verdict.slice(0, mostParts).map(({ text, path }) => {
    const id = path === null ? undefined : ids.get(path);
    return id === undefined ? shown(text) : `<a href="#${id}">${shown(text)}</a>`;
  });
  const more = result.verdict.length - parts.length;
  if (more > 0) parts.push(`And ${more.toLocaleString('en-US')} more.`);
  const said = parts.length === 0 ? shown(headline(result)) : parts.join(' ');
  return result.identical ? `<span class="good">✓ ${said}</span>` : said;
}

function counts({ summary }: DiffResult): string {
  const items = changeOrder.map(
    (change) =>
      `<li class="${change}"><b>${changeSigns[change]} ${summary[change].toLocaleString('en-US')}</b> ${change}</li>`,
  );
  return `<ul class="counts">${items.join('')}</ul>`;
}

function policySection({ ok, path, rules }: PolicyResult): string {
  const broken = rules.filter((rule) => !rule.ok);
  const verdict = ok
    ? `All ${formatCount(rules.length, 'rule')} hold`
    : `${broken.length} of ${formatCount(rules.length, 'rule')} broken`;
  const items = [...broken, ...rules.filter((rule) => rule.ok)].map(ruleItem);
  return `<section><h2>Policy: <span class="${ok ? 'good' : 'bad'}">${ok ? '✓' : '✗'} ${verdict}</span></h2>
<p class="dim">Rules of ${named(path)}.</p>
<ul>${items.join('\n')}</ul></section>`;
}

function ruleItem({ name, ok, asks, broken }: PolicyRuleResult): string {
  const causes = broken
    .slice(0, mostBroken)
    .map(({ path, message }) => `<li>${path === null ? '' : `${named(path)}: `}${shown(message)}</li>`);
  const list = causes.length === 0 ? '' : `<ul>${causes.join('\n')}</ul>`;
  const mark = ok ? '<span class="good">✓ holds</span>' : '<span class="bad">✗ broken</span>';
  return `<li>${mark}: <strong>${shown(name)}</strong> <span class="dim">(${shown(asks)})</span>${list}${moreOf(broken.length - causes.length, 'more cause')}</li>`;
}

function findingsSection({ findings }: DiffResult): string {
  const rows = findings
    .slice(0, mostFindings)
    .map(
      ({ code, severity, path, message, hint }) =>
        `<tr><td class="${severity}">${severity}</td><th scope="row"><code>${shown(code)}</code></th><td>${path === null ? '' : named(path)}</td><td>${shown(message)}. <span class="dim">What to do: ${shown(hint)}.</span></td></tr>`,
    );
  return `<section><h2>New findings</h2>${table('What the old archive did not have', ['Severity', 'Code', 'Entry', 'What is wrong, and what to do'], rows)}${moreOf(findings.length - rows.length, 'more finding')}</section>`;
}

interface EntryList {
  readonly html: string;
  /** The anchors of those that are listed. */
  readonly ids: ReadonlyMap<string, string>;
}

/** In the order of attention, so that what is left out at the end matters least. */
function listOf({ entries }: DiffResult): EntryList {
  if (entries.length === 0) return { html: '<p>No entry changed.</p>', ids: new Map() };
  const ids = new Map<string, string>();
  const parts: string[] = [];
  const isOpen = entries.length <= openWhenFew ? ' open' : '';
  let listRoom = roomForList;
  let detailRoom = roomForDetails;
  let folded = 0;
  let unlisted = 0;
  for (const group of byAttention(entries)) {
    if (listRoom > 0) parts.push(`<h3>${group.title} (${group.entries.length.toLocaleString('en-US')})</h3>`);
    for (const entry of group.entries) {
      const id = `e${ids.size + 1}`;
      const line = listRoom > 0 ? entryOf(entry, ` id="${id}"`, '') : '';
      if (line === '' || Buffer.byteLength(line) > listRoom) {
        listRoom = 0;
        unlisted++;
        continue;
      }
      listRoom -= Buffer.byteLength(line);
      ids.set(entry.path, id);
      const inside = detailRoom > 0 ? insideOf(entry) : '';
      const bytes = Buffer.byteLength(inside);
      if (bytes > detailRoom || (detailRoom <= 0 && hasDetails(entry))) folded++;
      const fits = bytes <= detailRoom;
      // One entry that is too large leaves the room to those after it; a last thousand bytes are not worth the search.
      if (fits) detailRoom = detailRoom - bytes < 1_000 ? 0 : detailRoom - bytes;
      parts.push(fits && inside !== '' ? entryOf(entry, ` id="${id}"${isOpen}`, inside) : line);
    }
  }
  const told = [
    ...(folded > 0
      ? [`The details of ${formatCount(folded, 'entry', 'entries')} were left out, to keep this page small.`]
      : []),
    ...(unlisted > 0
      ? [
          `${formatCount(unlisted, 'entry', 'entries')} of ${entries.length.toLocaleString('en-US')} not listed, to keep this page small.`,
        ]
      : []),
  ];
  const notice = told.length === 0 ? [] : [`<p class="cut">${told.join(' ')} The JSON report has all.</p>`];
  return { html: [...notice, ...parts].join('\n'), ids };
}

const hasDetails = ({ details, wrapping }: DiffEntry) =>
  wrapping.length > 0 || Object.keys(details).length > 0;

function sidesSection(result: DiffResult): string {
  const rows = (
    [
      ['Before', result.before],
      ['After', result.after],
    ] as const
  ).map(sideRow);
  const facts = [
    [
      'Compared by',
      result.proof === 'sha256' ? 'reading both sides, SHA-256' : 'CRC-32 and size; what differs was read',
    ],
    [
      'Options',
      [
        result.strict ? 'strict (time, mode, order and compression count)' : 'contents only',
        result.proof === 'sha256' ? 'verify' : '',
      ]
        .filter((text) => text !== '')
        .join(', '),
    ],
    ['Tool', `MAR Studio ${version}, in ${formatDuration(result.seconds)}`],
  ].map(([name, text]) => `<dt>${name}</dt><dd>${escapeHtml(text ?? '')}</dd>`);
  return `<section><h2>How it was compared</h2>
${table('The two sides', ['Side', 'File', 'Model', 'Kind', 'Size'], rows)}
<dl>${facts.join('')}</dl></section>`;
}

function sideRow([label, side]: readonly [string, DiffSide]): string {
  const { path, kind, size } = side;
  const model = side.modelName === null ? 'none named' : shown(sideName(side));
  return `<tr><th scope="row">${label}</th><td>${named(path)}</td><td>${model}</td><td>${kind}</td><td>${formatBytes(size)}</td></tr>`;
}
