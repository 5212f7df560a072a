import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { type DeflateEngine, nativeEngine, portableEngine } from '../../../core/deflate/engine.ts';
import { type DeflateJob, deflateParallel, pieceBytes } from '../../../core/deflate/parallel.ts';
import { storedBlocks, streamEnd } from '../../../core/deflate/stored.ts';
import { WorkerPool } from '../../../core/workers/pool.ts';
import { randomOf } from '../../support/random.ts';
import { kinds, noise } from './samples.ts';

const pool = new WorkerPool(undefined);
after(() => pool.close());
const engines: Readonly<Record<string, DeflateEngine>> = {
  native: nativeEngine,
  portable: portableEngine(pool),
};

const kibi = 1024;
const edges = [0, 1, 32 * kibi - 1, 32 * kibi, 32 * kibi + 1];
const pieceEdges = [pieceBytes - 1, pieceBytes, pieceBytes + 1, 3 * pieceBytes + 7];
const random = randomOf(11);
const sizes = [...edges, ...pieceEdges, 2 + random.pick(pieceBytes), pieceBytes + random.pick(pieceBytes)];

async function deflate(bytes: Buffer, changes: Partial<DeflateJob> = {}) {
  const pieces: Buffer[] = [];
  const result = await deflateParallel({
    size: bytes.length,
    read: async (buffer, length, position) => {
      bytes.copy(buffer, 0, position, position + length);
    },
    // A piece is gone once this has resolved, so what is kept is a copy.
    write: async (piece) => void pieces.push(Buffer.from(piece)),
    engine: nativeEngine,
    level: 6,
    closes: true,
    path: 'the archive',
    ...changes,
  });
  return { ...result, stream: Buffer.concat(pieces) };
}

for (const [engineName, engine] of Object.entries(engines)) {
  for (const [kind, make] of Object.entries(kinds)) {
    test(`${engineName}: ${kind} of any size inflate to what they were, and take no more room than in one go`, async () => {
      for (const size of sizes) {
        const bytes = make(size);
        const seen: Buffer[] = [];
        const onRaw = (raw: Uint8Array) => void seen.push(Buffer.from(raw));
        const result = await deflate(bytes, { engine, onRaw });
        assert.ok(inflateRawSync(result.stream).equals(bytes), `${size} bytes`);
        assert.ok(Buffer.concat(seen).equals(bytes), `${size} bytes are seen once, in order`);
        assert.equal(result.crc32, crc32(bytes));
        assert.equal(result.compressedBytes, result.stream.length);
        const serial = deflateRawSync(bytes, { level: 6, memLevel: 9 }).length;
        const joints = 16 * Math.ceil(size / pieceBytes);
        assert.ok(
          result.stream.length <= serial * 1.005 + joints,
          `${size} bytes: ${result.stream.length} against ${serial}`,
        );
      }
    });
  }
}

test('every level gives a stream that inflates', async () => {
  const bytes = Buffer.concat([kinds.words?.(pieceBytes + 5) as Buffer, noise(1000)]);
  for (const engine of Object.values(engines)) {
    for (const level of [1, 5, 9]) {
      const { stream } = await deflate(bytes, { engine, level });
      assert.ok(inflateRawSync(stream).equals(bytes));
    }
  }
});

test('jobs that leave the stream open, stored blocks and an end make one stream', async () => {
  const parts = [kinds.words?.(40_000), kinds.weights?.(pieceBytes + 3), noise(70_000)] as Buffer[];
  const [first, second, third] = parts as [Buffer, Buffer, Buffer];
  const open = { closes: false };
  const stream = Buffer.concat([
    (await deflate(first, open)).stream,
    storedBlocks(second),
    (await deflate(third, { ...open, engine: engines.portable as DeflateEngine })).stream,
    (await deflate(Buffer.alloc(0), open)).stream,
    streamEnd,
  ]);
  assert.ok(inflateRawSync(stream).equals(Buffer.concat(parts)));
});

// The promise of --reproducible: these sums hold on any machine, with any Node.
const goldenBytes = 2 * pieceBytes + 12_345;
const golden: readonly [string, Buffer, string][] = [
  ['zeros', Buffer.alloc(goldenBytes), 'd0d701f1ea8551a3566789e6583cfb8c8bf45b5d04067c5040234d397dd9d549'],
  [
    'words',
    kinds.words?.(goldenBytes) as Buffer,
    '0c251d454a2871cdc02cf8009c0d4ba9f81a04202b391d67eb9631e6bf6bbe8a',
  ],
  ['noise', noise(goldenBytes), '7310f7dfe904f690d679c9b93fd026c6be18b665693f76568f3f728c3de860c3'],
  ['floats', floats(goldenBytes), 'b1e990e85c3f36cea8648549c8f8e813c46f52c29ae152f39c860ba1da551b34'],
];

test('the portable engine makes the same bytes on any machine', async () => {
  for (const [kind, bytes, sum] of golden) {
    const { stream } = await deflate(bytes, { engine: engines.portable as DeflateEngine });
    assert.equal(createHash('sha256').update(stream).digest('hex'), sum, kind);
  }
});

/** Something like weights, but without the logarithm and the cosine that engines may round in their own ways. */
function floats(bytes: number): Buffer {
  return Buffer.from(noise(bytes).map((byte, at) => (at % 4 === 3 ? 60 + (byte & 3) : byte)));
}

test('the first failure to read or to write ends the work with that very error', async () => {
  const bytes = noise(9 * pieceBytes);
  for (const engine of Object.values(engines)) {
    for (const nth of [1, 2, 5, 9]) {
      for (const call of ['read', 'write'] as const) {
        const failure = new Error(`${call} ${nth}`);
        let calls = 0;
        const failing = async () => {
          if (++calls === nth) throw failure;
        };
        await assert.rejects(deflate(bytes, { engine, [call]: failing }), (error) => error === failure);
        assert.equal(calls, nth, 'nothing is asked for after the failure');
      }
    }
  }
});

test('an engine that fails, or makes something else of the bytes, is caught', async () => {
  const bytes = kinds.words?.(5 * pieceBytes) as Buffer;
  let calls = 0;
  const failure = new Error('out of memory');
  const failing: DeflateEngine = {
    deflate: async (input, options) => {
      if (++calls > 6) throw failure;
      return nativeEngine.deflate(input, options);
    },
  };
  await assert.rejects(deflate(bytes, { engine: failing }), (error) => error === failure);

  const lying: DeflateEngine = {
    deflate: (input, options) => nativeEngine.deflate(Uint8Array.from(input).fill(65, 100, 101), options),
  };
  await assert.rejects(deflate(bytes, { engine: lying }), { code: 'OUTPUT_CORRUPT', path: 'the archive' });
  const shortening: DeflateEngine = {
    deflate: (input, options) => nativeEngine.deflate(input.subarray(1), options),
  };
  await assert.rejects(deflate(bytes, { engine: shortening }), { code: 'OUTPUT_CORRUPT' });
});

test('cancelling ends the work between two pieces', async () => {
  const controller = new AbortController();
  let written = 0;
  const write = async () => {
    if (++written === 2) controller.abort();
  };
  const job = deflate(noise(20 * pieceBytes), { signal: controller.signal, write });
  await assert.rejects(job, { code: 'CANCELLED' });
  assert.equal(written, 2);
});
