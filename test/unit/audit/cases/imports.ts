import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const importing = (
  line: string,
  files: Readonly<Record<string, string>> = {},
  more: Partial<Sketch> = {},
): Sketch => ({
  ...more,
  files: { 'handler.py': `${line}\n${functionHandler}`, ...files },
});
const requiring = (line: string, requirements: string): Sketch =>
  importing(line, { 'requirements.txt': requirements }, { requirementsFile: 'requirements.txt' });

const unprovided = (because: string, trigger: Sketch, nearMiss: Sketch): RuleCase => ({
  code: 'LOAD_IMPORT_UNPROVIDED',
  because,
  trigger,
  nearMiss,
});

export const importCases: readonly RuleCase[] = [
  unprovided('nothing brings it', importing('import cv2'), importing('import os, json, torch.nn')),
  unprovided(
    'a file of the archive brings it',
    importing('import own', { 'sub/own.py': '' }),
    importing('import own', { 'own.py': '' }),
  ),
  unprovided(
    'a package of the archive brings it',
    importing('from tools.a import b', { 'other/a.py': 'b = 1\n' }),
    importing('from tools.a import b', { 'tools/a.py': 'b = 1\n' }),
  ),
  unprovided(
    'a requirement brings it, under another name',
    requiring('import cv2', 'pillow==11.3.0\n'),
    requiring('import cv2', 'opencv-python-headless==4.9.0.80\n'),
  ),
  unprovided(
    'names to install and to import differ in their dashes',
    requiring('import sentence_transformers', 'numpy\n'),
    requiring('import sentence_transformers', 'sentence-transformers==3.0\n'),
  ),
  unprovided(
    'a wheel in the archive brings it',
    requiring('import toolbox', './wheels/other-1.0-py3-none-any.whl\n'),
    requiring('import toolbox', './wheels/toolbox-1.0-py3-none-any.whl\n'),
  ),
  unprovided(
    'what may fail is prepared for it',
    importing('import cv2'),
    importing('try:\n    import cv2\nexcept ImportError:\n    cv2 = None'),
  ),
  unprovided(
    'the path is made another one',
    importing('import deep'),
    importing('import sys\nsys.path.insert(0, "lib")\nimport deep'),
  ),
  unprovided(
    'a file that the handler imports is looked at too',
    importing('import own', { 'own.py': 'import nowhere\n' }),
    importing('import own', { 'own.py': '', 'unused.py': 'import nowhere\n' }),
  ),
  {
    code: 'LOAD_RELATIVE_IMPORT',
    because: 'the root of the model is no package',
    trigger: importing('from .own import a', { 'own.py': 'a = 1\n' }),
    nearMiss: importing('from tools import a', {
      'tools/__init__.py': 'from .own import a\n',
      'tools/own.py': 'a = 1\n',
    }),
  },
];
