import type { Viewer } from '../call.js';
import { ContentError } from '../errors.js';

/** Whoever reaches the loopback interface while no identity is configured. */
export const openViewer: Viewer = { id: 'open', name: 'Anyone on this machine', roles: ['owner'], scope: 'open' };

/** The viewer that a signed URL acts for. */
export function viewerOfScope(scope: string): Viewer {
  if (scope === openViewer.scope) return openViewer;
  throw new ContentError('FORBIDDEN', 'This URL was signed for a viewer that no longer exists');
}
