/** The system's own dialogs. Buttons are verbs, and what Enter does loses nothing. */
import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import type { PickOptions, SaveOptions } from '../core/contract/host.ts';

export async function pickPaths(window: BrowserWindow, options: PickOptions): Promise<readonly string[]> {
  const properties: OpenDialogOptions['properties'] = [
    options.folders ? 'openDirectory' : 'openFile',
    // What was looked at once is no recent document yet; the interface says what is.
    'dontAddToRecent',
    'showHiddenFiles',
  ];
  if (options.multiple) properties.push('multiSelections');
  if (options.folders) properties.push('createDirectory');
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: options.title,
    properties,
    ...(options.startAt === null ? {} : { defaultPath: options.startAt }),
  });
  return canceled ? [] : filePaths;
}

export async function pickSavePath(window: BrowserWindow, options: SaveOptions): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: options.title,
    defaultPath: options.suggested,
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  });
  return canceled || filePath === '' ? null : filePath;
}

/** Whether what was entered may go. */
export async function askToDiscard(window: BrowserWindow): Promise<boolean> {
  return (
    (await choose(window, {
      message: 'Close this window without saving?',
      detail: 'What was entered in it will be gone.',
      buttons: ['Close Without Saving', 'Cancel'],
    })) === 0
  );
}

export async function askAboutWork(window: BrowserWindow): Promise<'keep running' | 'stop' | 'cancel'> {
  const answer = await choose(window, {
    message: 'Work is still running.',
    detail:
      'It can go on without the window, which comes back when it is done. Stopped, it leaves no file behind.',
    buttons: ['Keep Running', 'Stop and Quit', 'Cancel'],
  });
  return (['keep running', 'stop'] as const)[answer] ?? 'cancel';
}

/** A page that crashed: its engine and its jobs still stand. */
export async function askToReload(window: BrowserWindow, why: string): Promise<boolean> {
  return (
    (await choose(window, {
      message: 'This window stopped working.',
      detail: `Running work goes on. (${why})`,
      buttons: ['Reload', 'Close Window'],
    })) === 0
  );
}

interface Question {
  readonly message: string;
  readonly detail: string;
  /** The last one is what Escape means. The system puts them in its own order. */
  readonly buttons: readonly string[];
}

async function choose(window: BrowserWindow, { message, detail, buttons }: Question): Promise<number> {
  const last = buttons.length - 1;
  const isSafe = buttons[last] === 'Cancel';
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message,
    detail,
    buttons: [...buttons],
    defaultId: isSafe ? last : 0,
    cancelId: last,
    noLink: true,
  });
  return response;
}
