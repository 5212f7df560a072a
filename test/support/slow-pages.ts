/**
 * MAR_STUDIO_UI_SLOWDOWN=6 makes every page six times as slow as this machine would: a spec that reads what is not there
 * yet fails here, and not first on the machine of somebody else.
 */
import type { Page } from 'playwright';

const rate = Number(process.env.MAR_STUDIO_UI_SLOWDOWN || 1);

/** Before the page is loaded. */
export async function slowDown(page: Page): Promise<void> {
  if (rate === 1) return;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}
