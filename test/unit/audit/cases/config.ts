import { functionHandler, type RuleCase, type Sketch } from '../sketch.ts';

const withConfig = (text: string | Buffer, runtime = 'python'): Sketch => ({
  runtime,
  configFile: 'model-config.yaml',
  files: { 'handler.py': functionHandler, 'model-config.yaml': text },
});

const configCase = (code: string, because: string, trigger: string, nearMiss: string): RuleCase => ({
  code,
  because,
  trigger: withConfig(trigger),
  nearMiss: withConfig(nearMiss),
});

const nested = (levels: number) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
const aliases = (count: number) => `a: &a [1]\nb: [${Array(count).fill('*a').join(', ')}]\n`;

export const configCases: readonly RuleCase[] = [
  configCase('CONFIG_INVALID', 'a bracket stays open', 'deviceIds: [0, 1\n', 'deviceIds: [0, 1]\n'),
  configCase('CONFIG_INVALID', 'a tab indents', 'handler:\n\ttop: 3\n', 'handler:\n  top: 3 \t# three\n'),
  configCase('CONFIG_INVALID', 'a list is no map', '- minWorkers: 1\n', 'handler: [minWorkers]\n'),
  configCase(
    'CONFIG_INVALID',
    'two documents are one too many',
    'minWorkers: 1\n---\nmaxWorkers: 1\n',
    '---\nhandler: {}\n',
  ),
  configCase(
    'CONFIG_INVALID',
    'an alias has no anchor',
    'handler: *base\n',
    'base: &base {a: 1}\nhandler: *base\n',
  ),
  configCase('CONFIG_EMPTY', 'comments alone are nothing', '# later\n', '# later\nhandler: {}\n'),
  configCase(
    'YAML_UNSAFE',
    'a tag asks for a call',
    'handler: !!python/object/apply:os.system ["id"]\n',
    'handler: {size: !!str 3}\n',
  ),
  configCase('YAML_UNSAFE', 'the aliases are more than SnakeYAML takes', aliases(51), aliases(5)),
  configCase('YAML_UNSAFE', 'the nesting is absurd', nested(5000), nested(20)),
  {
    code: 'YAML_UNSAFE',
    because: 'no config needs a megabyte',
    trigger: withConfig(`handler: {text: ${'x'.repeat(1_000_001)}}\n`),
    nearMiss: withConfig(`handler: {text: ${'x'.repeat(100_000)}}\n`),
  },
  configCase('CONFIG_UNKNOWN_KEY', 'the case is wrong', 'BatchSize: 4\n', 'batchSize: 4\n'),
  configCase(
    'CONFIG_UNKNOWN_KEY',
    'underscores are not hyphens',
    'torchrun:\n  nproc_per_node: 2\n',
    'torchrun:\n  nproc-per-node: 2\n',
  ),
  configCase(
    'CONFIG_UNKNOWN_KEY',
    'below handler every key is free',
    'max_workers: 2\n',
    'handler:\n  max_workers: 2\n',
  ),
  configCase(
    'CONFIG_CUSTOM_KEY',
    'a key of the handler stands at the top',
    'tokenizer: {path: t}\n',
    'handler:\n  tokenizer: {path: t}\n',
  ),
  configCase(
    'CONFIG_DUPLICATE_KEY',
    'a key stands twice',
    'batchSize: 1\nbatchSize: 8\n',
    'batchSize: 1\nhandler: {batchSize: 8}\n',
  ),
  configCase(
    'CONFIG_MISSING_KEY',
    'enable is read without asking',
    'pt2:\n  compile:\n    backend: inductor\n',
    'pt2:\n  compile:\n    enable: true\n',
  ),
  configCase('CONFIG_TYPE', 'quotes make a text of a number', 'batchSize: "8"\n', 'batchSize: 8\n'),
  configCase('CONFIG_TYPE', '8.0 is no whole number to Java', 'batchSize: 8.0\n', 'batchSize: 0x8\n'),
  configCase('CONFIG_TYPE', 'one bad id drops the list', 'deviceIds: [0, one]\n', 'deviceIds: [0, 1]\n'),
  configCase(
    'CONFIG_TYPE',
    'a number past 2^31 is a Long',
    'responseTimeout: 3000000000\n',
    'responseTimeout: 3_600\n',
  ),
  configCase('CONFIG_TYPE', 'an empty handler breaks what reads it', 'handler:\n', 'handler: {}\n'),
  configCase('CONFIG_RANGE', 'zero requests make no batch', 'batchSize: 0\n', 'batchSize: 1\n'),
  configCase('CONFIG_RANGE', 'there is no device called cuda', 'deviceType: cuda\n', 'deviceType: GPU\n'),
  configCase(
    'CONFIG_RANGE',
    'an unknown backend compiles nothing',
    'pt2: {compile: {enable: true, backend: inducter}}\n',
    'pt2: {compile: {enable: true, backend: inductor}}\n',
  ),
  configCase(
    'CONFIG_IGNORED',
    'minWorkers counts beside maxWorkers alone',
    'minWorkers: 2\n',
    'minWorkers: 2\nmaxWorkers: 2\n',
  ),
  configCase(
    'CONFIG_IGNORED',
    'maxWorkers is less than minWorkers',
    'minWorkers: 4\nmaxWorkers: 2\n',
    'minWorkers: 2\nmaxWorkers: 4\n',
  ),
  configCase('CONFIG_IGNORED', 'a delay of 0 is taken for unset', 'maxBatchDelay: 0\n', 'maxBatchDelay: 1\n'),
  configCase(
    'CONFIG_IGNORED',
    'parallelType needs a level',
    'parallelType: pp\n',
    'parallelType: pp\ntorchrun:\n  nproc-per-node: 4\n',
  ),
  configCase(
    'CONFIG_IGNORED',
    'of two levels the later wins',
    'parallelLevel: 2\ntorchrun:\n  nproc-per-node: 4\n',
    'parallelLevel: 4\ntorchrun:\n  nproc-per-node: 4\n',
  ),
  configCase(
    'CONFIG_IGNORED',
    'sequences need an idle time',
    'maxNumSequence: 4\n',
    'maxNumSequence: 4\nsequenceMaxIdleMSec: 600\n',
  ),
  configCase(
    'CONFIG_IGNORED',
    'TorchServe does not read the restarts',
    'torchrun: {max-restarts: 3}\n',
    'torchrun: {OMP_NUMBER_THREADS: 2}\n',
  ),
  {
    code: 'CONFIG_IGNORED',
    because: 'a virtual environment is made for the runtime python alone',
    trigger: withConfig('useVenv: true\n', 'python3'),
    nearMiss: withConfig('useVenv: true\n', 'python'),
  },
  configCase(
    'CONFIG_PARALLEL_CRASH',
    'the front end reads a part that is not there',
    'parallelType: tp\nparallelLevel: 2\n',
    'parallelType: custom\nparallelLevel: 2\n',
  ),
  configCase(
    'CONFIG_TIMEOUT_TRAP',
    'the default of 120 seconds hides the server',
    'batchSize: 2\n',
    'responseTimeout: 60\nstartupTimeout: 300\n',
  ),
];
