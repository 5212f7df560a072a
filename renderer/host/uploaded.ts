/** What was dropped into this tab: copies that are gone when serve ends, and so nothing to come back to. Known after a reload too. */
const key = 'mar-studio-uploaded';

const uploaded = new Set<string>(read());

export function noteUpload(path: string): void {
  uploaded.add(path);
  try {
    sessionStorage.setItem(key, JSON.stringify([...uploaded]));
  } catch {
    // It is known until the next reload.
  }
}

export const isUploaded = (path: string): boolean => uploaded.has(path);

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}
