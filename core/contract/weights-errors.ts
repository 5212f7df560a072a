/** The problems of weights and their tensors: a part of the table of errors.ts. */
import { type AtPath, problem } from './wording.ts';

/** What helps against broken weights, whatever is broken of them. */
export const getWeightsAgain = 'get the file again, or save it anew; what wrote it would tell the same';

export const weightsProblems = {
  WEIGHTS_BROKEN: problem<AtPath & { format: string; detail: string }>(
    (d) => `${d.path} is no sound ${d.format} file: ${d.detail}`,
    () => getWeightsAgain,
  ),
  WEIGHTS_LIMIT: problem<AtPath & { detail: string }>(
    (d) => `${d.path} can't be listed: ${d.detail}`,
    () => 'no model needs so much; do not trust this file',
  ),
  /** `isOther`: a web page or the like was saved where the weights should be. */
  WEIGHTS_UNKNOWN: problem<AtPath & { looksLike: string; isOther?: boolean }>(
    (d) => `${d.path} holds no weights that are known here: it is ${d.looksLike}`,
    (d) =>
      d.isOther
        ? 'get the file again: something else was saved under its name'
        : 'mar-studio inspect lists what an archive holds; name an entry as ARCHIVE!ENTRY',
  ),
  TENSOR_MISSING: problem<AtPath & { name: string; nearest: string | null }>(
    (d) => `${d.path} holds no tensor ${JSON.stringify(d.name)}`,
    (d) => (d.nearest === null ? `mar-studio tensors ${d.path} lists them` : `did you mean ${d.nearest}?`),
  ),
  TENSOR_NOT_READABLE: problem<AtPath & { detail: string }>(
    (d) => `the numbers of the tensor ${d.path} can't be read: ${d.detail}`,
    () => 'the other tensors are told all the same; get the file again if its source has a good copy',
  ),
} as const;
