/**
 * Who may ask. A web page anywhere can make this computer's browser ask 127.0.0.1, under any name that it lets point
 * there (DNS rebinding), so an address that only we listen on proves nothing. In this order: 421 for a name that is
 * not ours, 403 for a page that is not ours, 401 for whoever does not have the token.
 */
import type { IncomingMessage } from 'node:http';
import type { LaunchToken } from './launch-token.ts';

export interface Refusal {
  readonly status: number;
  readonly words: string;
}

const tokenHeader = 'x-mar-studio-token';

export class RequestGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #token: LaunchToken;

  constructor(port: number, token: LaunchToken) {
    const names = ['127.0.0.1', 'localhost', '[::1]'];
    // Browsers leave out the port that http has by itself.
    this.#hosts = new Set(names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]));
    this.#token = token;
  }

  /** What every request has to pass, be it for a file of ours. */
  judge(request: IncomingMessage): Refusal | null {
    const host = this.#hostOf(request);
    if (host === null) return { status: 421, words: 'this server does not go by that name' };
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) return foreign;
    return isOfOurs(request) ? null : foreign;
  }

  /** A WebSocket is open to every page unless the server looks: its page must be named, and be ours. */
  judgeSocket(request: IncomingMessage): Refusal | null {
    return this.judge(request) ?? (request.headers.origin === undefined ? foreign : null);
  }

  /** What changes something. The type is one that no other page can send without asking first. */
  judgeChange(request: IncomingMessage): Refusal | null {
    const refusal = this.judgeSocket(request);
    if (refusal !== null) return refusal;
    if (request.headers['sec-fetch-site'] !== 'same-origin') return foreign;
    const verdict = this.#token.judge(request.headers[tokenHeader]);
    if (verdict === 'too many') return { status: 429, words: 'too many wrong tokens; wait a little' };
    if (verdict === 'wrong') return { status: 401, words: 'this needs the token of the printed address' };
    if (request.headers['content-type'] !== 'application/octet-stream') {
      return { status: 415, words: 'send it as application/octet-stream' };
    }
    if (request.headers['content-length'] === undefined) {
      return { status: 411, words: 'the length has to be told beforehand' };
    }
    return null;
  }

  /** The name it was asked under, if that is exactly one of ours, and said once. */
  #hostOf({ rawHeaders }: IncomingMessage): string | null {
    const given = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
    const host = given.length === 1 ? given[0] : undefined;
    return host !== undefined && this.#hosts.has(host) ? host : null;
  }
}

const foreign: Refusal = { status: 403, words: 'only the page that this server gave out may ask this' };

/** Anyone may link to the page, which can do nothing without the token; nobody may use its parts in a page of theirs. */
function isOfOurs({ headers, method }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
