/** Where settings, recents and marks of this user are kept: where each system wants such things. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export function stateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.MAR_STUDIO_STATE) return resolve(env.MAR_STUDIO_STATE);
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'MAR Studio');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'MAR Studio');
  // The specification of XDG has a relative path ignored.
  const config = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config');
  return join(config, 'mar-studio');
}
