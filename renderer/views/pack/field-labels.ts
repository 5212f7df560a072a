/** What the fields of the pack screen are called, and which section holds each. */
import type { Section } from './guess-roles.ts';

const labels: Readonly<Record<string, readonly [label: string, section: Section]>> = {
  modelName: ['Model name', 'model'],
  version: ['Version', 'model'],
  serializedFile: ['Weights', 'model'],
  modelFile: ['Model file', 'model'],
  serverHandler: ['Handler', 'handler'],
  handlerFile: ['Handler file', 'handler'],
  handlerFunction: ['Function', 'handler'],
  runtime: ['Runtime', 'handler'],
  extras: ['Extra files', 'extras'],
  configFile: ['Config file', 'config'],
  requirementsFile: ['Requirements', 'config'],
  exportPath: ['Folder', 'output'],
  archiveFormat: ['Format', 'output'],
  compression: ['Compress', 'output'],
  level: ['Effort', 'output'],
  reproducible: ['Reproducible', 'output'],
};

export const labelOf = (field: string): string =>
  labels[field]?.[0] ??
  (field.startsWith('extra-name-')
    ? 'Name of an extra file'
    : field.startsWith('extra-')
      ? 'Extra file'
      : field);

export const sectionOf = (field: string): Section =>
  labels[field]?.[1] ?? (field.startsWith('extra-') ? 'extras' : 'model');
