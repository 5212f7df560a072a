/**
 * Runs the built shell as Electron's binary would be asked to, where there is none: its main process is Node, its pages
 * are Chromium's. So Playwright drives it as it drives Electron. What this shows: the harness of the specs, and the
 * shell's own code with real pages. What it does not: Electron's sandbox, its `app:` scheme, its dialogs and menus.
 */
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StandInEvent, StandInWindow, windows } from '../stand-in/pages.ts';
import { app } from '../stand-in/shell.ts';
import { Chromium } from './chromium.ts';
import { running } from './utility-process.ts';
import { showIn } from './windows.ts';

const standIn = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

process.argv.splice(0, 2, 'electron');
const optionOf = (name: string) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const root = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '');
const profile = optionOf('user-data-dir') ?? '';

// Before Playwright can ask for it: half loaded it would be without its windows.
await import('electron');
const chromium = await Chromium.launch(join(profile, 'Chromium'));
process.on('exit', () => chromium.kill());
process.on('SIGTERM', () => process.exit(1));
showIn(chromium);

app.appPath = root;
app.paths.set('userData', profile);
StandInWindow.onContents = (contents) => app.emit('web-contents-created', new StandInEvent(), contents);
StandInWindow.onAllClosed = () => app.emit('window-all-closed');
Object.assign(app, {
  getAppMetrics: () => running,
  exit: (code = 0) => void chromium.close().then(() => process.exit(code)),
  quit: () => {
    app.emit('before-quit', new StandInEvent());
    for (const window of [...windows]) window.close();
    const event = new StandInEvent();
    if (windows.length === 0) app.emit('will-quit', event);
    if (windows.length === 0 && !event.defaultPrevented) app.exit();
  },
});
await import(pathToFileURL(join(root, 'dist', 'electron', 'main.js')).href);
app.becomeReady();
