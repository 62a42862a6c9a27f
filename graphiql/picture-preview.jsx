import { useMonaco } from '@graphiql/react';
import { useEffect } from 'react';

/** A content URL of a picture, or a picture as a data URL, as a line of the answer holds it. */
const pictureUrl = /"(https?:[^"]*\/content\/[^"]*\.(?:jpe?g|png|webp|avif)\?[^"]*|data:image\/[^"]*)"/;

/** Shows the picture that a line of the answer leads to while the pointer is on it. */
export function PicturePreview() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    const registered = monaco?.languages.registerHoverProvider('json', { provideHover });
    return () => registered?.dispose();
  }, [monaco]);
  return null;
}

function provideHover(model, { lineNumber }) {
  const [, url] = (model.uri.path.endsWith('response.json') && pictureUrl.exec(model.getLineContent(lineNumber))) || [];
  return url ? { contents: [{ value: `![](<${url}>)` }] } : null;
}
