/** What a page may hand over, held to its shape: what is not exactly as said is refused, an unknown key too. */

export type Check<T> = (value: unknown) => value is T;
export type Checked<C> = C extends Check<infer T> ? T : never;

export function text(mostChars: number): Check<string> {
  return (value): value is string => typeof value === 'string' && value.length <= mostChars;
}

/** Absolute or not is judged where it is used; a NUL would end it early for the system. */
export const path: Check<string> = (value): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 32_768 && !value.includes('\0');

export const flag: Check<boolean> = (value) => typeof value === 'boolean';

/** From 0 to 1. */
export const fraction: Check<number> = (value): value is number =>
  typeof value === 'number' && value >= 0 && value <= 1;

export function oneOf<const T extends string>(names: readonly T[]): Check<T> {
  return (value): value is T => (names as readonly unknown[]).includes(value);
}

export function either<A, B>(first: Check<A>, second: Check<B>): Check<A | B> {
  return (value): value is A | B => first(value) || second(value);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function list<T>(check: Check<T>, most: number): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= most && value.every(check);
}

export function record<T extends Readonly<Record<string, Check<unknown>>>>(
  fields: T,
): Check<{ readonly [K in keyof T]: Checked<T[K]> }> {
  const names = Object.keys(fields);
  return (value): value is { readonly [K in keyof T]: Checked<T[K]> } => {
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return false;
    const given = value as Readonly<Record<string, unknown>>;
    return Object.keys(given).length === names.length && names.every((name) => fields[name]?.(given[name]));
  };
}
