/** The settings of whoever uses this computer. */
import { checkSettings, type Settings } from './setting-values.ts';
import { Stored } from './stored.svelte.ts';

export { choices, defaults, type Settings } from './setting-values.ts';

export const settings = new Stored<Settings>('settings', checkSettings);
