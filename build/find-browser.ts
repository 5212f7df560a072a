/** The system's own Chromium, Chrome or Edge, where one is installed and has a screen to appear on. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];

const places: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
};

export type FoundBrowser =
  | { readonly path: string; readonly argumentsFor: (url: string, profile: string) => string[] }
  | { readonly path: null; readonly why: string };

export const noneInstalled = 'no Chromium, Chrome or Edge is installed';

/** Undefined where none is installed. */
export function installedBrowser(): string | undefined {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return (places[process.platform] ?? inPath).find((one) => existsSync(one));
}

export function findBrowser(): FoundBrowser {
  const path = installedBrowser();
  if (path === undefined) return { path: null, why: noneInstalled };
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
    return { path: null, why: `${path} has no screen to appear on` };
  }
  return { path, argumentsFor };
}

/** A window without tabs, with a profile of its own: so closing it ends its process, and nothing of it is synchronised. */
function argumentsFor(url: string, profile: string): string[] {
  // Chromium refuses its sandbox to root, as which containers run.
  const forRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    ...forRoot,
  ];
}
