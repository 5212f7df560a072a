/** Archives whose container is right, and whose manifest or content is not. */
import {
  error,
  type HostileCase,
  handlerEntry,
  handlerText,
  manifest,
  manifestEntry,
  manifestName,
  warning,
} from './case.ts';
import { deflated, type ZipEntry, zip, zipEntry } from './zip-builder.ts';

const withText =
  (text: string | Buffer, ...more: readonly ZipEntry[]) =>
  () =>
    zip([deflated(manifestName, text), handlerEntry, ...more]);
/** The good manifest, with these fields of `model` set, or taken away by null. */
const withModel = (fields: Readonly<Record<string, unknown>>, ...more: readonly ZipEntry[]) => {
  const model = Object.fromEntries(
    Object.entries({ ...manifest.model, ...fields }).filter(([, value]) => value !== null),
  );
  return withText(JSON.stringify({ ...manifest, model }), ...more);
};

type More = Partial<HostileCase>;
const byAudit = { seenBy: 'audit' } as const;
const family =
  (code: string, row: number) =>
  (slug: string, because: string, contents: HostileCase['contents'], more: More = {}) =>
    error(code, slug, { row, because, contents, ...byAudit, ...more });

const missing = family('MANIFEST_MISSING', 62);
const invalid = family('MANIFEST_INVALID', 63);
const field = family('MANIFEST_FIELD', 64);
const dangling = family('MANIFEST_DANGLING', 65);
const escapes = family('MANIFEST_PATH_ESCAPE', 66);
const yaml = family('YAML_UNSAFE', 67);
const plain = JSON.stringify(manifest);
const { runtime: _, ...withoutRuntime } = manifest;

export const manifestCases: readonly HostileCase[] = [
  missing('absent', 'Java loads it with an empty manifest, and the worker dies on it.', () =>
    zip([handlerEntry]),
  ),
  missing('lower-case', 'Names have a case on Linux: TorchServe does not find it.', () =>
    zip([deflated('mar-inf/manifest.json', plain), handlerEntry]),
  ),
  missing('in-a-folder', 'The model was packed with the folder around it.', () =>
    zip([deflated(`model/${manifestName}`, plain), zipEntry('model/handler.py', handlerText)]),
  ),
  invalid('no-json', 'Python source where JSON belongs.', withText("{'runtime': 'python'}")),
  invalid('cut-off', 'The JSON ends too early.', withText(plain.slice(0, -10))),
  invalid('empty', 'A manifest of no bytes.', withText('')),
  invalid('array', 'JSON, but no object.', withText('[]')),
  invalid('byte-order-mark', 'Gson and json.loads stumble over it.', withText(`\ufeff${plain}`)),
  invalid('utf-16', 'Saved by an editor that thinks in UTF-16.', withText(Buffer.from(plain, 'utf16le'))),
  invalid(
    'not-utf-8',
    'A byte that begins no character.',
    withText(Buffer.concat([Buffer.from(plain.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')])),
  ),
  invalid(
    'key-twice',
    'Gson refuses, Python takes the last: two handlers in one manifest.',
    withText(plain.replace('"model":', '"model":{"handler":"evil.py"},"model":')),
  ),
  invalid(
    'key-twice-inside',
    'The same one level down.',
    withText(plain.replace('"handler":', '"handler":"evil.py","handler":')),
  ),
  invalid(
    'hundred-levels',
    'Deep nesting ends the stack of a careless parser.',
    withText(plain.replace('{', `{"a":${'['.repeat(100)}${']'.repeat(100)},`)),
  ),
  invalid(
    'proto',
    'A key that changes every object of a careless JavaScript program.',
    withText(plain.replace('{', '{"__proto__":{"handler":"evil.py"},')),
  ),
  invalid(
    'over-a-megabyte',
    'Nobody writes a manifest this long.',
    withText(plain.replace('{', `{"a":"${'x'.repeat(1 << 20)}",`)),
  ),
  invalid('trailing-comma', 'Allowed in JavaScript, not in JSON.', withText(plain.replace(/}$/, ',}'))),
  field(
    'no-model-name',
    'Without a name TorchServe has none to serve it under.',
    withModel({ modelName: null }),
  ),
  field('no-model-version', 'Without a version it silently becomes 1.0.', withModel({ modelVersion: null })),
  field(
    'no-runtime',
    'Without a runtime it silently becomes Python.',
    withText(JSON.stringify(withoutRuntime)),
  ),
  field(
    'unknown-runtime',
    '"Runtime is not defined or invalid".',
    withText(JSON.stringify({ ...manifest, runtime: 'ruby' })),
  ),
  field(
    'model-is-null',
    'Java meets a null pointer before its own check.',
    withText(JSON.stringify({ ...manifest, model: null })),
  ),
  field('name-is-a-list', 'A name of the wrong kind.', withModel({ modelName: ['model'] })),
  dangling('handler', 'The file that the manifest names is not there.', withModel({ handler: 'absent.py' })),
  dangling(
    'handler-with-function',
    'The same for file.py:function.',
    withModel({ handler: 'absent.py:handle' }),
  ),
  dangling('serialized-file', 'The weights are not there.', withModel({ serializedFile: 'model.pt' })),
  dangling('model-file', 'The model class is not there.', withModel({ modelFile: 'model.py' })),
  dangling('other-case', 'Handler.py is not handler.py.', withModel({ handler: 'Handler.py' })),
  escapes(
    'config-file-climbs',
    'TorchServe joins the path without a look and reads outside of the model.',
    withModel({ configFile: '../../secrets.yaml' }),
  ),
  escapes(
    'config-file-absolute',
    'The same with an absolute path.',
    withModel({ configFile: '/etc/passwd' }),
  ),
  escapes(
    'requirements-file-climbs',
    'pip would install what stands elsewhere.',
    withModel({ requirementsFile: '../requirements.txt' }),
  ),
  yaml(
    'python-tag',
    'A tag that makes a careless loader run code.',
    withModel(
      { configFile: 'model-config.yaml' },
      zipEntry('model-config.yaml', 'a: !!python/object/apply:os.system ["id"]\n'),
    ),
  ),
  yaml(
    'alias-bomb',
    'Nine lines that unfold to a billion.',
    withModel(
      { configFile: 'model-config.yaml' },
      zipEntry(
        'model-config.yaml',
        `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_value, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]\n`).join('')}`,
      ),
    ),
  ),
  warning('REQ_REMOTE_CODE', 'git', {
    row: 68,
    because: 'Installs whatever stands there on the day.',
    contents: withModel(
      { requirementsFile: 'requirements.txt' },
      zipEntry('requirements.txt', 'git+https://example.org/a.git\n'),
    ),
    ...byAudit,
    also: ['REQ_NEEDS_NETWORK'],
  }),
  warning('TS_EXTENSION', 'upper-case', {
    row: 61,
    because: 'TorchServe unzips names that end in .mar; anything else it takes for tar.gz.',
    extension: '.MAR',
    contents: () => zip([manifestEntry, handlerEntry]),
    also: ['LOAD_NOT_SCANNED'],
  }),
  warning('TS_EXTENSION', 'zip', {
    row: 61,
    because: 'The same for .zip.',
    extension: '.zip',
    contents: () => zip([manifestEntry, handlerEntry]),
    also: ['LOAD_NOT_SCANNED'],
  }),
];
