/** System errors become problems here, once, where they happen; the original stays as the cause. */
import { Problem } from '../contract/errors.ts';

/** What the system or a stream calls the failure. A problem has a code too, and is not to be reworded. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof Problem || !('code' in error)) return undefined;
  const isSystemError = 'syscall' in error || (error.code as string) in streamErrors;
  return isSystemError ? String(error.code) : undefined;
}

/** How a stream says that nobody takes its bytes any more. */
const streamErrors = { ERR_STREAM_DESTROYED: true, ERR_STREAM_PREMATURE_CLOSE: true } as const;

const rolesOfArchives: ReadonlySet<string> = new Set(['archive', 'entry', 'manifest', 'recipe']);

/** While reading an input. Anything that isn't a system error passes through unchanged. */
export function inputProblem(error: unknown, path: string, role: string): unknown {
  switch (systemCode(error)) {
    case undefined:
      return error;
    case 'ENOENT':
    case 'ENOTDIR':
      return Problem.of('INPUT_MISSING', { path, role }, error);
    case 'EACCES':
    case 'EPERM':
      // What packing gathers can be left out; what a command is about can't.
      return rolesOfArchives.has(role)
        ? Problem.of('INPUT_UNREADABLE', { path, role }, error)
        : Problem.of('CREATE_UNREADABLE', { path }, error);
    case 'EISDIR':
      return Problem.of('CREATE_TYPE', { path, role, type: 'folder' }, error);
    case 'ENXIO':
      return Problem.of('CREATE_TYPE', { path, role, type: 'socket' }, error);
    default:
      return Problem.of('IO_ERROR', { path, operation: 'reading', system: (error as Error).message }, error);
  }
}

/** While writing an output. Anything that isn't a system error passes through unchanged. */
export function outputProblem(error: unknown, path: string, operation = 'writing'): unknown {
  switch (systemCode(error)) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return Problem.of('IO_NO_SPACE', { path }, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return Problem.of('IO_READ_ONLY', { path }, error);
    case 'ENOTDIR':
      return Problem.of('EXPORT_PATH', { path }, error);
    case 'EPIPE':
    case 'ECONNRESET':
    case 'ERR_STREAM_DESTROYED':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return Problem.of('OUTPUT_CLOSED', {}, error);
    default:
      return Problem.of('IO_ERROR', { path, operation, system: (error as Error).message }, error);
  }
}
