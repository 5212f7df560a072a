import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = await readFile('package-lock.json', 'utf8');
const packages = Object.entries((JSON.parse(text) as { packages: Record<string, Locked> }).packages).slice(1);

test('the lock names no registry', () => {
  assert.doesNotMatch(text, /https?:\/\/[^"]*\.tgz/);
  assert.deepEqual(
    packages.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place),
    [],
  );
});

test('the lock pins every package by its content', () => {
  assert.deepEqual(
    packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([place]) => place),
    [],
  );
});

test('the lock holds the packages of every platform, without which npm ci refuses it', () => {
  const places = new Set(packages.map(([place]) => place));
  const missing = packages.flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !places.has(`node_modules/${name}`) && !places.has(`${place}/node_modules/${name}`),
    ),
  );
  assert.deepEqual(missing, []);
});
