/** All that lowlight's types need of highlight.js, whose own types bring a browser's into every file. tsconfig.json leads here. */
export type LanguageFn = (api: unknown) => object;
