import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeGlobal } from '../../../../core/weights/pickle/allowed.ts';

const standingOf = (path: string, isTorchScript = false) => {
  const dot = path.lastIndexOf('.');
  return judgeGlobal(path.slice(0, dot), path.slice(dot + 1), isTorchScript).standing;
};

test('what torch loads with weights_only is allowed, under its names of both Pythons', () => {
  const names = [
    ...[
      'collections.OrderedDict',
      'collections.Counter',
      'torch.FloatStorage',
      'torch.storage.UntypedStorage',
    ],
    ...['torch.bfloat16', 'torch.float8_e4m3fn', 'torch.quint8', 'torch.per_channel_affine', 'torch.Size'],
    ...['torch.nn.parameter.Parameter', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_qtensor'],
    ...['torch.serialization._get_layout', '_codecs.encode', 'builtins.set', '__builtin__.set'],
    ...['builtins.complex', '__builtin__.bytearray', 'torch.cuda.HalfStorage', 'torch.sparse.FloatTensor'],
  ];
  for (const name of names) assert.equal(standingOf(name), 'allowed', name);
});

test('what only looks like it is not', () => {
  const names = [
    'torch.FloatStorages',
    'torch.nn.Parameter',
    'collections.abc.OrderedDict',
    'torch.Inner.Size',
  ];
  for (const name of names) assert.equal(standingOf(name), 'unknown', name);
  assert.equal(judgeGlobal('torch', 'FloatStorage.__init__', false).standing, 'unknown');
  assert.equal(judgeGlobal('torch', 'storage._load_from_bytes', false).standing, 'dangerous');
  assert.equal(judgeGlobal('torch', 'FloatStorage.__class__', false).standing, 'dangerous');
  assert.equal(judgeGlobal('', 'os.system', false).standing, 'dangerous');
});

test('a name is dangerous for its module, for one above it, and under its name of Python 2', () => {
  const names = [
    ...['os.system', 'posix.execve', 'asyncio.base_events.x', 'urllib.request.urlopen', 'urllib2.urlopen'],
    ...['commands.getoutput', '__builtin__.eval', '__builtin__.reduce', 'itertools.imap', 'cPickle.loads'],
    ...['copy_reg.add_extension', 'torch.ops.aten.save', 'torch.jit._script.x', 'torch.load'],
  ];
  for (const name of names) {
    assert.equal(standingOf(name), 'dangerous', name);
    const dot = name.lastIndexOf('.');
    assert.ok(judgeGlobal(name.slice(0, dot), name.slice(dot + 1), false).reason);
  }
});

test('all else is unknown, and so not allowed', () => {
  const names = [
    '__main__.Net',
    'torch.nn.modules.linear.Linear',
    'sklearn.x.Y',
    'builtins.range',
    'copyreg._reconstructor',
  ];
  for (const name of names) assert.equal(standingOf(name), 'unknown', name);
});

test('names of Object.prototype are names like others', () => {
  for (const name of ['constructor.constructor', '__proto__.toString', 'hasOwnProperty.valueOf'])
    assert.equal(standingOf(name), 'unknown', name);
});

test('the classes of TorchScript are data in TorchScript alone', () => {
  assert.equal(standingOf('__torch__.models.Net', true), 'allowed');
  assert.equal(standingOf('torch.jit._pickle.build_intlist', true), 'allowed');
  assert.equal(standingOf('os.system', true), 'dangerous');
  assert.equal(standingOf('__torch__.models.Net'), 'unknown');
  assert.equal(standingOf('torch.jit._pickle.build_intlist'), 'dangerous');
});
