/** Where the parts of the application lie. In the packaged application the root is the asar. */
import { dirname, join } from 'node:path';
import { app } from 'electron';

const built = (...names: string[]) => join(app.getAppPath(), 'dist', ...names);

export const places = {
  /** The built interface. */
  get page() {
    return built('renderer');
  },
  get preload() {
    return built('electron', 'preload.cjs');
  },
  get engine() {
    return built('electron', 'engine.js');
  },
  get icon() {
    return built('electron', 'icon.png');
  },
  get dragIcon() {
    return built('electron', 'file.png');
  },
  /** Archives to try the application with; real files, since a person may drag them somewhere. */
  get samples() {
    return app.isPackaged ? join(dirname(app.getAppPath()), 'samples') : built('samples');
  },
  /** What the engine keeps: settings, recents, marks. */
  get state() {
    return join(app.getPath('userData'), 'state');
  },
  /** What is dragged out of windows, for as long as the application runs. */
  get dragged() {
    return join(app.getPath('userData'), 'dragged');
  },
  /** What the shell keeps: windows, theme, what stays granted. */
  get shellState() {
    return join(app.getPath('userData'), 'windows.json');
  },
};
