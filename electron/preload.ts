/**
 * The bridge: it runs in the page's sandbox and gives the page functions, never the means to send what it likes.
 * What a page hands over is checked by the main process (calls.ts).
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostAbilities } from '../core/contract/host.ts';
import { type MannersName, mannersNames } from '../core/contract/platform.ts';
import { maxRequestBytes } from '../core/contract/rpc.ts';
import {
  type Channel,
  type ChannelInput,
  channelName,
  eventChannel,
  lossChannel,
  mannersArgument,
  portChannel,
} from './channels.ts';

/** The page's own kind of port; its type is not known where there is no page. */
interface PagePort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(text: string): void;
  close(): void;
}

let receive: (text: string) => void = () => {};
let port: PagePort | null = null;
/** What was asked before there was an engine to ask; null once there was one. */
let early: string[] | null = [];

ipcRenderer.on(portChannel, ({ ports }) => {
  port?.close();
  port = (ports[0] as PagePort | undefined) ?? null;
  if (port === null) return;
  port.onmessage = ({ data }) => receive(String(data));
  for (const text of early ?? []) port.postMessage(text);
  early = null;
});
ipcRenderer.on(eventChannel, (_event, text: string) => receive(text));
// What is sent from now until there is another port is lost; "engine restarted" says so to the page.
ipcRenderer.on(lossChannel, () => {
  port = null;
});

function ask<C extends Channel>(channel: C, input: ChannelInput<C>) {
  return ipcRenderer.invoke(channelName(channel), input);
}

function tell<C extends Channel>(channel: C, input: ChannelInput<C>): void {
  void ask(channel, input);
}

function send(text: string): void {
  if (typeof text !== 'string' || text.length > maxRequestBytes) throw new RangeError('too long a request');
  if (port !== null) port.postMessage(text);
  else early?.push(text);
}

const abilities: HostAbilities = {
  kind: 'electron',
  manners: givenManners(),
  connect: (onText) => {
    receive = onText;
    tell('connect', {});
    return { send };
  },
  pickFiles: ({ title, multiple, folders, startAt }) =>
    ask('pickFiles', { title, multiple, folders, startAt }),
  pickSavePath: ({ title, suggested }) => ask('pickSavePath', { title, suggested }),
  // A file that was not dropped but made by the page has no path.
  pathsOfDrop: (files) =>
    ask(
      'grantDropped',
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ),
  setDocument: ({ title, path, isEdited }) => tell('setDocument', { title, path, isEdited }),
  setProgress: (progress) => tell('setProgress', progress),
  setTheme: (theme) => tell('setTheme', theme),
  copyText: (text) => ask('copyText', text),
  showInFolder: (path) => ask('showInFolder', path),
  newDragFolder: () => ask('newDragFolder', {}),
  startDrag: (paths) => tell('startDrag', [...paths]),
  notify: ({ title, body }) => tell('notify', { title, body }),
  setRecents: (paths) => tell('setRecents', [...paths]),
  keepGranted: (paths) => tell('keepGranted', [...paths]),
  newWindow: (paths) => tell('newWindow', [...paths]),
  setMenuState: ({ disabled, checked, keys }) =>
    tell('setMenuState', { disabled: [...disabled], checked: [...checked], keys: { ...keys } }),
  startEngine: () => tell('startEngine', {}),
};

contextBridge.exposeInMainWorld('marStudio', abilities);

function givenManners(): MannersName {
  const given = process.argv.find((argument) => argument.startsWith(mannersArgument));
  const name = given?.slice(mannersArgument.length);
  return mannersNames.find((known) => known === name) ?? 'gnome';
}
