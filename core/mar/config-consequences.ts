/** What follows from several keys of a config together. */
import { type ConfigState, schemaOf } from './config-state.ts';

export function checkConsequences(state: ConfigState): void {
  for (const check of [workers, batchDelay, parallel, sequences, torchrun, virtualEnvironment, timeouts]) {
    check(state);
  }
}

function workers(state: ConfigState): void {
  const min = state.number('minWorkers');
  const max = state.number('maxWorkers');
  if (min !== undefined && max === undefined) {
    const hint = 'set maxWorkers too, to the same number or more';
    state.ignore('minWorkers', 'without maxWorkers beside it', hint, null);
  } else if (max !== undefined && min === undefined) {
    state.ignore('maxWorkers', 'without minWorkers beside it', 'set minWorkers too', null);
  } else if (min !== undefined && max !== undefined && max < min) {
    const why = `with maxWorkers (${max}) less than minWorkers (${min})`;
    state.ignore('minWorkers', why, 'make maxWorkers at least minWorkers', null);
    state.overruled.set('maxWorkers', { effective: null, why: `ignored ${why}` });
  }
}

function batchDelay(state: ConfigState): void {
  if (state.number('maxBatchDelay') !== 0) return;
  state.ignore('maxBatchDelay', 'when it is 0, which it takes for unset', 'the shortest delay is 1', 100);
}

function parallel(state: ConfigState): void {
  const type = state.value('parallelType');
  const level = state.number('parallelLevel');
  const hasTorchrun = state.isMap('torchrun');
  if (typeof type === 'string' && !state.overruled.has('parallelType') && !hasTorchrun) {
    if ((level ?? 0) <= 0) {
      const why = 'without parallelLevel or torchrun beside it';
      state.ignore('parallelType', why, 'add torchrun: nproc-per-node', '');
    } else if (type.toLowerCase() !== 'custom') {
      const message = `parallelType ${type} has parallelLevel and no torchrun beside it, and the front end fails on that`;
      state.notice('CONFIG_PARALLEL_CRASH', state.placeOf('parallelType'), message);
    }
  }
  if (!hasTorchrun || level === undefined) return;
  // Each of the two writes over the other, so the order in the file decides.
  const processes = state.number('torchrun.nproc-per-node') ?? 1;
  if (processes === level) return;
  const order = [...state.known.keys()];
  const levelLast = order.indexOf('parallelLevel') > order.indexOf('torchrun');
  const kept = levelLast ? level : processes;
  const loser = levelLast ? 'torchrun.nproc-per-node' : 'parallelLevel';
  const winner = levelLast ? 'parallelLevel' : 'torchrun.nproc-per-node';
  const why = `because ${winner} comes later and says ${kept}`;
  state.ignore(state.known.has(loser) ? loser : 'torchrun', why, 'give both the same number', kept);
}

function sequences(state: ConfigState): void {
  if ((state.number('sequenceMaxIdleMSec') ?? 0) > 0) return;
  for (const path of [
    'sequenceTimeoutMSec',
    'maxSequenceJobQueueSize',
    'maxNumSequence',
    'sequenceBatching',
  ]) {
    if (!state.known.has(path) || state.value(path) === false) continue;
    const fallback = schemaOf.get(path)?.default ?? null;
    state.ignore(path, 'unless sequenceMaxIdleMSec is more than 0', 'set sequenceMaxIdleMSec', fallback);
  }
}

function torchrun(state: ConfigState): void {
  for (const path of ['torchrun.rdzv-conf', 'torchrun.monitor-interval', 'torchrun.node-rank']) {
    if (!state.known.has(path)) continue;
    state.ignore(path, 'once it has read it: torchrun is never given it', 'leave it out', null);
  }
}

function virtualEnvironment(state: ConfigState): void {
  if (state.value('useVenv') !== true || state.runtime === 'python') return;
  state.ignore('useVenv', `with the runtime ${state.runtime}`, 'pack with --runtime python', false);
}

function timeouts(state: ConfigState): void {
  const missing = ['responseTimeout', 'startupTimeout'].filter((path) => !state.known.has(path));
  if (missing.length === 0) return;
  const keys = missing.join(' and ');
  const message = `without ${keys} here TorchServe takes 120 seconds, whatever the server's own settings say`;
  state.notice('CONFIG_TIMEOUT_TRAP', { line: 1, column: 1 }, message, `set ${keys} here`);
}
