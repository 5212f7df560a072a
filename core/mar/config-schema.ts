/** Every key of model-config.yaml that TorchServe reads, as one table. */

export type ConfigType = 'integer' | 'text' | 'flag' | 'integers' | 'texts' | 'map' | 'any';

export interface ConfigKey {
  /** Dotted, as `torchrun.nnodes`. */
  readonly path: string;
  readonly type: ConfigType;
  /** The least value that is taken as it is. */
  readonly least?: number;
  /** What becomes of a smaller one; without it the key is ignored. */
  readonly raisedTo?: number;
  /** The words that are taken, compared without case. */
  readonly words?: readonly string[];
  readonly default: string | number | boolean | null;
  /** What TorchServe does with it. */
  readonly does: string;
}

const pt2Backends = [
  'eager',
  'aot_eager',
  'inductor',
  'nvfuser',
  'aot_nvfuser',
  'aot_cudagraphs',
  'ofi',
  'fx2trt',
  'onnxrt',
  'ipex',
  'torchxla_trace_once',
  'openvino',
  'tensorrt',
  'hpu_backend',
];

const integer = (
  path: string,
  fallback: number,
  does: string,
  range: { least?: number; raisedTo?: number },
): ConfigKey => ({
  path,
  type: 'integer',
  default: fallback,
  does,
  ...range,
});
const flag = (path: string, does: string): ConfigKey => ({ path, type: 'flag', default: false, does });
const text = (path: string, fallback: string | null, does: string, words?: readonly string[]): ConfigKey => ({
  path,
  type: 'text',
  default: fallback,
  does,
  ...(words ? { words } : {}),
});
const map = (path: string, does: string): ConfigKey => ({ path, type: 'map', default: null, does });
const any = (path: string, does: string): ConfigKey => ({ path, type: 'any', default: null, does });

export const configKeys: readonly ConfigKey[] = [
  integer('minWorkers', 0, 'workers started with the model', { least: 1, raisedTo: 1 }),
  integer('maxWorkers', 0, 'workers the model may have', { least: 0 }),
  integer('batchSize', 1, 'requests joined into one call of the handler', { least: 1, raisedTo: 1 }),
  integer('maxBatchDelay', 100, 'milliseconds to wait for a full batch', { least: 0 }),
  integer('responseTimeout', 120, 'seconds after which a silent worker is restarted', { least: 1 }),
  integer('startupTimeout', 120, 'seconds a worker may take to load the model', { least: 1 }),
  text('deviceType', null, 'where workers run', ['cpu', 'gpu']),
  { path: 'deviceIds', type: 'integers', default: null, does: 'the GPUs that workers may use' },
  text('parallelType', '', 'how a model is spread over GPUs', ['pp', 'tp', 'pptp', 'custom']),
  integer('parallelLevel', 0, 'GPUs that one worker uses', { least: 0 }),
  map('torchrun', 'starts each worker with torchrun'),
  integer('torchrun.nnodes', 1, 'machines', { least: 1 }),
  integer('torchrun.nproc-per-node', 1, 'processes for one worker, and its parallelLevel', { least: 1 }),
  text('torchrun.rdzv-backend', 'c10d', 'how processes find each other'),
  text('torchrun.rdzv-endpoint', null, 'where processes find each other'),
  text('torchrun.rdzv-conf', null, 'nothing: it is read, and never passed on'),
  integer('torchrun.monitor-interval', 5, 'nothing: it is read, and never passed on', { least: 1 }),
  integer('torchrun.node-rank', 0, 'nothing: it is read, and never passed on', { least: 0 }),
  integer('torchrun.OMP_NUMBER_THREADS', 1, 'becomes OMP_NUM_THREADS', { least: 1 }),
  integer('maxRetryTimeoutInSec', 300, 'seconds during which a failing worker is started again', {
    least: 0,
    raisedTo: 0,
  }),
  integer('clientTimeoutInMills', 0, 'milliseconds after which a request is given up; 0 is never', {
    least: 0,
    raisedTo: 0,
  }),
  integer('jobQueueSize', 100, 'requests that may wait', { least: 1 }),
  flag('useJobTicket', 'takes a request only while a worker is free'),
  integer('sequenceMaxIdleMSec', 0, 'milliseconds after which an idle sequence ends', { least: 0 }),
  integer('sequenceTimeoutMSec', 0, 'milliseconds a request of a sequence may wait', { least: 0 }),
  integer('maxSequenceJobQueueSize', 1, 'requests of one sequence that may wait', { least: 1, raisedTo: 1 }),
  integer('maxNumSequence', 1, 'sequences served at a time', { least: 1, raisedTo: 1 }),
  flag('sequenceBatching', 'batches requests of several sequences'),
  flag('continuousBatching', 'adds requests to a batch that is under way'),
  flag('asyncCommunication', 'lets a worker take requests while others run'),
  flag('useVenv', 'gives the model its own virtual environment'),
  any('pt2', 'options of torch.compile and torch.export'),
  map('pt2.compile', 'calls torch.compile'),
  flag('pt2.compile.enable', 'switches torch.compile on'),
  text('pt2.compile.backend', 'inductor', 'the backend of torch.compile', pt2Backends),
  map('pt2.export', 'options of torch.export'),
  flag('pt2.export.aot_compile', 'loads the weights as a compiled library (.so)'),
  map('handler', "the handler's own keys"),
  map('pippy', 'options of PiPPy'),
  integer('pippy.rpc_timeout', 0, 'seconds', {}),
  integer('pippy.num_worker_threads', 0, 'threads', {}),
  { path: 'pippy.input_names', type: 'texts', default: null, does: 'the inputs of the model' },
  text('pippy.model_type', null, 'HF or another word'),
  integer('pippy.chunks', 1, 'chunks of a batch', {}),
  map('deepspeed', 'options of DeepSpeed'),
  text('deepspeed.config', null, 'a file in the archive'),
  text('deepspeed.checkpoint', null, 'a file that the worker writes'),
  map('micro_batching', 'options of the MicroBatching wrapper, where the handler uses it'),
  integer('micro_batching.micro_batch_size', 1, 'requests in one part', { least: 1 }),
  map('micro_batching.parallelism', 'threads for each step'),
  integer('micro_batching.parallelism.preprocess', 1, 'threads', { least: 0 }),
  integer('micro_batching.parallelism.inference', 1, 'threads', { least: 0 }),
  integer('micro_batching.parallelism.postprocess', 1, 'threads', { least: 0 }),
  map('dali', 'options of DALI'),
  integer('dali.batch_size', 0, 'images in a batch', {}),
  integer('dali.num_threads', 0, 'threads', {}),
  integer('dali.device_id', 0, 'the GPU', {}),
  integer('dali.seed', 0, 'the seed', {}),
  text('dali.pipeline_file', null, 'a pipeline in the archive'),
];

/** Maps whose other keys mean nothing to anyone. */
export const closedMaps: readonly string[] = [
  'torchrun',
  'pt2.export',
  'micro_batching',
  'micro_batching.parallelism',
];

/** Fields that TorchServe has, and whose keys it does not read. */
export const unreadKeys: readonly string[] = [
  'torchrun.rdzv-id',
  'torchrun.master-addr',
  'torchrun.master-port',
  'torchrun.max-restarts',
];

/** Keys that must stand in a map once the map is there: reading them fails otherwise, and with it the worker. */
export const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'pt2.compile': ['enable'],
  pippy: ['rpc_timeout', 'num_worker_threads', 'input_names', 'model_type'],
  dali: ['batch_size', 'num_threads', 'device_id', 'seed'],
};
