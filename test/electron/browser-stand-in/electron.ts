/** The module `electron` of this stand-in: windows and the engine's process are real, the rest is that of the other one. */
export * from '../stand-in/electron.ts';
export { utilityProcess } from './utility-process.ts';
export { ChromiumWindow as BrowserWindow } from './windows.ts';
