/** The hints of problems name the command line's options; where a screen has a field for it, its name is said instead. */
import type { ProblemData } from '../../core/contract/api.ts';

const replaceWords = 'Tick "Replace an archive of that name", or choose another folder.';

const hints: Readonly<Record<string, string>> = {
  OUTPUT_EXISTS: replaceWords,
  INPUT_MISSING: 'Check the path, or choose the file.',
  CREATE_COLLISION: 'Give one of them another name in the archive, or leave one out.',
  CREATE_LINK: 'Copy what it points to into the folder, or add that file by itself.',
  PATH_NOT_GRANTED: 'Choose it with the button, which opens it to this window.',
};

export function hintOf({ code, hint }: Pick<ProblemData, 'code' | 'hint'>): string {
  return hints[code] ?? hint;
}
