/** What a scan for pickles found, as a person reads it. The verdict speaks of the lists alone. */
import { formatCount } from '../../../../core/contract/format.ts';
import type { Severity } from '../../../../core/contract/model.ts';
import type { PickleReport, WeightsFormat } from '../../../../core/contract/weights.ts';

/** Formats that hold pickles, or may; the others hold none by their make. */
const pickled: readonly WeightsFormat[] = [
  ...(['torch-zip', 'torchscript', 'torch-legacy', 'torch-tar', 'torch-package', 'torch-export'] as const),
  ...(['pickle', 'npy', 'npz'] as const),
];

export const mayHoldPickles = (format: WeightsFormat) => pickled.includes(format);

type Global = PickleReport['globals'][number];

const standings = ['dangerous', 'unknown', 'review', 'allowed'] as const;

export const standingWords: Readonly<Record<Global['standing'], string>> = {
  dangerous: 'dangerous',
  unknown: 'on no list',
  review: 'to be looked at',
  allowed: 'allowed with weights_only',
};

export const standingSigns: Readonly<Record<Global['standing'], string>> = {
  dangerous: '!',
  unknown: '?',
  review: '?',
  allowed: '=',
};

export function verdictWords({
  verdict,
  streams,
  opcodes,
  globals,
  evasions,
  operators,
  incomplete,
}: PickleReport): string {
  const read = `${formatCount(streams, 'stream')}, ${formatCount(opcodes, 'opcode')}`;
  if (streams === 0 && verdict === 'no disallowed globals found') return 'No pickle was found in it.';
  if (verdict === 'no disallowed globals found') return `No disallowed globals found (${read}).`;
  if (verdict === 'incomplete')
    return `Incomplete: ${formatCount(incomplete.length, 'part')} could not be looked at (${read}).`;
  const bad = globals.filter(({ standing }) => standing !== 'allowed').length;
  const parts = [
    bad > 0 ? formatCount(bad, 'import that is not allowed', 'imports that are not allowed') : '',
    evasions.length > 0 ? formatCount(evasions.length, 'attempt to hide', 'attempts to hide') : '',
    operators.length > 0
      ? formatCount(operators.length, 'operator that reaches outside', 'operators that reach outside')
      : '',
  ].filter((part) => part !== '');
  return `Findings: ${parts.join(', ')} (${read}).`;
}

/** As a finding of an archive would be: what is not known to be bad may be looked at. */
export function severityOf({ verdict, evasions, globals }: PickleReport): Severity {
  if (verdict === 'no disallowed globals found') return 'info';
  const isDangerous = evasions.length > 0 || globals.some(({ standing }) => standing === 'dangerous');
  return isDangerous ? 'error' : 'warning';
}

/** The worst first, and by name. */
export function byRisk(globals: readonly Global[]): readonly Global[] {
  return [...globals].sort(
    (a, b) =>
      standings.indexOf(a.standing) - standings.indexOf(b.standing) ||
      (`${a.module}.${a.name}` < `${b.module}.${b.name}` ? -1 : 1),
  );
}
