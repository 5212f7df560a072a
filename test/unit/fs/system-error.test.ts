import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { Problem } from '../../../core/contract/errors.ts';
import { inputProblem, outputProblem } from '../../../core/fs/system-error.ts';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: said by a test`), { code, syscall: 'x' });
const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
};

test('what the system says of an output becomes a problem, with the cause kept', () => {
  const codes = {
    ENOSPC: 'IO_NO_SPACE',
    EDQUOT: 'IO_NO_SPACE',
    EACCES: 'IO_READ_ONLY',
    EPERM: 'IO_READ_ONLY',
    EROFS: 'IO_READ_ONLY',
    ENOTDIR: 'EXPORT_PATH',
    EPIPE: 'OUTPUT_CLOSED',
    ECONNRESET: 'OUTPUT_CLOSED',
    EIO: 'IO_ERROR',
    EMFILE: 'IO_ERROR',
  };
  for (const [system, code] of Object.entries(codes)) {
    const cause = systemError(system);
    const problem = outputProblem(cause, '/out.mar', 'syncing');
    assert.ok(problem instanceof Problem && problem.code === code, system);
    assert.equal(problem.cause, cause);
    if (code === 'IO_ERROR') assert.match(problem.message, /^syncing \/out\.mar failed: E/);
  }
});

test('what the system says of an input becomes a problem', () => {
  const codes = {
    ENOENT: 'INPUT_MISSING',
    ENOTDIR: 'INPUT_MISSING',
    EACCES: 'CREATE_UNREADABLE',
    EISDIR: 'CREATE_TYPE',
    ENXIO: 'CREATE_TYPE',
    EIO: 'IO_ERROR',
  };
  for (const [system, code] of Object.entries(codes)) {
    const problem = inputProblem(systemError(system), '/in.pt', 'weights file');
    assert.ok(problem instanceof Problem && problem.code === code, system);
  }
});

test('what may not be read is told in words about reading, by what it was wanted for', () => {
  for (const role of ['archive', 'entry', 'manifest', 'recipe']) {
    const problem = inputProblem(systemError('EACCES'), '/in.mar', role);
    assert.ok(problem instanceof Problem && problem.code === 'INPUT_UNREADABLE');
    assert.match(problem.message + problem.hint, /permission to read/);
    assert.doesNotMatch(problem.message + problem.hint, /writ|leave it out/);
  }
});

test('problems and bugs pass through as they are', () => {
  const others = [
    Problem.cancelled(),
    Problem.of('INPUT_CHANGED', { path: '/in.pt', detail: 'it grew' }),
    new TypeError('a bug'),
    thrownBy(() => Buffer.alloc(-1)),
    thrownBy(() => inflateRawSync(Buffer.from([255]))),
    'a text',
    undefined,
  ];
  for (const error of others) {
    assert.equal(outputProblem(error, '/out.mar'), error);
    assert.equal(inputProblem(error, '/in.pt', 'input'), error);
  }
});
