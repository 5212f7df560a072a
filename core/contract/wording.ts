/** How a problem is worded: what happened, what to do about it, and how a command ends with it. */

export interface Wording<D> {
  readonly exit: 1 | 2 | 130;
  readonly message: (data: D) => string;
  readonly hint: (data: D) => string;
}

export const problem = <D>(
  message: (data: D) => string,
  hint: (data: D) => string,
  exit: 1 | 2 | 130 = 2,
): Wording<D> => ({
  exit,
  message,
  hint,
});

export interface AtPath {
  readonly path: string;
}
