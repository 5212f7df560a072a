import assert from 'node:assert/strict';
import test from 'node:test';
import { renderProgress, Throughput } from '../../cli/progress-bar.ts';

const mib = 1024 ** 2;

function steady(seconds: number, bytesPerSecond: number): Throughput {
  const throughput = new Throughput();
  for (let tenth = 0; tenth <= 10 * seconds; tenth++)
    throughput.add(tenth / 10, (bytesPerSecond * tenth) / 10);
  return throughput;
}

test('a line is always narrower than the terminal, whatever it has to say', () => {
  for (let columns = 1; columns <= 240; columns++) {
    for (const totalBytes of [null, 0, 1, 987_654_321_098]) {
      const doneBytes = (totalBytes ?? 5) / 3;
      for (const throughput of [new Throughput(), steady(3, 50 * mib)]) {
        const line = renderProgress({ phase: 'write', doneBytes, totalBytes }, throughput, columns);
        assert.ok(line.length < columns || line === '', `${columns}: ${line}`);
      }
    }
  }
});

test('at 80 columns there is the phase, a bar, the share, the size, the speed and the time left', () => {
  const line = renderProgress(
    { phase: 'write', doneBytes: 50 * mib, totalBytes: 200 * mib },
    steady(4, 10 * mib),
    80,
  );
  assert.match(line, /^write {2}█+░+ {2} 25 % {2}50\.0 MiB of 200\.0 MiB {2}10\.0 MiB\/s {2}15 s left$/);
});

test('the bar keeps one width from the first line to the last, at every width of the terminal', () => {
  const totalBytes = 2000 * mib;
  const moments: [doneBytes: number, throughput: Throughput][] = [
    [0, new Throughput()],
    [5, steady(1, 3)],
    [1023 * mib, steady(3, mib / 4)],
    [1999 * mib, steady(9, 1023 * mib)],
    [totalBytes, steady(9, 1023 * mib)],
  ];
  for (let columns = 20; columns <= 200; columns++) {
    const bars = moments.map(([doneBytes, throughput]) => {
      const line = renderProgress({ phase: 'write', doneBytes, totalBytes }, throughput, columns);
      return line.replace(/[^█░]/g, '').length;
    });
    assert.equal(new Set(bars).size, 1, `${columns}: ${bars}`);
  }
});

test('what is done has no time left', () => {
  const line = renderProgress({ phase: 'check', doneBytes: 7, totalBytes: 7 }, steady(4, mib), 120);
  assert.match(line, /100 %/);
  assert.doesNotMatch(line, /left/);
});

test('where the total is not known there is no share and no time left', () => {
  const line = renderProgress(
    { phase: 'read', doneBytes: 50 * mib, totalBytes: null },
    steady(4, 10 * mib),
    80,
  );
  assert.equal(line, 'read  50.0 MiB  10.0 MiB/s');
});

test('the speed is the mean of the last five seconds', () => {
  const throughput = steady(10, 10 * mib);
  for (let second = 11; second <= 15; second++) throughput.add(second, 100 * mib + (second - 10) * 40 * mib);
  assert.equal(Math.round((throughput.mean ?? 0) / mib), 40);
});

test('the time left is shown only after two steady seconds', () => {
  assert.equal(new Throughput().stable, false);
  assert.equal(steady(1.5, mib).stable, false);
  assert.equal(steady(2.5, mib).stable, true);
  const faltering = steady(2.5, mib);
  for (let tenth = 26; tenth < 60; tenth++) faltering.add(tenth / 10, 2.5 * mib);
  assert.equal(faltering.stable, false);
});
