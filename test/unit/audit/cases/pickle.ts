import { op, pickle } from '../../../support/pickle.ts';
import * as weights from '../../weights/files.ts';
import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const withFile = (name: string, bytes: Buffer): Sketch => ({
  files: { 'handler.py': functionHandler, [name]: bytes },
});
const system = pickle(
  ...[op.PROTO(2), op.GLOBAL('posix', 'system'), op.BINUNICODE('true'), op.TUPLE1(), op.REDUCE(), op.STOP()],
);
const plain = pickle(op.PROTO(2), op.EMPTY_DICT(), op.STOP());
const script = (code: string) =>
  weights.zipOf({
    'm/data.pkl': plain,
    'm/constants.pkl': plain,
    'm/code/__torch__.py': `class Net(Module):\n  def forward(self, x):\n    return ${code}\n`,
  });

export const pickleCases: readonly RuleCase[] = [
  {
    code: 'PICKLE_DANGEROUS',
    because: 'what a file is called says nothing of what it is',
    trigger: withFile('labels.txt', system),
    nearMiss: withFile('labels.txt', Buffer.from('posix\nsystem\n')),
  },
  {
    code: 'PICKLE_DANGEROUS',
    because: 'a record of torch is looked into',
    trigger: withFile('model.pt', await weights.zipOf({ 'm/data.pkl': system, 'm/version': '3\n' })),
    nearMiss: withFile('model.pt', weights.stateDict),
  },
  {
    code: 'PICKLE_EVASION',
    because: 'extension codes name classes that stand elsewhere',
    trigger: withFile('a.pkl', pickle(op.PROTO(2), op.EXT1(1), op.EMPTY_TUPLE(), op.REDUCE(), op.STOP())),
    nearMiss: withFile('a.pkl', plain),
  },
  {
    code: 'PICKLE_GLOBAL',
    because: 'a whole module names its class, which a state_dict does not',
    trigger: withFile('net.pt', weights.wholeModule),
    nearMiss: withFile('net.pt', weights.stateDict),
  },
  {
    code: 'PICKLE_GLOBAL',
    because: 'the classes of TorchScript are code of its own archive',
    trigger: withFile('a.pt', await weights.zipOf({ 'm/data.pkl': pickleOf('__torch__', 'Net') })),
    nearMiss: withFile('a.pt', weights.torchscript),
  },
  {
    code: 'PICKLE_INCOMPLETE',
    because: 'what is cut off may have gone on with anything',
    trigger: withFile('a.pkl', plain.subarray(0, -1)),
    nearMiss: withFile('a.pkl', plain),
  },
  {
    code: 'TORCHSCRIPT_OPERATOR',
    because: 'some of torch’s own operators write files',
    trigger: withFile('a.pt', await script('torch.save(x, "/etc/passwd")')),
    nearMiss: withFile('a.pt', await script('torch.add(x, x)')),
  },
  {
    code: 'TORCHSCRIPT_OPERATOR',
    because: 'operators of libraries may do anything',
    trigger: withFile('a.pt', await script('ops.evil.run(x)')),
    nearMiss: withFile('a.pt', await script('ops.prim.NumToTensor(x)')),
  },
];

function pickleOf(module: string, name: string): Buffer {
  return pickle(op.PROTO(2), op.GLOBAL(module, name), op.EMPTY_TUPLE(), op.NEWOBJ(), op.STOP());
}
