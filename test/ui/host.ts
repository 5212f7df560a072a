/**
 * The same specs for both hosts: `serve` in a browser, and Electron (`npm run test:electron` says so by
 * MAR_STUDIO_TEST_HOST). Whatever differs between the two is one function here, and no spec asks which host it has.
 */
import { findElectron } from '../../build/electron-binary.ts';
import { noBrowser } from '../support/served-app.ts';

const isElectron = process.env.MAR_STUDIO_TEST_HOST === 'electron';
const electron = isElectron ? findElectron() : null;

/** Why nothing of the interface can run here; false where it can. */
export const notHere: string | false =
  electron === null ? noBrowser : electron.path === null ? electron.why : false;

/** For a test of what only `serve` has: false there, and where it can't run, why. */
export function servedOnly(why: string): string | false {
  return isElectron ? `of serve alone: ${why}` : notHere;
}

/** For a test of what only a desktop has. */
export function desktopOnly(why: string): string | false {
  return isElectron ? notHere : `of Electron alone: ${why} (npm run test:electron)`;
}

/** Electron's binary, where the specs run in it. */
export const electronPath = electron?.path ?? null;

/** What the host has of its own beside the pages: a file picker within the page, or the system's dialogs. */
export const hasPickerOfItsOwn = !isElectron;
