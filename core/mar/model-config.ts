/** model-config.yaml: what TorchServe makes of it, key by key, and what it will ignore. */
import type { ConfigValue } from '../contract/verification.ts';
import { checkConsequences } from './config-consequences.ts';
import { checkKeys } from './config-keys.ts';
import { configKeys } from './config-schema.ts';
import { type ConfigNotice, ConfigState } from './config-state.ts';
import { parseConfigYaml } from './config-yaml.ts';

export type { ConfigCode, ConfigNotice } from './config-state.ts';

export interface EffectiveValue {
  readonly key: string;
  /** As the file says it; undefined where it says nothing. */
  readonly value: unknown;
  /** What TorchServe goes by; null where another setting or the machine decides. */
  readonly effective: unknown;
  readonly why: string;
}

export interface EffectiveConfig {
  readonly values: readonly EffectiveValue[];
  readonly findings: readonly ConfigNotice[];
}

/** The keys as TorchServe takes them. A file that it can't read gives one finding and no values. */
export function effectiveConfig(text: string, runtime = 'python'): EffectiveConfig {
  const document = parseConfigYaml(text);
  if ('code' in document) return { values: [], findings: [document] };
  const state = new ConfigState(runtime);
  for (const { key, ...place } of document.duplicates) {
    state.notice('CONFIG_DUPLICATE_KEY', place, `${key} stands twice, and the last one counts`);
  }
  checkKeys(document.entries, '', state);
  checkConsequences(state);
  return { values: effectiveValues(state), findings: state.notices };
}

/** Every key at the top, and of those below a map the ones that were given. */
function effectiveValues(state: ConfigState): EffectiveValue[] {
  return configKeys
    .filter(
      ({ path, type }) => type !== 'map' && type !== 'any' && (!path.includes('.') || state.known.has(path)),
    )
    .map(({ path, default: fallback, does }) => {
      const value = state.value(path);
      const overruling = state.overruled.get(path);
      if (overruling) return { key: path, value, ...overruling };
      const isSet = state.known.has(path);
      return { key: path, value, effective: isSet ? value : fallback, why: isSet ? does : 'the default' };
    });
}

/** The same for people and other processes: each value as JSON. */
export function configValues(
  text: string,
  runtime?: string,
): { readonly values: readonly ConfigValue[]; readonly findings: readonly ConfigNotice[] } {
  const { values, findings } = effectiveConfig(text, runtime);
  return {
    values: values.map(({ key, value, effective, why }) => ({
      ...{ key, given: shown(value), effective: shown(effective), why },
    })),
    findings,
  };
}

const longest = 500;

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? null);
  return text === null || text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
