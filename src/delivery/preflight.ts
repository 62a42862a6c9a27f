import type { ContentAnswer } from './answer.js';
import { allowHeader, commonHeaders } from './headers.js';

/** What a browser asks before a page of another origin sends conditions or ranges along. Any page may. */
export const preflight: ContentAnswer = {
  status: 204,
  headers: [
    ...commonHeaders,
    ...allowHeader,
    'Access-Control-Allow-Methods',
    'GET, HEAD',
    'Access-Control-Allow-Headers',
    'If-None-Match, If-Range, Range',
    'Access-Control-Max-Age',
    '86400',
  ],
  body: null,
  keepUntil: null,
};
