/** The one file that knows which host carries the calls: a desktop window, or a browser tab served from this computer. */
import type { EngineEvent, ProblemData } from '../core/contract/api.ts';
import type { HostAbilities } from '../core/contract/host.ts';
import { Caller } from '../core/contract/rpc.ts';
import { browserHost } from './host/browser-host.ts';
import type { Link } from './host/browser-port.ts';

interface Listeners {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onLink: (link: Link) => void;
}

declare global {
  interface Window {
    /** What the desktop's preload script offers. */
    readonly marStudio?: HostAbilities;
  }
}

const lost: ProblemData = {
  code: 'CONNECTION_LOST',
  message: 'the connection to the engine was lost',
  hint: 'it is looked for again; jobs go on meanwhile',
  path: null,
};

export interface Bridge {
  readonly caller: Caller;
  readonly host: HostAbilities;
}

export function openBridge({ onEvent, onLink }: Listeners): Bridge {
  const caller = new Caller((event) => {
    // What was asked of an engine that died is never answered; one that is not there is not asked.
    if (event.is === 'engine restarted' || event.is === 'engine stopped') caller.detach(lost);
    if (event.is === 'engine restarted') caller.attach(port);
    onEvent(event);
  });
  const host =
    window.marStudio ??
    browserHost((link) => {
      if (link === 'open') caller.attach(port);
      else caller.detach(lost);
      onLink(link);
    });
  const port = host.connect((text) => caller.receive(text));
  if (host.kind === 'electron') {
    caller.attach(port);
    queueMicrotask(() => onLink('open'));
  }
  return { caller, host };
}
