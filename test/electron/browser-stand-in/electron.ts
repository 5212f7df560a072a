/** The module `electron` of this stand-in: windows and the engine's process are real, the rest is that of the other one. */
export { MessageChannelMain } from '../stand-in/ports.ts';
export {
  app,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
} from '../stand-in/shell.ts';
export { utilityProcess } from './utility-process.ts';
export { ChromiumWindow as BrowserWindow } from './windows.ts';
