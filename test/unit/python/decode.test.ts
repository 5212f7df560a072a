import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { decodePython } from '../../../core/python/decode.ts';
import { onPath } from '../../support/commands.ts';

const bom = '\u00ef\u00bb\u00bf';
/** What is no UTF-8 stands in a string here: in a comment some versions of Python let it pass, and newer ones don't. */
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
  [`${bom}x = 1\n`]: true,
  [`${bom}# coding: utf-8\n`]: true,
  [`${bom}# coding: latin-1\n`]: false,
};

test('text comes out where Python would parse it, and a reason where it would not', () => {
  for (const [source, isRead] of Object.entries(sources)) {
    const { text, fault } = decodePython(Buffer.from(source, 'latin1'));
    assert.equal(text !== null, isRead, JSON.stringify(source));
    if (fault !== null) assert.match(fault, /^it (?:is|holds|begins) .+/);
  }
});

test('the table above is what Python itself says', {
  skip: onPath('python3') === null && 'there is no python3 here',
}, () => {
  const script = `import base64, json, sys
def reads(text):
    try:
        compile(base64.b64decode(text), 'x', 'exec')
        return True
    except (SyntaxError, ValueError):
        return False
print(json.dumps([reads(one) for one in json.load(sys.stdin)]))`;
  const input = JSON.stringify(
    Object.keys(sources).map((source) => Buffer.from(source, 'latin1').toString('base64')),
  );
  const said = execFileSync('python3', ['-c', script], { input, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(said), Object.values(sources));
});
