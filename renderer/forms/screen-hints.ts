/** The hints of problems name the command line's options; where a screen has a field for it, its name is said instead. */
import type { ProblemData } from '../../core/contract/api.ts';
import { needsView } from '../../core/contract/mending.ts';

const replaceWords = 'Tick "Replace an archive of that name", or choose another folder.';

const hints: Readonly<Record<string, string>> = {
  OUTPUT_EXISTS: replaceWords,
  INPUT_MISSING: 'Check the path, or choose the file.',
  CREATE_COLLISION: 'Give one of them another name in the archive, or leave one out.',
  CREATE_LINK: 'Copy what it points to into the folder, or add that file by itself.',
  PATH_NOT_GRANTED: 'Choose it with the button, which opens it to this window.',
};

export function hintOf({ code, hint, path }: Pick<ProblemData, 'code' | 'hint' | 'path'>): string {
  if (hint.includes('--view') && needsView({ code, path })) {
    return 'Choose whose reading counts, or leave that entry out.';
  }
  if (/--(?:set|replace|add|remove)\b/.test(hint)) {
    return 'Replace that entry, leave it out, or set the field of the manifest otherwise.';
  }
  return hints[code] ?? hint;
}
