/** The config file: what TorchServe will not take from it as it stands. */
import { formatBytes, showName } from '../../contract/format.ts';
import { maxConfigBytes } from '../../mar/config-yaml.ts';
import { type ConfigCode, effectiveConfig } from '../../mar/model-config.ts';
import { decodeText, readWhole } from '../entry-content.ts';
import type { Rule, RuleFamily } from '../rule.ts';
import { namedEntry } from '../served-model.ts';

const ignoredSilently = 'TorchServe logs a line at most and goes on by its default.';

const rules = {
  CONFIG_INVALID: {
    code: 'CONFIG_INVALID',
    severity: 'error',
    title: 'The config file is not valid YAML.',
    why: "TorchServe's front end goes on with its defaults for everything, and the worker fails.",
    hint: 'mend that line',
  },
  CONFIG_EMPTY: {
    code: 'CONFIG_EMPTY',
    severity: 'warning',
    title: 'The config file holds nothing.',
    why: "TorchServe's front end stumbles over a config without a key.",
    hint: 'add a key, or leave the config file out',
  },
  YAML_UNSAFE: {
    code: 'YAML_UNSAFE',
    severity: 'error',
    title: 'The config file asks a YAML reader for more than plain values.',
    why: "TorchServe's readers refuse it, and older ones made the objects it asks for (CVE-2022-1471).",
    hint: 'write plain maps, lists, texts and numbers',
  },
  CONFIG_UNKNOWN_KEY: {
    code: 'CONFIG_UNKNOWN_KEY',
    severity: 'warning',
    title: 'The config file has a key that TorchServe does not know.',
    why: 'Keys are told apart to the letter; an unknown one is passed over without a word.',
    hint: 'check the key for a slip',
  },
  CONFIG_CUSTOM_KEY: {
    code: 'CONFIG_CUSTOM_KEY',
    severity: 'info',
    title: "The config file has a key of the handler's own at the top.",
    why: 'TorchServe has no use for it; a custom handler may read it.',
    hint: "keys of a handler's own are best kept below handler:",
  },
  CONFIG_DUPLICATE_KEY: {
    code: 'CONFIG_DUPLICATE_KEY',
    severity: 'warning',
    title: 'A key of the config file stands twice.',
    why: 'The last one counts; whoever reads the first one is misled.',
    hint: 'keep one of them',
  },
  CONFIG_MISSING_KEY: {
    code: 'CONFIG_MISSING_KEY',
    severity: 'error',
    title: 'A part of the config file lacks a key that is read without asking.',
    why: 'The worker fails with a KeyError while it starts.',
    hint: 'add the key',
  },
  CONFIG_TYPE: {
    code: 'CONFIG_TYPE',
    severity: 'warning',
    title: 'A value of the config file is of the wrong type.',
    why: ignoredSilently,
    hint: 'write the value in the type that is asked for',
  },
  CONFIG_RANGE: {
    code: 'CONFIG_RANGE',
    severity: 'warning',
    title: 'A value of the config file is one that TorchServe does not take.',
    why: ignoredSilently,
    hint: 'choose a value that is taken',
  },
  CONFIG_IGNORED: {
    code: 'CONFIG_IGNORED',
    severity: 'warning',
    title: 'A key of the config file has no effect as things stand.',
    why: 'TorchServe reads it only together with another key, or not at all.',
    hint: 'leave it out, or set what it depends on',
  },
  CONFIG_PARALLEL_CRASH: {
    code: 'CONFIG_PARALLEL_CRASH',
    severity: 'error',
    title: 'parallelType and parallelLevel stand without torchrun.',
    why: 'For pp, tp and pptp the front end reads the torchrun part while it starts a worker, and fails without it.',
    hint: 'add torchrun: nproc-per-node, or set parallelType to custom',
  },
  CONFIG_TIMEOUT_TRAP: {
    code: 'CONFIG_TIMEOUT_TRAP',
    severity: 'info',
    title: "A config file hides the server's own timeouts.",
    why: 'Because its default is 120 seconds, merely having a config file overrules default_response_timeout and the request that registers the model.',
    hint: 'set responseTimeout and startupTimeout here',
  },
} as const satisfies { readonly [C in ConfigCode]: Rule & { readonly code: C } };

export const config: RuleFamily = {
  name: 'config',
  rules: Object.values(rules),
  async check(subject, report) {
    const entry = namedEntry(subject, 'configFile');
    if (!entry) return;
    const shown = showName(entry.name);
    if (entry.size > maxConfigBytes) {
      report(
        rules.YAML_UNSAFE,
        entry.name,
        `${shown} has ${formatBytes(entry.size)}, far more than a config needs`,
      );
      return;
    }
    const text = decodeText(await readWhole(entry, maxConfigBytes));
    if (text === null) {
      report(rules.CONFIG_INVALID, entry.name, `${shown} is not UTF-8`, 'save the file as UTF-8');
      return;
    }
    for (const { code, line, column, message, hint } of effectiveConfig(text, subject.manifest.runtime)
      .findings) {
      report(rules[code], entry.name, `${shown}:${line}:${column}: ${showName(message)}`, hint);
    }
  },
};
