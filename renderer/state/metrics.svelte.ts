/** Sizes that code has to know: rows are placed by number, not by the browser. */
import { settings } from './settings.svelte.ts';

const rowAt13 = { compact: 24, normal: 26, roomy: 32 } as const;

class Metrics {
  readonly rowPx = $derived(Math.round((rowAt13[settings.value.density] * settings.value.fontSize) / 13));
}

export const metrics = new Metrics();
