import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeMarkdown } from '../../../core/report/escape.ts';
import { markdownReport } from '../../../core/report/markdown.ts';
import { cleanResult, hostileNames, hostileResult } from './sample-result.ts';

/** Cells as GitHub cuts them: at every bar that no backslash protects, where an escaped backslash protects nothing. */
const cellsOf = (row: string) => row.match(/(?:\\[\s\S]|[^|])+/g)?.filter((cell) => cell !== '') ?? [];

test('every row of every table has four cells', () => {
  const rows = markdownReport(hostileResult)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  assert.ok(rows.length >= hostileResult.findings.length);
  for (const row of rows) assert.equal(cellsOf(row).length, 4, row);
});

test('no name makes markup: all that could is escaped', () => {
  for (const name of hostileNames) {
    const escaped = escapeMarkdown(name);
    assert.doesNotMatch(escaped.replaceAll('<!-- -->', ''), /[<>|`\n\r]/);
    assert.doesNotMatch(escaped, /(?<!\\)[*_[\]]/);
    assert.doesNotMatch(escaped, /https?:|www\./);
    assert.doesNotMatch(escaped.replace(/&#\d+;/g, ''), /[@#]\w/);
  }
  for (const start of ['- a', '+ a', '# a', '1. a', '2) a', '3.'])
    assert.match(escapeMarkdown(start), /^&#\d+;/);
});

test('what is shown is the name itself', () => {
  const read = (text: string) =>
    text
      .replaceAll('<!-- -->', '')
      .replace(/\\([*_[\]~$])/g, '$1')
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  for (const name of [...hostileNames, '- a', '12. b', 'a\\', '\\|', '&#124;', '#1 @you']) {
    assert.equal(read(escapeMarkdown(name)), name.replace(/\s+/g, ' '));
  }
});

test('plain names stay readable', () => {
  for (const name of [
    'handler.py',
    'MAR-INF/MANIFEST.json',
    'a (1).txt',
    'it says: no!',
    '355.9 KiB',
    '1.0',
  ]) {
    assert.equal(escapeMarkdown(name), name);
  }
});

test('it fits a comment on a pull request, however many findings there are', () => {
  const [finding] = hostileResult.findings;
  assert.ok(finding);
  const findings = Array.from({ length: 5_000 }, () => finding);
  const text = markdownReport({ ...hostileResult, findings, served: Array(100_000).fill('a/name.py') });
  assert.ok(text.length < 65_536, `${text.length} characters`);
  assert.match(text, /And 4,900 more\./);
});

test('a clean archive says so', () => {
  const text = markdownReport(cleanResult);
  assert.match(text, /^### ✅ digits\.mar: TorchServe would load it as digits 1\.0\n/);
  assert.match(text, /\nNo findings\.\n/);
});

test('a path of this machine is cut to its name', () => {
  assert.ok(!markdownReport(hostileResult).includes('secret-project'));
});
