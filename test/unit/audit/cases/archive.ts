import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const withFiles = (files: Record<string, string | Buffer>): Sketch => ({
  files: { 'handler.py': functionHandler, ...files },
});
const named = (trigger: string, nearMiss: string) => ({
  trigger: withFiles({ [trigger]: 'x' }),
  nearMiss: withFiles({ [nearMiss]: 'x' }),
});
const written = (trigger: string, nearMiss: string, name = 'settings.py') => ({
  trigger: withFiles({ [name]: trigger }),
  nearMiss: withFiles({ [name]: nearMiss }),
});
const requiring = (
  trigger: string,
  nearMiss: string,
  files: Record<string, string> = {},
): Pick<RuleCase, 'trigger' | 'nearMiss'> => {
  const sketch = (text: string): Sketch => ({
    ...withFiles({ ...files, 'requirements.txt': text }),
    requirementsFile: 'requirements.txt',
  });
  return { trigger: sketch(trigger), nearMiss: sketch(nearMiss) };
};

// Put together here so that no scanner takes this file for a leak.
const body = (length: number) => 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xY'.repeat(4).slice(0, length);
const aws = `AK${'IA'}${'QWERTYUIOPASDFGH'}`;
const keyOf = (kind: string) => `-----BEGIN ${kind}-----\n${body(64)}\n${body(64)}\n-----END ${kind}-----\n`;

export const requirementsCases: readonly RuleCase[] = [
  { code: 'REQ_INVALID', because: 'one = compares nothing', ...requiring('torch=2.1\n', 'torch==2.1\n') },
  {
    code: 'REQ_INVALID',
    because: 'a sentence is no requirement',
    ...requiring('please install torch\n', '# please install torch\ntorch==2.1\n'),
  },
  { code: 'REQ_INVALID', because: 'pip has no such option', ...requiring('--fast\n', '--pre\n') },
  {
    code: 'REQ_REMOTE_CODE',
    because: 'git fetches whatever is there today',
    ...requiring('git+https://example.org/a.git\n', 'gitpython==3.1.43\n'),
  },
  {
    code: 'REQ_REMOTE_CODE',
    because: 'an address of its own',
    ...requiring('a @ https://example.org/a-1.0.zip\n', 'a==1.0 # https://example.org/a-1.0.zip\n'),
  },
  {
    code: 'REQ_REMOTE_CODE',
    because: 'another index',
    ...requiring('--extra-index-url https://example.org/simple\na==1\n', '--no-index\na==1\n'),
  },
  { code: 'REQ_REMOTE_CODE', because: 'an editable install', ...requiring('-e ./src\n', './src-1.0.zip\n') },
  {
    code: 'REQ_REMOTE_CODE',
    because: 'another place to look',
    ...requiring('--find-links https://example.org/wheels\n', '--find-links ./wheels\n'),
  },
  {
    code: 'REQ_UNPINNED',
    because: 'a range is no pin',
    ...requiring('pillow>=10,<12\n', 'pillow == 11.3.0 ; python_version >= "3.9"\n'),
  },
  {
    code: 'REQ_UNPINNED',
    because: 'a star is no pin',
    ...requiring('pillow==11.*\n', 'pillow[xmp]==11.3.0\n'),
  },
  {
    code: 'REQ_NEEDS_NETWORK',
    because: 'a package comes from an index, and a wheel in the archive does not',
    ...requiring('toolbox==1.0\n', './wheels/toolbox-1.0-py3-none-any.whl\n', {
      'wheels/toolbox-1.0-py3-none-any.whl': 'PK',
    }),
  },
  {
    code: 'REQ_NAME_CONFUSION',
    because: 'ts is another package',
    ...requiring('ts\n', 'torchserve==0.12.0\n'),
  },
  {
    code: 'REQ_NAME_CONFUSION',
    because: 'cv2 is what one imports',
    ...requiring('CV2==4.9\n', 'opencv-python-headless==4.9.0.80\n'),
  },
];

