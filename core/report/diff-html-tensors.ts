/** Tensors in the HTML report: the map of the whole model, a table of what changed, and pictures of what moved most. All pictures are SVG in the page, and each has its numbers beside it. */
import type { TensorChange } from '../contract/diff.ts';
import { changedTensors, formatMeasure, tensorColumns, tensorRow } from '../contract/tensor-words.ts';
import type { TensorPlots } from '../contract/weights.ts';
import { escapeHtml } from './escape.ts';
import { moreOf, named, shown, table } from './html-parts.ts';

const mostRows = 300;
const mostCells = 2_000;
const mostPictures = 8;
const cellsInRow = 64;
const cell = 12;

export function tensorsOf(tensors: readonly TensorChange[], sentence: string): string {
  const changed = changedTensors(tensors);
  if (changed.length === 0) return '';
  const rows = changed.slice(0, mostRows).map((tensor) => {
    const { sign, change, name, form, maxAbs, relativeL2, cosine, changed, note } = tensorRow(tensor);
    const kind = tensor.change === 'added' || tensor.change === 'removed' ? tensor.change : 'modified';
    const cells = [maxAbs, relativeL2, cosine, changed]
      .map((text) => `<td>${escapeHtml(text)}</td>`)
      .join('');
    const told = note === '' ? '' : ` <span class="dim">${shown(note)}</span>`;
    return `<tr><td class="${kind}">${sign} ${change}</td><th scope="row">${named(name)}${told}</th><td>${shown(form)}</td>${cells}</tr>`;
  });
  return [
    layerMap(tensors, sentence),
    wide('Tensors that changed', table('Tensors that changed', tensorColumns, rows, ' class="tensors"')),
    moreOf(changed.length - rows.length, 'more tensor'),
    ...pictures(changed),
  ].join('\n');
}

/** On a narrow page the table scrolls by itself, by keyboard as well; the page does not. */
const wide = (label: string, content: string) =>
  `<div class="wide" role="region" aria-label="${shown(label, 300)}" tabindex="0">${content}</div>`;

/** One cell a tensor, in the order of the file: the stronger its colour, the further it moved. */
function layerMap(tensors: readonly TensorChange[], sentence: string): string {
  const cells = tensors.slice(0, mostCells);
  const largest = Math.max(...cells.map(({ stats }) => stats?.relativeL2 ?? 0));
  const height = Math.ceil(cells.length / cellsInRow) * cell;
  const drawn = cells.map((tensor, at) => {
    const [x, y] = [(at % cellsInRow) * cell, Math.floor(at / cellsInRow) * cell];
    const { change, name, relativeL2 } = tensorRow(tensor);
    const measure = relativeL2 === '' ? '' : `, relative L2 ${relativeL2}`;
    return `<rect x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}" class="t-${tensor.change}" fill-opacity="${weightOf(tensor, largest)}"><title>${shown(`${name}: ${change}${measure}`, 300)}</title></rect>`;
  });
  const text = `Map of ${cells.length.toLocaleString('en-US')} tensors in the order of the file: ${sentence}`;
  return `<figure><svg viewBox="0 0 ${cellsInRow * cell} ${height}" role="img" aria-label="${shown(text, 600)}" class="map">${drawn.join('')}</svg><figcaption>One cell a tensor, in the order of the file; the stronger its colour, the further it moved. The table has the same in numbers.${cells.length < tensors.length ? ` The first ${mostCells.toLocaleString('en-US')} are drawn.` : ''}</figcaption></figure>`;
}

/** By the logarithm: the smallest change has to be seen too. */
function weightOf({ change, stats }: TensorChange, largest: number): string {
  if (change === 'unchanged') return '0.15';
  const moved = stats?.relativeL2;
  if (moved === undefined || moved === null || moved <= 0 || largest <= 0) return '1';
  return Math.max(0.35, 1 + Math.log10(moved / largest) / 6).toFixed(2);
}

