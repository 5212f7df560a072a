/** What is known of a config while it is read: its keys, what was noticed, and which values do not count. */
import { configKeys } from './config-schema.ts';
import type { ConfigEntry, ConfigFault, Place } from './config-yaml.ts';

export type ConfigCode =
  | ConfigFault['code']
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_CUSTOM_KEY'
  | 'CONFIG_DUPLICATE_KEY'
  | 'CONFIG_MISSING_KEY'
  | 'CONFIG_TYPE'
  | 'CONFIG_RANGE'
  | 'CONFIG_IGNORED'
  | 'CONFIG_PARALLEL_CRASH'
  | 'CONFIG_TIMEOUT_TRAP';

/** An observation with its place; the rules of core/audit give it its severity. */
export interface ConfigNotice extends Place {
  readonly code: ConfigCode;
  readonly message: string;
  readonly hint?: string;
}

/** What TorchServe goes by in place of a value, and why. */
interface Overruling {
  readonly effective: unknown;
  readonly why: string;
}

const top: Place = { line: 1, column: 1 };

export const schemaOf = new Map(configKeys.map((key) => [key.path, key]));

export class ConfigState {
  readonly notices: ConfigNotice[] = [];
  /** The entries whose keys TorchServe knows, by their dotted paths. */
  readonly known = new Map<string, ConfigEntry>();
  readonly overruled = new Map<string, Overruling>();
  readonly runtime: string;

  constructor(runtime: string) {
    this.runtime = runtime;
  }

  notice(code: ConfigCode, place: Place, message: string, hint?: string): void {
    const { line, column } = place;
    this.notices.push({ code, line, column, message, ...(hint === undefined ? {} : { hint }) });
  }

  ignore(path: string, why: string, hint: string, effective: unknown): void {
    if (this.overruled.has(path)) return;
    this.notice('CONFIG_IGNORED', this.placeOf(path), `TorchServe ignores ${path} ${why}`, hint);
    this.overruled.set(path, { effective, why: `ignored ${why}` });
  }

  /** The number that counts for a key, or undefined where none was given or it was not taken. */
  number(path: string): number | undefined {
    const overruling = this.overruled.get(path);
    const value = overruling ? overruling.effective : this.value(path);
    return typeof value === 'number' ? value : undefined;
  }

  value(path: string): unknown {
    return this.known.get(path)?.value;
  }

  isMap(path: string): boolean {
    const value = this.value(path);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  placeOf(path: string): Place {
    return this.known.get(path)?.place ?? top;
  }
}
