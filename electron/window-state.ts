/** Where a window opens: where the last one stood, if that can still be seen. */

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SavedWindow extends Bounds {
  readonly isMaximized: boolean;
}

/** Narrower, and the interface would have to scroll sideways. */
export const leastWidth = 480;
export const leastHeight = 360;

const usual = { width: 1280, height: 820 };
/** So much of the title bar must be in reach to take hold of the window. */
const grip = { width: 120, height: 30 };

/** `areas` are the displays without their taskbars, the main one first. */
export function placeWindow(saved: SavedWindow | null, areas: readonly Bounds[]): Bounds {
  const main = areas[0] ?? { x: 0, y: 0, ...usual };
  const home = saved === null ? undefined : areas.find((area) => canBeTaken(saved, area));
  if (saved === null || home === undefined) return centred(fit(saved ?? usual, main), main);
  const { width, height } = fit(saved, home);
  return { x: saved.x, y: saved.y, width, height };
}

function canBeTaken(window: Bounds, area: Bounds): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const isBarInside = window.y >= area.y && window.y + grip.height <= area.y + area.height;
  return isBarInside && across >= grip.width;
}

function fit({ width, height }: { readonly width: number; readonly height: number }, area: Bounds) {
  return {
    width: Math.max(leastWidth, Math.min(width, area.width)),
    height: Math.max(leastHeight, Math.min(height, area.height)),
  };
}

function centred(
  { width, height }: { readonly width: number; readonly height: number },
  area: Bounds,
): Bounds {
  return {
    x: Math.max(area.x, Math.round(area.x + (area.width - width) / 2)),
    y: Math.max(area.y, Math.round(area.y + (area.height - height) / 2)),
    width,
    height,
  };
}
