import type { Product } from '../sandbox/simulator.js';

/** What a sandbox tells those who start it by hand. */
export interface SandboxGuide {
  readonly title: string;
  /** What a request proves itself by. */
  readonly authorization: string;
  /** Other ways to. */
  readonly also: string;
  /** Requests to try. */
  readonly tries: readonly string[];
}

export const sandboxGuides: Readonly<Record<Product, SandboxGuide>> = {
  box: {
    title: 'Box',
    authorization: 'Bearer sandbox-token',
    also: 'the client demo, secret demo, at POST /oauth2/token',
    tries: [
      '/2.0/folders/0/items?fields=id,name,size',
      '/2.0/files/12345/thumbnail.png?min_height=256&min_width=256 -o thumbnail.png',
    ],
  },
  'oracle-content': {
    title: 'Oracle Content',
    authorization: 'Bearer sandbox-token',
    also: 'user demo, password demo; bearers user-aa and user-bb for two other users',
    tries: [
      '/documents/api/1.2/folders/items',
      '/documents/api/1.2/files/D21C7EAA30B5394DF4B3FAF223897F0989F871A58A5C/data/smallImage -o small.jpg',
    ],
  },
  xelion: {
    title: 'Xelion',
    authorization: 'xelion sandbox-token',
    also: 'user demo, password demo, at POST /api/v1/master/me/login',
    tries: [
      '/api/v1/master/communications?limit=5&include=attachments',
      '/api/v1/master/communications/recent?include=attachments',
    ],
  },
  virola: {
    title: 'Virola',
    authorization: 'Bearer sandbox-token',
    also: 'user demo, password demo, at POST /api/v1/login',
    tries: ['/api/v1/rooms'],
  },
};
