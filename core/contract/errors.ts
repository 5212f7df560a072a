/**
 * The problems: failures that are expected, each with a stable code. This table is the only place that
 * words them. A *finding* is not here (it is data, see core/audit), and a *bug* is anything else.
 */
import type { Finding } from './model.ts';
import type { WeightsProblem } from './weights.ts';
import { getWeightsAgain, weightsProblems } from './weights-errors.ts';
import { type AtPath, problem, type Wording } from './wording.ts';

const hex = (offset: number): string => `0x${offset.toString(16)}`;

const problems = {
  USAGE: problem<{ detail: string; suggestion: string }>(
    (d) => d.detail,
    (d) => d.suggestion,
  ),
  CANCELLED: problem<Record<never, never>>(
    () => 'cancelled; nothing was left behind',
    () => 'run the same command again to start over',
    130,
  ),

  MODEL_NAME: problem<{ name: string }>(
    (d) => `${JSON.stringify(d.name)} can't be a model name`,
    () => 'start with a letter or a digit, then use letters, digits, "_", "-" and "."',
  ),
  HANDLER_NAME: problem<{ handler: string; detail: string }>(
    (d) => `the handler ${JSON.stringify(d.handler)} ${d.detail}`,
    () => "give a default handler's name, file.py, or file.py:function",
  ),
  EXTRA_FILE_RULE: problem<{ item: string; detail: string; suggestion?: string }>(
    (d) => `the extra file ${JSON.stringify(d.item)} ${d.detail}`,
    (d) => d.suggestion ?? 'write path, pattern, or source=>name/inside/the/archive, separated by commas',
  ),
  RECIPE_INVALID: problem<AtPath & { line: number; column: number; detail: string; suggestion?: string }>(
    (d) => `${d.path}:${d.line}:${d.column}: ${d.detail}`,
    (d) =>
      d.suggestion ?? 'mend that line; mar-studio pack --write-recipe FILE writes a recipe to compare with',
  ),
  POLICY_INVALID: problem<AtPath & { line: number; column: number; detail: string; suggestion?: string }>(
    (d) => `${d.path}:${d.line}:${d.column}: ${d.detail}`,
    (d) => d.suggestion ?? 'mend that line; mar-studio diff --init-policy prints a policy to start from',
  ),
  SETTINGS_INVALID: problem<AtPath & { detail: string }>(
    (d) => `${d.path} holds no settings: ${d.detail}`,
    () => 'choose a file that the settings of MAR Studio were saved to',
  ),
  SOURCE_DATE_EPOCH: problem<{ value: string }>(
    (d) =>
      `SOURCE_DATE_EPOCH is ${JSON.stringify(d.value)}, which is not a time before 2108 in whole seconds`,
    () => 'set it to seconds since 1970, such as $(git log -1 --format=%ct), or unset it',
  ),

  INPUT_MISSING: problem<AtPath & { role: string; suggestion?: string }>(
    (d) => `the ${d.role} ${d.path} does not exist`,
    (d) => d.suggestion ?? 'check the path; it is taken relative to the current folder',
  ),
  INPUT_UNREADABLE: problem<AtPath & { role: string }>(
    (d) => `this user has no permission to read the ${d.role} ${d.path}`,
    () => 'give this user permission to read it, and to enter the folders above it',
  ),
  INPUT_CHANGED: problem<AtPath & { detail: string }>(
    (d) => `${d.path} changed while it was read: ${d.detail}`,
    () => 'wait until nothing writes to it, then try again',
  ),
  CREATE_TYPE: problem<AtPath & { type: string; role: string }>(
    (d) => `the ${d.role} ${d.path} is a ${d.type}, not a regular file`,
    () => 'give a regular file',
  ),
  CREATE_LINK: problem<AtPath & { target: string }>(
    (d) => `${d.path} is a link that leaves its folder, to ${d.target}`,
    (d) =>
      `copy what it points to into the folder, or name it by itself: --extra-files '${d.target}=>${d.path.split('/').at(-1)}'`,
  ),
  CREATE_UNREADABLE: problem<AtPath>(
    (d) => `${d.path} can't be read`,
    () => 'give this user permission to read it, or leave it out',
  ),
  CREATE_COLLISION: problem<AtPath & { first: string; second: string }>(
    (d) => `two sources would both become ${d.path} and differ: ${d.first} and ${d.second}`,
    (d) =>
      `rename one of them, or give one another place: --extra-files '${d.second}=>folder/${d.path.split('/').at(-1)}'`,
  ),
  NAME_COLLISION_UNICODE: problem<AtPath & { first: string; second: string }>(
    (d) => `${d.first} and ${d.second} differ only in how Unicode spells the same name`,
    () => 'rename one of them; macOS would keep only one',
  ),
  NAME_FILE_DIR_CONFLICT: problem<AtPath & { first: string; second: string }>(
    (d) => `${d.path} would be a file (from ${d.first}) and a folder (from ${d.second})`,
    () => 'rename one of them',
  ),

  INPUT_NOT_REGULAR: problem<AtPath & { type: string }>(
    (d) => `${d.path} is a ${d.type}, not a file`,
    () => 'name the archive itself; copy it to a file first where it comes through a pipe',
  ),
  LIMIT_ENTRIES: problem<{ limit: number }>(
    (d) => `an archive may hold ${d.limit.toLocaleString('en-US')} entries, and this one has more`,
    () => 'pack the many small files into one, such as a zip that the handler opens',
  ),
  LIMIT_DIRECTORY: problem<AtPath & { bytes: number; limit: number }>(
    (d) =>
      `the directory of ${d.path} claims ${d.bytes.toLocaleString('en-US')} bytes, and ${d.limit.toLocaleString('en-US')} are allowed`,
    () => 'no model needs so large a directory; do not trust this file',
  ),

  ZIP_EMPTY_FILE: problem<AtPath>(
    (d) => `${d.path} has 0 bytes`,
    () => 'get or pack the archive again: it was cut off before it began',
  ),
  ZIP_NOT_ZIP: problem<AtPath & { looksLike: string }>(
    (d) => `${d.path} is no model archive: its first bytes look like ${d.looksLike}`,
    () =>
      'give a .mar, a .war, a .tar.gz or a model folder; files by themselves, such as weights, can lie in a folder',
  ),
  NESTED_TOO_LARGE: problem<AtPath & { size: number; limit: number }>(
    (d) =>
      `${d.path} would unfold to ${d.size.toLocaleString('en-US')} bytes, and no more than ${d.limit.toLocaleString('en-US')} are unpacked to look inside`,
    () => 'extract it, and open what was extracted',
  ),
  ZIP_TRUNCATED: problem<AtPath & { size: number; needed: number; detail: string }>(
    (d) =>
      `${d.path} is cut off: it has ${d.size.toLocaleString('en-US')} bytes and needs at least ${d.needed.toLocaleString('en-US')}; ${d.detail}`,
    () => 'get the archive again; TorchServe may still load a part of it',
  ),
  ZIP_NUMBER_RANGE: problem<AtPath & { detail: string }>(
    (d) => `${d.path} holds a number that no file can reach: ${d.detail}`,
    () => 'get the archive again from a source you trust; no honest tool writes this',
  ),
  ZIP_COUNT_IMPOSSIBLE: problem<AtPath & { entries: number; room: number; size: number }>(
    (d) =>
      `${d.path} claims ${d.entries.toLocaleString('en-US')} entries, and a file of ${d.size.toLocaleString('en-US')} bytes has room for ${d.room.toLocaleString('en-US')} at most`,
    () => 'get the archive again from a source you trust; no honest tool writes this',
  ),
  ZIP_MULTI_DISK: problem<AtPath & { disk: number; directoryDisk: number }>(
    (d) =>
      `${d.path} says it is a part of an archive on several disks (number ${d.disk}, the directory on ${d.directoryDisk})`,
    () => 'join the parts with the tool that split them; TorchServe reads whole archives only',
  ),

  LIMIT_OUTPUT: problem<AtPath & { limit: number }>(
    (d) => `${d.path} inflates to more than ${d.limit.toLocaleString('en-US')} bytes`,
    () => 'no model is that large; do not trust this file',
  ),

  GZIP_TRUNCATED: problem<AtPath & { size: number; where: string }>(
    (d) =>
      `${d.path} is cut off: its ${d.size.toLocaleString('en-US')} bytes end within ${d.where}; TorchServe would fail to unpack it`,
    () => 'get the archive again',
  ),
  GZIP_TRAILING: problem<AtPath & { bytes: number; offset: number; isMember: boolean }>(
    (d) =>
      `${d.path} goes on for ${d.bytes.toLocaleString('en-US')} bytes at ${hex(d.offset)}, behind its first gzip member` +
      `${d.isMember ? ', with another one' : ''}; TorchServe would read the first member alone`,
    () => 'compress the tar anew as one member: gzip -dc OLD | gzip > NEW reads all members',
  ),
  GZIP_CRC: problem<AtPath & { detail: string }>(
    (d) => `the content of ${d.path} does not fit its gzip checksum: ${d.detail}`,
    () => 'get the archive again: it was damaged on its way, or when it was written',
  ),
  GZIP_DEFLATE: problem<AtPath & { sizeBytes: number; detail: string }>(
    (d) =>
      `the compressed data of ${d.path} is broken (${d.detail}) behind ${d.sizeBytes.toLocaleString('en-US')} inflated bytes`,
    () => 'get the archive again: it was damaged on its way, or when it was written',
  ),
  GZIP_HEADER: problem<AtPath & { detail: string }>(
    (d) => `the gzip header of ${d.path} ${d.detail}`,
    () => 'compress the tar anew with gzip',
  ),

  TAR_PAX: problem<AtPath & { offset: number; detail: string }>(
    (d) =>
      `the tar header at ${hex(d.offset)} of ${d.path} ${d.detail}; TorchServe and other tools would read different entries`,
    () => 'pack the model again from its sources; do not serve this archive',
  ),
  TAR_NUMBER: problem<AtPath & { offset: number; field: string; value: string }>(
    (d) => `the tar header at ${hex(d.offset)} of ${d.path} has a ${d.field} that can't be: ${d.value}`,
    () => 'pack the model again from its sources; do not serve this archive',
  ),
  TAR_CHECKSUM: problem<AtPath & { offset: number; told: string; found: string }>(
    (d) =>
      `the tar header at ${hex(d.offset)} of ${d.path} has the checksum ${d.told}, and ${d.found} is right; TorchServe would not notice`,
    () => 'get the archive again: it was damaged, or it is no tar',
  ),
  TAR_TRAILING: problem<AtPath & { offset: number }>(
    (d) =>
      `data follows at ${hex(d.offset)} of the tar in ${d.path}, behind its end; TorchServe would not see it, and other tools may`,
    () => 'pack the model again from its sources',
  ),
  TAR_TRUNCATED: problem<AtPath & { offset: number; missing: number }>(
    (d) =>
      `the tar in ${d.path} is cut off at ${hex(d.offset)}, within an entry: ${d.missing.toLocaleString('en-US')} bytes are missing`,
    () => 'get the archive again',
  ),
  TAR_SPARSE: problem<AtPath & { offset: number; detail: string }>(
    (d) =>
      `the tar header at ${hex(d.offset)} of ${d.path} is that of a ${d.detail}, with holes that may fill any disk`,
    () => 'pack the model again without --sparse',
  ),

  ENTRY_MISSING: problem<AtPath & { archive: string; nearest: string | null }>(
    (d) => `${d.archive} holds no entry ${d.path === '' ? 'without a name' : d.path}`,
    (d) => (d.nearest === null ? `mar-studio inspect ${d.archive} lists them` : `did you mean ${d.nearest}?`),
  ),
  ENTRY_TYPE: problem<AtPath & { type: string }>(
    (d) => `the entry ${d.path} is a ${d.type}, which has no content of its own`,
    () => 'name a file; mar-studio inspect lists them',
  ),

  ...weightsProblems,

  PATH_NOT_GRANTED: problem<AtPath>(
    (d) => `${d.path} lies outside the folders and files that were opened to this window`,
    () => 'choose it with the file picker, or start mar-studio serve with a --root that holds it',
  ),
  CALL_INVALID: problem<{ detail: string }>(
    (d) => `the engine does not understand this: ${d.detail}`,
    () => 'reload the window; if it comes again, the interface and the engine are of different versions',
  ),
  JOB_UNKNOWN: problem<{ id: number }>(
    (d) => `there is no job ${d.id} any more`,
    () => 'start it again',
  ),
  STATE_CHANGED: problem<{ name: string }>(
    (d) => `another window has changed the ${d.name} since they were read`,
    () => 'read them again, then make the change in what they are now',
  ),
  INTERNAL: problem<{ detail: string }>(
    (d) => `a bug in MAR Studio: ${d.detail}`,
    () => 'nothing incomplete was left behind; please report it with what you did',
  ),

  PORT_TAKEN: problem<{ port: number }>(
    (d) => `another program already listens on port ${d.port} of this computer`,
    () => 'end that program, or name another port; without one, a free port is taken',
  ),
  PORT_REFUSED: problem<{ port: number; system: string }>(
    (d) => `port ${d.port} of this computer can't be listened on: ${d.system}`,
    () => 'name a port above 1023, or none: then a free port is taken',
  ),
  INTERFACE_MISSING: problem<AtPath>(
    (d) => `${d.path} does not hold the built interface`,
    () => 'in a clone of the project, npm run build makes it; else install MAR Studio again',
  ),
  ENGINE_GONE: problem<Record<never, never>>(
    () => 'the engine ended again and again, and was not started once more',
    () => 'close what was opened last, then start MAR Studio again',
  ),
  UPLOAD_NAME: problem<AtPath & { detail: string }>(
    (d) => `a file of that name can't be taken: ${d.detail}`,
    () => 'rename the file, then drop it again',
  ),
  UPLOAD_TOO_LARGE: problem<AtPath & { size: number; left: number }>(
    (d) =>
      `${d.path} has ${d.size.toLocaleString('en-US')} bytes, and ${d.left.toLocaleString('en-US')} more are taken from windows`,
    () => 'choose it with the file picker: what lies in a folder that is served need not be copied',
  ),
  UPLOAD_TOO_MANY: problem<AtPath & { limit: number }>(
    (d) => `${d.path} can't be taken: ${d.limit.toLocaleString('en-US')} files were dropped already`,
    () => 'choose the folder with the file picker',
  ),

  KIND_UNSUPPORTED: problem<AtPath & { kind: string; suggestion: string }>(
    (d) => `${d.path} is ${d.kind}, and only model archives can be rewritten`,
    (d) => d.suggestion,
  ),
  VIEW_UNKNOWN: problem<AtPath & { detail: string; suggestion: string }>(
    (d) => `what TorchServe has of ${d.path} can't be taken: ${d.detail}`,
    (d) => d.suggestion,
  ),

  EXPORT_PATH: problem<AtPath>(
    (d) => `${d.path} is a file or lies below one, and a folder is needed there`,
    () => 'name a folder, or one that is still to be made',
  ),
  OUTPUT_IS_INPUT: problem<AtPath & { input: string; suggestion?: string }>(
    (d) => `the output ${d.path} is one of the inputs, or lies inside one (${d.input})`,
    (d) => d.suggestion ?? 'choose another folder for the output',
  ),
  OUTPUT_EXISTS: problem<AtPath & { suggestion?: string }>(
    (d) => `${d.path} already exists`,
    (d) => d.suggestion ?? 'add --force to replace it, or choose another folder for the output',
  ),
  OUTPUT_TYPE: problem<AtPath & { found: string; wanted: string; suggestion?: string }>(
    (d) => `${d.path} is a ${d.found}, and a ${d.wanted} is to be written there`,
    (d) => d.suggestion ?? 'move it away, or choose another folder for the output',
  ),
  OUTPUT_NOT_MODEL: problem<AtPath>(
    (d) => `${d.path} is a folder that is not an unpacked model, and only such a one is ever replaced`,
    () => 'move it away, or choose another folder for the output',
  ),
  OUTPUT_NOT_RECIPE: problem<AtPath>(
    (d) => `${d.path} is no recipe, and a recipe replaces nothing else`,
    () => 'give --write-recipe another place',
  ),
  RECIPE_NOT_SAVED: problem<AtPath & { output: string; detail: string }>(
    (d) => `${d.output} was packed, but its recipe was not saved to ${d.path}: ${d.detail}`,
    () => 'use the archive as it is; --dry-run --write-recipe FILE saves the recipe alone',
  ),
  OUTPUT_NOT_STREAMABLE: problem<{ detail: string }>(
    (d) => `this archive can't be streamed: ${d.detail}`,
    () => 'write it to a file instead (leave out --output -), or stream a tar.gz (--archive-format tgz)',
  ),
  OUTPUT_CLOSED: problem<Record<never, never>>(
    () => 'the reader of standard output went away before all of it was written',
    () => 'keep the reading end open until it has seen the end',
  ),
  OUTPUT_CORRUPT: problem<AtPath & { detail: string }>(
    (d) => `what was written to ${d.path} did not read back as it was written: ${d.detail}`,
    () => 'the disk or the memory of this machine is at fault; nothing was left behind, check both',
  ),
  IO_NO_SPACE: problem<AtPath & { needed?: number; free?: number }>(
    (d) =>
      d.needed === undefined
        ? `no space left while writing ${d.path}`
        : `${d.path} needs about ${d.needed.toLocaleString('en-US')} bytes and ${(d.free ?? 0).toLocaleString('en-US')} are free`,
    () =>
      'free some space or choose another folder (TMPDIR names the one for temporary files); what was there before is untouched',
  ),
  IO_READ_ONLY: problem<AtPath>(
    (d) => `${d.path} can't be written: the folder is read-only or not yours`,
    () => 'choose another folder, or get permission to write there',
  ),
  IO_ERROR: problem<AtPath & { operation: string; system: string }>(
    (d) => `${d.operation} ${d.path} failed: ${d.system}`,
    () => 'check the disk and the path, then try again; nothing incomplete was left',
  ),
} as const;

