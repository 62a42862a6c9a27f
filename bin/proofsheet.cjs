#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node
// Two arenas: with one for each of its threads, glibc keeps 150 MiB more of what pictures took, and draws no quicker.
const { availableParallelism } = require('node:os');

// Read once, when the first thread is needed, which loading an ES module already does: hence this file is none.
// Pictures and files share these threads; four, the default, would let the former starve the latter.
process.env.UV_THREADPOOL_SIZE ??= String(2 * availableParallelism() + 4);
// GraphQL checks its own arguments at every step unless it is told that this is not a development of it.
process.env.NODE_ENV ??= 'production';

import('../dist/cli/main.js');
