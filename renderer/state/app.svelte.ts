/** What the whole interface shares: the link to the engine, the jobs, and what was just said. */
import { untrack } from 'svelte';
import type {
  About,
  CallInput,
  CallName,
  CallOutput,
  EngineEvent,
  Job,
  JobInput,
} from '../../core/contract/api.ts';
import type { CommandName } from '../../core/contract/commands.ts';
import type { HostAbilities } from '../../core/contract/host.ts';
import { RemoteProblem } from '../../core/contract/rpc.ts';
import { type Bridge, openBridge } from '../bridge.ts';
import type { Link } from '../host/browser-port.ts';
import { takePathsToOpen } from '../host/session-token.ts';

/** What is done for commands: false leaves one to whoever listens further out, undefined can't be done now. */
export type Commands = Readonly<Partial<Record<CommandName, (() => unknown) | undefined>>>;
type ResultOf<V extends JobInput['verb']> = Extract<CallOutput<'jobResult'>, { verb: V }>['result'];

class App {
  link = $state<Link>('connecting');
  /** How often an engine was reached: what was asked before has no answer any more. */
  attached = $state(0);
  about = $state.raw<About | null>(null);
  /** The oldest first. */
  jobs = $state.raw<readonly Job[]>([]);
  /** Something that concerns the engine as a whole, until it is put away. */
  notice = $state<string | null>(null);
  isStopped = $state(false);
  /** For screen readers: what just happened, in a few words. */
  said = $state('');
  /** Called with what a host or an address asks to be opened. */
  onOpen: (paths: readonly string[]) => void = () => {};
  onShowJobs: () => void = () => {};
  /** Commands of the screen that are in force, and bear a tick in a menu. */
  ticks = $state.raw<readonly string[]>([]);
  readonly host: HostAbilities;
  readonly #bridge: Bridge;
  #commands = $state.raw<readonly (() => Commands)[]>([]);
  readonly #jobListeners = new Map<number, Set<(job: Job) => void>>();

