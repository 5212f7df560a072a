/** The other side of core/workers/pool.ts: sums, compresses, unpacks and measures tensors off the main thread. */
import type { Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { WorkerAnswer, WorkerRequest, WorkerValue } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('core/workers/worker.ts only runs as a worker thread');

let hash: Hash | undefined;

/** Each loads only what it needs: a thread that is started is waited for. */
async function answer(request: WorkerRequest): Promise<WorkerValue> {
  switch (request.kind) {
    case 'deflate': {
      const { deflatePortably } = await import('../deflate/portable.ts');
      return deflatePortably(request.input, request.options);
    }
    case 'hash':
      hash ??= await newHash();
      hash.update(request.bytes);
      return null;
    case 'digest': {
      const digest = (hash ?? (await newHash())).digest('hex');
      hash = undefined;
      return digest;
    }
    case 'unpack': {
      const { unpackBatch } = await import('../zip/unpack-batch.ts');
      return unpackBatch(request.batch);
    }
    case 'numbers': {
      const { runNumberTask } = await import('../weights/numbers/tasks.ts');
      return request.tasks.map(runNumberTask);
    }
  }
}

async function newHash(): Promise<Hash> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256');
}

// One at a time and in order: a hash depends on it.
let queue = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  queue = queue.then(async () => {
    let reply: WorkerAnswer;
    try {
      reply = { ok: true, value: await answer(request) };
    } catch (error) {
      reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
    const moved = reply.ok && reply.value instanceof Uint8Array ? [reply.value.buffer as ArrayBuffer] : [];
    port.postMessage(reply, moved);
  });
});
