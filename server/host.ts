/**
 * The loopback host: the interface for a browser on this computer. It gives out the built files, passes texts between
 * windows and the engine's process, and takes what is dropped. No file of the user, and nothing of an archive, is ever
 * answered over HTTP.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from '../core/contract/errors.ts';
import type { EngineOptions } from '../core/service/engine.ts';
import { asProblemData } from '../core/service/problem-data.ts';
import { answer, answerJson, answerRaw, refuse } from './answers.ts';
import { EngineProcess } from './engine-process.ts';
import { LaunchToken } from './launch-token.ts';
import { defaultLimits, type HostLimits } from './limits.ts';
import { PrivateFolder } from './private-folder.ts';
import { type Refusal, RequestGuard } from './request-guard.ts';
import { readStaticFiles, type StaticFile, type StaticFiles } from './static-files.ts';
import { Uploads } from './upload.ts';
import { Windows } from './websocket.ts';

export interface HostOptions {
  /** Files and folders that windows may name. */
  readonly grants: readonly string[];
  /** 0 for one that is free. */
  readonly port: number;
  readonly rendererFolder: string;
  readonly engine: EngineOptions;
  readonly limits?: Partial<HostLimits>;
  /** What goes wrong in the engine's process. */
  readonly log?: ((text: string) => void) | undefined;
  /** Called for each window that has shown the token. */
  readonly onWindow?: (() => void) | undefined;
}

const loopback = '127.0.0.1';
const socketPath = '/socket';
const uploadPath = '/upload/';

export class Host {
  /** Where it really listens. */
  readonly address: string;
  readonly port: number;
  readonly token = new LaunchToken();
  readonly engine: EngineProcess;
  readonly #server: Server;
  readonly #folder: PrivateFolder;
  readonly #files: StaticFiles;
  readonly #guard: RequestGuard;
  readonly #uploads: Uploads;
  readonly #windows: Windows;

  static async start(options: HostOptions): Promise<Host> {
    const limits = { ...defaultLimits, ...options.limits };
    const files = await readStaticFiles(options.rendererFolder);
    const folder = await PrivateFolder.make();
    const server = serverWith(limits);
    await listen(server, options.port).catch(async (error) => {
      await folder.remove();
      throw error;
    });
    const { engine: about, log } = options;
    const engine = new EngineProcess({ engine: about, temporaryFolder: folder.engine, log });
    const host = new Host(server, folder, engine, files, limits, options.onWindow);
    try {
      for (const path of options.grants) await engine.grant(path);
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  private constructor(
    server: Server,
    folder: PrivateFolder,
    engine: EngineProcess,
    files: StaticFiles,
    limits: HostLimits,
    onWindow: () => void = () => {},
  ) {
    this.#server = server;
    this.#folder = folder;
    this.engine = engine;
    this.#files = files;
    ({ address: this.address, port: this.port } = server.address() as AddressInfo);
    this.#guard = new RequestGuard(this.port, this.token);
    this.#uploads = new Uploads(folder.uploads, limits);
    this.#windows = new Windows({
      limits,
      token: this.token,
      connect: (send) => {
        onWindow();
        return engine.connect(send);
      },
    });
    server.on('request', (request, response) => this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get openWindows(): number {
    return this.#windows.count;
  }

  get uploadFolder(): string {
    return this.#folder.uploads;
  }

  /** What follows the "#" stays in the browser: it is in no request, and so in no log. */
  urlOpening(paths: readonly string[]): string {
    const open = paths.map((path) => `&open=${encodeURIComponent(path)}`).join('');
    return `http://${loopback}:${this.port}/#token=${this.token.text}${open}`;
  }

  /** Ends every connection, cancels all jobs, and removes what was dropped. */
  async close(): Promise<void> {
    this.#server.close();
    this.#windows.close();
    this.#server.closeAllConnections();
    await this.#uploads.settled();
    await this.engine.close();
    await this.#folder.remove();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#guard.judge(request);
    if (refusal !== null) refuse(response, refusal);
    else if (request.method === 'PUT' && request.url?.startsWith(uploadPath)) {
      void this.#takeUpload(request, response);
    } else {
      const found = this.#find(request);
      if ('status' in found) refuse(response, found);
      else answer(response, 200, found.type, found.bytes);
    }
  }

  #find(request: IncomingMessage): StaticFile | Refusal {
    const { url = '', method = '' } = request;
    if (method === 'OPTIONS') return { status: 403, words: 'no other page may ask this' };
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, words: 'files can be read, and nothing else' };
    }
    if (hasBody(request)) return { status: 413, words: 'a file is asked for without a body' };
    // Compared as it was sent: whatever needs decoding, or leads anywhere, is none of these names.
    return this.#files.get(url) ?? { status: 404, words: 'there is no such file' };
  }

  async #takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#guard.judgeChange(request);
    if (refusal !== null) {
      refuse(response, refusal);
      return;
    }
    try {
      const path = await this.#uploads.receive(request, request.url?.slice(uploadPath.length) ?? '');
      await this.engine.grant(path);
      answerJson(response, 201, { path });
    } catch (error) {
      // Who broke off waits for no answer.
      if (request.errored === null) answerJson(response, statusOf(error), asProblemData(error));
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#guard.judgeSocket(request);
    if (refusal !== null) answerRaw(socket, refusal);
    else if (request.url === socketPath) this.#windows.accept(request, socket, head);
    else answerRaw(socket, { status: 404, words: 'windows are not connected here' });
  }
}

function serverWith({ headerBytes, idleMs, connections }: HostLimits): Server {
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: idleMs,
    // A large file may take its time, as long as it moves.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.ceil(idleMs / 4),
    // Ours to refuse, with the status that says why.
    requireHostHeader: false,
  });
  server.timeout = idleMs;
  server.maxConnections = connections;
  server.on('checkContinue', expectNothing);
  server.on('checkExpectation', expectNothing);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) socket.destroy();
    else if (error.code === 'HPE_HEADER_OVERFLOW')
      answerRaw(socket, { status: 431, words: 'too long a head' });
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') answerRaw(socket, { status: 408, words: 'too slow' });
    else answerRaw(socket, { status: 400, words: 'this is no request' });
  });
  return server;
}

function expectNothing(_: IncomingMessage, response: ServerResponse): void {
  refuse(response, { status: 417, words: 'send it without asking first' });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(Problem.of('PORT_TAKEN', { port }, error));
      else reject(Problem.of('PORT_REFUSED', { port, system: error.message }, error));
    });
    server.listen({ port, host: loopback, exclusive: true }, resolve);
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function statusOf(error: unknown): number {
  const code = error instanceof Problem ? error.code : '';
  if (code === 'UPLOAD_NAME') return 400;
  if (code === 'UPLOAD_TOO_LARGE' || code === 'UPLOAD_TOO_MANY') return 413;
  if (code === 'ENGINE_GONE') return 503;
  return code === 'IO_NO_SPACE' ? 507 : 500;
}
