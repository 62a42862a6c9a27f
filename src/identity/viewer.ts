import type { Viewer } from '../call.js';

/** Whoever reaches the loopback interface while no identity is configured. */
export const openViewer: Viewer = { id: 'open', name: 'Anyone on this machine', roles: ['owner'], scope: 'open' };
