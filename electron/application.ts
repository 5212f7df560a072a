/** Puts the shell together and runs it: what a start means, and what a second one does. */
import { resolve } from 'node:path';
import { app, nativeTheme, session } from 'electron';
import { mannersOf } from '../core/contract/platform.ts';
import { answerCalls } from './calls.ts';
import { DragFolder } from './drag-out.ts';
import { EngineProcess } from './engine-process.ts';
import { Grants } from './grants.ts';
import { closeNetwork, guardAllPages, guardSession } from './guards.ts';
import { pathsOf, pathsOfSecondStart, type SecondStart } from './launch.ts';
import { showMenu } from './menu.ts';
import { listPageFiles, registerPageScheme, servePage } from './page-protocol.ts';
import { places } from './places.ts';
import { Recents } from './recents.ts';
import { ShellStateFile } from './shell-state.ts';
import { Windows } from './windows.ts';

export interface Start {
  readonly argv: readonly string[];
  readonly workingFolder: string;
  /** As Node names it. */
  readonly platform: string;
  /** XDG_CURRENT_DESKTOP, where there is one. */
  readonly desktop: string;
}

/** Resolves when the first window was opened, or at once where the application runs already. */
export async function startApplication(start: Start): Promise<void> {
  app.enableSandbox();
  closeNetwork();
  registerPageScheme();
  const paths = pathsOf(start.argv, start.workingFolder, app.isPackaged ? null : app.getAppPath());
  if (!app.requestSingleInstanceLock({ paths } satisfies SecondStart)) {
    app.quit();
    return;
  }
  guardAllPages();
  // macOS says with which file it starts us before we are ready.
  const asked = [...paths];
  let show = (more: readonly string[]): void => {
    asked.push(...more);
  };
  app.on('open-file', (event, path) => {
    event.preventDefault();
    show([resolve(path)]);
  });
  app.on('second-instance', (_event, _argv, _folder, data) => show(pathsOfSecondStart(data)));
  await app.whenReady();
  show = await openApplication(start);
  show(asked);
}

/** Everything behind the windows; answers with what shows paths. */
async function openApplication({ platform, desktop }: Start): Promise<(paths: readonly string[]) => void> {
  const manners = mannersOf(platform, desktop);
  const state = new ShellStateFile(places.shellState);
  nativeTheme.themeSource = state.state.theme;
  guardSession(session.defaultSession);
  servePage(await listPageFiles(places.page));

  const dragFolder = new DragFolder(places.dragged);
  const engine = new EngineProcess({
    path: places.engine,
    stateFolder: places.state,
    samplesFolder: places.samples,
    passingFolder: places.dragged,
  });
  engine.start();
  app.once('will-quit', (event) => {
    event.preventDefault();
    void engine.close().then(() => {
      dragFolder.remove();
      app.exit();
    });
  });
  const grants = new Grants(engine);
  const recents = new Recents();
  const windows = new Windows({
    manners,
    state,
    onFocus: refreshMenu,
    onClosed: (id) => {
      engine.disconnect(id);
      refreshMenu();
    },
  });
  answerCalls({ engine, grants, dragFolder, windows, recents, state, onMenuChange: refreshMenu });
  refreshMenu();
  // What was there last time may be gone by now, which is no reason not to start.
  await grantWhatCan(grants, state.state.kept);
  return (paths) => {
    void grantWhatCan(grants, paths).then(() => windows.openPaths(paths));
  };

  function refreshMenu(): void {
    showMenu({
      manners,
      state: windows.front?.menuState ?? { disabled: [], checked: [], keys: {} },
      recents: recents.paths,
      hasDevTools: !app.isPackaged,
      onCommand: (name) => windows.show().tell({ is: 'command', name }),
      onNewWindow: () => windows.open([]),
      onOpenRecent: (path) => windows.openPaths([path]),
    });
  }
}

async function grantWhatCan(grants: Grants, paths: readonly string[]): Promise<void> {
  for (const path of paths) await grants.add([path]).catch(() => {});
}
