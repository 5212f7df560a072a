import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const manifestName = 'MAR-INF/MANIFEST.json';
const good = {
  createdOn: '01/01/2024 00:00:00',
  runtime: 'python',
  model: { modelName: 'digits', handler: 'handler.py', modelVersion: '1.0' },
  archiverVersion: '0.12.0',
};
type Fields = Readonly<Record<string, unknown>>;

/** An archive with this text as its manifest, and a handler. */
const withText = (text: string, files: Fields = {}, archive: Sketch['archive'] = {}): Sketch => ({
  archive,
  files: { [manifestName]: text, 'handler.py': functionHandler, ...files } as Record<string, string>,
});
const withTop = (fields: Fields): Sketch => withText(JSON.stringify({ ...good, ...fields }));
const withModel = (fields: Fields, files: Fields = {}): Sketch =>
  withText(JSON.stringify({ ...good, model: { ...good.model, ...fields } }), files);
const plain = JSON.stringify(good);
const fine = withText(plain);

const goodWorkflow = {
  createdOn: '11/29/2020',
  archiverVersion: '1.0',
  workflow: { workflowName: 'steps', handler: 'steps.py', specFile: 'steps.yaml' },
};
const workflow = (fields: Fields): Sketch => ({
  archive: { fileName: 'steps.war', kind: 'war' },
  files: {
    'WAR-INF/MANIFEST.json': JSON.stringify({ ...goodWorkflow, ...fields }),
    'steps.py': 'def steps(data, context):\n    return data\n',
    'steps.yaml': 'models: {}\n',
  },
});
const fineWorkflow = workflow({});

const one = (code: string, because: string, trigger: Sketch, nearMiss: Sketch = fine): RuleCase => ({
  code,
  because,
  trigger,
  nearMiss,
});

