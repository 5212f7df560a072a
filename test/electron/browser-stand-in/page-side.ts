/**
 * What runs in a page before anything of it: the part of Electron that a preload script sees, then the built preload.
 * It lies beside the page's own scripts, and not apart from them as in Electron.
 */
import { readFileSync } from 'node:fs';

/** Chromium knows no `app:`; this is a place that it trusts as much, and that is asked of us and not of a network. */
export const standInAddress = 'http://mar-studio.localhost/';

/** By this name the page speaks to the main process. */
export const binding = 'standInSay';

export function pageSide(preload: string, argv: readonly string[]): string {
  return `(() => {
  const say = globalThis.${binding};
  delete globalThis.${binding};
  const tell = (what) => say(JSON.stringify(what));
  const listeners = new Map();
  const asked = new Map();
  const ports = new Map();
  const files = [];
  let lastId = 0;
  const portOf = (id) => {
    const port = {
      onmessage: null,
      postMessage: (text) => tell({ port: id, text }),
      close: () => ports.delete(id),
    };
    ports.set(id, port);
    return port;
  };
  const electron = {
    contextBridge: { exposeInMainWorld: (name, value) => Object.defineProperty(globalThis, name, { value }) },
    ipcRenderer: {
      on: (channel, listener) => listeners.set(channel, listener),
      invoke: (channel, ...args) =>
        new Promise((resolve, reject) => {
          asked.set(++lastId, { resolve, reject });
          tell({ ask: lastId, channel, args });
        }),
    },
    // Where a file lies is found out by the main process, as soon as this is handed to it.
    webUtils: { getPathForFile: (file) => '/stand-in-file/' + (files.push(file) - 1) },
  };
  Object.defineProperty(globalThis, 'standIn', { value: {
    files,
    emit: (channel, ids, args) => listeners.get(channel)?.({ ports: ids.map(portOf) }, ...args),
    port: (id, data) => ports.get(id)?.onmessage?.({ data }),
    answer: (id, value, error) => {
      const { resolve, reject } = asked.get(id) ?? {};
      asked.delete(id);
      if (error === undefined) resolve?.(value);
      else reject?.(new Error(error));
    },
  } });
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error('module not found: ' + name);
  };
  ((require, module, exports, process) => {
    ${readFileSync(preload, 'utf8')}
  })(require, { exports: {} }, {}, { argv: ${JSON.stringify(argv)} });
})();`;
}