type Problems = typeof problems;
export type ProblemCode = keyof Problems;
export type ProblemData<C extends ProblemCode> = Parameters<Problems[C]['message']>[0];

/** An expected failure. Thrown as it is, carried over every transport as its plain fields, never reworded. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly hint: string;
  readonly path: string | null;
  readonly exit: 1 | 2 | 130;

  private constructor(
    code: string,
    message: string,
    hint: string,
    path: string | null,
    exit: 1 | 2 | 130,
    cause: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.path = path;
    this.exit = exit;
  }

  static of<C extends ProblemCode>(code: C, data: ProblemData<C>, cause?: unknown): Problem {
    const { exit, message, hint } = problems[code] as Wording<ProblemData<C>>;
    const path = 'path' in data ? String(data.path) : null;
    return new Problem(code, message(data), hint(data), path, exit, cause);
  }

  /** What is a finding while listing is a problem while writing: same code, same words. */
  static refusing(finding: Finding): Problem {
    return new Problem(finding.code, finding.message, finding.hint, finding.path, 2, undefined);
  }

  /** What is told with weights that are listed in part is the problem where nothing of them is. */
  static ofWeights(path: string, { code, message, hint }: WeightsProblem): Problem {
    const told = message.includes(path) ? message : `${path}: ${message}`;
    return new Problem(code, told, hint ?? getWeightsAgain, path, 2, undefined);
  }

  static cancelled(): Problem {
    return Problem.of('CANCELLED', {});
  }
}

/** Throws CANCELLED once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw Problem.cancelled();
}
