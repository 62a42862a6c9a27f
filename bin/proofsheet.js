#!/usr/bin/env node
// GraphQL checks its own arguments on every step unless it knows that this is not a development of it.
process.env.NODE_ENV ??= 'production';
await import('../dist/cli/main.js');
