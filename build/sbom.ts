/**
 * The software bill of materials: which packages went into the bundles, as a CycloneDX document. Their names are those
 * of THIRD-PARTY-LICENSES.txt, which the bundler wrote from what it really read; their hashes are those of the lock.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
}

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Each text of a licence begins with such a line, after a rule. */
const heading = /^((?:@[^/\s]+\/)?[^\s]+) (\d\S*) \((.+)\)$/;

export function parseBundled(licenses: string): readonly BundledPackage[] {
  return licenses.split(/^-{80}$/m).flatMap((part) => {
    const match = heading.exec(part.trimStart().split('\n')[0] ?? '');
    if (match === null) return [];
    const [, name = '', version = '', license = ''] = match;
    return [{ name, version, license }];
  });
}

export async function makeSbom(root: string): Promise<string> {
  const read = (name: string) => readFile(join(root, name), 'utf8');
  const { name, version, license } = JSON.parse(await read('package.json'));
  const lock = JSON.parse(await read('package-lock.json')) as { packages: Record<string, Locked> };
  const bundled = parseBundled(await read('dist/THIRD-PARTY-LICENSES.txt'));
  const electron = lock.packages['node_modules/electron'];
  const parts = [
    ...bundled,
    // The binary that the bundles run in.
    ...(electron === undefined ? [] : [{ name: 'electron', version: electron.version, license: 'MIT' }]),
  ];
  const components = parts.map((part) => componentOf(part, lock.packages));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(JSON.stringify([version, components])),
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `${name}@${version}`,
        name,
        version,
        licenses: [{ license: { id: license } }],
      },
    },
    components,
    dependencies: [
      { ref: `${name}@${version}`, dependsOn: components.map((component) => component['bom-ref']) },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function componentOf({ name, version, license }: BundledPackage, lock: Readonly<Record<string, Locked>>) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const found = Object.entries(lock).find(
    ([place, locked]) => place.endsWith(`node_modules/${name}`) && locked.version === version,
  );
  const integrity = /^sha512-(.+)$/.exec(found?.[1].integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [/ (OR|AND|WITH) /.test(license) ? { expression: license } : { license: { id: license } }],
    ...(integrity === undefined
      ? {}
      : { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity, 'base64').toString('hex') }] }),
  };
}

/** The same contents have the same number: built twice, the document is the same. */
function serialNumber(contents: string): string {
  const hex = createHash('sha256').update(contents).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
