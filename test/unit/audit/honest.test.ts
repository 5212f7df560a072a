import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auditSubject } from '../../../core/audit/audit.ts';
import type { Manifest } from '../../../core/contract/model.ts';
import { onnx, safetensors, stateDict, torchscript } from '../weights/files.ts';
import { subjectOf } from './sketch.ts';

const home = fileURLToPath(new URL('../../fixtures/honest', import.meta.url));
const models = readdirSync(home);

/** The weights are the same few bytes everywhere, so only their kind is kept. */
function weightsFor(name: string, hasModelFile: boolean): Buffer {
  if (name.endsWith('.onnx')) return onnx;
  if (name.endsWith('.safetensors')) return safetensors;
  return hasModelFile || !name.endsWith('.pt') ? stateDict : torchscript;
}

function readModel(name: string) {
  const folder = path.join(home, name);
  const files: Record<string, Buffer> = {};
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(item.parentPath, item.name);
    if (item.isFile()) files[path.relative(folder, full).split(path.sep).join('/')] = readFileSync(full);
  }
  const manifest = JSON.parse(String(files['MAR-INF/MANIFEST.json'])) as Manifest;
  const { modelFile, serializedFile, handler, configFile, requirementsFile } = manifest.model ?? {};
  if (serializedFile) files[serializedFile] = weightsFor(serializedFile, modelFile !== undefined);
  const named = { handler, modelFile, serializedFile, configFile, requirementsFile };
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return subjectOf({ ...given, runtime: manifest.runtime ?? 'python', files });
}

test('there are at least a dozen honest models', () => {
  assert.ok(models.length >= 12, `${models.length}`);
});

for (const name of models) {
  test(`the honest model ${name} gives no alarm`, async () => {
    const findings = await auditSubject(readModel(name));
    // True of every requirements file that names packages, however honest: it is a warning to know, not a fault.
    const alarms = findings.filter(
      ({ severity, code }) => severity !== 'info' && code !== 'REQ_NEEDS_NETWORK',
    );
    assert.deepEqual(alarms, []);
  });
}
