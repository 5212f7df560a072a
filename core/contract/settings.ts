/** What each setting may be, and what it is until somebody says otherwise. Anything unknown in the file is left out. */
import { type ThemeName, themeNames } from './host.ts';

export const choices = {
  theme: themeNames,
  palette: ['blue-orange', 'green-red'],
  density: ['compact', 'normal', 'roomy'],
  fontSize: [11, 12, 13, 14, 15, 16, 18],
  motion: ['system', 'on', 'off'],
  diffMode: ['side-by-side', 'unified', 'linear'],
  contextLines: [0, 1, 3, 5, 10],
} as const;

/** A column of the entries that somebody chose, and how wide. */
export interface ColumnChoice {
  readonly id: string;
  readonly rem: number;
}

export interface Settings {
  readonly theme: ThemeName;
  readonly palette: (typeof choices.palette)[number];
  readonly density: (typeof choices.density)[number];
  readonly fontSize: number;
  readonly motion: (typeof choices.motion)[number];
  readonly diffMode: (typeof choices.diffMode)[number];
  readonly contextLines: number;
  readonly wrapsLines: boolean;
  readonly keepsRecents: boolean;
  readonly reviewer: string;
  readonly isRailNarrow: boolean;
  /** In their order; none where nobody chose yet. */
  readonly entryColumns: readonly ColumnChoice[];
}

export const defaults: Settings = {
  theme: 'system',
  palette: 'blue-orange',
  density: 'normal',
  fontSize: 13,
  motion: 'system',
  diffMode: 'side-by-side',
  contextLines: 3,
  wrapsLines: false,
  keepsRecents: true,
  reviewer: '',
  isRailNarrow: false,
  entryColumns: [],
};

export const longestReviewer = 200;

export function checkSettings(value: unknown): Settings {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const kept: Record<string, unknown> = { ...defaults };
  for (const [name, standard] of Object.entries(defaults)) {
    const one = given[name];
    const allowed = (choices as Record<string, readonly unknown[]>)[name];
    if (typeof one === typeof standard && (allowed === undefined || allowed.includes(one))) kept[name] = one;
  }
  kept.entryColumns = columnChoices(given.entryColumns);
  return kept as unknown as Settings;
}

export const mostColumns = 30;

function columnChoices(value: unknown): ColumnChoice[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, mostColumns)
    .filter((one) => typeof one?.id === 'string' && Number.isFinite(one?.rem))
    .map(({ id, rem }) => ({ id, rem }));
}
