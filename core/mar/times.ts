/** Times as a ZIP entry can hold them: from 1980 to 2107. */
import { Problem } from '../contract/errors.ts';

const earliest = Date.UTC(1980, 0, 1);
const latest = Date.UTC(2107, 11, 31, 23, 59, 58);

/** The nearest time that an entry can hold; the reference fails on files from before 1980. */
export function clampTime(time: Date): Date {
  const known = Number.isNaN(time.getTime()) ? earliest : time.getTime();
  return new Date(Math.min(latest, Math.max(earliest, known)));
}

/** The one time of a reproducible archive: SOURCE_DATE_EPOCH where it is set and not earlier, else the first that ZIP knows. */
export function readSourceDateEpoch(value: string | undefined): Date {
  if (value === undefined || value === '') return new Date(earliest);
  const time = Number(value) * 1000;
  if (!/^\d+$/.test(value) || time > latest) {
    throw Problem.of('SOURCE_DATE_EPOCH', { value });
  }
  return clampTime(new Date(time));
}
