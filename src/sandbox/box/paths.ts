/** Where calls of the content API go, below the origin. */
export const apiPath = '/2.0';
/** Where uploads go, and where downloads of representations come from. */
export const uploadPath = '/api/2.0';
