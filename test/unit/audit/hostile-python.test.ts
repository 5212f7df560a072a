import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** In a process of its own, since a reading that goes astray can't be stopped from within. */
function assertDone(script: string): void {
  const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
    encoding: 'utf8',
  });
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, `${script}\n${stderr}`);
}

test('an initialize of a hundred and fifty thousand lines is looked through', () => {
  assertDone(`
    const { isLoadedByBase } = await import('./core/audit/served-model.ts');
    const { subjectOf } = await import('./test/unit/audit/sketch.ts');
    const head = 'from ts.torch_handler.base_handler import BaseHandler\\nclass H(BaseHandler):\\n';
    const method = '  def initialize(self, c):\\n' + '    x\\n'.repeat(150_000) + '    super().initialize(c)\\n';
    const files = { 'service.py': head + method };
    const subject = subjectOf({ runtime: 'python', handler: 'service.py', files });
    if (!(await isLoadedByBase(subject))) process.exit(3);
  `);
});

test('an assignment to two hundred thousand names is read', () => {
  for (const source of ["'a,'.repeat(200_000) + ' = 1'", "'[' + 'a,'.repeat(200_000) + '] = 1'"]) {
    assertDone(`
      const { parsePython } = await import('./core/python/outline.ts');
      await parsePython(${source});
    `);
  }
});

test('a pickle of one letter is looked through at once', () => {
  assertDone(`
    const { pickledContent } = await import('./core/weights/pickle-names.ts');
    for (const text of ['c', 'ca\\n', 'c.', 'cc\\nc']) pickledContent(Buffer.alloc(1024 * 1024, text));
  `);
});

test('names and imports made to be divided in many ways are read at once', () => {
  for (const source of [
    "'f(' + 'a'.repeat(500_000) + ', (b := 1))'",
    "'x = f(' + 'a '.repeat(200_000) + ', (b := 1))'",
    "'from ' + '.'.repeat(500_000) + 'x'",
    "'from ' + '.'.repeat(300_000) + ' import'",
    "'from ' + '. '.repeat(200_000) + 'import x, y'",
    "'with (\\\\n'.repeat(100_000)",
    "'as ('.repeat(200_000)",
    "'x = ' + '1_'.repeat(300_000) + '.a'",
  ]) {
    assertDone(`
      const { parsePython } = await import('./core/python/outline.ts');
      await parsePython(${source}).catch((error) => {
        if (error.name !== 'PythonTooComplex' && error.constructor.name !== 'PythonTooComplex') throw error;
      });
    `);
  }
});
