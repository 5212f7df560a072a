/**
 * Where another reader sees something else than we list, though we report no error, and why that is right.
 * A difference that is not here fails the test, and so does one here that is gone.
 */
export interface ExpectedDifference {
  readonly file: string;
  readonly reader: string;
  readonly reason: string;
}

export const expectedDifferences: readonly ExpectedDifference[] = [];

/** Where Java contradicts what we say, and why that is right. */
export const expectedContradictions: Readonly<Record<string, string>> = {
  'warning--TS_TAR_PLAIN--not-compressed.tar': 'the warning says that TorchServe does not read it',
  'error--PATH_TRAVERSAL--sibling-of-target.mar':
    'TorchServe unpacks into a folder with a random name, so that no archive can name its sibling; we say that it fails',
};
