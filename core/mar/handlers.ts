/** Handlers in all the forms that TorchServe loads: which file must be packed, and what the manifest says. */
import path from 'node:path';
import { Problem } from '../contract/errors.ts';
import { defaultHandlers, serverHandlers } from '../contract/handlers.ts';
import type { Runtime } from '../contract/model.ts';

export interface Handler {
  /** The manifest's value: a base name, with `:function` where one was given. */
  readonly value: string;
  /** Where the file may be, the first that exists wins; empty for a default handler. */
  readonly candidates: readonly string[];
  /** The server has a module of this name, so a missing file is no failure. */
  readonly onServer: boolean;
}

const identifier = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Parses `--handler`. Nothing is looked up on disk. */
export function parseHandler(
  handler: string,
  runtime: Runtime,
  platform: NodeJS.Platform = process.platform,
): Handler {
  const refuse = (detail: string) => Problem.of('HANDLER_NAME', { handler, detail });
  if (defaultHandlers[runtime].includes(handler)) {
    return { value: handler, candidates: [], onServer: false };
  }
  if (handler === '') throw refuse('is empty');

  const { file, member } = splitHandler(handler, platform);
  const base = (platform === 'win32' ? path.win32 : path.posix).basename(file);
  if (base === '' || /[/\\]$/.test(file)) throw refuse('names no file');
  if (member !== undefined && !identifier.test(member)) {
    const kind = runtime === 'LSP' ? 'class' : 'function';
    throw refuse(member === '' ? `names no ${kind} after its ":"` : `names no ${kind} after its first ":"`);
  }
  return {
    value: member === undefined ? base : `${base}:${member}`,
    candidates: runtime === 'LSP' ? [librarySource(file, platform)] : pythonSources(file),
    onServer: runtime !== 'LSP' && serverHandlers.includes(handler),
  };
}

/** Splits at the first ":" that is not a Windows drive's. */
export function splitHandler(
  handler: string,
  platform: NodeJS.Platform = process.platform,
): { file: string; member: string | undefined } {
  const drive = platform === 'win32' && /^[A-Za-z]:[/\\]/.test(handler) ? 2 : 0;
  const colon = handler.indexOf(':', drive);
  if (colon === -1) return { file: handler, member: undefined };
  return { file: handler.slice(0, colon), member: handler.slice(colon + 1) };
}

// The reference takes a path verbatim as soon as ".py" occurs anywhere in it, even in a folder's name.
// That is tried first, so that what it packs is packed here too.
function pythonSources(file: string): string[] {
  if (file.endsWith('.py')) return [file];
  return file.includes('.py') ? [file, `${file}.py`] : [`${file}.py`];
}

function librarySource(file: string, platform: NodeJS.Platform): string {
  return platform === 'darwin' ? `${file}.dylib` : `${file}.so`;
}