  constructor() {
    this.#bridge = openBridge({
      onEvent: (event) => this.#hear(event),
      onLink: (link) => void this.#linked(link),
    });
    this.host = this.#bridge.host;
  }

  call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
    return this.#bridge.caller.call(name, input, signal);
  }

  /** Starts a job and resolves with its result; its states arrive in `jobs`. A cancelled or failed one rejects. */
  async run<V extends JobInput['verb']>(
    job: Extract<JobInput, { verb: V }>,
    onStart: (id: number) => void = () => {},
  ): Promise<ResultOf<V>> {
    const started = await this.call('startJob', job);
    onStart(started.id);
    // A short one may have told of its end before it told of its start.
    if (this.job(started.id) === null) this.#put(started);
    return this.resultOf<V>(started.id);
  }

  /** Of a job that runs or has run already, such as one that was started before this screen was shown. */
  async resultOf<V extends JobInput['verb']>(id: number): Promise<ResultOf<V>> {
    const ended = await this.#endOf(id);
    if (ended.problem !== null) throw new RemoteProblem(ended.problem);
    const { result } = await this.call('jobResult', { id });
    return result as ResultOf<V>;
  }

  job(id: number | null): Job | null {
    return this.jobs.find((job) => job.id === id) ?? null;
  }

  cancel(id: number): void {
    this.call('cancelJob', { id }).catch(() => {});
  }

  forget(id: number): void {
    this.call('forgetJob', { id }).catch(() => {});
  }

  say(words: string): void {
    // The same words again would not be heard. Whoever says something in an effect does not wait for what is said.
    const before = untrack(() => this.said);
    this.said = before === words ? `${words}\u00a0` : words;
  }

  /** To the clipboard; whether it got there is said. */
  async copy(text: string, what: string): Promise<void> {
    const isCopied = await this.host.copyText(text).then(
      () => true,
      () => false,
    );
    this.say(isCopied ? `${what} copied` : `${what} could not be copied`);
  }

  /** Commands come from menus, the palette and keys; the latest who takes one keeps it. Asked anew for each. */
  onCommands(commands: () => Commands): () => void {
    // Whoever listens in an effect does not wait for others to listen.
    const change = (to: (before: readonly (() => Commands)[]) => readonly (() => Commands)[]) =>
      untrack(() => (this.#commands = to(this.#commands)));
    change((before) => [...before, commands]);
    return () => change((before) => before.filter((one) => one !== commands));
  }

  command(name: string): boolean {
    return this.#commands.toReversed().some((commands) => {
      const all = commands();
      const action = Object.hasOwn(all, name) ? all[name as CommandName] : undefined;
      return action !== undefined && action() !== false;
    });
  }

  /** Whether a command would do anything now. */
  hasCommand(name: CommandName): boolean {
    return this.#commands.some((commands) => commands()[name] !== undefined);
  }

  /** Told of the states of one job from now on, and of the one that is known already. */
  onJob(id: number, see: (job: Job) => void): () => void {
    const listeners = this.#jobListeners.get(id) ?? new Set();
    this.#jobListeners.set(id, listeners.add(see));
    const known = this.job(id);
    // After whoever listens has what stops it.
    if (known) queueMicrotask(() => listeners.has(see) && see(this.job(id) ?? known));
    return () => {
      listeners.delete(see);
      if (listeners.size === 0) this.#jobListeners.delete(id);
    };
  }

  #endOf(id: number): Promise<Job> {
    return new Promise((resolve) => {
      const stop = this.onJob(id, (job) => {
        if (isUnderWay(job)) return;
        stop();
        resolve(job);
      });
    });
  }

  #hear(event: EngineEvent): void {
    switch (event.is) {
      case 'job':
        this.#put(event.job);
        break;
      case 'job gone':
        this.jobs = this.jobs.filter(({ id }) => id !== event.id);
        break;
      case 'engine restarted':
        this.#loseJobs(event.why);
        this.attached++;
        this.notice = `The engine ended (${event.why}) and was started again. What you see was kept; jobs that ran have to be started again.`;
        break;
      case 'engine stopped':
        this.#loseJobs(event.why);
        this.isStopped = true;
        this.notice = `The engine ended again and again (${event.why}) and stays stopped.`;
        break;
      case 'open':
        this.onOpen(event.paths);
        break;
      case 'show jobs':
        this.onShowJobs();
        break;
      case 'command':
        this.command(event.name);
        break;
    }
  }

  #put(job: Job): void {
    const isKnown = this.jobs.some(({ id }) => id === job.id);
    this.jobs = isKnown ? this.jobs.map((one) => (one.id === job.id ? job : one)) : [...this.jobs, job];
    for (const see of this.#jobListeners.get(job.id) ?? []) see(job);
    const running = this.jobs.find(({ status }) => status === 'running');
    if (running === undefined) this.host.setProgress(null);
    else this.host.setProgress(running.totalBytes ? running.doneBytes / running.totalBytes : 'unknown');
  }

  /** Those of an engine that is no more: what waits for one under way is told, and none stays. */
  #loseJobs(why: string, lost = this.jobs): void {
    const problem = {
      code: 'ENGINE_ENDED',
      message: `the engine ended: ${why}`,
      hint: 'start it again; nothing incomplete was left under a final name',
      path: null,
    };
    for (const job of lost) if (isUnderWay(job)) this.#put({ ...job, status: 'failed', problem });
    // A new engine counts its jobs from one again.
    const ids = new Set(lost.map(({ id }) => id));
    this.jobs = this.jobs.filter(({ id }) => !ids.has(id));
  }

  async #linked(link: Link): Promise<void> {
    this.link = link;
    if (link !== 'open') return;
    const isFirst = this.about === null;
    this.attached++;
    const before = this.jobs;
    try {
      const about = await this.call('about', {});
      const listed = await this.call('listJobs', {});
      const gone = before.filter(({ id }) => !listed.some((job) => job.id === id));
      this.#loseJobs('while the connection to it was lost', gone);
      for (const job of listed) this.#put(job);
      this.about = about;
    } catch {
      // The link was lost again; it comes back here.
      return;
    }
    const paths = isFirst ? takePathsToOpen() : [];
    if (paths.length > 0) this.onOpen(paths);
  }
}

export const isUnderWay = ({ status }: Job) => status === 'running' || status === 'queued';

export const app = new App();
