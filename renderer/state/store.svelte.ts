/** Which folder is the model store. */
import { Stored } from './stored.svelte.ts';

interface StorePlace {
  readonly path: string | null;
}

export const store = new Stored<StorePlace>('store', (value) => {
  const path = (value as Partial<StorePlace> | null)?.path;
  return { path: typeof path === 'string' ? path : null };
});