export const nameCases: readonly RuleCase[] = [
  {
    code: 'NAME_COLLISION_CASE',
    because: 'two names differ in case alone',
    trigger: withFiles({ 'labels.txt': 'a', 'Labels.txt': 'b' }),
    nearMiss: withFiles({ 'labels.txt': 'a', 'folder/Labels.txt': 'b' }),
  },
  {
    code: 'NAME_COLLISION_UNICODE',
    because: 'é is written in two ways',
    trigger: withFiles({ 'caf\u00e9.txt': 'a', 'cafe\u0301.txt': 'b' }),
    nearMiss: withFiles({ 'caf\u00e9.txt': 'a', 'cafe.txt': 'b' }),
  },
  { code: 'NAME_EMPTY', because: 'a name is empty', ...named('', 'a') },
  { code: 'NAME_ENCODING', because: 'bytes were no UTF-8', ...named('\ufffd.txt', '\u00e9.txt') },
  { code: 'NAME_CONTROL_CHAR', because: 'a line break is no letter', ...named('a\nb.txt', 'a b.txt') },
  {
    code: 'PATH_BACKSLASH',
    because: 'a backslash is a folder on Windows alone',
    ...named('a\\b.txt', 'a/b.txt'),
  },
  { code: 'PATH_ABSOLUTE', because: 'the name begins at the root', ...named('/etc/hosts', 'etc/hosts') },
  { code: 'PATH_TRAVERSAL', because: 'the name climbs', ...named('a/../../b', 'a/..b') },
  { code: 'PATH_NOT_NORMAL', because: 'a part is empty', ...named('a//b', 'a/b') },
  { code: 'NAME_TOO_LONG', because: 'a part has 256 bytes', ...named('x'.repeat(256), 'x'.repeat(255)) },
  {
    code: 'LIMIT_DEPTH',
    because: '65 levels are too many',
    ...named(Array(65).fill('a').join('/'), Array(64).fill('a').join('/')),
  },
  { code: 'NAME_WINDOWS', because: 'aux is a device', ...named('data/aux.txt', 'data/auxiliary.txt') },
  {
    code: 'NAME_DECEPTIVE',
    because: 'the name turns its end around',
    ...named('model\u202etxt.py', 'model.py.txt'),
  },
];

export const secretCases: readonly RuleCase[] = [
  {
    code: 'SECRET_ENV_FILE',
    because: 'an example is meant to be given away',
    ...named('.env', '.env.example'),
  },
  {
    code: 'SECRET_ENV_FILE',
    because: 'production has one too',
    ...named('conf/.env.production', 'conf/env.py'),
  },
  {
    code: 'SECRET_PRIVATE_KEY',
    because: 'a certificate is public',
    ...written(keyOf('RSA PRIVATE KEY'), keyOf('CERTIFICATE'), 'server.pem'),
  },
  {
    code: 'SECRET_PRIVATE_KEY',
    because: 'code may name the line that a key begins with',
    ...written(
      `KEY = """${keyOf('PRIVATE KEY')}"""\n`,
      'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    raise ValueError(text)\n',
    ),
  },
  {
    code: 'SECRET_PRIVATE_KEY',
    because: 'ssh calls its keys so',
    ...named('keys/id_ed25519', 'keys/id_ed25519.pub'),
  },
  {
    code: 'SECRET_TOKEN',
    because: 'an AWS key',
    ...written(`KEY = "${aws}"\n`, `KEY = "AK${'IA'}IOSFODNN7EXAMPLE"\n`),
  },
  {
    code: 'SECRET_TOKEN',
    because: 'a GitHub token',
    ...written(`t = "gh${'p_'}${body(36)}"\n`, `t = "gh${'p_'}${body(12)}"\n`),
  },
  {
    code: 'SECRET_TOKEN',
    because: 'a Hugging Face token',
    ...written(`t = "h${'f_'}${body(34)}"\n`, 't = "hf_model_name_or_path_of_the_tokenizer"\n'),
  },
  {
    code: 'SECRET_TOKEN',
    because: 'a Slack token',
    ...written(`t = "xo${'xb-'}123456789012-${body(24)}"\n`, 't = "xoxb-..."\n'),
  },
  {
    code: 'SECRET_TOKEN',
    because: 'a Google key',
    ...written(`t = "AI${'za'}${body(35)}"\n`, `t = "AI${'za'}${body(35)}${body(30)}"\n`),
  },
  {
    code: 'LITTER_GIT',
    because: '.gitignore is no repository',
    ...named('src/.git/config', 'src/.gitignore'),
  },
  {
    code: 'LITTER_CACHE',
    because: 'Python compiles for itself',
    ...named('pkg/__pycache__/a.cpython-311.pyc', 'pkg/pycache.py'),
  },
  { code: 'LITTER_CACHE', because: 'the Finder was here', ...named('data/.DS_Store', 'data/DS_Store.md') },
  {
    code: 'LITTER_ARCHIVE',
    because: 'an older archive was packed too',
    ...named('old/model.mar', 'old/model.mar.md5'),
  },
];
