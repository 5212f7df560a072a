import assert from 'node:assert/strict';
import test from 'node:test';
import { TorchRecords } from '../../../../core/weights/pickle/torch-records.ts';

/** As torch writes them with debug information for its mobile form, and of a traced model. */
const written = [
  ...['data.pkl', 'constants.pkl', 'bytecode.pkl', 'traced_inputs.pkl', 'mobile_debug_handles.pkl'],
  ...['callstack_debug_map.pkl', 'delegated_backends.debug_pkl', 'code/__torch__/nn.py.debug_pkl'],
];

const isTorchScript = (names: readonly string[], name: string) =>
  new TorchRecords(names).contextOf(name).isTorchScript;

test('what torch.jit.load reads by itself is TorchScript, in one folder or none', () => {
  for (const folder of ['', 'model/']) {
    const names = written.map((name) => folder + name);
    for (const name of names) assert.ok(isTorchScript(names, name), name);
  }
});

test('no other pickle is, whatever lies beside it', () => {
  const names = written.map((name) => `model/${name}`);
  for (const name of ['model/extra.pkl', 'model/extra/data.pkl', 'data.pkl', 'other/data.pkl', 'model/data'])
    assert.ok(!isTorchScript([...names, name], name), name);
  assert.ok(!isTorchScript(['model/data.pkl'], 'model/data.pkl'));
});
