#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=4 --no-allocation-site-pretenuring
// One arena: with one for each of its threads, glibc keeps 150 MiB more of what pictures took, with two 25 MiB, and draws no quicker.
// 4 MiB for V8's youngest objects: its usual 16 cost 20 MiB more, for a tenth to a fifth less CPU in galleries of other systems only.
// V8 would place what many requests at once make among the old objects from the start, where all that it refers to outlives young
// collections as well: a quarter of the CPU of galleries.
const { availableParallelism } = require('node:os');

// Read once, when the first thread is needed, which loading an ES module already does: hence this file is none.
// Pictures and files share these threads; four, the default, would let the former starve the latter.
process.env.UV_THREADPOOL_SIZE ??= String(2 * availableParallelism() + 4);
// GraphQL checks its own arguments at every step unless it is told that this is not a development of it.
process.env.NODE_ENV ??= 'production';

import('../dist/cli/main.js');
