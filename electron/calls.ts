/**
 * Answers what pages ask of the main process. Every message is judged before it is heard: it must come from the main
 * frame of one of our windows, from our own address, in the shape that its channel has, and not be too long.
 */
import { clipboard, type IpcMainInvokeEvent, ipcMain, Notification, nativeTheme, shell } from 'electron';
import { maxRequestBytes } from '../core/contract/rpc.ts';
import { type Channel, type ChannelInput, channelName, channels } from './channels.ts';
import { pickPaths, pickSavePath } from './dialogs.ts';
import { type DragFolder, dragOut } from './drag-out.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Grants } from './grants.ts';
import { pageOrigin } from './page-protocol.ts';
import type { Recents } from './recents.ts';
import type { ShellStateFile } from './shell-state.ts';
import type { AppWindow } from './window.ts';
import type { Windows } from './windows.ts';

export interface CallContext {
  readonly engine: EngineProcess;
  readonly grants: Grants;
  readonly dragFolder: DragFolder;
  readonly windows: Windows;
  readonly recents: Recents;
  readonly state: ShellStateFile;
  readonly onMenuChange: () => void;
}

type Answers = { readonly [C in Channel]: (window: AppWindow, input: ChannelInput<C>) => unknown };

export function answerCalls(context: CallContext): void {
  const answers = answersOf(context);
  for (const channel of Object.keys(channels) as Channel[]) listen(channel, answers, context.windows);
}

function listen<C extends Channel>(channel: C, answers: Answers, windows: Windows): void {
  const check = channels[channel] as (value: unknown) => value is ChannelInput<C>;
  ipcMain.handle(channelName(channel), async (event, ...given: readonly unknown[]) => {
    const window = windowOf(event, windows);
    if (window === null) throw new Error('refused: not a page of ours');
    const [input] = given;
    if (given.length !== 1 || !check(input)) throw new Error(`refused: ${channel} takes something else`);
    if (JSON.stringify(input).length > maxRequestBytes) throw new Error(`refused: ${channel} is too long`);
    return answers[channel](window, input);
  });
}

/** The window that asks, or null where a frame asks that we did not load. */
function windowOf({ sender, senderFrame }: IpcMainInvokeEvent, windows: Windows): AppWindow | null {
  // Null where the frame has gone elsewhere since it asked.
  if (senderFrame === null || senderFrame !== sender.mainFrame || senderFrame.parent !== null) return null;
  if (senderFrame.origin !== pageOrigin || !senderFrame.url.startsWith(`${pageOrigin}/`)) return null;
  return windows.of(sender) ?? null;
}

function answersOf({
  engine,
  grants,
  dragFolder,
  windows,
  recents,
  state,
  onMenuChange,
}: CallContext): Answers {
  return {
    connect: (window) => {
      engine.connect(window);
      window.connected();
    },
    pickFiles: async (window, options) => grants.add(await pickPaths(window.browser, options)),
    pickSavePath: async (window, options) => {
      const path = await pickSavePath(window.browser, options);
      return path === null ? null : ((await grants.add([path]))[0] ?? null);
    },
    grantDropped: (_window, paths) => grants.add(paths),
    setDocument: (window, document) => window.setDocument(document),
    setProgress: (window, progress) => {
      window.setProgress(progress);
      if (progress === null) windows.workDone(window);
    },
    setTheme: (_window, theme) => {
      nativeTheme.themeSource = theme;
      state.change({ theme });
    },
    copyText: (_window, text) => clipboard.writeText(text),
    showInFolder: (_window, path) => {
      if (!grants.hold(path)) throw new Error(`refused: ${path} was not chosen by anyone`);
      shell.showItemInFolder(path);
    },
    newDragFolder: () => dragFolder.next(),
    startDrag: (window, paths) => dragOut(window, paths, { folder: dragFolder, grants }),
    notify: (window, words) => {
      if (!windows.isAnyFocused) notify(window, words);
    },
    setRecents: (_window, paths) => {
      recents.set(paths.filter((path) => grants.hold(path)));
      onMenuChange();
    },
    keepGranted: (_window, paths) => state.change({ kept: paths.filter((path) => grants.hold(path)) }),
    newWindow: (_window, paths) => {
      windows.open(paths.filter((path) => grants.hold(path)));
    },
    setMenuState: (window, menuState) => {
      window.menuState = menuState;
      onMenuChange();
    },
    startEngine: () => engine.startAgain(),
  };
}

function notify(window: AppWindow, { title, body }: { readonly title: string; readonly body: string }): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body, silent: true });
  notification.on('click', () => {
    window.show();
    window.tell({ is: 'show jobs' });
  });
  notification.show();
}
