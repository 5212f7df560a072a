import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { stateFolder } from '../../../core/service/state-folder.ts';

test('the state lies where each system keeps what belongs to a program', () => {
  const home = resolve('/home/me');
  assert.equal(stateFolder({}, 'linux', home), join(home, '.config', 'mar-studio'));
  assert.equal(stateFolder({ XDG_CONFIG_HOME: '/etc/me' }, 'linux', home), join('/etc/me', 'mar-studio'));
  assert.equal(stateFolder({}, 'darwin', home), join(home, 'Library', 'Application Support', 'MAR Studio'));
  assert.equal(stateFolder({ APPDATA: home }, 'win32', '/'), join(home, 'MAR Studio'));
  assert.equal(stateFolder({}, 'win32', home), join(home, 'AppData', 'Roaming', 'MAR Studio'));
});

test('an empty or relative XDG_CONFIG_HOME is ignored, as its specification has it', () => {
  const usual = join('/home/me', '.config', 'mar-studio');
  for (const given of ['', 'config', './config'])
    assert.equal(stateFolder({ XDG_CONFIG_HOME: given }, 'linux', '/home/me'), usual);
});

test('MAR_STUDIO_STATE wins on every system', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const)
    assert.equal(stateFolder({ MAR_STUDIO_STATE: 'here' }, platform, '/home/me'), resolve('here'));
});
