/** The one list of what a page may ask of the main process, and on which names it is heard. */
import { isKeyChanges } from '../core/contract/commands.ts';
import { themeNames } from '../core/contract/host.ts';
import { type Checked, either, flag, fraction, list, nullable, oneOf, path, record, text } from './schema.ts';

const paths = list(path, 10_000);

export const channels = {
  connect: record({}),
  pickFiles: record({ title: text(200), multiple: flag, folders: flag, startAt: nullable(path) }),
  pickSavePath: record({ title: text(200), suggested: path }),
  grantDropped: paths,
  setDocument: record({ title: text(1_000), path: nullable(path), isEdited: flag }),
  setProgress: nullable(either(fraction, oneOf(['unknown']))),
  setTheme: oneOf(themeNames),
  copyText: text(2 ** 20),
  showInFolder: path,
  newDragFolder: record({}),
  startDrag: list(path, 1_000),
  notify: record({ title: text(200), body: text(1_000) }),
  setRecents: list(path, 50),
  keepGranted: list(path, 200),
  newWindow: list(path, 64),
  setMenuState: record({ disabled: list(text(50), 200), checked: list(text(50), 200), keys: isKeyChanges }),
  startEngine: record({}),
} as const;

export type Channel = keyof typeof channels;
export type ChannelInput<C extends Channel> = Checked<(typeof channels)[C]>;

export function channelName(channel: Channel): string {
  return `mar-studio:${channel}`;
}

/** From the main process to a page. */
export const portChannel = 'mar-studio:port';
export const eventChannel = 'mar-studio:event';
export const lossChannel = 'mar-studio:engine-lost';

/** How the page's preload learns the manners of this platform without asking. */
export const mannersArgument = '--mar-studio-manners=';
