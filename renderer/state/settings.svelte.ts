/** The settings of whoever uses this computer. */
import { checkSettings, type Settings } from '../../core/contract/settings.ts';
import { Stored } from './stored.svelte.ts';

export { choices, defaults, type Settings } from '../../core/contract/settings.ts';

export const settings = new Stored<Settings>('settings', checkSettings);
