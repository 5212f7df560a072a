/**
 * The packaged application: electron-builder itself runs, without a network, over a folder that stands for Electron's.
 * What it made is read back: the files in the asar, the fuses in the binary, what lies beside it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseBundled } from '../../build/sbom.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let scratch = '';
let output = '';
let application = '';

before(async () => {
  scratch = await makeScratch();
  const electron = join(scratch, 'electron');
  output = join(scratch, 'release');
  await makeElectron(electron);
  // It packages for the system it runs on; --linux is the one whose form all systems can make.
  await run(
    process.execPath,
    ['build/package.ts', '--electron', electron, '--output', output, '--platform', 'linux'],
    {
      cwd: root,
      // Whoever asks for anything over the network gets no connection.
      env: {
        ...process.env,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        ELECTRON_MIRROR: nowhere,
        CI: 'true',
      },
    },
  );
  application = join(output, 'linux-unpacked');
});

after(() => removeScratch(scratch));

const nowhere = 'http://127.0.0.1:9';

/** Before the fuses stands this; then the version of the wire, its length, and a digit for each fuse. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** The fuses of Electron 45 by their places on the wire, as @electron/fuses names them. */
const fuses = [
  'RunAsNode',
  'EnableCookieEncryption',
  'EnableNodeOptionsEnvironmentVariable',
  'EnableNodeCliInspectArguments',
  'EnableEmbeddedAsarIntegrityValidation',
  'OnlyLoadAppFromAsar',
  'LoadBrowserProcessSpecificV8Snapshot',
  'GrantFileProtocolExtraPrivileges',
];

