/** The menu bar on each platform, as UX.md 2.9 and its table of manners have it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../core/contract/commands.ts';
import type { MenuState } from '../../core/contract/host.ts';
import type { MannersName } from '../../core/contract/platform.ts';
import type { MenuItem } from './stand-in/shell.ts';
import { electron, lastPage, start, until, windows } from './stand-in/start.ts';

const { menuTemplate } = await import('../../electron/menu.ts');

function menuOf(
  manners: MannersName,
  state: MenuState = { disabled: [], checked: [], keys: {} },
): readonly MenuItem[] {
  return menuTemplate({
    ...{ manners, state, recents: ['/a & b.mar'], hasDevTools: false },
    ...{ onCommand: () => {}, onNewWindow: () => {}, onOpenRecent: () => {} },
  }) as readonly MenuItem[];
}

const plain = (label: string | undefined) => label?.replace(/&(?!&)/, '');

function allItems(menu: readonly MenuItem[]): MenuItem[] {
  return menu.flatMap((item) => [item, ...allItems(item.submenu ?? [])]);
}

function find(menu: readonly MenuItem[], is: (item: MenuItem) => boolean): MenuItem {
  const found = allItems(menu).find(is);
  assert.ok(found);
  return found;
}

const inMenu = (menu: readonly MenuItem[], title: string, id: string) =>
  menu.find(({ label }) => plain(label) === title)?.submenu?.some((item) => item.id === id) ?? false;

test('the menus and their order', () => {
  const rest = ['Go', 'Archive', 'Audit'];
  const titles = (manners: MannersName) => menuOf(manners).map((item) => plain(item.label) ?? item.role);
  assert.deepEqual(titles('macos'), ['MAR Studio', 'File', 'Edit', 'View', ...rest, 'windowMenu', 'Help']);
  for (const manners of ['windows', 'gnome', 'kde'] as const)
    assert.deepEqual(titles(manners), ['File', 'Edit', 'View', ...rest, 'Help']);
});

for (const [manners, menu, label, redo, fullScreen, folderWords, quit] of [
  ['macos', 'MAR Studio', 'Settings…', 'Cmd+Shift+Z', 'Ctrl+Cmd+F', 'Reveal in Finder', 'Quit MAR Studio'],
  ['windows', 'File', 'Settings', 'Ctrl+Y', 'F11', 'Show in File Explorer', 'Exit'],
  ['gnome', 'Edit', 'Preferences', 'Ctrl+Shift+Z', 'F11', 'Open Containing Folder', 'Exit'],
  ['kde', 'Edit', 'Preferences', 'Ctrl+Shift+Z', 'F11', 'Open Containing Folder', 'Exit'],
] as const) {
  test(`the manners of ${manners}`, () => {
    const bar = menuOf(manners);
    for (const title of ['MAR Studio', 'File', 'Edit'])
      assert.equal(inMenu(bar, title, 'settings'), title === menu, title);
    assert.equal(plain(find(bar, ({ id }) => id === 'settings').label), label);
    assert.equal(find(bar, ({ role }) => role === 'redo').accelerator, redo);
    assert.equal(find(bar, ({ role }) => role === 'togglefullscreen').accelerator, fullScreen);
    assert.equal(plain(find(bar, ({ id }) => id === 'show-in-folder').label), folderWords);
    assert.equal(plain(find(bar, ({ role }) => role === 'quit').label), quit);
    assert.equal(inMenu(bar, manners === 'macos' ? 'MAR Studio' : 'Help', 'about'), true);
    const mod = manners === 'macos' ? 'Cmd' : 'Ctrl';
    assert.equal(find(bar, ({ id }) => id === 'open-archive').accelerator, `${mod}+O`);
    assert.equal(find(bar, ({ id }) => id === 'settings').accelerator, `${mod}+,`);
    assert.equal(
      find(bar, ({ id }) => id === 'back').accelerator,
      manners === 'macos' ? 'Cmd+[' : 'Alt+Left',
    );
  });
}

test('every command is in the menu, once', () => {
  for (const manners of ['macos', 'windows', 'gnome'] as const) {
    const ids = allItems(menuOf(manners)).flatMap(({ id }) =>
      id === undefined || id === 'new-window' ? [] : [id],
    );
    assert.deepEqual(ids.sort(), Object.keys(commands).sort());
  }
});

test('no two items share keys', () => {
  for (const manners of ['macos', 'windows', 'gnome'] as const) {
    const keys = allItems(menuOf(manners)).flatMap(({ accelerator }) => accelerator ?? []);
    assert.equal(new Set(keys).size, keys.length, String(keys));
  }
});

test('letters are underlined where that is the custom, each once in a menu', () => {
  assert.ok(allItems(menuOf('macos')).every(({ label }) => !/&(?!\s)/.test(label ?? '')));
  for (const menu of [menuOf('windows'), ...menuOf('windows').map(({ submenu }) => submenu ?? [])]) {
    const letters = menu.flatMap(({ label }) => /&([a-z])/i.exec(label ?? '')?.[1]?.toLowerCase() ?? []);
    assert.equal(new Set(letters).size, letters.length, String(letters));
  }
});

test('a name with an ampersand is shown with it', () => {
  assert.ok(allItems(menuOf('windows')).some(({ label }) => label?.endsWith('a && b.mar')));
  assert.ok(allItems(menuOf('macos')).some(({ label }) => label === '/a & b.mar'));
});

test('what can not be done now is grey, and what is chosen has its mark', () => {
  const bar = menuOf('gnome', {
    disabled: ['verify'],
    checked: ['theme-dark', 'toggle-unchanged'],
    keys: {},
  });
  assert.equal(find(bar, ({ id }) => id === 'verify').enabled, false);
  assert.equal(find(bar, ({ id }) => id === 'home').enabled, true);
  assert.equal(find(bar, ({ id }) => id === 'theme-dark').checked, true);
  assert.equal(find(bar, ({ id }) => id === 'theme-light').checked, false);
  assert.equal(find(bar, ({ id }) => id === 'toggle-unchanged').checked, true);
});

test('a command reaches the window in front, and only that', async (t) => {
  await start(t);
  const first = await lastPage();
  find(electron.Menu.current, ({ id }) => id === 'new-window').click?.();
  await until(() => windows.length === 2);
  const second = await lastPage();
  await until(() => second.window.isVisible());
  find(electron.Menu.current, ({ id }) => id === 'verify').click?.();
  assert.equal((await second.hearsEvent('command')).name, 'verify');
  assert.ok(!first.heard.some((message) => 'event' in message));
});

test('a command that finds no window opens one and is carried out there', async (t) => {
  await start(t, { platform: 'darwin' });
  (await lastPage()).window.close();
  find(electron.Menu.current, ({ id }) => id === 'new-pack').click?.();
  await until(() => windows.length === 1);
  assert.equal((await (await lastPage()).hearsEvent('command')).name, 'new-pack');
});

test('the menu shows the state of the window in front', async (t) => {
  await start(t);
  const first = await lastPage();
  first.abilities.setMenuState?.({ disabled: ['prove'], checked: [], keys: { prove: 'Mod+Alt+P' } });
  await until(() => find(electron.Menu.current, ({ id }) => id === 'prove').enabled === false);
  assert.equal(find(electron.Menu.current, ({ id }) => id === 'prove').accelerator, 'Ctrl+Alt+P');
  first.abilities.newWindow?.([]);
  await until(() => windows.length === 2);
  await until(() => find(electron.Menu.current, ({ id }) => id === 'prove').enabled === true);
  first.window.focus();
  assert.equal(find(electron.Menu.current, ({ id }) => id === 'prove').enabled, false);
});
