/** The commands that hold on every screen; a screen's own come first (app.onCommands). */
import type { Commands } from './app.svelte.ts';
import { openArchive, openFolder } from './open.ts';
import { overlays } from './overlays.svelte.ts';
import { palette } from './palette.svelte.ts';
import { movePane } from './panes.ts';
import { route } from './route.svelte.ts';
import { settings } from './settings.svelte.ts';

const always: Commands = {
  'open-archive': openArchive,
  'open-folder': openFolder,
  'new-pack': () => route.go({ screen: 'pack' }),
  compare: () => route.go({ screen: 'diff' }),
  settings: () => route.go({ screen: 'settings' }),
  // The version stands there.
  about: () => route.go({ screen: 'settings' }),
  home: () => route.go({ screen: 'home' }),
  jobs: () => {
    overlays.jobs = !overlays.jobs;
  },
  'command-palette': openPalette,
  'keyboard-map': showKeys,
  guide: showKeys,
  accessibility: showKeys,
  'next-pane': () => movePane(1),
  'previous-pane': () => movePane(-1),
  'density-compact': () => settings.change({ density: 'compact' }),
  'density-normal': () => settings.change({ density: 'normal' }),
  'density-roomy': () => settings.change({ density: 'roomy' }),
  'theme-system': () => settings.change({ theme: 'system' }),
  'theme-light': () => settings.change({ theme: 'light' }),
  'theme-dark': () => settings.change({ theme: 'dark' }),
  'palette-blue-orange': () => settings.change({ palette: 'blue-orange' }),
  'palette-green-red': () => settings.change({ palette: 'green-red' }),
};

function openPalette(): void {
  palette.isOpen = true;
}

function showKeys(): void {
  overlays.keys = true;
}

export const appCommands = (): Commands => ({
  ...always,
  back: route.canGoBack ? () => route.back() : undefined,
  forward: route.canGoForward ? () => route.forward() : undefined,
  'go-to-entry': palette.source === null ? undefined : openPalette,
});
