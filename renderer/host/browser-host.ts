/** What a browser tab can do of what a desktop window can. Files are picked in a dialog of our own, in the served folders. */
import type { HostAbilities, PickOptions, SaveOptions } from '../../core/contract/host.ts';
import { BrowserPort, type Link } from './browser-port.ts';
import { sessionToken } from './session-token.ts';
import { noteUpload } from './uploaded.ts';

/** Set by the file picker when it is mounted. */
export const pickers: {
  pick: (options: PickOptions) => Promise<readonly string[]>;
  save: (options: SaveOptions) => Promise<string | null>;
} = { pick: async () => [], save: async () => null };

export function browserHost(onLink: (link: Link) => void): HostAbilities {
  return {
    kind: 'browser',
    manners: mannersHere(),
    connect: (receive) => new BrowserPort(receive, onLink),
    pickFiles: (options) => pickers.pick(options),
    pickSavePath: (options) => pickers.save(options),
    pathsOfDrop: upload,
    setDocument({ title, isEdited }) {
      document.title = `${isEdited ? '* ' : ''}${title}`;
      window.onbeforeunload = isEdited ? (event) => event.preventDefault() : null;
    },
    setProgress() {},
    setTheme() {},
    copyText: (text) => navigator.clipboard.writeText(text),
    showInFolder: null,
    newDragFolder: null,
    startDrag: null,
    notify: null,
    setRecents: null,
    keepGranted: null,
    newWindow: null,
    setMenuState: null,
    startEngine: null,
  };
}

function mannersHere(): HostAbilities['manners'] {
  if (/mac/i.test(navigator.platform)) return 'macos';
  return /win/i.test(navigator.platform) ? 'windows' : 'gnome';
}

/** A browser tells no path of what is dropped, so the bytes go to a private folder of the server, on this computer. */
async function upload(files: readonly File[]): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const file of files) {
    const answer = await fetch(`/upload/${encodeURIComponent(file.name)}`, {
      method: 'PUT',
      headers: { 'x-mar-studio-token': sessionToken() ?? '', 'content-type': 'application/octet-stream' },
      body: file,
    }).catch(() => null);
    // A folder can't be read by a page: the browser fails the request.
    if (answer === null)
      throw new Error(`${file.name} can't be taken from the browser: pick it here instead`);
    const said = (await answer.json()) as { readonly path?: string; readonly message?: string };
    if (said.path === undefined) throw new Error(said.message ?? `${file.name} was not taken`);
    noteUpload(said.path);
    paths.push(said.path);
  }
  return paths;
}
