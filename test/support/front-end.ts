/** A real TorchServe front end without workers: it opens, checks and describes archives, and runs no model. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from './commands.ts';
import { torchserveJars } from './venv.ts';

const startLimitMs = 90_000;
const requestLimitMs = 60_000;

export interface Description {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly modelUrl: string;
  readonly runtime: string;
}

export interface FrontEnd {
  /** The model store: what stands here can be registered. */
  readonly store: string;
  /** Registers an archive, and returns the folder that the server now sees as the model. */
  register(fileName: string): Promise<string>;
  describe(modelName: string): Promise<Description>;
  stop(): Promise<void>;
}

/** Why this machine can't run the front end, or null. */
export async function frontEndMissing(): Promise<string | null> {
  if (!onPath('java')) return 'no java on PATH';
  const jars = await torchserveJars();
  return 'missing' in jars ? jars.missing : null;
}

/** Starts the server in `folder`, which receives its store, its logs and its temporary files. */
export async function startFrontEnd(folder: string): Promise<FrontEnd> {
  const jars = await torchserveJars();
  if ('missing' in jars) throw new Error(jars.missing);
  const store = join(folder, 'store');
  const temporary = join(folder, 'temporary');
  await mkdir(store);
  await mkdir(temporary);
  const [inference, management, metrics, grpcInference, grpcManagement] = await freePorts(5);
  const config = join(folder, 'config.properties');
  const lines = [
    `inference_address=http://127.0.0.1:${inference}`,
    `management_address=http://127.0.0.1:${management}`,
    `metrics_address=http://127.0.0.1:${metrics}`,
    `grpc_inference_port=${grpcInference}`,
    `grpc_management_port=${grpcManagement}`,
    'disable_token_authorization=true',
    'enable_model_api=true',
    'disable_system_metrics=true',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);

  const home = dirname(dirname(jars.path));
  const java = ['-Xmx512m', `-Djava.io.tmpdir=${temporary}`, `-Dmodel_server_home=${home}`];
  const server = ['org.pytorch.serve.ModelServer', '-f', config, '-s', store, '-ncs'];
  const child = spawn('java', [...java, '-cp', join(jars.path, '*'), ...server], {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = listenTo(child);
  const request = async (method: string, path: string): Promise<unknown> => {
    const address = `http://127.0.0.1:${management}${path}`;
    const response = await fetch(address, { method, signal: AbortSignal.timeout(requestLimitMs) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text}`);
    return JSON.parse(text);
  };

  try {
    await untilReady(child, () => request('GET', '/models'));
  } catch (error) {
    await stop(child);
    throw new Error(`TorchServe did not start: ${said()}`, { cause: error });
  }

  const models = join(temporary, 'models');
  const modelFolders = () => readdir(models).catch(() => []);
  return {
    store,
    async register(fileName) {
      const before = new Set(await modelFolders());
      await request('POST', `/models?initial_workers=0&url=${encodeURIComponent(fileName)}`);
      const added = (await modelFolders()).filter((name) => !before.has(name));
      if (added.length !== 1) throw new Error(`the server made ${added.length} model folders, not one`);
      return modelBelow(join(models, added[0] as string));
    },
    async describe(modelName) {
      const [description] = (await request('GET', `/models/${modelName}`)) as Description[];
      if (!description) throw new Error(`the server describes no ${modelName}`);
      return description;
    },
    stop: () => stop(child),
  };
}

/** The server unpacks an archive into a folder of its own, and puts a link to an unpacked model into one. */
async function modelBelow(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  return only?.isSymbolicLink() && others.length === 0 ? join(folder, only.name) : folder;
}

async function untilReady(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  const limit = performance.now() + startLimitMs;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > limit) throw error;
      await sleep(200);
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(killer);
}

/** Keeps the last of what the server printed, for the message of a failed start. */
function listenTo(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-4000);
    });
  }
  return () => text;
}

/** All are held open until the last is known, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
