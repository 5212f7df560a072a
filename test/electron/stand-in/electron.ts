/**
 * Stands in the place of the module `electron`, whose binary most test machines have not: the shell's own code runs
 * against this. What Electron itself does with what it is told is not shown here.
 */
export { StandInWindow as BrowserWindow } from './pages.ts';
export { MessageChannelMain, utilityProcess } from './ports.ts';
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
} from './shell.ts';
