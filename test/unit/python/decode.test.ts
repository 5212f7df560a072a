import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { decodePython } from '../../../core/python/decode.ts';
import { onPath } from '../../support/commands.ts';

const bom = '\u00ef\u00bb\u00bf';
const sources: Readonly<Record<string, boolean>> = {
  'x = 1\n': true,
  '': true,
  'x = "\u00c3\u00a9"\n': true,
  'x = "\u00e9"\n': false,
  'x = "\0"\n': false,
  '# \0': false,
  '# coding: latin-1\nx = "\u00e9"\n': true,
  '#!/bin/sh\n# -*- coding: iso-8859-15 -*-\nx = "\u00e9"\n': true,
  '\n\f # vim: set fileencoding=latin1 :\nx = "\u00e9"\n': true,
  '#!/bin/sh\r# coding=latin-1\rx = "\u00e9"\r': true,
  'x = 1\n# coding: latin-1\nx = "\u00e9"\n': false,
  '\n\n# coding: latin-1\nx = "\u00e9"\n': false,
  '# coding: utf-8\nx = "\u00e9"\n': false,
  '# coding: UTF_8\nx = "\u00c3\u00a9"\n': true,
  '# coding : latin-1\nx = "\u00e9"\n': false,
  'caf\u00e9 = 1\n': false,
  '"""\n# \u00e9\n"""\n': false,
  'x = "\\"# \u00e9"\n': false,
  "x = '''a'# \u00e9'''\n": false,
  'x = f"{1}\u00e9"\n': false,
  '# coding: utf8\n# \u00e9\n': false,
  '# coding: ascii\nx = "\u00c3\u00a9"\n': false,
  '# coding: us-ascii\n# \u00e9\n': false,
  [`${bom}x = 1\n`]: true,
  [`${bom}# coding: utf-8\n`]: true,
  [`${bom}# coding: latin-1\n`]: false,
  [`${bom}# coding: utf8\n`]: false,
};

/** Python up to 3.13 imports these; later ones may refuse what is no UTF-8 in a comment too. */
const faultsInComments = [
  'x = 1 # caf\u00e9\n',
  '# caf\u00e9\nx = 1\n',
  '#!/bin/sh\n# -*- coding: utf-8 -*- \u00e9\n',
  `${bom}# \u00e9\nx = 1\n`,
  'x = (1, # \u00e9\n2)\n',
  'x = 1 + \\\n1 # \u00e9\n',
  'x = "it\'s" # \u00e9\n',
  "x = r'\\' # ' # \u00e9\n",
  'x = """a"b""c""" # \u00e9\n',
  'x = "a\\\r\nb" # \u00e9\r\n',
  'x = 1 # \u00e9\ry = 2\r',
  'caf\u00c3\u00a9 = 1 # \u00e9\n',
  '# \u00ed\u00a0\u0080\n',
  'x = 1\n# \u00e9',
];

test('text comes out where Python would parse it, and a reason where it would not', () => {
  for (const [source, isRead] of Object.entries(sources)) {
    const { text, fault } = decodePython(Buffer.from(source, 'latin1'));
    assert.equal(text !== null, isRead, JSON.stringify(source));
    if (fault !== null) assert.match(fault, /^it (?:is|holds|begins) .+/);
  }
});

test('what is no UTF-8 in comments alone is no fault, and moves nothing else', () => {
  for (const source of faultsInComments) {
    const { text, fault } = decodePython(Buffer.from(source, 'latin1'));
    assert.equal(fault, null, JSON.stringify(source));
    assert.equal(Buffer.from(text ?? '').length, source.length);
    assert.match(text ?? '', /#.*\?/);
  }
});

test('the tables above are what Python itself says', {
  skip: onPath('python3') === null && 'there is no python3 here',
}, () => {
  const script = `import base64, json, sys
def reads(text):
    try:
        compile(base64.b64decode(text), 'x', 'exec')
        return True
    except (SyntaxError, ValueError):
        return False
print(json.dumps([sys.version_info[1], [reads(one) for one in json.load(sys.stdin)]]))`;
  const all = [...Object.entries(sources), ...faultsInComments.map((source) => [source, true] as const)];
  const input = JSON.stringify(all.map(([source]) => Buffer.from(source, 'latin1').toString('base64')));
  const [minor, said] = JSON.parse(execFileSync('python3', ['-c', script], { input, encoding: 'utf8' }));
  const told = minor > 13 ? Object.entries(sources) : all;
  assert.deepEqual(
    told.map(([source], index) => [source, said[index]]),
    told,
  );
});
