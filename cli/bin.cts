#!/usr/bin/env node
/**
 * What `mar-studio` starts. Node's thread pool has four threads unless told otherwise before its first use, and
 * Node 20 uses it while it loads an ES module: so this is CommonJS, and sets one thread a core before it loads one.
 */
const { availableParallelism }: typeof import('node:os') = require('node:os');

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism() + 1));

const commandLine = './cli.js';
void import(commandLine);
