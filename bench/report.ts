/** Reports as Markdown, lined up so that the same text reads well in a terminal. */
import type { Report, Table, Target } from './bench.ts';

export function formatReport(report: Report): string {
  const parts = [
    report.facts.join('\n'),
    ...report.tables.map(formatTable),
    report.notes.map((note) => `- ${note}`).join('\n'),
    formatTargets(report.targets),
  ];
  if (report.broken.length > 0) {
    parts.push(`Broken, and counted nowhere:\n\n${report.broken.map((line) => `- ${line}`).join('\n')}`);
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function formatTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  // The first column holds names, all others numbers.
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [`### ${title}`, '', line(columns), line(rule), ...rows.map(line)].join('\n');
}

function formatTargets(targets: readonly Target[]): string {
  if (targets.length === 0) return '';
  const verdict = (met: boolean | null) => (met === null ? 'not measured' : met ? 'met' : 'NOT MET');
  return [
    '### Targets',
    '',
    ...targets.map(({ text, measured, met }) => `- ${verdict(met)}: ${text} (${measured})`),
  ].join('\n');
}

/** Puts a bench's section into the document, and leaves those of other benches as their own runs wrote them. */
export function replaceSection(document: string, title: string, body: string): string {
  const sections = document.split(/^(?=## )/m);
  const section = `## ${title}\n\n${body}\n`;
  const at = sections.findIndex((text) => text.startsWith(`## ${title}\n`));
  if (at === -1) sections.push(section);
  else sections[at] = section;
  return `${sections.map((text) => text.trimEnd()).join('\n\n')}\n`;
}
