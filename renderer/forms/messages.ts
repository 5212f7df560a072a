/** What is to be said at the fields of a form: each message under the name of its field. */

export interface FieldMessage {
  readonly field: string;
  readonly words: string;
}

/** The engine takes paths from no place but the root: whoever typed a part of one hears so at once. */
export function isWholePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

export function checkPath(field: string, path: string): FieldMessage[] {
  if (path.trim() === '' || isWholePath(path.trim())) return [];
  return [{ field, words: 'Give the whole path, from the root on, or choose it.' }];
}

export function messageAt(messages: readonly FieldMessage[], field: string): string | null {
  return messages.find((message) => message.field === field)?.words ?? null;
}

/** Of several sources the first word on a field counts: what is seen here is known sooner than what was asked for. */
export function mergeMessages(...lists: readonly (readonly FieldMessage[])[]): FieldMessage[] {
  const merged: FieldMessage[] = [];
  for (const message of lists.flat()) {
    if (messageAt(merged, message.field) === null) merged.push(message);
  }
  return merged;
}

/** The elements of a field are found by this: in the summary's links, and to focus the first that is wrong. */
export const fieldId = (field: string) => `field-${field}`;