/** As much of an unpacked Electron as electron-builder wants to see, its fuses as they are when it is downloaded. */
async function makeElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true });
  await mkdir(join(folder, 'resources'));
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, fuses.length]),
    Buffer.from('10110001'),
  ]);
  const binary = Buffer.concat([Buffer.from('\x7fELF, a stub of '), wire, Buffer.from(' electron')]);
  await writeFile(join(folder, 'electron'), binary, { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'])
    await writeFile(join(folder, name), 'stub');
  await writeFile(join(folder, 'version'), '45.4.1');
}

interface AsarFolder {
  readonly files: Readonly<Record<string, AsarFolder | AsarFile>>;
}
interface AsarFile {
  readonly offset: string;
  readonly size: number;
  readonly unpacked?: boolean;
}

/** An asar begins with the length of its listing, twice wrapped, then the listing as JSON, then all contents. */
async function readAsar(): Promise<Map<string, Buffer>> {
  const asar = await readFile(join(application, 'resources', 'app.asar'));
  const contentsAt = 8 + asar.readUInt32LE(4);
  const listing = JSON.parse(asar.toString('utf8', 16, 16 + asar.readUInt32LE(12))) as AsarFolder;
  const files = new Map<string, Buffer>();
  const walk = (folder: AsarFolder, above: string) => {
    for (const [name, item] of Object.entries(folder.files)) {
      if ('files' in item) walk(item, `${above}${name}/`);
      else {
        assert.ok(item.unpacked !== true, `${above}${name} lies outside of the asar`);
        const at = contentsAt + Number(item.offset);
        files.set(above + name, asar.subarray(at, at + item.size));
      }
    }
  };
  walk(listing, '');
  return files;
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = [];
  for (const item of await readdir(join(root, folder), { recursive: true, withFileTypes: true }))
    if (item.isFile()) names.push(relative(root, join(item.parentPath, item.name)).split(sep).join('/'));
  return names;
}

test('the asar holds exactly the built files, byte for byte, and no package of node_modules', async () => {
  const files = await readAsar();
  const built = [...(await filesBelow('dist/electron')), ...(await filesBelow('dist/renderer'))];
  const expected = [...built, 'dist/THIRD-PARTY-LICENSES.txt', 'LICENSE', 'package.json'];
  assert.deepEqual([...files.keys()].sort(), expected.sort());
  for (const name of expected.filter((name) => name !== 'package.json'))
    assert.deepEqual(files.get(name), await readFile(join(root, name)), name);
});

test('what is packaged names no dependency, and starts with the built shell', async () => {
  const files = await readAsar();
  const manifest = JSON.parse(files.get('package.json')?.toString() ?? '');
  assert.equal(manifest.main, 'dist/electron/main.js');
  assert.ok(files.has(manifest.main));
  for (const key of ['dependencies', 'devDependencies', 'scripts'])
    assert.equal(manifest[key], undefined, key);
});

test('the bundles import nothing but Node, Electron and each other', async () => {
  const files = await readAsar();
  for (const [name, content] of files) {
    if (!/^dist\/electron\/.*\.c?js$/.test(name)) continue;
    const imports = content
      .toString()
      .matchAll(/^(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"/gm);
    for (const [, from, bare] of imports)
      assert.match(from ?? bare ?? '', /^(node:|\.\/|electron$|[a-z_]+$)/, name);
  }
});

test('the fuses in the binary are set as SECURITY.md has them', async () => {
  const binary = await readFile(join(application, 'mar-studio'));
  const at = binary.indexOf(sentinel) + sentinel.length;
  const length = binary[at + 1] ?? 0;
  const isOn = (digit: number) => String.fromCharCode(digit) === '1';
  const found = Object.fromEntries(
    fuses.slice(0, length).map((name, place) => [name, isOn(binary[at + 2 + place] ?? 0)]),
  );
  assert.deepEqual(found, {
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    // Not ours to turn on: it needs a snapshot of its own.
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  });
});

test('samples lie beside the asar as real files', async () => {
  const packaged = await readdir(join(application, 'resources', 'samples'));
  assert.deepEqual(packaged.sort(), (await readdir(join(root, 'dist', 'samples'))).sort());
});

test('SHA256SUMS names every file and its hash', async () => {
  const lines = (await readFile(join(output, 'SHA256SUMS'), 'utf8')).trimEnd().split('\n');
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const name of ['linux-unpacked/mar-studio', 'linux-unpacked/resources/app.asar', 'sbom.cdx.json']) {
    const hash = createHash('sha256')
      .update(await readFile(join(output, name)))
      .digest('hex');
    assert.equal(sums.get(name), hash, name);
  }
  assert.ok(!sums.has('SHA256SUMS'));
});

test('the SBOM lists the packages inside the bundles, with their licences and the hashes of the lock', async () => {
  const sbom = JSON.parse(await readFile(join(output, 'sbom.cdx.json'), 'utf8'));
  assert.deepEqual([sbom.bomFormat, sbom.specVersion], ['CycloneDX', '1.6']);
  assert.match(
    sbom.serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const licenses = await readFile(join(root, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly hashes: readonly { readonly content: string }[];
  }
  const components = sbom.components as readonly Component[];
  assert.deepEqual(
    components.map(({ name, version }) => `${name} ${version}`),
    [...parseBundled(licenses).map(({ name, version }) => `${name} ${version}`), 'electron 45.4.1'],
  );
  // One with a plain licence, one with an expression for it, one of the interface.
  for (const name of ['yazl', 'pako', 'svelte'])
    assert.ok(
      components.some((component) => component.name === name),
      name,
    );
  assert.equal(components.length, 2 + (licenses.match(/^-{80}$/gm)?.length ?? 0));
  assert.ok(!components.some(({ name }) => name === 'electron-builder' || name === 'typescript'));
  for (const { name, hashes } of components) assert.match(hashes[0]?.content ?? '', /^[0-9a-f]{128}$/, name);
});

test('the configuration: an alternative viewer of .mar, offline installers, and nothing that publishes', async () => {
  const config = parse(await readFile(join(root, 'electron-builder.yml'), 'utf8'));
  const [association, ...others] = config.fileAssociations;
  assert.deepEqual(others, []);
  assert.deepEqual([association.ext, association.role, association.rank], ['mar', 'Viewer', 'Alternate']);
  assert.deepEqual(config.linux.target, ['AppImage', 'deb', 'tar.gz']);
  assert.deepEqual(config.mac.target, ['dmg', 'zip']);
  assert.equal(config.mac.hardenedRuntime, true);
  assert.deepEqual(config.win.target, ['nsis', 'portable']);
  assert.deepEqual([config.nsis.oneClick, config.nsis.perMachine], [false, false]);
  assert.equal(config.publish, null);
  assert.equal(config.asar, true);
  for (const icon of ['icon.icns', 'icon.ico', 'mar.icns', 'mar.ico', `${config.linux.icon}/512x512.png`])
    await readFile(join(root, config.directories.buildResources, icon));
});
