/** The secret of this launch: it comes in the address's fragment, which no server sees, and is taken out of it at once. */
const key = 'mar-studio-token';

/** The address names a session, or what to open: this is no reload. Looked at before any of that is taken out of it. */
export const isFreshStart = ['token', 'open'].some((name) =>
  new URLSearchParams(location.hash.slice(1)).has(name),
);

let known: string | null | undefined;

export function sessionToken(): string | null {
  if (known === undefined) known = takeFromAddress() ?? sessionStorage.getItem(key);
  return known;
}

function takeFromAddress(): string | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (token === null) return null;
  given.delete('token');
  const rest = given.toString();
  history.replaceState(null, '', `${location.pathname}${rest === '' ? '' : `#${rest}`}`);
  sessionStorage.setItem(key, token);
  return token;
}

/** What the address asks to be opened, once. */
export function takePathsToOpen(): string[] {
  const given = new URLSearchParams(location.hash.slice(1));
  const paths = given.getAll('open');
  if (paths.length > 0) {
    given.delete('open');
    const rest = given.toString();
    history.replaceState(null, '', `${location.pathname}${rest === '' ? '' : `#${rest}`}`);
  }
  return paths;
}
