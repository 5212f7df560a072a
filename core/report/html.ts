/** The audit as one page that opens offline, prints, and can be walked through by keyboard. */
import { basename, resolve } from 'node:path';
import { rulesOfArchives } from '../audit/audit.ts';
import { formatBytes, formatCount, showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { escapeHtml } from './escape.ts';
import { htmlPage } from './page.ts';
import { bySeverity, proofOf, verdictOf } from './verdict.ts';

const shown = (text: string) => escapeHtml(showName(text));
const named = (name: string) => `<span class="name">${shown(name)}</span>`;

export function htmlReport(result: VerifyResult): string {
  const { ok, findings, load, checks, served, manifest } = result;
  const name = showName(basename(resolve(result.path)));
  const isGood = ok && load.failure === null && load.unjudged === null;
  const body = [
    '<main>',
    `<h1>${escapeHtml(name)}: <span class="${isGood ? 'good' : 'bad'}">${escapeHtml(verdictOf(result))}</span></h1>`,
    `<p class="dim">${escapeHtml(proofOf(result))}.</p>`,
    facts(result),
    ...bySeverity(findings).map(
      ({ title, findings: some }) =>
        `<section aria-label="${title}"><h2>${title} (${some.length.toLocaleString('en-US')})</h2>\n${some.map(article).join('\n')}\n</section>`,
    ),
    ...(findings.length === 0 ? ['<p class="good">No findings.</p>'] : []),
    ...(served === null ? [] : [folded('TorchServe would load', served.map(named))]),
    ...(manifest === null
      ? []
      : [`<details><summary>Manifest</summary><pre><code>${prettyJson(manifest)}</code></pre></details>`]),
    folded(
      `${formatCount(checks.length, 'check')} found nothing`,
      checks.map(({ code, title }) => `<code>${escapeHtml(code)}</code> ${escapeHtml(title)}`),
    ),
    '</main>',
  ].join('\n');
  return htmlPage(`${name}: audit`, body);
}

const prettyJson = (value: unknown) => JSON.stringify(value, null, 2).split('\n').map(shown).join('\n');

function facts({ kind, size, load, findings }: VerifyResult): string {
  const rows = [
    ['Kind', kind],
    ['Size', formatBytes(size)],
    ['Served as', `${load.name} ${load.version}`],
    ['Findings', formatCount(findings.length, 'finding')],
  ];
  return `<dl>${rows.map(([label, value]) => `<dt>${label}</dt><dd>${shown(value ?? '')}</dd>`).join('')}</dl>`;
}

const whyOf = new Map(rulesOfArchives.map(({ code, why }) => [code, why]));

function article({ code, severity, path, message, hint }: Finding): string {
  const where = path === null ? '' : ` ${named(path)}`;
  const why = whyOf.get(code);
  return [
    `<article class="${severity}">`,
    `<h3><code>${escapeHtml(code)}</code>${where}</h3>`,
    `<p>${shown(message)}.</p>`,
    ...(why === undefined ? [] : [`<p class="dim">${escapeHtml(why)}</p>`]),
    `<p><strong>What to do:</strong> ${shown(hint)}.</p>`,
    '</article>',
  ].join('\n');
}

function folded(title: string, items: readonly string[]): string {
  return `<details><summary>${escapeHtml(title)}</summary>\n<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>\n</details>`;
}