function pictures(changed: readonly TensorChange[]): string[] {
  return changed
    .filter(({ stats }) => stats?.plots !== undefined && stats.isCast === undefined)
    .sort((a, b) => (b.stats?.relativeL2 ?? 0) - (a.stats?.relativeL2 ?? 0))
    .slice(0, mostPictures)
    .map(({ name, stats }) => picture(name, stats?.plots as TensorPlots));
}

function picture(name: string, { values, delta, strip }: TensorPlots): string {
  const range = ({ from, to }: { from: number; to: number }) =>
    `from ${formatMeasure(from)} to ${formatMeasure(to)}`;
  const of = shown(name, 300);
  const rows = values.before.map((count, bin) => {
    const start = values.from + (bin * (values.to - values.from)) / values.before.length;
    const deltaStart = delta.from + (bin * (delta.to - delta.from)) / delta.counts.length;
    const cells = [count, values.after[bin] ?? 0]
      .map((one) => `<td>${one.toLocaleString('en-US')}</td>`)
      .join('');
    return `<tr><td>${formatMeasure(start)}</td>${cells}<td>${formatMeasure(deltaStart)}</td><td>${(delta.counts[bin] ?? 0).toLocaleString('en-US')}</td></tr>`;
  });
  const heads = ['Values from', 'Before', 'After', 'Changes from', 'Count'];
  return `<details class="plots"><summary>How ${named(name)} moved</summary>
<figure>${histogram([values.before, values.after], `Values of ${of}, ${range(values)}: before filled, after as a line, counts by their logarithm`)}<figcaption>Values, ${range(values)}: before filled, after as a line, counts by their logarithm.</figcaption></figure>
<figure>${histogram([delta.counts], `Changes of ${of}, ${range(delta)}, counts by their logarithm`)}<figcaption>Changes, ${range(delta)}, counts by their logarithm.</figcaption></figure>
<figure>${heatStrip(strip, `Where ${of} moved: the largest change in each of ${strip.length} equal stretches`)}<figcaption>The largest change along the tensor, from its first number to its last: at most ${formatMeasure(Math.max(...strip))}.</figcaption></figure>
<details><summary>The same in numbers</summary>${wide(`Histograms of ${name}`, table(`Histograms of ${name}`, heads, rows))}</details></details>`;
}

const width = 640;
const height = 96;

/** The first as a filled area, others as lines over it. */
function histogram(all: readonly (readonly number[])[], label: string): string {
  const most = Math.log1p(Math.max(1, ...all.flat()));
  const paths = all.map((counts, at) => {
    const step = width / counts.length;
    const tops = counts.map((count, bin) => {
      const y = (height - (height * Math.log1p(count)) / most).toFixed(1);
      return `${(bin * step).toFixed(1)} ${y}H${((bin + 1) * step).toFixed(1)}`;
    });
    const line = tops.join('L');
    return at === 0
      ? `<path class="fill" d="M0 ${height}L${line}L${width} ${height}Z"/>`
      : `<path class="line" d="M${line}"/>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" class="histogram">${paths.join('')}</svg>`;
}

/** Sixteen shades, a path each: 256 elements would be much for so small a picture. */
function heatStrip(strip: readonly number[], label: string): string {
  const most = Math.max(...strip);
  const shades = new Map<number, string[]>();
  for (const [at, value] of strip.entries()) {
    const shade = most === 0 ? 0 : Math.ceil((15 * value) / most);
    if (shade === 0) continue;
    const paths = shades.get(shade) ?? [];
    paths.push(`M${at} 0h1v8h-1z`);
    shades.set(shade, paths);
  }
  const drawn = [...shades].map(
    ([shade, paths]) =>
      `<path class="fill" fill-opacity="${(shade / 15).toFixed(2)}" d="${paths.join('')}"/>`,
  );
  return `<svg viewBox="0 0 ${strip.length} 8" preserveAspectRatio="none" role="img" aria-label="${label}" class="strip">${drawn.join('')}</svg>`;
}