export const manifestCases: readonly RuleCase[] = [
  one('MANIFEST_MISSING', 'there is none', { archive: {}, files: { 'handler.py': functionHandler } }),
  one('MANIFEST_MISSING', 'Linux goes by the case of letters', {
    archive: {},
    files: { 'mar-inf/manifest.json': plain, 'handler.py': functionHandler },
  }),
  one('MANIFEST_MISSING', 'the folder around the model was packed too', {
    archive: {},
    files: { [`digits/${manifestName}`]: plain, 'digits/handler.py': functionHandler },
  }),
  one('MANIFEST_MISSING', 'a workflow has its own place', {
    archive: { kind: 'war', fileName: 'a.war' },
    files: { 'WAR-INF/x': '', [manifestName]: plain },
  }),
  one('MANIFEST_INVALID', 'a comma too many', withText(plain.replace(/}$/, ',}'))),
  one('MANIFEST_INVALID', 'a key stands twice', withText(plain.replace('{', '{"runtime":"LSP",'))),
  one('MANIFEST_INVALID', 'it is a list', withText('[]')),
  one('MANIFEST_FIELD', 'the model has no name', withModel({ modelName: undefined })),
  one('MANIFEST_FIELD', 'null is no name', withModel({ modelName: null })),
  one('MANIFEST_FIELD', 'a list is no name', withModel({ modelName: ['a'] }), withModel({ modelName: 7 })),
  one('MANIFEST_FIELD', 'the version is empty', withModel({ modelVersion: '' })),
  one('MANIFEST_FIELD', 'no runtime', withTop({ runtime: undefined }), withTop({ runtime: 'python3' })),
  one('MANIFEST_FIELD', 'case counts in runtimes', withTop({ runtime: 'Python' })),
  one('MANIFEST_FIELD', 'no model', withTop({ model: undefined })),
  one('MANIFEST_FIELD', 'model is null', withTop({ model: null })),
  one('MANIFEST_FIELD', 'weights are named by a number', withModel({ serializedFile: 5 })),
  one('MANIFEST_FIELD', 'a handler is no list', withModel({ handler: ['handler.py'] })),
  one(
    'MANIFEST_FIELD',
    'a workflow must say when it was made',
    workflow({ createdOn: undefined }),
    fineWorkflow,
  ),
  one(
    'MANIFEST_FIELD',
    'and who made it, which a model need not',
    workflow({ archiverVersion: undefined }),
    withTop({ archiverVersion: undefined }),
  ),
  one('MANIFEST_FIELD', 'a workflow has a workflow', workflow({ workflow: undefined }), fineWorkflow),
  one(
    'MANIFEST_FIELD',
    'a workflow has a spec',
    workflow({ workflow: { ...goodWorkflow.workflow, specFile: undefined } }),
    fineWorkflow,
  ),
  one('MANIFEST_FIELD_TYPE', '1.0 is a number', withModel({ modelVersion: 1 })),
  one('MANIFEST_NO_HANDLER', 'none is named', withModel({ handler: undefined })),
  one('MANIFEST_NO_HANDLER', 'an empty name is none', withModel({ handler: '' })),
  one('MANIFEST_DANGLING', 'the handler is not there', withModel({ handler: 'other.py' })),
  one(
    'MANIFEST_DANGLING',
    'a function does not make it be there',
    withModel({ handler: 'other.py:handle' }),
    withModel({ handler: 'handler:handle' }),
  ),
  one(
    'MANIFEST_DANGLING',
    "the server's own are named without .py",
    withModel({ handler: 'image_classifier.py' }),
    withModel({ handler: 'image_classifier' }),
  ),
  one(
    'MANIFEST_DANGLING',
    'a folder counts only beside a colon',
    withModel({ handler: 'lib/own.py' }, { 'lib/own.py': functionHandler }),
    withModel({ handler: 'lib/own.py:handle' }, { 'lib/own.py': functionHandler }),
  ),
  one(
    'MANIFEST_DANGLING',
    'a module in a package',
    withModel({ handler: 'package.other' }, { 'package/own.py': functionHandler }),
    withModel({ handler: 'package.own' }, { 'package/own.py': functionHandler }),
  ),
  one(
    'MANIFEST_DANGLING',
    'what was compiled is imported too',
    withModel({ handler: 'own.py' }),
    withModel({ handler: 'own.py' }, { 'own.pyc': 'x' }),
  ),
  one(
    'MANIFEST_DANGLING',
    'the weights are spelled otherwise',
    withModel({ serializedFile: 'model.pt' }, { 'Model.pt': 'x' }),
    withModel({ serializedFile: './model.pt' }, { 'model.pt': 'x' }),
  ),
  one('MANIFEST_DANGLING', 'the config is not there', withModel({ configFile: 'c.yaml' })),
  one(
    'MANIFEST_DANGLING',
    'the spec of a workflow is not there',
    workflow({ workflow: { ...goodWorkflow.workflow, specFile: 'other.yaml' } }),
    fineWorkflow,
  ),
  one(
    'MANIFEST_PATH_ESCAPE',
    'a path that climbs',
    withModel({ configFile: 'a/../../c.yaml' }),
    withModel({ configFile: 'a..b.yaml' }),
  ),
  one('MANIFEST_PATH_ESCAPE', 'a path from the root', withModel({ requirementsFile: '/etc/passwd' })),
  one('MANIFEST_PATH_ESCAPE', 'a drive of Windows', withModel({ serializedFile: 'C:\\m.pt' })),
  one(
    'MANIFEST_PATH_ESCAPE',
    "a handler's folder goes to Python's path",
    withModel({ handler: '/tmp/evil.py:handle' }),
    withModel({ handler: '/tmp/evil.py' }),
  ),
  one(
    'MANIFEST_SEVERAL',
    'another one lies beside it',
    withText(plain, { 'mar-inf/MANIFEST.json': plain }),
    withText(plain, { 'older/MANIFEST.json': plain }),
  ),
  one('MANIFEST_LEGACY', 'createdOn came later', withTop({ createdOn: undefined })),
  one('MANIFEST_LEGACY', 'a field of the Multi Model Server', withTop({ engine: {} }), withTop({ mine: {} })),
];

export const loadCases: readonly RuleCase[] = [
  one(
    'LOAD_FILE_NAME',
    'two dots in a row',
    withText(plain, {}, { fileName: 'a..b.mar' }),
    withText(plain, {}, { fileName: 'a.b.mar' }),
  ),
  one(
    'LOAD_MODEL_NAME',
    'a slash ends the name in an address',
    withModel({ modelName: 'a/b' }),
    withModel({ modelName: 'a-b_c.d' }),
  ),
  one(
    'LOAD_NOT_SCANNED',
    '--models all knows no .tgz',
    withText(plain, {}, { fileName: 'a.tgz', kind: 'tgz' }),
    withText(plain, {}, { fileName: 'a.tar.gz', kind: 'tgz' }),
  ),
  one('LOAD_NOT_SCANNED', 'hidden files are passed over', withText(plain, {}, { fileName: '.a.mar' })),
  one('LOAD_WORKFLOW_RETIRED', 'workflows are no more', fineWorkflow),
];
